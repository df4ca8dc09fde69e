"""Made-up tables with their sums, and the judge: what a reader can work out, asked of another solver than the product's."""

import random
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from portal.outcomes.cells import Sum
from portal.outcomes.cubes import Kept
from portal.outcomes.small import small

Table = tuple[dict[str, int], list[Sum]]


def crossed(chance: random.Random, rows: int, columns: int) -> Table:
    """Rows by columns with both margins and the whole, most cells small."""
    counts = {f"{r},{c}": _cell(chance) for r in range(rows) for c in range(columns)}
    sums: list[Sum] = []
    for r in range(rows):
        counts[f"{r},+"] = sum(counts[f"{r},{c}"] for c in range(columns))
        sums.append({f"{r},{c}": 1 for c in range(columns)} | {f"{r},+": -1})
    for c in range(columns):
        counts[f"+,{c}"] = sum(counts[f"{r},{c}"] for r in range(rows))
        sums.append({f"{r},{c}": 1 for r in range(rows)} | {f"+,{c}": -1})
    counts["+,+"] = sum(counts[f"{r},+"] for r in range(rows))
    sums.append({f"{r},+": 1 for r in range(rows)} | {"+,+": -1})
    sums.append({f"+,{c}": 1 for c in range(columns)} | {"+,+": -1})
    return counts, sums


def _cell(chance: random.Random) -> int:
    return chance.choice(
        (0, chance.randint(1, 10), chance.randint(1, 10), chance.randint(11, 30), chance.randint(11, 400))
    )


def told_by(publications: Sequence[Kept]) -> list[tuple[str, int]]:
    """The same of whoever lays these publications side by side, and takes what is equal in two of them for unchanged. What was
    shown and changed by 1 to 10 since must not be told either: the change could be any of 1-10."""
    numbers: dict[str, int] = {}
    sums: list[Sum] = []
    seen: set[str] = set()
    unprinted: set[str] = set()
    for each in publications:
        name = {key: f"{key} = {number}" for key, number in each.numbers.items()}
        numbers |= {name[key]: number for key, number in each.numbers.items()}
        sums += [{name[key]: factor for key, factor in row.items()} for row in each.sums]
        nowhere = set(each.unprinted)
        seen |= {name[key] for key in each.numbers.keys() - set(each.hidden) - nowhere}
        unprinted |= {name[key] for key in nowhere}
    for before, after in pairwise(publications):
        for key in before.numbers.keys() - set(before.hidden) - set(before.unprinted):
            change = after.numbers.get(key, before.numbers[key]) - before.numbers[key]
            if small(abs(change)):
                old, new = f"{key} = {before.numbers[key]}", f"{key} = {after.numbers[key]}"
                numbers[f"change of {key}"] = abs(change)
                sums.append({new: 1, old: -1, f"change of {key}": -1 if change > 0 else 1})
    unseen = numbers.keys() - seen
    alone = (
        len(publications) == 1
    )  # what is hidden for company in one may, beside another, be known to be more than ten
    asked = {key for key in unseen if small(numbers[key]) or alone and key not in unprinted}
    return could_not_be(asked, unseen, sums, numbers)


def could_not_be(
    asked: Iterable[str], unseen: Iterable[str], sums: Sequence[Sum], counts: Mapping[str, int]
) -> list[tuple[str, int]]:
    """(key, number) for every one of `asked` of which a reader knows that it is not this number of 1-10. The reader knows all
    counts but the unseen, and all sums; that counts are whole, and not below zero."""
    keys = sorted(set(unseen))
    place = {key: number for number, key in enumerate(keys)}
    rows = [row for row in sums if any(key in place for key in row)]
    if not rows:
        return []
    matrix = np.zeros((len(rows), len(keys)))
    totals = np.zeros(len(rows))
    for number, row in enumerate(rows):
        for key, factor in row.items():
            if key in place:
                matrix[number, place[key]] = factor
            else:
                totals[number] -= factor * counts[key]
    told = []
    for key in sorted(set(asked)):
        for number in range(1, 11):
            low, high = np.zeros(len(keys)), np.full(len(keys), np.inf)
            low[place[key]] = high[place[key]] = number
            found = milp(
                np.zeros(len(keys)),
                constraints=LinearConstraint(matrix, totals, totals),
                integrality=np.ones(len(keys)),
                bounds=Bounds(low, high),
            )
            if not found.success:
                told.append((key, number))
    return told
