"""Groups so small that they would tell of single people are counted together, before anything is printed of them."""

from collections.abc import Mapping

from portal.outcomes.small import small

Counts = tuple[int, int]  # how many, of how many


def tells(counts: Counts) -> bool:
    """Whether a count of 1 to 10 stands in it: of the group, of its yes, or of its no."""
    yes, of = counts
    return any(small(number) for number in (yes, of, of - yes))


def joined(groups: Mapping[str, Counts], rest: str) -> dict[str, Counts]:
    """The groups that tell nothing of single people, by name, and last `rest`, in which all others stand together. While the
    rest would tell, the smallest of those shown joins it; when nobody is left but the rest, it stands alone."""
    shown = {name: counts for name, counts in groups.items() if counts[1] and not tells(counts)}
    others = [counts for name, counts in groups.items() if counts[1] and name not in shown]
    while others and shown and tells(_together(others)):
        others.append(shown.pop(min(shown, key=lambda name: (shown[name][1], name))))
    found = dict(sorted(shown.items()))
    return found | {rest: _together(others)} if others else found


def _together(groups: list[Counts]) -> Counts:
    return sum(yes for yes, _of in groups), sum(of for _yes, of in groups)
