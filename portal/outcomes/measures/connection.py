"""Handoffs and connections: M11 and M12. The unit is the need."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from portal.outcomes.definitions import DEFINITIONS
from portal.outcomes.facts import NeedFacts
from portal.outcomes.measures.rows import Row, mature, share_row


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
