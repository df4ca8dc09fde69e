"""What services answer, and when: M06 to M10. Small pure functions from fact sheets to rows."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from flask_babel import gettext as _

from portal.outcomes.definitions import DEFINITIONS, Definition
from portal.outcomes.facts import NeedFacts, OfferFacts
from portal.outcomes.measures.joining import joined
from portal.outcomes.measures.rows import Block, Ground, Row, left_out, mature, share_row, times_row
from portal.referrals.rules import DECLINE_REASONS, URGENCIES

URGENCY_WORDS = {"now": "person with responder", "today": "today", "routine": "routine"}


def any_acceptance(facts: list[NeedFacts], cut: datetime) -> list[Row]:
    """M07."""
    definition = DEFINITIONS["M07"]
    ripe, immature = mature(facts, cut, 1)
    accepted = sum(1 for s in ripe if s.accepted_at and s.accepted_at - s.sent_at <= timedelta(hours=24))
    return [share_row(definition, str(definition.name), accepted, len(ripe), immature)]


def time_to_answer(facts: list[NeedFacts], cut: datetime, in_hours: Callable[[datetime], bool]) -> list[Row]:
    """M08: by urgency, from the first offer's sending. A need still without an answer is unknown, not slow."""
    rows = []
    asked = [sheet for sheet in facts if not sheet.by_phone]
    ripe, _unripe = mature(asked, cut, 0)
    for urgency in URGENCIES:
        group = [sheet for sheet in ripe if sheet.urgency == urgency]
        late = sum(1 for sheet in asked if sheet.urgency == urgency) - len(group)
        if urgency == "routine":
            closed = [sheet for sheet in group if not in_hours(sheet.sent_at)]
            group = [sheet for sheet in group if in_hours(sheet.sent_at)]
            rows += _minutes(closed, 0, _("routine, sent in closed hours"))
        rows += _minutes(group, late, _(URGENCY_WORDS[urgency]))
    return rows


def _minutes(group: list[NeedFacts], immature: int, who: str) -> list[Row]:
    definition = DEFINITIONS["M08"]
    rows = []
    for what, moments in (
        (_("Minutes to seen"), [(s.sent_at, s.seen_at) for s in group]),
        (_("Minutes to yes or no"), [(s.sent_at, s.decided_at) for s in group]),
    ):
        waits = [(then - sent).total_seconds() / 60 for sent, then in moments if then]
        for words, share in ((_("median"), 0.5), (_("90th percentile"), 0.9)):
            rows.append(
                times_row(
                    definition,
                    f"{what}, {words}: {who}",
                    "minutes",
                    waits,
                    len(group),
                    at=share,
                    immature=immature,
                )
            )
    return rows


def decline_reasons(facts: list[NeedFacts]) -> list[Row]:
    """M10: every code of the closed list, also those at zero, most frequent first."""
    definition = DEFINITIONS["M10"]
    declined = [sheet for sheet in facts if sheet.declines]
    rows = [
        share_row(
            definition, reason_label(code), sum(1 for s in declined if code in s.declines), len(declined)
        )
        for code in DECLINE_REASONS
    ]
    return sorted(rows, key=lambda row: (-row.numerator, row.label))


def reason_label(code: str) -> str:
    """A reason in words; those of access carry the equity flag: the person was right there, and the way in was missing."""
    reason = DECLINE_REASONS[code]
    return f"{reason.label} ({_('equity')})" if reason.group == "access" else str(reason.label)


def declines_by_reason(ground: Ground, on: Definition) -> list[Block]:
    """M10, version 2: each no counts once, so that the reasons add up."""
    codes = Counter(offer.decline for sheet in ground.facts for offer in sheet.offers if offer.decline)
    total = sum(codes.values())
    rows = [share_row(on, reason_label(code), codes[code], total) for code in DECLINE_REASONS]
    ordered = sorted(rows, key=lambda row: (-row.numerator, row.label))
    return [Block(on.measure, str(on.name), tuple(ordered), adds_up=True, closed=True, drawing="pareto")]


def first_choice(ground: Ground, on: Definition) -> list[Block]:
    """M06: of all, and of each service that was asked first."""
    sent = [sheet for sheet in ground.facts if not canceled_unseen(sheet.offers[0])]
    ripe, immature = mature(sent, ground.cut, 0)
    by_service: dict[str, tuple[int, int]] = {}
    for sheet in ripe:
        first = sheet.offers[0]
        name = ground.names.get(first.organization_id, "")
        yes, of = by_service.get(name, (0, 0))
        by_service[name] = (yes + (first.accepted_at is not None), of + 1)
    accepted = sum(yes for yes, _of in by_service.values())
    total = share_row(on, str(on.name), accepted, len(ripe), immature)
    blocks = [
        Block(on.measure, str(on.name), (total,), closed=True, everybody="needs.asked"),
        *left_out(ground, on, _("Canceled before seen"), len(ground.facts) - len(sent), "needs.asked"),
    ]
    services = joined(by_service, _("All other services"))
    if len(services) > 1:
        rows = tuple(
            share_row(on, _("Asked first: %(service)s", service=name), yes, of)
            for name, (yes, of) in services.items()
        )
        note = _(
            "By name, not by rank: services are asked for different people. Services with few requests are counted together."
        )
        blocks.append(
            Block(on.measure, _("By the service asked first"), rows, closed=True, note=note, drawing="dots")
        )
    return blocks


def services_asked(ground: Ground, on: Definition) -> list[Block]:
    """M09: how many were asked for one need, and how many needs ended without a yes."""
    ripe, immature = mature(ground.facts, ground.cut, on.window_days or 0)
    numbers = [len(sheet.offers) for sheet in ripe]
    words = (
        (_("One service asked"), 1, 1),
        (_("Two services asked"), 2, 2),
        (_("Three services asked"), 3, 3),
        (_("Four or more services asked"), 4, 1000),
    )
    rows = [
        share_row(on, label, sum(low <= number <= high for number in numbers), len(ripe), immature)
        for label, low, high in words
    ]
    unmet = sum(1 for sheet in ripe if sheet.accepted_at is None)
    mean = sum(numbers) / len(numbers) if numbers else None
    ends = [
        Row(
            on.measure,
            on.version,
            _("Services asked, mean"),
            "mean",
            len(ripe),
            len(ripe),
            mean,
            None,
            None,
            immature,
        ),
        share_row(on, _("Ended without a yes"), unmet, len(ripe), immature),
    ]
    return [
        Block(
            on.measure,
            str(on.name),
            tuple(rows),
            adds_up=True,
            closed=True,
            of="needs.ripe",
            everybody="needs",
        ),
        Block(
            on.measure,
            _("In all"),
            tuple(ends),
            closed=True,
            of="needs.ripe",
            parts=("needs.ripe", "needs.unmet"),
            everybody="needs",
        ),
    ]


def canceled_unseen(offer: OfferFacts) -> bool:
    """Whether the sender took it back before the service could know of it."""
    return offer.state == "cancelled" and offer.seen_at is None and offer.decided_at is None
