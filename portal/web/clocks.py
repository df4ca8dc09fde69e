"""The steward's doors to the clocks. Each saving takes two steps: what it would do is shown first; and the board of all clocks."""

from datetime import datetime
from uuid import UUID

from babel.dates import format_datetime
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from portal import directory
from portal import referrals as r
from portal.outcomes.small import small
from portal.referrals.clock_rules import NAMES, length_words
from portal.referrals.rules import URGENCIES
from portal.store import Conflict, Refused
from portal.web.forms_clocks import ClocksForm, WorkingHoursForm, typed_and_stands
from portal.web.gates import actor, gate
from portal.web.steps import version_of
from portal.web.words import URGENCY_WORDS

blueprint = Blueprint("clocks", __name__)


@blueprint.route("/clocks", methods=["GET", "POST"])
@gate("clocks.edit")
def community() -> ResponseReturnValue:
    """The community's clocks of one urgency (`?urgency=today`)."""
    return _clocks(None)


@blueprint.route("/listings/<uuid:listing_id>/clocks", methods=["GET", "POST"])
@gate("clocks.edit")
def service(listing_id: UUID) -> ResponseReturnValue:
    """The clocks of one service, where it has its own."""
    return _clocks(listing_id)


@blueprint.route("/clocks/hours", methods=["GET", "POST"])
@gate("clocks.edit")
def hours() -> ResponseReturnValue:
    """When the community's offices are open: routine clocks of services whose hours are not known pause outside of it."""
    stands = directory.working_hours_for(actor())
    if stands is None:
        abort(404)
    form = WorkingHoursForm()
    if request.method == "GET":
        form.fill(stands)
        return _hours_page(form)
    if request.form.get("step") == "change":
        return _hours_page(form)
    if not form.check_times():
        return _hours_page(form), 422
    try:
        week, days = directory.clean_week(form.week()), directory.clean_closures(form.days())
        version = version_of(form)
        if request.form.get("step") != "save" or form.shown.data != form.mark():
            effect = r.effect_of_hours(actor(), week, list(days))
            form.shown.data = form.mark()
            return render_template("clocks/hours_effect.html", form=form, effect=effect, **_words(effect))
        directory.set_working_hours(actor(), week, days, version=version)
    except Refused as refused:
        form.refuse(refused)
        return _hours_page(form), 422
    except Conflict as conflict:
        theirs = WorkingHoursForm(formdata=None)
        theirs.fill(conflict.current)
        form.version.data = str(conflict.current.version)
        return _hours_page(form, theirs=theirs, page_error=conflict.reason), 409
    flash(_("Saved. It holds for what is sent from now on."))
    return redirect(url_for("clocks.hours"), 303)


@blueprint.get("/needs/board")
@gate("board.read")
def board() -> ResponseReturnValue:
    """How all clocks stand: every open need has one owner and one deadline. Numbers alone."""
    found = r.board(actor())
    if found is None:
        abort(404)
    return render_template("clocks/board.html", board=found)


def _clocks(listing_id: UUID | None) -> ResponseReturnValue:
    urgency = request.args.get("urgency", URGENCIES[0])
    view = r.clocks_for(actor(), urgency, listing_id)
    if view is None:
        abort(404)
    form = ClocksForm()
    form.explain(view)
    if request.method == "GET":
        form.fill(view)
        return _page(form, view, listing_id)
    if request.form.get("step") == "change":
        return _page(form, view, listing_id)
    wanted = form.wanted(view)
    faults = r.clock_faults(actor(), urgency, wanted, listing_id) if form.validate() else ()
    for fault in faults:
        form.refuse(Refused(fault.words, fault.field or None))
    if form.errors:
        return _page(form, view, listing_id), 422
    if request.form.get("step") != "save" or form.shown.data != form.mark(urgency):
        return _effect_page(form, view, listing_id)
    try:
        changed = r.set_clocks(actor(), urgency, wanted, version=version_of(form), listing_id=listing_id)
    except Refused as refused:
        form.refuse(refused)
        return _page(form, view, listing_id), 422
    except Conflict as conflict:
        both = typed_and_stands(form, conflict.current)
        form.version.data = str(conflict.current.version)
        return _page(form, conflict.current, listing_id, both=both, page_error=conflict.reason), 409
    flash(_("Saved. It holds for what is sent from now on.") if changed else _("Nothing was changed."))
    return redirect(_address(listing_id, urgency), 303)


def _effect_page(form: ClocksForm, view: r.ClockView, listing_id: UUID | None) -> str:
    effect = r.effect_of_clocks(actor(), view.urgency, form.wanted(view), listing_id)
    form.shown.data = form.mark(view.urgency)
    return render_template(
        "clocks/effect.html",
        form=form,
        view=view,
        effect=effect,
        address=_address(listing_id, view.urgency),
        urgency_words=URGENCY_WORDS[view.urgency],
        **_words(effect),
    )


def _words(effect: r.Effect) -> dict[str, object]:
    """How the page says moments, and how many open needs stay as they are: a small number is not told."""
    count = ngettext("%(num)s open referral", "%(num)s open referrals", effect.untouched)
    if small(effect.untouched):
        count = _("1 to 10 open referrals")
    return {"moment": _moment, "untouched": count}


def _moment(at: datetime) -> str:
    """`Fri Nov 27, 4:53 PM`, on the clock that the moment is on."""
    return format_datetime(at, "EEE MMM d, h:mm a", locale=get_locale() or "en")


def _page(form: ClocksForm, view: r.ClockView, listing_id: UUID | None, **more: object) -> str:
    tabs = [(URGENCY_WORDS[code], _address(listing_id, code), code == view.urgency) for code in URGENCIES]
    return render_template(
        "clocks/clocks.html",
        form=form,
        view=view,
        tabs=tabs,
        address=_address(listing_id, view.urgency),
        listing_id=listing_id,
        names=NAMES,
        length_words=length_words,
        **more,
    )


def _hours_page(form: WorkingHoursForm, **more: object) -> str:
    return render_template("clocks/hours.html", form=form, days=directory.DAYS, **more)


def _address(listing_id: UUID | None, urgency: str) -> str:
    if listing_id is None:
        return url_for("clocks.community", urgency=urgency)
    return url_for("clocks.service", listing_id=listing_id, urgency=urgency)
