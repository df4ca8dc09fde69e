"""The link in a letter that asks "is it still right?". Opening it changes nothing; every answer is a button; no account."""

from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import directory
from portal.messages import read_link
from portal.store import Refused
from portal.web.gates import opened

blueprint = Blueprint("confirming", __name__)
WHY = "whoever holds the link from the desk's mail may say whether its listings are right"


@blueprint.get("/confirmation/<string:token>")
@opened(WHY)
def letter(token: str) -> ResponseReturnValue:
    """What the letter asks about. Changes nothing: scanners open links too."""
    return _page(token)


@blueprint.post("/confirmation/<string:token>")
@opened(WHY)
def answer(token: str) -> ResponseReturnValue:
    """`right` of one service or of all that wait; `changed` or `gone` of one. 303 back to the letter, which says what is left."""
    letter_id = _letter_id(token)
    press, _sep, about = request.form.get("press", "").partition(":")
    try:
        if press == "right":
            view = directory.letter_view(letter_id)
            waiting = [row.service_id for row in view.waiting] if view else []
            done: object = directory.confirm_by_letter(letter_id, [_uuid(about)] if about else waiting)
        else:
            words = request.form.get(f"words-{about}", "")
            done = directory.tell_by_letter(letter_id, _uuid(about), press, words)
    except Refused as refused:
        return _page(token, page_error=refused.reason, blamed=about, typed=request.form), 422
    if done is None:
        abort(404)
    return redirect(url_for("confirming.letter", token=token, said=press), 303)


def _page(token: str, **more: object) -> str:
    view = directory.letter_view(_letter_id(token))
    if view is None:
        abort(404)
    said = {"right": _("Thank you. It says: confirmed today."), "changed": _("Thank you. A steward looks into it."),
            "gone": _("Thank you. A steward looks into it.")}.get(request.args.get("said", ""), "")  # fmt: skip
    return render_template("confirming/letter.html", view=view, token=token, said=said, **more)


def _letter_id(token: str) -> UUID:
    found = read_link("confirmation", token)
    if found is None:
        abort(404)
    return found[0]


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        abort(422)
