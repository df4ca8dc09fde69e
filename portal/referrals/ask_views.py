"""What the two sides of an asking may see, as frozen values. The sender sees every answer: none says anything of a person. A
desk sees what it is asked itself, never who else was asked, how many, or what they said."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portal.referrals import words
from portal.referrals.ask_moves import stage
from portal.referrals.ask_rules import (
    ANSWERS,
    ASK_DEADLINE_WORDS,
    ASK_WORDS,
    LATE_YES,
    STAGE_WORDS,
    may_say,
)
from portal.referrals.models import Asking, CapacityAsk
from portal.referrals.plan import Plan
from portal.referrals.shapes import ServiceChoice
from portal.referrals.words import said


@dataclass(frozen=True)
class AskLine:
    """One service of an asking, for the sender. winner: its place is kept for them, or was when the offer was sent."""

    service: ServiceChoice
    state: str
    words: str
    answered_at: datetime | None
    answered_by: str
    winner: bool


@dataclass(frozen=True)
class AskingView:
    """An asking for the unit that asked, or, while it is escalated, for its supervisor.

    state: of ask_rules.STAGE_WORDS. need_id: the need that it is asked for or that came of it. lines: in the order asked.
    actions: `send` (an offer to one of those with room), `close`.
    """

    id: UUID
    role: str
    code: str
    code_words: str
    reference: str
    urgency: str
    urgency_words: str
    area: str
    age_band: str
    callback: str
    asked_at: datetime
    state: str
    state_words: str
    owner_words: str
    deadline: datetime | None
    deadline_words: str
    version: int
    escalated: bool
    closed: bool
    need_id: UUID | None
    lines: tuple[AskLine, ...]
    actions: tuple[str, ...]

    @property
    def winner(self) -> AskLine | None:
        return next((line for line in self.lines if line.winner), None)

    @property
    def with_room(self) -> tuple[AskLine, ...]:
        """Those who said yes: the winner first, then in the order of their answers."""
        yes = [line for line in self.lines if line.state == "yes"]
        return tuple(sorted(yes, key=lambda line: (not line.winner, line.answered_at or self.asked_at)))


@dataclass(frozen=True)
class AskView:
    """A question whether there is room, for the desk that is asked: by sign-in, by its link, or as a text message.

    may_say: answers that it may give now. held: its yes came first, and its place is kept for the sender until held_until.
    faster: somebody else's yes came first. moved_on: no longer this desk's to answer, and then all but service, callback and
    sender_organization is empty; `why` is released, expired or "", and may_say holds `yes` where one is still welcome.
    """

    id: UUID
    service: ServiceChoice
    sender_organization: str
    callback: str
    version: int
    code: str = ""
    code_words: str = ""
    reference: str = ""
    urgency: str = ""
    urgency_words: str = ""
    area: str = ""
    age_band: str = ""
    asked_at: datetime | None = None
    state: str = ""
    state_words: str = ""
    deadline: datetime | None = None
    deadline_words: str = ""
    answered_by: str = ""
    held: bool = False
    held_until: datetime | None = None
    faster: bool = False
    moved_on: bool = False
    why: str = ""
    may_say: tuple[str, ...] = ()


def asking_view(asking: Asking, role: str, need_id: UUID | None) -> AskingView:
    """The asking for its sender or a supervisor."""
    stands, closed = stage(asking), asking.closed_at is not None
    lines = tuple(_line(asking, ask) for ask in asking.asks)
    return AskingView(
        id=asking.id,
        role=role,
        code=asking.code,
        code_words=words.need_words(asking.code),
        reference=reference(asking),
        urgency=asking.urgency,
        urgency_words=said(words.URGENCIES, asking.urgency),
        area=asking.area,
        age_band=asking.age_band,
        callback=asking.callback,
        asked_at=asking.asked_at,
        state=stands,
        state_words=said(STAGE_WORDS, stands),
        owner_words="" if closed or role == asking.owner else _owner(asking),
        deadline=answers_by(asking) if stands == "asking" else asking.deadline,
        deadline_words="" if closed else said(ASK_DEADLINE_WORDS, asking.deadline_name),
        version=asking.version,
        escalated=asking.escalated_at is not None,
        closed=closed,
        need_id=need_id,
        lines=lines,
        actions=() if closed else ("send", "close"),
    )


def _line(asking: Asking, ask: CapacityAsk) -> AskLine:
    winner = asking.winner == ask.ordinal
    return AskLine(
        choice(ask), ask.state, said(ASK_WORDS, ask.state), ask.answered_at, ask.answered_by, winner
    )


def _owner(asking: Asking) -> str:
    """Who must act, where it is not the reader."""
    return "" if asking.owner == "receiver" else words.owner_words(asking.owner, "")


def ask_view(ask: CapacityAsk, now: datetime) -> AskView:
    """The ask for its desk, while it is this desk's to answer; else that it has moved on."""
    asking = ask.asking
    if asking.closed_at is not None or ask.state in ("released", "expired"):
        return moved_on_view(ask, now)
    held = asking.winner == ask.ordinal
    until = asking.deadline if held and asking.deadline_name == "send_by" else None
    asked = ask.state == "asked"
    return AskView(
        id=ask.id,
        service=choice(ask),
        sender_organization=asking.sender.name,
        callback=asking.callback,
        version=ask.version,
        code=asking.code,
        code_words=words.need_words(asking.code),
        reference=reference(asking),
        urgency=asking.urgency,
        urgency_words=said(words.URGENCIES, asking.urgency),
        area=asking.area,
        age_band=asking.age_band,
        asked_at=asking.asked_at,
        state=ask.state,
        state_words=said(ASK_WORDS, ask.state),
        deadline=answers_by(asking) if asked else until,
        deadline_words=said(ASK_DEADLINE_WORDS, "decide_by" if asked else "send_by" if until else ""),
        answered_by=ask.answered_by,
        held=held,
        held_until=until,
        faster=ask.state == "yes" and not held,
        may_say=tuple(answer for answer in ANSWERS if may_say(f"say_{answer}", ask.state, "receiver")),
    )


def answers_by(asking: Asking) -> datetime:
    """Until when answers are waited for."""
    plan = Plan.from_json(asking.plan)
    return plan.after(plan.clocks.decide_by, asking.asked_at)


def moved_on_view(ask: CapacityAsk, now: datetime) -> AskView:
    """ "This has moved on": which service was asked and whom to call, and whether a yes would still be of use."""
    asking = ask.asking
    open_yet = asking.closed_at is None or (
        asking.close_reason == "sent" and now <= asking.asked_at + LATE_YES
    )
    late = ask.state in ("released", "expired")
    return AskView(
        id=ask.id,
        service=choice(ask),
        sender_organization=asking.sender.name,
        callback=asking.callback,
        version=ask.version,
        moved_on=True,
        faster=ask.state == "yes" and asking.close_reason == "sent" and asking.winner != ask.ordinal,
        why=ask.state if late else "",
        may_say=("yes",) if late and open_yet else (),
    )


def choice(ask: CapacityAsk) -> ServiceChoice:
    """What the listing itself shows of the service: no address."""
    listing = ask.listing
    phone = listing.phones[0].number if listing.phones else ""
    return ServiceChoice(ask.service_at_location_id, listing.service.name, ask.organization.name, phone)


def reference(asking: Asking) -> str:
    """What people call this asking by on the phone: six signs, of nobody and nothing."""
    return asking.id.hex[:6].upper()
