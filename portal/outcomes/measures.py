"""From fact sheets to rows: each measure is a small pure function. The unit is the need."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from portal.outcomes.definitions import DEFINITIONS, LAG_DAYS, Definition
from portal.outcomes.facts import NeedFacts
from portal.outcomes.statistics import percentile, wilson
from portal.referrals.rules import DECLINE_REASONS, URGENCIES

URGENCY_WORDS = {"now": "person with responder", "today": "today", "routine": "routine"}


@dataclass(frozen=True)
class Row:
    """One line of the report, before suppression.

    unit `share`: value, low and high are 0..1 (Wilson 95%). unit `minutes`: value in minutes, low and high the quartiles.
    unit `count`: numerator alone. best and worst are the share if every unknown were a yes, or a no.
    """

    measure: str
    version: int
    label: str
    unit: str
    numerator: int
    denominator: int
    value: float | None
    low: float | None
    high: float | None
    immature: int = 0
    unknown: int = 0
    worst: float | None = None
    best: float | None = None


def share_row(
    definition: Definition,
    label: str,
    numerator: int,
    denominator: int,
    immature: int = 0,
    unknown: int = 0,
    bounds: bool = False,
) -> Row:
    """A share with its interval; with `bounds`, also what the unknown could make of it."""
    interval = wilson(numerator, denominator)
    everybody = denominator + unknown
    return Row(
        measure=definition.id.partition("-")[0],
        version=definition.version,
        label=label,
        unit="share",
        numerator=numerator,
        denominator=denominator,
        value=numerator / denominator if denominator else None,
        low=interval[0] if interval else None,
        high=interval[1] if interval else None,
        immature=immature,
        unknown=unknown,
        worst=numerator / everybody if bounds and everybody else None,
        best=(numerator + unknown) / everybody if bounds and everybody else None,
    )


def mature(facts: Iterable[NeedFacts], cut: datetime, window_days: int) -> tuple[list[NeedFacts], int]:
    """Those whose window and reporting lag are over at the cut, and how many are not there yet."""
    ripe: list[NeedFacts] = []
    unripe = 0
    for sheet in facts:
        if sheet.sent_at + timedelta(days=window_days + LAG_DAYS) <= cut:
            ripe.append(sheet)
        else:
            unripe += 1
    return ripe, unripe


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
                Row(
                    measure=definition.id,
                    version=definition.version,
                    label=f"{what}, {words}: {who}",
                    unit="minutes",
                    numerator=len(waits),
                    denominator=len(group),
                    value=percentile(waits, share),
                    low=percentile(waits, 0.25),
                    high=percentile(waits, 0.75),
                    immature=immature,
                    unknown=len(group) - len(waits),
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


def warm_handoff(facts: list[NeedFacts], cut: datetime) -> list[Row]:
    """M11, with lukewarm and cold beside it; they and the unrecorded add up to the accepted."""
    definition = DEFINITIONS["M11"]
    ripe, immature = mature([s for s in facts if s.accepted_at and not s.person_refused], cut, 0)
    unknown = sum(1 for sheet in ripe if sheet.handoff is None)
    words = {"warm": _("Warm handoff"), "lukewarm": _("Lukewarm handoff"), "cold": _("Cold handoff")}
    return [
        share_row(definition, label, sum(1 for s in ripe if s.handoff == kind), len(ripe), immature, unknown)
        for kind, label in words.items()
    ]


def connected(facts: list[NeedFacts], cut: datetime, zone: ZoneInfo) -> list[Row]:
    """M12: matured, permitted, known. Unknown stands apart with what it could make of the rate."""
    rows = []
    countable = [sheet for sheet in facts if not sheet.other_end]
    for key in ("M12-1", "M12-7", "M12-30"):
        definition = DEFINITIONS[key]
        days = definition.window_days or 0
        ripe, immature = mature(countable, cut, days)
        known = [sheet for sheet in ripe if sheet.permitted and sheet.outcome_known]
        inside = sum(
            1
            for s in known
            if s.connected_on and 0 <= (s.connected_on - s.sent_at.astimezone(zone).date()).days <= days
        )
        rows.append(
            share_row(
                definition,
                str(definition.name),
                inside,
                len(known),
                immature,
                len(ripe) - len(known),
                bounds=True,
            )
        )
    return rows
