"""The doors of the roster and of what the card shows: shifts, pinned places, the line on call, districts' middles, partners."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import programs as p
from portal import referrals as r
from portal.programs import teams as t
from portal.store import Refused, clock
from portal.web.forms import PageForm
from portal.web.forms_dispatch import LineForm, MiddleForm, PartnerForm, PlaceForm, ShiftForm
from portal.web.gates import actor, gate
from portal.web.moments import from_wall, local
from portal.web.words import LANGUAGE_WORDS

blueprint = Blueprint("rosters", __name__)

_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


@blueprint.route("/programs/<uuid:program_id>/roster", methods=["GET", "POST"])
@gate("program.arrange")
def roster(program_id: UUID) -> ResponseReturnValue:
    """Who is on duty now and next; and one more shift."""
    program = p.program_for(actor(), program_id)
    if program is None or t.options_for(program) is None or not t.roster_of(actor(), program):
        abort(404)
    form = ShiftForm()
    form.who.choices = _people(program_id)
    form.district_id.choices = [
        ("", _("Everywhere")),
        *((str(code), name) for code, name in t.works_in(program)),
    ]
    if request.method == "GET":
        at = local(clock.now()).replace(tzinfo=None, minute=0, second=0, microsecond=0)
        form.starts_at.data, form.ends_at.data = at, at + timedelta(hours=8)
        return _roster_page(form, program_id)
    if not form.validate():
        return _roster_page(form, program_id), 422
    who, _bar, role = (form.who.data or "").partition("|")
    try:
        starts_at, ends_at = from_wall(form.starts_at.data), from_wall(form.ends_at.data)
        assert starts_at is not None  # noqa: S101 - the form requires it
        assert ends_at is not None  # noqa: S101 - the form requires it
        count = t.add_shifts(
            actor(),
            program_id,
            t.Shift(
                account_id=UUID(who),
                role=role,
                starts_at=starts_at,
                ends_at=ends_at,
                district_id=UUID(form.district_id.data) if form.district_id.data else None,
                on_call=form.on_call.data,
                weeks=form.weeks.data,
            ),
        )
    except r.NotHere:
        abort(404)
    except Refused as refused:
        form.refuse(Refused(refused.reason, {"account_id": "who"}.get(refused.field or "", refused.field)))
        return _roster_page(form, program_id), 422
    flash(_("Saved. Shifts put down: %(count)s", count=count))
    return redirect(url_for("rosters.roster", program_id=program_id), 303)


@blueprint.post("/programs/<uuid:program_id>/roster/<uuid:shift_id>/ending")
@gate("program.arrange")
def ending(program_id: UUID, shift_id: UUID) -> ResponseReturnValue:
    """A shift ends now, or does not take place."""
    try:
        t.call_off_shift(actor(), shift_id)
    except r.NotHere:
        abort(404)
    return redirect(url_for("rosters.roster", program_id=program_id), 303)


@blueprint.route("/programs/<uuid:program_id>/dispatch/places", methods=["GET", "POST"])
@gate("program.arrange")
def places(program_id: UUID) -> ResponseReturnValue:
    """What stands on the card: places, the line on call, the middles of districts, partners. Each has its own button."""
    setup = t.setup_for(actor(), program_id)
    if setup is None:
        abort(404)
    if request.method == "GET":
        return _places_page(setup)
    part = request.form.get("part", "")
    if part not in _PARTS:
        abort(404)
    form = _filled(_PARTS[part][0](), setup)
    if not form.validate():
        return _places_page(setup, form), 422
    try:
        _PARTS[part][1](program_id, form)
    except r.NotHere:
        abort(404)
    except Refused as refused:
        form.refuse(refused)
        return _places_page(setup, form), 422
    flash(_("Saved."))
    return redirect(url_for("rosters.places", program_id=program_id), 303)


def _pin(program_id: UUID, form: PlaceForm) -> None:
    t.pin_place(
        actor(),
        program_id,
        _listing(form.listing.data),
        rank=form.rank.data or 1,
        no_refusal=form.no_refusal.data,
    )


def _unpin(program_id: UUID, form: PlaceForm) -> None:
    t.unpin_place(actor(), program_id, _listing(form.listing.data))


def _line(program_id: UUID, form: LineForm) -> None:
    t.set_on_call(actor(), program_id, form.label.data or "", form.phone.data or "", form.video.data or "")


def _middle(program_id: UUID, form: MiddleForm) -> None:
    t.set_middle(actor(), program_id, _one(form.district_id.data, "district_id"), form.place.data or "")


def _partner(program_id: UUID, form: PartnerForm) -> None:
    t.set_partner(
        actor(),
        program_id,
        t.PartnerFacts(
            _one(form.organization_id.data, "organization_id"),
            tuple(form.languages.data or ()),
            tuple(form.cultures.data or ()),
            form.rank.data or 100,
        ),
    )


def _end_partner(program_id: UUID, form: PartnerForm) -> None:
    t.end_partner(actor(), program_id, _one(form.organization_id.data, "organization_id"))


_PARTS: dict[str, tuple[type[PageForm], Callable[[UUID, PageForm], None]]] = {
    "place": (PlaceForm, _pin),
    "unpin": (PlaceForm, _unpin),
    "line": (LineForm, _line),
    "middle": (MiddleForm, _middle),
    "partner": (PartnerForm, _partner),
    "partner_end": (PartnerForm, _end_partner),
}


def _filled(form: PageForm, setup: t.Setup) -> PageForm:
    """The choices of this program in the form that has some."""
    if isinstance(form, PartnerForm):
        form.organization_id.choices = [
            ("", _("Choose")),
            *((str(code), name) for code, name in setup.joined),
        ]
        form.cultures.choices = [(each.code, each.label) for each in setup.options.cultures]
    return form


def _places_page(setup: t.Setup, form: PageForm | None = None) -> str:
    """The typed form with what is wrong in it, the others as they stand."""
    line = form if isinstance(form, LineForm) else LineForm(formdata=None, obj=setup.line)
    return render_template(
        "dispatch/places.html",
        setup=setup,
        form=form or line,
        line=line,
        place=form if isinstance(form, PlaceForm) else PlaceForm(formdata=None),
        partner=form if isinstance(form, PartnerForm) else _filled(PartnerForm(formdata=None), setup),
        language_words=LANGUAGE_WORDS,
    )


def _roster_page(form: ShiftForm, program_id: UUID) -> str:
    program = p.program_for(actor(), program_id)
    if program is None:
        abort(404)
    now = clock.now()
    return render_template(
        "dispatch/roster.html",
        form=form,
        program=program,
        now=t.on_duty(actor(), program, now),
        later=t.shifts_to_come(actor(), program, now),
        arranges=t.may_arrange(actor(), program),
    )


def _people(program_id: UUID) -> list[tuple[str, str]]:
    """Who may be put down: everybody for an arranger, else oneself; a line for each role."""
    program = p.program_for(actor(), program_id)
    if program is None:
        return []
    preset = p.effective(program)
    words = {role.code: role.label for role in preset.roles}
    rows = t.people_of(program)
    mine = actor().account_id
    known = {(account, role) for account, _name, role in rows}
    rows += [
        (mine, actor().name, role)
        for role in sorted(p.roles_in(actor(), program) - {"supervisor"})
        if mine is not None and (mine, role) not in known
    ]
    if not t.may_arrange(actor(), program):
        rows = [row for row in rows if row[0] == mine]
    return [(f"{account}|{role}", f"{name}, {words.get(role, role)}") for account, name, role in rows]


def _listing(text: str | None) -> UUID:
    """The id in the address of a service's page, or the id alone."""
    found = _ID.search((text or "").lower())
    return _one(found[0] if found else "", "listing")


def _one(text: str | None, field: str) -> UUID:
    try:
        return UUID(text or "")
    except ValueError:
        raise Refused(_("Choose one of the list."), field) from None
