"""A person's own data, asked for at a desk: taken by a service or the privacy officer, carried out by the officer.

The copy is a page to print (or to save as PDF from the print window) and a file of JSON; neither is kept here.
"""

import json
import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from portal import programs as p
from portal import referrals as r
from portal.store import Conflict, Refused
from portal.web.forms import PageForm
from portal.web.gates import actor, gate
from portal.web.words import (
    AGE_WORDS,
    ATTEMPT_WORDS,
    BASIS_WORDS,
    DECLINE_WORDS,
    FOLLOW_UP_WORDS,
    MEANS_WORDS,
    METHOD_WORDS,
    NEED_WORDS,
    SAFE_CONTACT_WORDS,
    URGENCY_WORDS,
    Words,
)

blueprint = Blueprint("rights", __name__)

CHECK_WORDS: Words = {
    "photo_document": _l("I saw a document with a photo"),
    "known_to_staff": _l("I know the person"),
    "representative": _l("Somebody acts for them, and I saw the paper that says so"),
}
END_WORDS: Words = {
    "done": _l("Done: they have their answer"),
    "identity_not_shown": _l("It could not be made sure who it is"),
    "taken_back": _l("The person no longer wants it"),
}
# Tables of the copy as a person reads them; a table that is not here keeps its own name.
TABLE_WORDS: Words = {
    "person": _l("You"),
    "correction": _l("What you said is wrong"),
    "need": _l("Requests for help"),
    "consent": _l("What you agreed to"),
    "offer": _l("Services that were asked"),
    "offer_event": _l("What happened"),
    "disclosure": _l("What was told to whom, as it is stored"),
    "handoff": _l("How you were handed over"),
    "follow_up": _l("Follow-up tasks"),
    "attempt": _l("Tries to reach you"),
    "fallback": _l("Services on the list to be asked next"),
    "rights_request": _l("What you asked about your data"),
    "break_glass": _l("Openings in an emergency"),
    "legal_hold": _l("Legal holds"),
    "transport": _l("How you got there"),
    "script_answers": _l("What you answered on the phone"),
    "client": _l("The random key that ties your requests and calls together"),
    "encounter": _l("Calls at which you were met"),
    "encounter_need": _l("Which request came of which call"),
    "program_task": _l("What a team owed you after a call"),
    "task_attempt": _l("Tries of a team to reach you"),
    "program_case": _l("Your case, and the plan that you agreed to"),
    "engagement": _l("Your way from the scene into care"),
}


# Columns of the copy whose codes have words on other pages too.
CODE_WORDS: dict[str, Words] = {
    "code": NEED_WORDS,
    "urgency": URGENCY_WORDS,
    "age_band": AGE_WORDS,
    "basis": BASIS_WORDS,
    "safe_contact": SAFE_CONTACT_WORDS,
    "method": METHOD_WORDS,
    "decline_reason": DECLINE_WORDS,
    "means": MEANS_WORDS,
    "result": ATTEMPT_WORDS | FOLLOW_UP_WORDS,
    "identity_check": CHECK_WORDS,
    "ended_as": END_WORDS,
}


class TakeForm(PageForm):
    code = StringField(
        _l("The code on their card"),
        [InputRequired(_l("Write the code.")), Length(max=80, message=_l("This is too long."))],
        description=_l("The short code will do. No card? The team that sent them can print a new one."),
    )
    identity_check = RadioField(
        _l("How did you make sure who it is?"),
        choices=list(CHECK_WORDS.items()),
        validators=[InputRequired(_l("Choose how you made sure who it is."))],
    )


class NoteForm(PageForm):
    note = TextAreaField(
        _l("What does the person say is wrong?"),
        [InputRequired(_l("Write what the person says is wrong.")), Length(max=280)],
        description=_l("In their words. 280 characters. It is shown beside what it corrects."),
    )


class SureForm(PageForm):
    sure = BooleanField(
        _l("The person wants this"), validators=[InputRequired(_l("Tick that the person wants this."))]
    )


class EndForm(PageForm):
    ended_as = RadioField(
        _l("How did it end?"),
        choices=list(END_WORDS.items()),
        validators=[InputRequired(_l("Choose one."))],
    )


@blueprint.route("/privacy/requests", methods=["GET", "POST"])
@gate("rights.take")
def requests() -> ResponseReturnValue:
    """What was asked, nearest end first; POST takes a new one: the person stands here with their card."""
    form = TakeForm()
    if not form.is_submitted():
        return _list(form)
    if not form.validate():
        return _list(form), 422
    try:
        taken = r.begin_request(actor(), form.code.data, form.identity_check.data)
    except Refused as refused:
        form.refuse(refused)
        return _list(form), 422
    return redirect(url_for("rights.one", request_id=taken), 303)


@blueprint.get("/privacy/requests/<uuid:request_id>")
@gate("rights.take")
def one(request_id: UUID) -> ResponseReturnValue:
    """One request: until when, what was done, what can be done."""
    return _page(request_id)


