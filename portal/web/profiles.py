"""The owner's doors to a profile, without an account: make it, open it with its code, change, confirm and delete it.

Nothing of it is ever in an address: the code is typed, or stands behind the # of the card's square, which a browser keeps to
itself; every page that shows a profile answers a POST.
"""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from portal.programs import profiles as p
from portal.programs.profiles.photo import LARGEST
from portal.referrals import NotHere
from portal.store import Conflict, Refused, TooMany
from portal.web.forms_profiles import CodeForm, KeyForm, ProfileForm, profile_form, uuid_of
from portal.web.gates import actor, opened
from portal.web.guesses import here, missed_code
from portal.web.second_step import picture
from portal.web.steps import whole_number

blueprint = Blueprint("profiles", __name__)

WHY = "a family keeps its own profile and needs no account for it"


@blueprint.url_value_preprocessor
def take_photos(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """A photo from a phone is larger than any other form."""
    if endpoint in ("profiles.new", "profiles.content"):
        request.max_content_length = LARGEST + 256 * 1024


@blueprint.get("/profiles")
@opened(WHY)
def profiles() -> str:
    """What there is, for whom, and the two ways on: make one, open one's own."""
    offered = [(row, p.options_of_program(row)) for row in p.offered_programs()]
    return render_template("profiles/profiles.html", offered=offered)


@blueprint.route("/programs/<uuid:program_id>/profiles/new", methods=["GET", "POST"])
@opened(WHY)
def new(program_id: UUID) -> ResponseReturnValue:
    """Make a profile. What comes back is the card with its code, shown this once."""
    program = next((row for row in p.offered_programs() if row.id == program_id), None)
    options = p.options_of_program(program) if program else None
    if program is None or options is None:
        abort(404)
    form = profile_form(options)
    page: dict[str, Any] = {"form": form, "program": program, "options": options, "photo": ""}
    if request.method == "GET":
        return render_template("profiles/form.html", **page)
    once = uuid_of(form.once.data)
    if not form.validate() or once is None:
        return render_template("profiles/form.html", **page), 422
    try:
        made = p.make_profile(
            actor(), program_id, form.given(_read(request.files.get("photo"))), network=here(), once=once
        )
    except Refused as refused:
        _refuse(form, refused)
        return render_template("profiles/form.html", **page), 422
    except Conflict as conflict:
        form.refuse(Refused(conflict.reason))
        return render_template("profiles/form.html", **page), 409
    except TooMany as many:
        form.refuse(Refused(many.reason))
        return render_template("profiles/form.html", **page), 429, {"Retry-After": str(many.seconds)}
    address = f"{current_app.extensions['settings'].base_url}/profiles/own"
    return render_template(
        "profiles/card.html",
        made=made,
        reference=made.profile_id.hex[:8].upper(),
        address=address,
        square=picture(f"{address}#{made.code}"),
        code=" ".join(made.code[at : at + 4] for at in range(0, len(made.code), 4)),
        program=program,
    )


@blueprint.route("/profiles/own", methods=["GET", "POST"])
@opened(WHY)
def own() -> ResponseReturnValue:
    """GET: type the code; who is signed in sees those they have made. POST: the profile, and who has looked at it."""
    if request.method == "GET":
        return render_template("profiles/code.html", form=CodeForm(), mine=p.own_profiles(actor()))
    key = KeyForm().key()
    view = p.open_profile(actor(), key)
    return _unknown() if view is None else _page(view)


@blueprint.post("/profiles/own/form")
@opened(WHY)
def form() -> ResponseReturnValue:
    """The form with what stands now."""
    view = p.open_profile(actor(), KeyForm().key())
    if view is None:
        return _unknown()
    filled = profile_form(view.options, formdata=None)
    filled.fill(view)
    return _form_page(filled, view)


@blueprint.post("/profiles/own/content")
@opened(WHY)
def content() -> ResponseReturnValue:
    """Save what was changed; it is confirmed with that."""
    view = p.open_profile(actor(), KeyForm().key())
    if view is None:
        return _unknown()
    typed = profile_form(view.options)
    if not typed.validate():
        return _form_page(typed, view), 422
    try:
        version = whole_number(typed.version.data)
        saved = p.change_profile(
            actor(), typed.key(), typed.given(_read(request.files.get("photo"))), version=version
        )
    except Refused as refused:
        _refuse(typed, refused)
        return _form_page(typed, view), 422
    except Conflict as conflict:
        typed.refuse(Refused(conflict.reason))
        typed.version.data = str(view.version)
        return _form_page(typed, view), 409
    return _page(saved, _("Saved. It is good until the day below."))


@blueprint.post("/profiles/own/confirmation")
@opened(WHY)
def confirmation() -> ResponseReturnValue:
    """It is still right."""
    try:
        return _page(p.confirm_profile(actor(), KeyForm().key()), _("Confirmed. Thank you."))
    except NotHere:
        return _unknown()


@blueprint.post("/profiles/own/deletion")
@opened(WHY)
def deletion() -> ResponseReturnValue:
    """Delete it, at once, after a tick that one is sure."""
    typed = KeyForm()
    view = p.open_profile(actor(), typed.key())
    if view is None:
        return _unknown()
    if not typed.sure.data:
        typed.refuse(Refused(_("Tick that you want it deleted."), "sure"))
        typed.hold(view)
        return render_template("profiles/own.html", view=view, form=typed, said=""), 422
    p.delete_profile(actor(), typed.key())
    return render_template("profiles/deleted.html")


def _page(view: p.OwnerView, said: str = "") -> str:
    form = KeyForm(formdata=None)
    form.hold(view)
    return render_template("profiles/own.html", view=view, form=form, said=said)


def _form_page(form: ProfileForm, view: p.OwnerView) -> str:
    return render_template(
        "profiles/form.html",
        form=form,
        program=view.program,
        options=view.options,
        photo=view.photo,
        view=view,
    )


def _refuse(form: ProfileForm, refused: Refused) -> None:
    """A preset's own question is blamed by its code."""
    field = "told_" + refused.field if refused.field and "told_" + refused.field in form else refused.field
    form.refuse(Refused(refused.reason, field))


def _read(file: FileStorage | None) -> bytes | None:
    """The picture that was sent along; None where none was. It is drawn anew before it is kept."""
    return (file.read(LARGEST + 1) or None) if file else None


def _unknown() -> ResponseReturnValue:
    """The same for every code that is none of ours, and 429 after too many of them."""
    missed_code()
    form = CodeForm(formdata=None)
    form.refuse(Refused(_("We do not know this code. Check it on your card."), "code"))
    return render_template("profiles/code.html", form=form, mine=p.own_profiles(actor())), 422
