"""The desk's doors to "can you take one person now?": one tap each, in the inbox or by the link of a letter.

The link's page is `/reply/<token>`. Opening it changes nothing; its token names one ask and one version of it.
"""

from urllib.parse import urlsplit
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import referrals as r
from portal.directory import community
from portal.messages import link, read_link
from portal.store import Actor, Conflict, Refused
from portal.web.forms_ask import RoomForm
from portal.web.gates import actor, gate, opened
from portal.web.moments import when
from portal.web.steps import version_of

blueprint = Blueprint("room", __name__)
WHY = "whoever holds the link from the desk's mail may say whether that desk has room"


@blueprint.get("/asks/<uuid:ask_id>")
@gate("offer.read")
def ask(ask_id: UUID) -> ResponseReturnValue:
    """One question, for whoever is signed in at the desk."""
    return _desk_page(_ask(ask_id))


@blueprint.post("/asks/<uuid:ask_id>/answer")
@gate("offer.answer")
def answer(ask_id: UUID) -> ResponseReturnValue:
    """Yes, no, waitlist, or an assessment first. A yes leads to what to do now, the rest back to the inbox."""
    found = _ask(ask_id)
    form = RoomForm()
    if not form.validate():
        return _desk_page(found), 422
    try:
        said = r.answer_ask(actor(), ask_id, form.answer.data or "", version=version_of(form))
    except r.NotHere:
        abort(404)
    except Refused as refused:
        return _desk_page(found, refused.reason), 422
    except Conflict as conflict:
        return _desk_page(_ask(ask_id), conflict.reason), 409
    flash(_thanks(said))
    to = url_for("room.ask", ask_id=ask_id) if said.state == "yes" else url_for("inbox.inbox")
    return redirect(to, 303)


@blueprint.get("/reply/<string:token>")
@opened(WHY)
def room(token: str) -> ResponseReturnValue:
    """What is asked: a need code, an age band, a coarse area, who asks. Changes nothing: scanners open links too."""
    found = r.ask_by_link(_reader(token))
    if found is None:
        abort(404)
    return _link_page(found, token)


@blueprint.post("/reply/<string:token>")
@opened(WHY)
def say(token: str) -> ResponseReturnValue:
    """The desk's answer; then the same page under the ask's new link."""
    who = _reader(token)
    found = r.ask_by_link(who)
    if found is None or who.ask_id is None:
        abort(404)
    form = RoomForm()
    if not form.validate():
        return _link_page(found, token), 422
    try:
        said = r.answer_ask(who, who.ask_id, form.answer.data or "", version=who.ask_version)
    except r.NotHere:
        abort(404)
    except Refused as refused:
        return _link_page(found, token, refused.reason), 422
    except Conflict:
        return _link_page(r.ask_by_link(who) or found, token), 409
    return redirect(urlsplit(link("ask", said.ask_id, said.version)).path, 303)


def _ask(ask_id: UUID) -> r.AskView:
    found = r.ask_for(actor(), ask_id)
    if found is None:
        abort(404)
    return found


def _reader(token: str) -> Actor:
    """Who holds this link. A token that does not open is 404, like one for something that is not there."""
    opened_as = read_link("ask", token)
    if opened_as is None:
        abort(404)
    ask_id, version = opened_as
    return Actor(
        kind="link",
        community_id=community().id,
        name=_("answer link"),
        ask_id=ask_id,
        ask_version=version,
    )


def _desk_page(found: r.AskView, trouble: str = "") -> str:
    target = url_for("room.answer", ask_id=found.id)
    return render_template("asking/room.html", ask=found, target=target, trouble=trouble)


def _link_page(found: r.AskView, token: str, trouble: str = "") -> str:
    target = url_for("room.room", token=token)
    return render_template("asking/room.html", ask=found, target=target, trouble=trouble)


def _thanks(said: r.Answered) -> str:
    if said.won and said.held_until:
        return _("Thank you. Please keep the place until %(when)s.", when=when(said.held_until))
    if said.state == "yes" and not said.won:
        return _("Thank you. Somebody was faster. The sender may come back to you.")
    return _("Thank you. The sender sees your answer.")
