"""A list of services to take along: made without an account, printed, sent to somebody, shown as a square to scan.

The list is nowhere but in the form on the page itself; static/list.js may keep it for this tab, until the tab is closed, the
list is cleared, the exit is pressed or four hours have gone. We store nothing, of who makes a list or of who gets one: the
phone itself asks whom a text goes to. A link holds ids and no names.

A service for help after abuse is never kept by the browser, and stands in no link, square or text until the person has read
what may happen and pressed on; then with its number, and in a text without its name.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote
from uuid import UUID

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, StringField
from wtforms.validators import Length

from portal.directory import Listing, listing, listings, stands_for
from portal.search import Hit, Question, find_services
from portal.store import Refused
from portal.web.forms import PageForm
from portal.web.gates import opened, without_token
from portal.web.quiet import is_quiet
from portal.web.second_step import picture

blueprint = Blueprint("take_along", __name__)

MOST = 12  # services on one list: more is no list to take along, and a square of more is hard to scan
FOUND = 6  # services that the page's own search shows
PACKED = 22  # characters of an id in a link
LONGEST = (MOST + 1) * (PACKED + 1)


class ListForm(PageForm):
    """`of` is the list as it stands. The buttons: `add` and `drop` name a service, `find` searches, `send_all` is pressed after
    the warning."""

    of = HiddenField(validators=[Length(max=LONGEST, message=_l("This is too long."))])
    add = HiddenField(validators=[Length(max=40)])
    drop = HiddenField(validators=[Length(max=40)])
    find = HiddenField(validators=[Length(max=1)])
    send_all = HiddenField(validators=[Length(max=1)])
    words = StringField(_l("What is needed?"), [Length(max=200, message=_l("This is too long."))])
    near = StringField(_l("Where?"), [Length(max=200, message=_l("This is too long."))])


@blueprint.get("/list")
@opened("a list that was sent: ids of public listings, and nothing of who sent it")
def shared() -> ResponseReturnValue:
    """The list of a link; empty without one. 422 for a link of which nothing can be read."""
    sent = request.args.get("of", "")
    ids, damaged = unpack(sent)
    form = ListForm(formdata=None)
    if damaged and not ids:
        form.form_errors.append(_("This link is not whole. Ask for it again."))
        return _page(form, []), 422
    return _page(form, ids[:MOST], damaged=damaged, all_sent=True)


@blueprint.post("/list")
@opened("anybody may put services on a list; it is stored nowhere")
@without_token  # nothing is written
def mine() -> ResponseReturnValue:
    """One step of a list: a service more or less, a search, or the warning read. The answer is the page: an address would stay
    in the history of the phone."""
    form = ListForm()
    if not form.validate():
        return _page(form, unpack(form.of.data or "")[0][:MOST], mine=True), 422
    ids, _damaged = unpack(form.of.data or "")
    for key in _uuids(form.add.data):
        ids = [*ids, key] if key not in ids else ids
    ids = [key for key in ids if key not in _uuids(form.drop.data)]
    if len(ids) > MOST:
        form.refuse(Refused(_("A list holds %(most)s services. Take one off first.", most=MOST)))
        return _page(form, ids[:MOST], mine=True), 422
    try:
        found = _find(form) if form.find.data else None
    except Refused as refused:
        form.refuse(refused)
        return _page(form, ids, mine=True), 422
    return _page(form, ids, mine=True, found=found, all_sent=bool(form.send_all.data))


@blueprint.get("/services/<uuid:listing_id>/sheet")
@opened("the directory is public; what is confidential is not in the view")
def sheet(listing_id: UUID) -> ResponseReturnValue:
    """One service on one sheet of paper, with the square of its page."""
    stands = stands_for(listing_id)  # merged: its old links lead on
    if stands is not None:
        return redirect(url_for("take_along.sheet", listing_id=stands), 301)
    found = listing(listing_id)
    if found is None or found.status == "defunct":
        abort(404)
    address = f"{_base()}/services/{found.id}"
    return render_template(
        "public/sheet.html",
        listing=found,
        quiet=is_quiet(found),
        square=picture(address),
        address=address,
    )


def pack(ids: Iterable[UUID]) -> str:
    """Ids as a link holds them: 22 letters each, with dots between."""
    return ".".join(urlsafe_b64encode(key.bytes).decode().rstrip("=") for key in ids)


def unpack(text: str) -> tuple[list[UUID], bool]:
    """The ids of a packed list, each once, and whether something in it could not be read."""
    ids: dict[UUID, None] = {}
    damaged = False
    for piece in filter(None, text[:LONGEST].split(".")):
        try:
            ids[UUID(bytes=urlsafe_b64decode(piece.encode("ascii") + b"=="))] = None
        except ValueError:
            damaged = True
    return list(ids), damaged or len(text) > LONGEST


def text_of(found: Sequence[Listing], link: str = "") -> str:
    """A text message of these services: what it is called, its number, where and when; of a quiet one its number alone."""
    pieces = ["\n".join(filter(None, _lines(each))) for each in found]
    return "\n\n".join([*pieces, link] if link else pieces)


def text_link(text: str) -> str:
    """Opens the phone's own messages with this text. The phone asks whom it goes to, so nothing of them reaches us."""
    return "sms:?&body=" + quote(text)


def _lines(each: Listing) -> list[str]:
    phones = [f"{phone.number} {phone.extension}".strip() for phone in each.phones[:1]]
    if is_quiet(each):
        return phones
    return [each.name, each.organization, *phones, ", ".join(each.address), each.hours_words]


def _page(
    form: ListForm,
    ids: Sequence[UUID],
    *,
    mine: bool = False,
    found: Sequence[Hit] | None = None,
    damaged: bool = False,
    all_sent: bool = False,
) -> str:
    """`mine`: it was put together on this page, and not sent. `all_sent`: what is quiet may be sent on too, as the person has
    read the warning, or got it sent so."""
    known, gone = _known(ids)
    hushed = [each for each in known if is_quiet(each)]
    sent = known if all_sent else [each for each in known if each not in hushed]
    link = f"{_base()}/list?of={pack(each.id for each in sent)}" if sent else ""
    text = text_of(sent, link)
    more: dict[str, Any] = {"page_error": True} if form.errors else {}
    return render_template(
        "public/list.html",
        form=form,
        listings=known,
        of=pack(each.id for each in known),
        kept=pack(each.id for each in known if each not in hushed) if mine else None,
        gone=gone,
        damaged=damaged,
        mine=mine,
        quiet=bool(hushed),
        hushed=hushed,
        held_back=len(known) - len(sent),
        link=link,
        text=text,
        text_link=text_link(text),
        square=picture(link) if link else None,
        found=found,
        **more,
    )


def _known(ids: Sequence[UUID]) -> tuple[list[Listing], int]:
    """Services that are still given, each once, for one that was merged that which stands for it; and how many are gone."""
    led = [stands_for(key) or key for key in ids]
    known = {key: each for key, each in listings(led).items() if each.status != "defunct"}
    return list(known.values()), sum(key not in known for key in led)


def _find(form: ListForm) -> list[Hit]:
    """A few services for the page's own search, whose words stand in no address. Raises Refused for a place not known."""
    asked = MultiDict({"q": form.words.data or "", "near": form.near.data or ""})
    return list(find_services(Question.from_args(asked)).hits[:FOUND])


def _uuids(text: str | None) -> list[UUID]:
    try:
        return [UUID(text)] if text else []
    except ValueError:
        return []


def _base() -> str:
    return str(current_app.extensions["settings"].base_url)
