"""Which numbers of a publication must not be shown, so that no count of 1 to 10 can be worked out from the others.

A publication is a set of counts that hang together by sums: parts and their whole, a share's yes and no, the same people counted
in two tables. Counts of 1-10 are hidden (privacy rule P22, after the cell size policy of CMS); then others with them, until
whoever knows every shown number and every sum can still take each hidden one for any of 1-10. Whether they can is no rule of
thumb: it is asked of a linear program (HiGHS), which knows exactly what follows from the shown numbers.

Zeros are shown.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import highspy
import numpy as np

SMALLEST_SHOWN = 11
NEAR = 1e-6  # what a linear program may be off by
Sum = Mapping[str, int]  # count's key -> its factor; a sum of factor x count over its keys is zero


def small(count: int) -> bool:
    """Whether a count must not be seen: 1 to 10. Zero may."""
    return 0 < count < SMALLEST_SHOWN


def protect(
    counts: Mapping[str, int], sums: Iterable[Sum], *, hidden: Iterable[str] = (), known: Collection[str] = ()
) -> frozenset[str]:
    """The keys to hide: the small ones, those in `hidden` already, and as many others as it takes, the smallest first. known:
    what the reader has in full anyway, which is never hidden. Every key of a sum must be in `counts`, and the counts must fulfil
    the sums: ValueError otherwise."""
    rows = [dict(each) for each in sums]
    for row in rows:
        if sum(factor * counts[key] for key, factor in row.items()):
            raise ValueError(f"these counts do not add up: {sorted(row)}")
    found = {key for key, number in counts.items() if small(number)} | {key for key in hidden if counts[key]}
    found -= set(known)
    safe: set[frozenset[str]] = set()
    while todo := [part for part in map(frozenset, _parts(found, rows)) if part not in safe]:
        for part in todo:
            named = [row for row in rows if not part.isdisjoint(row)]
            told = _told(part, named, counts)
            more = told and _next(told, named, counts, found | set(known))
            if not more:
                safe.add(part)
            else:
                found.add(more)
                break
    return frozenset(found)


def ranges(
    hidden: Iterable[str], sums: Iterable[Sum], counts: Mapping[str, int]
) -> dict[str, tuple[float, float]]:
    """What each hidden count may still be for a reader who knows all the others: the lowest and the highest (inf: no limit)."""
    every = set(hidden)
    rows = [dict(each) for each in sums]
    return {
        key: limits
        for part in _parts(every, rows)
        for key, limits in _limits(part, [row for row in rows if not part.isdisjoint(row)], counts)
    }


def _parts(hidden: Iterable[str], rows: Sequence[Sum]) -> list[set[str]]:
    """Hidden keys that hang together by sums, apart from those that do not: what is asked of one says nothing of another."""
    lead = {key: key for key in hidden}

    def top(key: str) -> str:
        while lead[key] != key:
            lead[key] = lead[lead[key]]
            key = lead[key]
        return key

    for row in rows:
        inside = [key for key in row if key in lead]
        for key in inside[1:]:
            lead[top(key)] = top(inside[0])
    groups: dict[str, set[str]] = defaultdict(set)
    for key in lead:
        groups[top(key)].add(key)
    return list(groups.values())


def _told(part: Iterable[str], rows: Sequence[Sum], counts: Mapping[str, int]) -> str | None:
    """One of the part of which a reader knows too much: that it is not 1, or that it is not 10. None when there is none."""
    for key, (low, high) in _limits(part, rows, counts):
        if low > 1 + NEAR or high < SMALLEST_SHOWN - 1 - NEAR:
            return key
    return None


def _next(told: str, rows: Sequence[Sum], counts: Mapping[str, int], taken: set[str]) -> str | None:
    """One more to hide: the smallest that stands in a sum with the one that is told, else anywhere in its part; None where
    only zeros are left."""
    for near in ([row for row in rows if told in row], rows):
        free = {key for row in near for key in row if key not in taken and counts[key] > 0}
        if free:
            return min(free, key=lambda key: (counts[key], key))
    return None


def _limits(
    part: Iterable[str], rows: Sequence[Sum], counts: Mapping[str, int]
) -> Iterator[tuple[str, tuple[float, float]]]:
    """Of each key, what it may still be. The lowest is what a reader knows who thinks that zeros may be hidden too, the highest
    what one knows who is sure that they are not. (A sum of three hidden numbers is then 3 or more: that much is known.)"""
    keys = sorted(part, key=lambda key: (counts[key], key))
    if not rows:
        yield from ((key, (0.0, np.inf)) for key in keys)
        return
    lowest, highest = _program(keys, rows, counts, 0.0), _program(keys, rows, counts, 1.0)
    for number, key in enumerate(keys):
        high = _best(highest, number, highspy.ObjSense.kMaximize)
        yield key, (_best(lowest, number, highspy.ObjSense.kMinimize), high)


def _program(
    keys: Sequence[str], rows: Sequence[Sum], counts: Mapping[str, int], least: float
) -> highspy.Highs:
    """The reader's knowledge: no hidden count is below `least`, and every sum holds with the shown numbers put in."""
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.silent()
    solver.setOptionValue("threads", 1)
    place = {key: number for number, key in enumerate(keys)}
    solver.addVars(len(keys), np.full(len(keys), least), np.full(len(keys), highspy.kHighsInf))
    for row in rows:
        inside = [key for key in row if key in place]
        total = float(sum(row[key] * counts[key] for key in inside))
        at, factors = [place[key] for key in inside], [float(row[key]) for key in inside]
        solver.addRow(total, total, len(inside), np.array(at, dtype=np.int32), np.array(factors))
    return solver


def _best(solver: highspy.Highs, number: int, sense: highspy.ObjSense) -> float:
    """The most (or the least) that one column can be."""
    solver.changeObjectiveSense(sense)
    solver.changeColCost(number, 1.0)
    solver.run()
    found = np.inf  # only the most can be without end
    if solver.getModelStatus() == highspy.HighsModelStatus.kOptimal:
        found = float(solver.getInfo().objective_function_value)
    solver.changeColCost(number, 0.0)
    return found
