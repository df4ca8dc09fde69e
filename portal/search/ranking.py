"""Who comes first: a few named parts, one table of weights. What each hit says of itself, reasons.py makes of them.

Shapes: N is the number of rows, m the number of rows that are compared. Scores are float64, higher is better.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from weakref import WeakKeyDictionary

import numpy as np

from portal.directory.freshness.kinds import GONE_AFTER
from portal.directory.rules import TOLD
from portal.search.arrays import Flags, Rows, Scores
from portal.search.facts import AVAILABILITIES, Facts, Shared

# What each part may add to a score. Text, nearness and confirmed run from 0 to 1 before they are weighed.
WEIGHTS = {
    "text": 4.0,
    "near": 3.0,
    "serves": 1.0,  # the place lies in its service area
    "outside": -2.0,  # it says which area it serves, and the place is not in it
    "open": 0.6,
    "yes": 1.2,  # can take one person now, told just now; half of it a half-life of the listing's kind later
    "limited": 0.6,
    "no": -1.5,
    "confirmed": 0.6,  # fades to 0 over the days for which a word on this kind of service holds
    "language": 1.0,  # speaks the language that the question was asked in
}
HALF_AWAY = 8.0  # miles at which nearness has fallen to a half
DIGITS = 6  # scores that agree so far are equal
TIE_ORDER = {"yes": 0, "limited": 1, "unknown": 2, "no": 3}


@dataclass(frozen=True)
class Standing:
    """What every row adds to any score at this minute, and its place among equals."""

    parts: Mapping[str, Scores]  # open, room, confirmed: shape (N,) each
    tie: Rows  # availability, then confirmed date: lower is better, shape (N,)
    room: Rows  # place in AVAILABILITIES of the availability that still holds: uint8, shape (N,)
    open: Flags  # of each of facts.shared.hours, whether it is open


_kept: WeakKeyDictionary[Facts, dict[int, Standing]] = WeakKeyDictionary()
_open: WeakKeyDictionary[Shared, dict[int, Flags]] = WeakKeyDictionary()
MOST_MOMENTS = 20


def standing(facts: Facts, now: datetime) -> Standing:
    """How all rows stand at this minute. Worked out once a minute and kept with the facts."""
    minute = int(now.timestamp() // 60)
    kept = _kept.setdefault(facts, {})
    if minute not in kept:
        kept.clear()
        kept[minute] = _standing(facts, now)
    return kept[minute]


def open_then(facts: Facts, moment: datetime) -> Flags:
    """Of each of facts.shared.hours, whether it is open at this moment: shape (len(hours),)."""
    minute = int(moment.timestamp() // 60)
    kept, hours = _open.setdefault(facts.shared, {}), facts.shared.hours
    if minute not in kept or len(kept[minute]) != len(hours):
        if len(kept) >= MOST_MOMENTS:
            kept.clear()
        kept[minute] = np.fromiter(
            (each.is_open(moment) for each in hours),
            np.bool_,
            len(hours),
        )
    return kept[minute]


def _standing(facts: Facts, now: datetime) -> Standing:
    columns, today = facts.columns, now.toordinal()
    opened = open_then(facts, now)
    age = now.timestamp() - columns["availability_at"]
    room = np.zeros(facts.size, np.uint8)
    worth, order = np.zeros(facts.size), np.full(facts.size, TIE_ORDER["unknown"], np.int64)
    half_lives = np.maximum(age, 0) / np.maximum(columns["half_life"], 1)
    for value in TOLD:
        code = AVAILABILITIES.index(value)
        holds = (
            (columns["availability"] == code) & (columns["availability_at"] > 0) & (half_lives < GONE_AFTER)
        )
        room[holds], order[holds] = code, TIE_ORDER[value]
        worth[holds] = WEIGHTS[value] * 0.5 ** half_lives[holds]
    assured = columns["assured"].astype(np.int64)
    held = np.maximum(columns["days"], 1)
    fresh = np.where(assured > 0, np.maximum(0.0, 1 - (today - assured) / held), 0.0)
    parts = {
        "open": opened[columns["hours"]] * WEIGHTS["open"],
        "room": worth,
        "confirmed": fresh * WEIGHTS["confirmed"],
    }
    return Standing(parts, order * 10_000_000 - assured, room, opened)


def nearness(distances: Scores) -> Scores:
    """1 on the spot, a half at HALF_AWAY miles, 0 for what has no distance (infinite)."""
    return HALF_AWAY / (HALF_AWAY + distances)


def best(score: Scores, tie: Rows, distances: Scores, numbers: Rows, most: int) -> Rows:
    """Places in these arrays (all of shape (m,)) of the best `most`, best first.

    Equal scores stand by availability, confirmed date, distance, then number, so that pages are stable.
    """
    rounded = np.round(score, DIGITS)
    some = np.arange(len(rounded))
    if len(rounded) > 2 * most:
        least = np.partition(rounded, -most)[-most]
        some = np.flatnonzero(rounded >= least)
    if len(some) > 4 * most:  # masses of equals: thin them out by the next rule before all are sorted
        certain = some[rounded[some] > least]
        equals = some[rounded[some] == least]
        left = most - len(certain)
        worst = np.partition(tie[equals], left - 1)[left - 1]
        some = np.concatenate([certain, equals[tie[equals] <= worst]])
    order = np.lexsort((numbers[some], distances[some], tie[some], -rounded[some]))
    return some[order[:most]]
