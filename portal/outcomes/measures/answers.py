"""What services answer, and when: M06 to M10. Small pure functions from fact sheets to rows."""

from collections.abc import Callable
from datetime import datetime, timedelta

from flask_babel import gettext as _

from portal.outcomes.definitions import DEFINITIONS
from portal.outcomes.facts import NeedFacts
from portal.outcomes.measures.rows import Row, mature, share_row, times_row
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
