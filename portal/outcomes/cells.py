"""Which numbers of a publication must not be shown, so that no count of 1 to 10 can be worked out from the others.

A publication is a set of counts that hang together by sums: parts and their whole, a share's yes and no, the same people counted
in two tables. Counts of 1-10 are hidden (privacy rule P22, after the cell size policy of CMS); then others with them, until
whoever knows every shown number and every sum can still take each hidden one for any of 1-10. Whether they can is no rule of
thumb: it is asked of a linear program (HiGHS), which knows exactly what follows from the shown numbers.

Zeros are shown. Some counts nobody prints (what is left of a denominator): they are never shown nor hidden, but a small one must not
follow either.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

import highspy
import numpy as np

from portal.outcomes.small import SMALLEST_SHOWN, small

WHOLE = 5  # a whole is worth so many parts: who reads wants it most, and its hidden parts hang on it
NEAR = 1e-6  # what a linear program may be off by
Sum = Mapping[str, int]  # count's key -> its factor; a sum of factor x count over its keys is zero


def protect(
    counts: Mapping[str, int],
    sums: Iterable[Sum],
    *,
    hidden: Iterable[str] = (),
    known: Collection[str] = (),
    unprinted: Collection[str] = (),
    uncounted: Collection[str] = (),
) -> frozenset[str]:
    """The keys to hide: the small ones, those in `hidden` already, and as many others as it takes. known: what the reader has in
    full anyway, which is never hidden. unprinted: what stands nowhere. uncounted: those of them that count nobody, and may be
    small. Every key of a sum must be in `counts`, and the counts must fulfil the sums: ValueError otherwise."""
    rows = [dict(each) for each in sums]
    for row in rows:
        if sum(factor * counts[key] for key, factor in row.items()):
            raise ValueError(f"these counts do not add up: {sorted(row)}")
    little = {key for key, number in counts.items() if small(number)} - set(uncounted)
    view = _View(counts, rows, frozenset(unprinted), frozenset(known))
    taken = (little | {key for key in hidden if counts[key]}) - view.known - view.unprinted
    asked = little & view.unprinted
    safe: set[frozenset[str]] = set()
    while todo := [part for part in view.parts(taken) if part not in safe and part & (taken | asked)]:
        for part in todo:
            told = view.told(part, part & (taken | asked))
            more = view.way_out(*told, part | taken | view.unprinted) if told else frozenset()
            if not more:
                safe.add(part)
            else:
                taken |= more
                break
    return frozenset(taken)


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

    def told(self, part: frozenset[str], asked: Iterable[str]) -> tuple[str, int] | None:
        """One of them of which the reader knows too much, and what they know it is not: 1, or 10. None when there is none."""
        for key, (low, high) in self.limits(part, sorted(asked, key=lambda key: (self.counts[key], key))):
            if low > 1 + NEAR:
                return key, 1
            if high < SMALLEST_SHOWN - 1 - NEAR:
                return key, SMALLEST_SHOWN - 1
        return None

    def way_out(self, told: str, target: int, unseen: Set[str]) -> frozenset[str]:
        """What to hide as well so that the reader can take `told` for `target`: of all the ways in which the numbers could differ
        from what they are and still add up, the one that touches the fewest and smallest shown ones. Where there is none, the smallest shown one; empty where
        none is left."""
        rows = self._around(told)
        keys = sorted({key for row in rows for key in row})
        place = {key: number for number, key in enumerate(keys)}
        many = len(keys)
        fixed = np.array([key in self.known or not self.counts[key] and key not in unseen for key in keys])
        wholes = {whole for row in rows for whole in _wholes(row)}
        cost = np.array(
            [
                0.0 if key in unseen else (1.0 + self.counts[key]) * (WHOLE if key in wholes else 1)
                for key in keys
            ]
        )
        up = np.where(fixed, 0.0, highspy.kHighsInf)
        least = 1 if target > 1 else 0  # as in `limits`
        room = [self.counts[key] - (0 if key in self.unprinted else least) for key in keys]
        down = np.where(fixed, 0.0, np.array([float(max(0, each)) for each in room]))
        solver = _quiet()
        solver.addVars(
            2 * many, np.zeros(2 * many), np.concatenate([up, down])
        )  # by how much more, by how much less
        solver.changeColsCost(2 * many, np.arange(2 * many, dtype=np.int32), np.concatenate([cost, cost]))
        for row in rows:
            at = [place[key] for key in row]
            factors = [float(factor) for factor in row.values()]
            both = np.array([*at, *(each + many for each in at)], dtype=np.int32)
            solver.addRow(0.0, 0.0, len(both), both, np.array([*factors, *(-each for each in factors)]))
        way = float(target - self.counts[told])
        ends = np.array([place[told], place[told] + many], dtype=np.int32)
        solver.addRow(way, way, 2, ends, np.array([1.0, -1.0]))
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            shown = [key for key in keys if key not in unseen and not fixed[place[key]]]
            return frozenset(sorted(shown, key=lambda key: (self.counts[key], key))[:1])
        moved = np.array(solver.getSolution().col_value)
        return frozenset(
            key
            for key, number in place.items()
            if key not in unseen and abs(moved[number] - moved[number + many]) > NEAR
        )

    def _around(self, told: str) -> list[Sum]:
        """Every sum that hangs together with this number, by whatever numbers."""
        found: list[Sum] = []
        keys, rest = {told}, list(self.rows)
        while near := [row for row in rest if not keys.isdisjoint(row)]:
            found += near
            rest = [row for row in rest if keys.isdisjoint(row)]
            keys |= {key for row in near for key in row}
        return found

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
        solver = _quiet()
        lowest = np.array([0.0 if key in self.unprinted else least for key in place])
        solver.addVars(len(place), lowest, np.full(len(place), highspy.kHighsInf))
        for row in rows:
            inside = [key for key in row if key in place]
            total = float(sum(row[key] * self.counts[key] for key in inside))
            at, factors = [place[key] for key in inside], [float(row[key]) for key in inside]
            solver.addRow(total, total, len(inside), np.array(at, dtype=np.int32), np.array(factors))
        return solver


def _wholes(row: Sum) -> list[str]:
    """The key that the others of a sum add up to."""
    sides = [[key for key, factor in row.items() if (factor > 0) == side] for side in (True, False)]
    return next((side for side in sides if len(side) == 1 < len(row) - 1), [])


def _quiet() -> highspy.Highs:
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.silent()
    solver.setOptionValue("threads", 1)
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
