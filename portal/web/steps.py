"""The steps that follow a yes, or stop a request: a table of small pages, each with one form and one verb.

A step's page is `/offers/<id>/<noun>`. Which steps a reader is offered comes from the view's `actions`; whether one may
be taken is decided by the verb, and shown again here only to tell "not your role" (403) from "not yours" (404).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from portal import referrals as r
from portal.referrals.rules import MOVES
from portal.store import Actor, Refused, clock
from portal.web import forms_offer as f
from portal.web.forms import PageForm
from portal.web.moments import from_wall, local

Act = Callable[[Actor, UUID, Any], object]
Start = Callable[[Any, r.OfferView | r.NeedView], None]
# What is added without a move, by fewer than all: arrivals are the desk's own.
ADDED = {"record_arrival": ("receiver",)}
FACTS = ("answered", "person_present", "person_spoke", "person_agreed", "receiver_took_over")


def version_of(form: Any) -> int:
    """The version that the page showed. Raises Refused for what no page of ours says."""
    return whole_number(form.version.data)


def whole_number(typed: object) -> int:
    """A version out of a hidden field. Raises Refused for what no page of ours says."""
    text = str(typed or "")
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        raise Refused(str(_l("This page is old. Open it again.")))
    return int(text)


@dataclass(frozen=True)
class About:
    """What a page of one form says around the form."""

    heading: LazyString | str
    button: LazyString | str
    words: LazyString | str = ""
    look: str = ""


@dataclass(frozen=True)
class Step:
    """noun: of the URL. action: as the views name it. label: of the button that leads here. form, and the sender's own
    form where it differs. look: how the button looks (first: what usually comes next). start: fills in what is known already;
    template: the page, where the plain one is not enough."""

    noun: str
    action: str
    label: LazyString
    heading: LazyString
    button: LazyString
    form: type[PageForm]
    act: Act
    words: LazyString | str = ""
    look: str = ""
    sender_form: type[PageForm] | None = None
    start: Start | None = None
    template: str = "inbox/act.html"

    @property
    def about(self) -> About:
        return About(self.heading, self.button, self.words, "danger" if self.look == "danger" else "")

    def form_for(self, role: str) -> type[PageForm]:
        return self.sender_form if role in ("sender", "supervisor") and self.sender_form else self.form

    def offered_in(self, actions: tuple[str, ...]) -> bool:
        """Whether a view offers this step to its reader now."""
        return self.action in actions

    def open_to(self, role: str) -> bool:
        """Whether the tables let this role take it at all (attempts are recorded by both sides)."""
        move = MOVES.get(self.action)
        role = "receiver" if role == "link" else role
        return role in (move.roles if move is not None else ADDED.get(self.action, (role,)))


def _handoff(actor: Actor, offer_id: UUID, form: f.HandoffForm) -> object:
    code = "".join(letter for letter in (form.code.data or "") if letter.isdigit()) if "code" in form else ""
    return r.record_handoff(actor, offer_id, _facts(form), version=version_of(form), code=code)


def _corrected(actor: Actor, offer_id: UUID, form: f.HandoffForm) -> object:
    return r.correct_handoff(actor, offer_id, _facts(form), version=version_of(form))


def _facts(form: f.HandoffForm) -> r.HandoffFacts:
    started = from_wall(form.started_at.data)
    assert started is not None  # noqa: S101 - the form requires it
    return r.HandoffFacts(
        method=form.method.data,
        started_at=started,
        ended_at=from_wall(form.ended_at.data),
        answered=form.answered.data,
        spoke_with_name=(form.spoke_with_name.data or "").strip(),
        spoke_with_role=(form.spoke_with_role.data or "").strip(),
        person_present=form.person_present.data,
        person_spoke=form.person_spoke.data,
        person_agreed=form.person_agreed.data,
        receiver_took_over=form.receiver_took_over.data,
    )


def _shown_again(form: f.HandoffForm, view: r.OfferView | r.NeedView) -> None:
    """The facts as they were recorded, to be put right."""
    row = view.handoff
    if row is None:
        return
    for name in ("started_at", "ended_at"):
        moment = getattr(row, name)
        form[name].data = local(moment).replace(tzinfo=None) if moment else None
    for name in ("method", "spoke_with_name", "spoke_with_role", *FACTS):
        form[name].data = getattr(row, name)


def _who_took_it(form: f.HandoffForm, view: r.OfferView | r.NeedView) -> None:
    """It has just ended, and at the desk it is known who took it."""
    form.ended_at.data = local(clock.now()).replace(tzinfo=None, second=0, microsecond=0)
    if isinstance(view, r.OfferView):
        form.spoke_with_name.data = view.answered_by


def _transport(actor: Actor, offer_id: UUID, form: f.TransportForm) -> None:
    times = {name: from_wall(form[name].data) for name in ("departed_at", "arrived_at", "released_at")}
    r.record_transport(
        actor, offer_id, r.TransportFacts(form.means.data, form.voluntary.data == "yes", **times)
    )


def _connected(actor: Actor, offer_id: UUID, form: f.ConnectedForm) -> object:
    name = (form.receiver_name.data or "").strip() if "receiver_name" in form else ""
    return r.confirm_connected(
        actor, offer_id, form.connected_on.data, version=version_of(form), receiver_name=name
    )


def _appointment(actor: Actor, offer_id: UUID, form: f.AppointmentForm) -> object:
    at = from_wall(form.appointment_at.data)
    assert at is not None  # noqa: S101 - the form requires it
    return r.schedule_offer(actor, offer_id, at, version=version_of(form))


def _attempt(actor: Actor, offer_id: UUID, form: f.AttemptForm) -> object:
    return r.record_attempt(actor, offer_id, form.means.data, form.result.data, at=from_wall(form.at.data))


STEPS: tuple[Step, ...] = (
    Step(
        "information",
        "give_information",
        _l("Answer their question"),
        _l("Answer their question"),
        _l("Send the answer"),
        f.InformationForm,
        lambda actor, offer_id, form: r.give_information(
            actor, offer_id, form.text.data, version=version_of(form)
        ),
        look="first",
    ),
    Step(
        "handoff",
        "record_handoff",
        _l("Record the handoff"),
        _l("Record the handoff"),
        _l("Save the handoff"),
        f.HandoffForm,
        _handoff,
        look="first",
        sender_form=f.SenderHandoffForm,
        start=_who_took_it,
        template="inbox/handoff.html",
    ),
    Step(
        "connected",
        "confirm_connected",
        _l("First service received"),
        _l("First service received"),
        _l("Confirm"),
        f.ConnectedForm,
        _connected,
        look="first",
        sender_form=f.WitnessedForm,
    ),
    Step(
        "appointment",
        "schedule",
        _l("Make an appointment"),
        _l("Appointment"),
        _l("Save the appointment"),
        f.AppointmentForm,
        _appointment,
        words=_l("Only your own desk sees it. Tell the person yourself."),
    ),
    Step(
        "arrival",
        "record_arrival",
        _l("They came to the appointment"),
        _l("They came to the appointment"),
        _l("They came"),
        f.VersionForm,
        lambda actor, offer_id, form: r.record_arrival(actor, offer_id, version=version_of(form)),
        words=_l("Only your own desk sees it. Say it apart when the first service is received."),
        look="first",
    ),
    Step(
        "no-show",
        "mark_no_show",
        _l("Did not come"),
        _l("The person did not come"),
        _l("Did not come"),
        f.VersionForm,
        lambda actor, offer_id, form: r.mark_no_show(actor, offer_id, version=version_of(form)),
        words=_l("You can give a new time afterwards."),
    ),
    Step(
        "transport",
        "record_transport",
        _l("How they got there"),
        _l("How they got there"),
        _l("Save"),
        f.TransportForm,
        _transport,
        words=_l("Fill in what has happened so far. You can come back for the rest."),
        template="inbox/transport.html",
    ),
    Step(
        "attempts",
        "record_attempt",
        _l("Record a try to reach the person"),
        _l("A try to reach the person"),
        _l("Save"),
        f.AttemptForm,
        _attempt,
    ),
    Step(
        "unable-to-reach",
        "mark_unable_to_reach",
        _l("Could not be reached"),
        _l("Could not be reached"),
        _l("Close as not reached"),
        f.VersionForm,
        lambda actor, offer_id, form: r.mark_unable_to_reach(actor, offer_id, version=version_of(form)),
        words=_l("Only after 3 tries on 3 different days."),
        look="danger",
    ),
    Step(
        "not-connected",
        "mark_not_connected",
        _l("It did not work out"),
        _l("It did not work out"),
        _l("Save"),
        f.NotConnectedForm,
        lambda actor, offer_id, form: r.mark_not_connected(
            actor, offer_id, form.reason.data, version=version_of(form)
        ),
        look="danger",
    ),
    Step(
        "cancellation",
        "cancel",
        _l("Cancel the request"),
        _l("Cancel the request"),
        _l("Cancel the request"),
        f.CancelForm,
        lambda actor, offer_id, form: r.cancel_offer(
            actor, offer_id, form.reason.data, version=version_of(form)
        ),
        look="danger",
    ),
    Step(
        "withdrawal",
        "withdraw",
        _l("The person said no after all"),
        _l("The person said no after all"),
        _l("Withdraw now"),
        f.VersionForm,
        lambda actor, offer_id, form: r.withdraw_consent(actor, offer_id),
        words=_l("This works at once. Name, phone and notes are erased. It cannot be undone."),
        look="danger",
    ),
    Step(
        "void",
        "void",
        _l("It was a mistake"),
        _l("It was a mistake"),
        _l("Void it"),
        f.VoidForm,
        lambda actor, offer_id, form: r.void_offer(actor, offer_id, form.reason.data),
        words=_l("It leaves every count. Only within 24 hours after it was sent."),
        look="danger",
    ),
    Step(
        "handoff-correction",
        "correct_handoff",
        _l("Correct the handoff"),
        _l("Correct the handoff"),
        _l("Save the correction"),
        f.HandoffForm,
        _corrected,
        words=_l("For 24 hours after it was recorded. The record keeps both."),
        start=_shown_again,
        template="inbox/handoff.html",
    ),
    Step(
        "correction",
        "correct",
        _l("That was wrong: take it back"),
        _l("Take it back"),
        _l("Take it back"),
        f.CorrectionForm,
        lambda actor, offer_id, form: r.correct_offer(
            actor, offer_id, form.reason.data, version=version_of(form)
        ),
        words=_l("For a mistake of the last 24 hours. The record keeps both."),
    ),
)
BY_NOUN = {step.noun: step for step in STEPS}
