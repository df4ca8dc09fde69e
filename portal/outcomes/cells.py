"""Which numbers of a publication must not be shown, so that no count of 1 to 10 can be worked out from the others.

A publication is a set of counts that hang together by sums: parts and their whole, a share's yes and no, the same people counted
in two tables. Counts of 1-10 are hidden (privacy rule P22, after the cell size policy of CMS); then others with them, until
whoever knows every shown number and every sum can still take each hidden one for any of 1-10. Whether they can is no rule of
thumb: it is asked of a linear program (HiGHS), which knows exactly what follows from the shown numbers.

Zeros are shown. Some counts nobody prints (what is left of a denominator): they are never shown nor hidden, but a small one must not
follow either.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import highspy
import numpy as np

SMALLEST_SHOWN = 11
NEAR = 1e-6  # what a linear program may be off by
Sum = Mapping[str, int]  # count's key -> its factor; a sum of factor x count over its keys is zero


def small(count: int) -> bool:
    """Whether a count must not be seen: 1 to 10. Zero may."""
    return 0 < count < SMALLEST_SHOWN


def protect(
    counts: Mapping[str, int],
    sums: Iterable[Sum],
    *,
    hidden: Iterable[str] = (),
    known: Collection[str] = (),
    unprinted: Collection[str] = (),
) -> frozenset[str]:
    """The keys to hide: the small ones, those in `hidden` already, and as many others as it takes. known: what the reader has in
    full anyway, which is never hidden. unprinted: what stands nowhere. Every key of a sum must be in `counts`, and the counts
    must fulfil the sums: ValueError otherwise."""
    rows = [dict(each) for each in sums]
    for row in rows:
        if sum(factor * counts[key] for key, factor in row.items()):
            raise ValueError(f"these counts do not add up: {sorted(row)}")
    little = {key for key, number in counts.items() if small(number)}
    view = _View(counts, rows, frozenset(unprinted), frozenset(known))
    taken = (little | {key for key in hidden if counts[key]}) - view.known - view.unprinted
    asked = little & view.unprinted
    safe: set[frozenset[str]] = set()
    while todo := [part for part in view.parts(taken) if part not in safe and part & (taken | asked)]:
        for part in todo:
            told = view.told(part, part & (taken | asked))
            more = told and view.next(told, part, taken)
            if not more:
                safe.add(part)
            else:
                taken.add(more)
                break
    return frozenset(taken)


def ranges(
    hidden: Collection[str], sums: Iterable[Sum], counts: Mapping[str, int], unprinted: Collection[str] = ()
) -> dict[str, tuple[float, float]]:
    """What each hidden count may still be for a reader who knows all the others: the lowest and the highest (inf: no limit)."""
    view = _View(counts, [dict(each) for each in sums], frozenset(unprinted), frozenset())
    return {
        key: limits
        for part in view.parts(hidden)
        for key, limits in view.limits(part, sorted(part & set(hidden)))
    }


@dataclass(frozen=True)
class _View:
    """What a reader has before them: which sums hold, and which numbers are printed nowhere or known from elsewhere."""

    counts: Mapping[str, int]
    rows: Sequence[Sum]
    unprinted: frozenset[str]
    known: frozenset[str]

    def parts(self, taken: Iterable[str]) -> list[frozenset[str]]:
        """The numbers that the reader does not have, those together that hang together by sums: what is asked of one part says
        nothing of another."""
        lead = {key: key for key in (*taken, *self.unprinted)}

        def top(key: str) -> str:
            while lead[key] != key:
                lead[key] = lead[lead[key]]
                key = lead[key]
            return key

        for row in self.rows:
            inside = [key for key in row if key in lead]
            for key in inside[1:]:
                lead[top(key)] = top(inside[0])
        groups: dict[str, set[str]] = defaultdict(set)
        for key in lead:
            groups[top(key)].add(key)
        return [frozenset(group) for group in groups.values()]

    def told(self, part: frozenset[str], asked: Iterable[str]) -> str | None:
        """One of them of which the reader knows too much: that it is not 1, or that it is not 10. None when there is none."""
        ordered = sorted(asked, key=lambda key: (self.counts[key], key))
        return next((key for key, limits in self.limits(part, ordered) if _tells(limits)), None)

    def next(self, told: str, part: frozenset[str], taken: set[str]) -> str | None:
        """One more to hide so that less is told: the smallest that helps and of which nothing is told in turn, near by before far
        away. Where there is none, the smallest that helps; None where nothing is left."""
        beside = [row for row in self.rows if not part.isdisjoint(row)]
        (_key, before), *_rest = self.limits(part, [told])
        second_best: list[str] = []
        tried: set[str] = set()
        for rows in ([row for row in beside if told in row], beside):
            free = {key for row in rows for key in row if self.counts[key]} - part - self.known - tried
            tried |= free
            for key in sorted(free, key=lambda key: (self.counts[key], key)):
                wider = next(each for each in self.parts({*taken, key}) if told in each)
                if key not in wider:
                    continue
                after, own = (limits for _key, limits in self.limits(wider, [told, key]))
                if after[0] < before[0] - NEAR or after[1] > before[1] + NEAR:
                    if not _tells(own):
                        return key
                    second_best.append(key)
        if second_best:
            return second_best[0]
        return min(tried, key=lambda key: (self.counts[key], key), default=None)

    def limits(self, part: frozenset[str], asked: Sequence[str]) -> Iterator[tuple[str, tuple[float, float]]]:
        """Of each key, what it may still be. The lowest is what a reader knows who thinks that zeros may be hidden too, the
        highest what one knows who is sure that they are not. (A sum of three hidden numbers is then 3 or more: so much is
        known.)"""
        keys = sorted(part)
        place = {key: number for number, key in enumerate(keys)}
        rows = [row for row in self.rows if not part.isdisjoint(row)]
        if not rows:
            yield from ((key, (0.0, np.inf)) for key in asked)
            return
        programs = [self._program(place, rows, least) for least in (0.0, 1.0)]
        for key in asked:
            low = _best(programs[0], place[key], highspy.ObjSense.kMinimize)
            yield key, (low, _best(programs[1], place[key], highspy.ObjSense.kMaximize))

    def _program(self, place: Mapping[str, int], rows: Sequence[Sum], least: float) -> highspy.Highs:
        """The reader's knowledge: no hidden count is below `least`, and every sum holds with the shown numbers put in."""
        solver = highspy.Highs()  # type: ignore[no-untyped-call]
        solver.silent()
        solver.setOptionValue("threads", 1)
        lowest = np.array([0.0 if key in self.unprinted else least for key in place])
        solver.addVars(len(place), lowest, np.full(len(place), highspy.kHighsInf))
        for row in rows:
            inside = [key for key in row if key in place]
            total = float(sum(row[key] * self.counts[key] for key in inside))
            at, factors = [place[key] for key in inside], [float(row[key]) for key in inside]
            solver.addRow(total, total, len(inside), np.array(at, dtype=np.int32), np.array(factors))
        return solver


def _tells(limits: tuple[float, float]) -> bool:
    return limits[0] > 1 + NEAR or limits[1] < SMALLEST_SHOWN - 1 - NEAR


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
