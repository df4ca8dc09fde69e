"""The privacy officer's records: the audit trail, legal holds, and how long what is kept."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from portal import referrals as r
from portal.accounts import account_called, names_of
from portal.store import Conflict, Refused, audit, chain
from portal.store.retention import RETENTION
from portal.web.forms import PageForm
from portal.web.gates import actor, gate
from portal.web.moments import from_wall

blueprint = Blueprint("trail", __name__)

WHO = {
    "link": _l("an answer link"),
    "clock": _l("the clock"),
    "terminal": _l("the terminal"),
    "anonymous": _l("nobody signed in"),
}


class AuditForm(PageForm):
    """What to look for."""

    day = StringField(_l("Day"), [Length(max=10)])
    account = StringField(_l("E-mail of an account"), [Length(max=254)])
    subject = StringField(
        _l("Reference or number"),
        [Length(max=64)],
        description=_l("The six signs of a request, or a whole number from the list below."),
    )


class HoldForm(PageForm):
    which = StringField(
        _l("Reference"),
        [InputRequired(_l("Write the reference.")), Length(max=36, message=_l("This is too long."))],
        description=_l("The six letters and digits that people say on the phone."),
    )
    reason = StringField(
        _l("Why must it be kept?"),
        [InputRequired(_l("Write why it must be kept.")), Length(max=280)],
        description=_l("The order or the file number. No name of the person."),
    )


@blueprint.route("/privacy/audit", methods=["GET", "POST"])
@gate("audit.read")
def trail() -> ResponseReturnValue:
    """Who did or read what, newest first; by day, account and request. Says how far the chain was made. POST takes the words of
    the filter, as an e-mail has no place in an address, and leads to the same page with ids."""
    if request.method == "GET":
        return _trail_page(AuditForm(data=_asked()))
    form = AuditForm()
    try:
        found = {"subject": (form.subject.data or "").strip(), "day": (form.day.data or "").strip()}
        if not form.validate():
            return _trail_page(form), 422
        _day(found["day"])
        found["account"] = _account(form.account.data or "")
    except Refused as refused:
        form.refuse(refused)
        return _trail_page(form), 422
    kept: dict[str, Any] = {name: value for name, value in found.items() if value}
    return redirect(url_for("trail.trail", **kept), 303)


def _asked() -> dict[str, str]:
    """The words of this address's filter."""
    return {name: request.args.get(name, "")[:64] for name in ("day", "subject")}


def _trail_page(form: AuditForm) -> str:
    who, kept = actor(), _asked()
    if who.community_id is None:
        abort(404)
    number = min(max(request.args.get("page", 1, type=int), 1), 10_000)
    try:
        since, until = _day(kept["day"])
    except Refused:
        abort(404)
    account_id = request.args.get("account", type=UUID)
    found = audit.entries(
        who.community_id,
        since=since,
        until=until,
        account_id=account_id,
        subject=kept["subject"],
        page=number,
    )
    people = {row.account_id for row in found.rows if row.account_id}
    names = names_of(people | ({account_id} if account_id else set()))
    return render_template(
        "privacy/audit.html",
        form=form,
        only=names.get(account_id, "") if account_id else "",
        kept={**kept, "account": account_id},
        rows=[(row, _who(row, names)) for row in found.rows],
        more=found.more,
        number=number,
        state=chain.state(),
    )


def _who(row: audit.AuditEntry, names: dict[UUID, str]) -> str:
    if row.account_id is None:
        return str(WHO.get(row.actor_kind, row.actor_kind))
    return names.get(row.account_id, _("an account that is gone"))


def _account(email: str) -> str:
    found = account_called(actor(), email) if email.strip() else None
    if email.strip() and found is None:
        raise Refused(_("There is no account with this e-mail."), "account")
    return str(found or "")


def _day(text: str) -> tuple[datetime | None, datetime | None]:
    """From midnight to midnight by the community's clock, in UTC; nothing for no day."""
    if not text:
        return None, None
    try:
        day = date.fromisoformat(text)
        first, last = (datetime.combine(each, time()) for each in (day, day + timedelta(days=1)))
        return from_wall(first), from_wall(last)
    except (ValueError, OverflowError):
        raise Refused(_("Write the day like 2026-11-22."), "day") from None


@blueprint.route("/privacy/holds", methods=["GET", "POST"])
@gate("hold.manage")
def holds() -> ResponseReturnValue:
    """Requests that no purge may touch. POST places a hold."""
    form = HoldForm()
    if not form.validate_on_submit():
        return _holds_page(form), 422 if form.errors else 200
    try:
        r.place_hold(actor(), form.which.data, form.reason.data)
    except Refused as refused:
        form.refuse(refused)
        return _holds_page(form), 422
    except Conflict as conflict:
        form.refuse(Refused(conflict.reason, "which"))
        return _holds_page(form), 409
    flash(_("Saved. This request is kept until you lift the hold."))
    return redirect(url_for("trail.holds"), 303)


@blueprint.post("/privacy/holds/<uuid:hold_id>/lifting")
@gate("hold.manage")
def lifting(hold_id: UUID) -> ResponseReturnValue:
    """The hold ends; the request's clocks count again."""
    try:
        r.lift_hold(actor(), hold_id)
    except r.NotHere:
        abort(404)
    flash(_("Lifted. What is due goes with the next purge."))
    return redirect(url_for("trail.holds"), 303)


def _holds_page(form: HoldForm) -> str:
    return render_template("privacy/holds.html", form=form, holds=r.holds_for(actor()))


@blueprint.get("/privacy/retention")
@gate("audit.read")
def retention() -> ResponseReturnValue:
    """The clocks by which things are erased."""
    return render_template("privacy/retention.html", clocks=RETENTION.values())
