"""Consents that are signed and taken back, the ledger of disclosures, and which units work under 42 CFR part 2."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField
from wtforms.validators import Length, Optional

from portal import referrals as r
from portal.store import Conflict, Refused
from portal.web.forms import PageForm
from portal.web.forms_consent import ConsentForm, mark_of
from portal.web.gates import actor, gate

blueprint = Blueprint("privacy", __name__)
MOST_SHOWN = 200  # lines of the ledger on a page; the table to download has all


class LedgerForm(PageForm):
    """Which lines of the ledger."""

    reference = StringField(
        _l("Reference"),
        description=_l("The 6 letters and digits of one request. Or choose below."),
        validators=[Length(max=20, message=_l("A reference has 6 letters and digits."))],
    )
    organization = SelectField(_l("Organization"), choices=[], validators=[Optional()])
    since = DateField(_l("From"), validators=[Optional()])
    until = DateField(_l("To"), validators=[Optional()])

    def asked(self) -> r.LedgerQuestion:
        chosen = self.organization.data or ""
        return r.LedgerQuestion(
            reference=(self.reference.data or "").strip(),
            organization_id=UUID(chosen) if chosen else None,
            since=self.since.data,
            until=self.until.data,
        )


@blueprint.route("/needs/<uuid:need_id>/consents", methods=["GET", "POST"])
@gate("need.act")
def of_need(need_id: UUID) -> ResponseReturnValue:
    """The consents of one referral, and "the person now agrees": signed here, it counts from now on."""
    return _consents(url_for("responder.need", need_id=need_id), need_id=need_id)


@blueprint.route("/offers/<uuid:offer_id>/consents", methods=["GET", "POST"])
@gate("offer.answer")
def of_offer(offer_id: UUID) -> ResponseReturnValue:
    """The same for a program: the person agrees, at its own desk, that the sender hears of it."""
    return _consents(url_for("inbox.offer", offer_id=offer_id), offer_id=offer_id)


def _consents(back: str, **of: UUID) -> ResponseReturnValue:
    found = r.signing(actor(), **of)
    if found is None:
        abort(404)
    form = ConsentForm()
    if request.method == "GET":
        return _consents_page(found, form, back)
    seen = form.saw(found.asks)
    if not form.validate() or (seen and form.lacks_initials()):
        return _consents_page(found, form, back), 422
    if not seen:
        form.refuse(Refused(_("The text has changed. Read it again, then sign.")))
        return _consents_page(found, form, back), 409
    try:
        r.record_consent(actor(), form.terms(), **of)
    except r.NotHere:
        abort(404)
    except Refused as refused:
        form.refuse(refused)
        return _consents_page(found, form, back), 422
    except Conflict as conflict:
        form.refuse(Refused(conflict.reason))
        return _consents_page(found, form, back), 409
    flash(_("Signed. It counts from now on."))
    return redirect(back, 303)


def _consents_page(found: r.Signing, form: ConsentForm, back: str) -> str:
    form.shown.data = mark_of(found.asks)
    texts = r.texts_of(actor(), found.asks)
    return render_template("privacy/consents.html", signing=found, form=form, texts=texts, back=back)


@blueprint.route("/consents/<uuid:consent_id>/revocation", methods=["GET", "POST"])
@gate("consent.revoke")
def revocation(consent_id: UUID) -> ResponseReturnValue:
    """One consent is taken back, at once. GET says what that means; POST does it."""
    found = r.consent_for(actor(), consent_id)
    if found is None:
        abort(404)
    if request.method == "GET":
        return render_template("privacy/revocation.html", consent=found, back=_back_of(found))
    try:
        r.revoke_consent(actor(), consent_id)
    except r.NotHere:
        abort(404)
    flash(_("Taken back. Nothing more is told on it."))
    return redirect(_back_of(found), 303)


def _back_of(found: r.ConsentView) -> str:
    """The page from which this reader looks at consents."""
    need = r.need_for(actor(), found.need_id)
    if need is not None:
        return url_for("privacy.of_need", need_id=need.id)
    own = next((offer for offer in r.inbox_for(actor()) if offer.need_id == found.need_id), None)
    if own is not None:
        return url_for("privacy.of_offer", offer_id=own.id)
    return "/privacy" if actor().has("privacy_officer") else "/"


@blueprint.get("/privacy/disclosures")
@gate("disclosure.read")
def disclosures() -> ResponseReturnValue:
    """The accounting of disclosures: of one request, or of one organization, over a span of days."""
    form, lines = _ledger()
    shown = lines[-MOST_SHOWN:]
    return render_template(
        "privacy/disclosures.html",
        form=form,
        lines=shown,
        more=len(lines) - len(shown),
        table=f"{url_for('privacy.table')}?{urlencode(request.args.to_dict())}",
    ), (422 if form.errors else 200)


@blueprint.get("/privacy/disclosures.csv")
@gate("disclosure.read")
def table() -> ResponseReturnValue:
    """The same as a table to download, whole."""
    form, lines = _ledger()
    if form.errors:
        abort(422)
    answer = Response(r.ledger_csv(lines), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="handrail-disclosures.csv"'
    return answer


def _ledger() -> tuple[LedgerForm, tuple[r.LedgerLine, ...]]:
    form: Any = LedgerForm(request.args)
    parties = r.ledger_parties(actor())
    form.organization.choices = [("", _("All")), *((str(key), name) for key, name in parties.items())]
    if not form.validate():
        return form, ()
    try:
        return form, r.disclosures(actor(), form.asked())
    except Refused as refused:
        form.refuse(refused)
        return form, ()


@blueprint.get("/privacy/units")
@gate("part2.set")
def units() -> ResponseReturnValue:
    """Which units that send work under 42 CFR part 2 themselves."""
    return render_template("privacy/units.html", units=r.sending_units(actor()))


@blueprint.post("/privacy/units/<uuid:organization_id>")
@gate("part2.set")
def unit(organization_id: UUID) -> ResponseReturnValue:
    """One unit is marked as under part 2, or the mark is taken off."""
    try:
        r.set_part2(actor(), organization_id, request.form.get("part2") == "y")
    except r.NotHere:
        abort(404)
    flash(_("Saved."))
    return redirect(url_for("privacy.units"), 303)
