"""How soon people were connected: M13 as curves in which the other ends compete, and M14 as times. The unit is the need."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from flask_babel import gettext as _

from portal.outcomes.definitions import LAG_DAYS, Definition
from portal.outcomes.facts import NeedFacts
from portal.outcomes.measures.answers import URGENCY_WORDS
from portal.outcomes.measures.joining import tells
from portal.outcomes.measures.rows import Block, Ground, Row, is_mature, times_row
from portal.outcomes.small import SMALLEST_SHOWN, small
from portal.outcomes.statistics import CENSORED, Step, aalen_johansen, at_time
from portal.referrals.rules import URGENCIES

LAST_DAY = 30
DAYS = (0, 1, 2, 3, 4, 5, 6, 7, 10, 14, 21, 30)  # of which the curve is printed
COMPETING = ("declined", "withdrawn", "unable_to_reach", "other_end")


def histories(sheets: Iterable[NeedFacts], ground: Ground) -> list[tuple[float, str]]:
    """Of each need whose person agreed and of which more is known than silence: the day of its end, and which; CENSORED for one
    that was open at the cut less the reporting lag. What is told later than that is not known of everybody yet."""
    told = ground.day(ground.cut) - timedelta(days=LAG_DAYS)
    found: list[tuple[float, str]] = []
    for sheet in sheets:
        sent, end = ground.day(sheet.sent_at), sheet.end
        seen = (told - sent).days
        if not sheet.permitted or end == "unknown" or seen < 0:
            continue
        on = _day_of_end(sheet, ground)
        day = (on - sent).days if on is not None else seen + 1
        found.append((float(day), end) if day <= seen else (float(seen), CENSORED))
    return found


def _day_of_end(sheet: NeedFacts, ground: Ground) -> date | None:
    if sheet.connected_on is not None:
        return sheet.connected_on
    return ground.day(sheet.ended_at) if sheet.end and sheet.ended_at is not None else None


def cumulative_incidence(ground: Ground, on: Definition) -> list[Block]:
    """M13: of all, and by urgency where each is large enough."""
    cohort = _cohort(ground)
    silent = len([sheet for sheet in ground.facts if not sheet.permitted or sheet.end == "unknown"])
    blocks = _curve(cohort, ground, on, str(on.name), silent)
    by_urgency = {code: [sheet for sheet in cohort if sheet.urgency == code] for code in URGENCIES}
    groups = {code: sheets for code, sheets in by_urgency.items() if sheets}
    if len(groups) > 1 and not any(tells((0, len(histories(found, ground)))) for found in groups.values()):
        for code, sheets in groups.items():
            blocks += _curve(sheets, ground, on, _(URGENCY_WORDS[code]))
    return blocks


def _cohort(ground: Ground) -> list[NeedFacts]:
    """Those who died, were jailed or moved compete with being connected, and those whose 30 days run still are counted as long
    as they were seen. Of either, 1 to 10 are left out: what M12 leaves out could be had by subtraction."""
    counted = [sheet for sheet in ground.facts if sheet.permitted and sheet.end != "unknown"]
    others = sum(sheet.other_end for sheet in counted)
    young = sum(not is_mature(sheet.sent_at, ground.cut, LAST_DAY) for sheet in counted)
    return [
        sheet
        for sheet in counted
        if not (sheet.other_end and small(others))
        and (not small(young) or is_mature(sheet.sent_at, ground.cut, LAST_DAY))
    ]


def _curve(
    sheets: list[NeedFacts], ground: Ground, on: Definition, heading: str, unknown: int = 0
) -> list[Block]:
    found = histories(sheets, ground)
    steps = aalen_johansen(Counter(found), "connected")
    young = sum(1 for day, end in found if end == CENSORED and day < LAST_DAY)
    rows = [_point(on, day, at_time(steps, day), len(found)) for day in DAYS]
    kept = _far_enough(rows)
    kept[-1] = replace(kept[-1], immature=young, unknown=unknown)
    note = _(
        "Each number is the share connected by that day. People who were refused, withdrew, were not reached, died, were jailed or moved are not counted as if they might still come."
    )
    return [Block(on.measure, heading, tuple(kept), closed=True, note=note, drawing="curve")]


def _point(on: Definition, day: int, step: Step | None, of: int) -> Row:
    """The curve on one day; the numerator is the estimate of how many, a whole number."""
    share = (step.share if step else 0.0) if of else None
    label = _("%(day)s days", day=day) if day != 1 else _("1 day")
    return Row(
        on.measure,
        on.version,
        label,
        "share",
        round((share or 0.0) * of),
        of,
        share,
        step.low if step else None,
        step.high if step else None,
    )


def _far_enough(rows: list[Row]) -> list[Row]:
    """The last day, and of those before it the ones that lie 11 people and more from the ones shown: no step tells of few."""
    kept = rows[-1:]
    for row in reversed(rows[:-1]):
        apart = kept[0].numerator - row.numerator
        if not small(apart) and not small(row.numerator):
            kept.insert(0, row)
    return kept


def time_to_service(ground: Ground, on: Definition) -> list[Block]:
    """M14: for a person with a responder, hours until somebody saw them arrive; for the others, business days."""
    ripe = [
        sheet
        for sheet in ground.facts
        if is_mature(sheet.sent_at, ground.cut, on.window_days or 0) and sheet.permitted
    ]
    came = [sheet for sheet in ripe if sheet.connected_on is not None and _within(sheet, ground)]
    rows: list[Row] = []
    for urgency in _large_enough({code: [s for s in came if s.urgency == code] for code in URGENCIES}):
        group = [sheet for sheet in came if sheet.urgency == urgency]
        if urgency == "now":
            times, unit, what = (
                [hours for s in group if (hours := _hours(s)) is not None],
                "hours",
                _("Hours"),
            )
        else:
            times, unit, what = [float(business_days(s, ground)) for s in group], "days", _("Business days")
        who = _(URGENCY_WORDS[urgency])
        half = times_row(on, f"{what}, {_('median')}: {who}", unit, times, len(group))
        mean = sum(times) / len(times) if times else None
        rows += (half, replace(half, label=f"{what}, {_('mean')}: {who}", value=mean, low=None, high=None))
    return [Block(on.measure, str(on.name), tuple(rows), closed=True)]


def _large_enough(groups: Mapping[str, Sequence[NeedFacts]]) -> list[str]:
    """The groups of 11 and more, unless those that are not shown would then be told by subtraction: the smallest goes too."""
    shown = [code for code, group in groups.items() if len(group) >= SMALLEST_SHOWN]
    while shown and small(sum(len(groups[code]) for code in groups if code not in shown)):
        shown.remove(min(shown, key=lambda code: len(groups[code])))
    return shown


def _within(sheet: NeedFacts, ground: Ground) -> bool:
    return (
        sheet.connected_on is not None and (sheet.connected_on - ground.day(sheet.sent_at)).days <= LAST_DAY
    )


def _hours(sheet: NeedFacts) -> float | None:
    arrived = [offer.arrived_at for offer in sheet.offers if offer.state == "connected" and offer.arrived_at]
    return max(0.0, (min(arrived) - sheet.sent_at).total_seconds() / 3600) if arrived else None


def business_days(sheet: NeedFacts, ground: Ground) -> int:
    """Working days after the day of sending, until and with the day of the first service (I-SERV): the same day is 0."""
    day, last, found = ground.day(sheet.sent_at), sheet.connected_on, 0
    while last is not None and day < last:
        day += timedelta(days=1)
        found += day.weekday() < 5 and not ground.hours.is_holiday(day)
    return found
