"""What either side does on an offer after it was sent: one small page a step. The table of steps is in steps.py."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from wtforms import DateField, DateTimeLocalField

from portal import referrals as r
from portal.store import Actor, Conflict, Refused, clock
from portal.web.forms_offer import AppointmentForm, AttemptForm, FollowUpForm
from portal.web.gates import actor, gate
from portal.web.moments import local, today, when
from portal.web.steps import BY_NOUN, STEPS, About
from portal.web.words import FOLLOW_UP_WORDS

blueprint = Blueprint("offers", __name__)


class Side:
    """Who looks at this offer, and from which page: the desk that is asked, or the sender of the need."""

    def __init__(self, role: str, view: r.OfferView | r.NeedView, version: int, back: str) -> None:
        self.role = role
        self.view = view
        self.version = version
        self.back = back


def side_of(who: Actor, offer_id: UUID) -> Side | None:
    """The offer as this actor may see it; None when it is not theirs."""
    offer = r.offer_for(who, offer_id)
    if offer is not None:
        return Side("receiver", offer, offer.version, url_for("inbox.offer", offer_id=offer_id))
    need = r.need_by_offer(who, offer_id)
    if need is None:
        return None
    return Side(need.role, need, need.offer_version, url_for("responder.need", need_id=need.id))


def steps_of(view: r.OfferView | r.NeedView, offer_id: UUID | None) -> list[dict[str, Any]]:
    """The buttons that lead to the steps open to this reader now."""
    if offer_id is None:
        return []
    return [
        {
            "href": url_for("offers.step", offer_id=offer_id, noun=step.noun),
            "label": step.label,
            "look": {"first": "primary"}.get(step.look, step.look),
        }
        for step in STEPS
        if step.offered_in(view.actions)
    ]


def follow_ups_of(view: r.OfferView | r.NeedView, offer_id: UUID | None) -> list[dict[str, str]]:
    """The follow-ups in words, with a link to record those that are due."""
    return [
        {
            "words": _follow_up_words(task),
            "href": url_for("offers.follow_up", offer_id=offer_id, follow_up_id=task.id)
            if task.done_at is None and task.due_at <= clock.now()
            else "",
        }
        for task in view.follow_ups
    ]


def _follow_up_words(task: r.FollowUpView) -> str:
    day = _("Day %(day)s", day=task.day)
    if task.done_at is not None:
        return f"{day}: {FOLLOW_UP_WORDS.get(task.result, task.result)}"
    tries = ngettext("%(num)s try", "%(num)s tries", task.attempts) if task.attempts else ""
    return ", ".join(filter(None, (f"{day}: " + _("due %(when)s", when=when(task.due_at)), tries)))


@gate("offer.act")
def step(offer_id: UUID, noun: str) -> ResponseReturnValue:
    """One step: GET shows its form, POST takes it and goes back to the request."""
    found = side_of(actor(), offer_id)
    if found is None:
        abort(404)
    taken = BY_NOUN[noun]
    if not taken.open_to(found.role):
        abort(403)
    form = taken.form_for(found.role)()
    if request.method == "GET":
        if not taken.offered_in(found.view.actions):
            flash(_("That cannot be done now. This is how it stands."))
            return redirect(found.back, 303)
        _start(form, found)
        if taken.start is not None:
            taken.start(form, found.view)
        return _page(taken.about, form, found, template=taken.template)
    if not form.validate():
        return _page(taken.about, form, found, status=422, template=taken.template)
    try:
        taken.act(actor(), offer_id, form)
    except r.NotHere:
        abort(404)
    except Refused as refused:
        form.refuse(refused)
        return _page(taken.about, form, found, status=422, template=taken.template)
    except Conflict as conflict:
        now_stands = side_of(actor(), offer_id) or found
        return _page(
            taken.about, form, now_stands, status=409, moved_on=conflict.reason, template=taken.template
        )
    flash(_("Saved."))
    return redirect(_after(found, offer_id), 303)


for _noun in BY_NOUN:
    blueprint.add_url_rule(
        f"/offers/<uuid:offer_id>/{_noun}", "step", step, methods=["GET", "POST"], defaults={"noun": _noun}
    )


@blueprint.route("/offers/<uuid:offer_id>/follow-ups/<uuid:follow_up_id>", methods=["GET", "POST"])
@gate("offer.act")
def follow_up(offer_id: UUID, follow_up_id: UUID) -> ResponseReturnValue:
    """What a follow-up at 1, 7 or 30 days found."""
    found = side_of(actor(), offer_id)
    task = next((each for each in found.view.follow_ups if each.id == follow_up_id), None) if found else None
    if found is None or task is None:
        abort(404)
    form = FollowUpForm()
    about = About(_("Follow-up, day %(day)s", day=task.day), _("Save"))
    if request.method == "GET":
        return _page(about, form, found)
    if not form.validate():
        return _page(about, form, found, status=422)
    try:
        r.finish_follow_up(actor(), follow_up_id, form.result.data, means=form.means.data)
    except r.NotHere:
        abort(404)
    except Refused as refused:
        form.refuse(refused)
        return _page(about, form, found, status=422)
    except Conflict as conflict:
        return _page(about, form, found, status=409, moved_on=conflict.reason)
    flash(_("Saved."))
    return redirect(found.back, 303)


def _start(form: Any, found: Side) -> None:
    """Fill in what is usually right: the version shown, this minute, today."""
    if "version" in form:
        form.version.data = str(found.version)
    for field in form:
        if isinstance(field, DateTimeLocalField) and field.name in ("started_at", "at"):
            field.data = local(clock.now()).replace(tzinfo=None, second=0, microsecond=0)
        elif isinstance(field, DateField) and field.name == "connected_on":
            field.data = today()


def _page(
    about: About,
    form: Any,
    found: Side,
    status: int = 200,
    moved_on: str = "",
    template: str = "inbox/act.html",
) -> tuple[str, int]:
    if status == 409 and "version" in form:
        form.version.data = str(found.version)
    view = found.view
    text = render_template(
        template,
        step=about,
        form=form,
        what=f"{view.code_words} · {view.service.name if view.service else ''}".rstrip(" ·"),
        back=found.back,
        moved_on=moved_on,
        contact=view.safe_contact if view.has_person and _calls_the_person(form) else "",
    )
    return text, status


def _calls_the_person(form: Any) -> bool:
    """Whether who fills in this form has just contacted the person, or is about to."""
    return isinstance(form, AttemptForm | FollowUpForm | AppointmentForm)


def _after(found: Side, offer_id: UUID) -> str:
    """Back to the request if it is still this reader's to see, else to the list."""
    if side_of(actor(), offer_id) is not None or found.role != "receiver":
        return found.back
    return url_for("inbox.inbox")