@blueprint.post("/privacy/requests/<uuid:request_id>/copy")
@gate("rights.act")
def copy(request_id: UUID) -> ResponseReturnValue:
    """Everything under the person's key, to print or as JSON. Made now, kept by nobody; the making is written down."""
    try:
        made = r.export_person(actor(), request_id)
    except r.NotHere:
        abort(404)
    except Conflict as conflict:
        return _page(request_id, changed=conflict.reason, status=409)
    if request.form.get("as") == "json":
        return _file(json.dumps(made, indent=1, ensure_ascii=False))
    return render_template(
        "privacy/copy.html",
        copy=made,
        tables=[(TABLE_WORDS.get(name, name), _as_read(rows)) for name, rows in _in_order(made["tables"])],
        request_id=request_id,
    )


@blueprint.post("/privacy/requests/<uuid:request_id>/correction")
@gate("rights.act")
def correction(request_id: UUID) -> ResponseReturnValue:
    """The person says what is wrong; it is kept beside it."""
    form = NoteForm()
    return _act(request_id, form, lambda: r.add_correction(actor(), request_id, form.note.data))


@blueprint.post("/privacy/requests/<uuid:request_id>/restriction")
@gate("rights.act")
def restriction(request_id: UUID) -> ResponseReturnValue:
    """Nobody else is asked unless the person was asked first."""
    return _act(request_id, SureForm(prefix="restrict-"), lambda: r.restrict_person(actor(), request_id))


@blueprint.post("/privacy/requests/<uuid:request_id>/deletion")
@gate("rights.act")
def deletion(request_id: UUID) -> ResponseReturnValue:
    """All that may be deleted is deleted, at once."""
    return _act(request_id, SureForm(prefix="delete-"), lambda: p.erase_met(actor(), request_id))


@blueprint.post("/privacy/requests/<uuid:request_id>/end")
@gate("rights.act")
def end(request_id: UUID) -> ResponseReturnValue:
    """The request is answered, or goes no further."""
    form = EndForm()
    return _act(request_id, form, lambda: r.end_request(actor(), request_id, form.ended_as.data))


def _act(request_id: UUID, form: PageForm, verb: Callable[[], None]) -> ResponseReturnValue:
    """One verb behind one small form: done, and back to the request; or the page again, with what is wrong."""
    if r.request_for(actor(), request_id) is None:
        abort(404)
    if not form.validate():
        return _page(request_id, form, status=422)
    try:
        verb()
    except r.NotHere:
        abort(404)
    except Refused as refused:
        form.refuse(refused)
        return _page(request_id, form, status=422)
    except Conflict as conflict:
        return _page(request_id, changed=conflict.reason, status=409)
    flash(_("Saved."))
    return redirect(url_for("rights.one", request_id=request_id), 303)


def _list(form: TakeForm) -> str:
    return render_template("privacy/requests.html", requests=r.requests_for(actor()), form=form)


def _page(
    request_id: UUID, form: PageForm | None = None, *, changed: str = "", status: int = 200
) -> ResponseReturnValue:
    found = r.request_for(actor(), request_id)
    if found is None:
        abort(404)
    forms: dict[str, PageForm] = {
        "note": NoteForm(formdata=None),
        "restrict": SureForm(formdata=None, prefix="restrict-"),
        "delete": SureForm(formdata=None, prefix="delete-"),
        "end": EndForm(formdata=None),
    }
    for name, empty in forms.items():
        if form is not None and type(form) is type(empty) and form._prefix == empty._prefix:
            forms[name] = form
    page = render_template(
        "privacy/request.html",
        asked=found,
        forms_of=forms,
        form=form,
        changed=changed,
        check_words=CHECK_WORDS,
        end_words=END_WORDS,
    )
    return page, status


def _in_order(tables: dict[str, list[dict[str, Any]]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """The person first, then what happened; tables without words of their own come last. The ledger stands above them all."""
    order = [*TABLE_WORDS, *tables]
    return sorted(
        ((name, rows) for name, rows in tables.items() if name not in ("disclosure", "client")),
        key=lambda pair: order.index(pair[0]),
    )


def _as_read(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows for reading: without ids (the file has them), codes in words."""
    return [
        {
            column.removesuffix("_id").replace("_", " "): CODE_WORDS.get(column, {}).get(value, value)
            for column, value in row.items()
            if column not in ("id", "number", "ordinal", "community_id") and not _is_id(value)
        }
        for row in rows
    ]


def _is_id(value: object) -> bool:
    return isinstance(value, str) and bool(
        re.fullmatch(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", value)
    )


def _file(text: str) -> Response:
    """A download whose name says nothing of anybody."""
    response = make_response(text)
    response.mimetype = "application/json"
    response.headers["Content-Disposition"] = 'attachment; filename="handrail-copy.json"'
    return response
