"""What the codes of a need are worth on each row: kinds of care, topics, for whom, how to pay.

Codes are the truth about a need that has them; words beside them add a little. Shapes: N is the number of rows.
"""

import numpy as np

from portal.directory.terms import TOPICS
from portal.search.arrays import Flags, Scores
from portal.search.facts import Facts
from portal.search.parts import Part

BY_CODE = 3.0  # what carrying the code is worth beside a word's rarity
BY_NEAR_CODE = (
    1.0  # the same where the codes are only near what was said: a topic, or the very words, count for more
)
# The codes that answer a need, best first; the last for all that follow.
BY_ORDER = (1.0, 0.9, 0.85, 0.8)
MORE_CODES = 0.3  # of what the others are worth, for carrying those too: a center that has a team and a line
BY_SILENCE = 0.3  # "for women" asked, and the listing does not say whom it is for
WITHOUT_TOPIC = 0.6  # of its worth, for who serves veterans and is not the VA that was asked for
OTHER_FIELD = 0.4  # the same for who treats drugs alone where the mind is meant, or the other way round
# Words beside a code: most that they add, and the worth of words that adds half of it. A unit is not more of a detox for
# having the word thrice in its name.
MOST_BY_WORDS, HALF_BY_WORDS = 1.5, 3.0


def by_codes(facts: Facts, part: Part) -> Scores:
    """Rows that carry, for each group named, one of its codes: shape (N,). Topics and kinds of care are one group; where no
    care is named topics only raise, and a field only lowers those that are known to be for another."""
    groups = dict.fromkeys(group for group, _code in part.codes)
    scores = np.full(facts.size, np.inf)
    for group in groups:
        if group not in TOPICS:
            held = _held(facts, part, (group, "topic") if group == "care" else (group,))
            if group == "for":
                held = np.where(facts.carrying(group, 0), BY_SILENCE, held)
            scores = np.minimum(scores, held)
    if "topic" in groups and "care" not in groups:
        scores = np.where(_carrying(facts, part, "topic"), scores, WITHOUT_TOPIC * scores)
    if "field" in groups:
        other = ~_carrying(facts, part, "field") & ~facts.carrying("field", 0)
        scores = np.where(other, OTHER_FIELD * scores, scores)
    return scores


def beside_codes(words: Scores) -> Scores:
    """What words add beside a code that means what they say: shape as given."""
    return MOST_BY_WORDS * words / (words + HALF_BY_WORDS)


def _held(facts: Facts, part: Part, groups: tuple[str, ...]) -> Scores:
    """What the best code of the groups that a row carries is worth, and a little for each other one: shape (N,)."""
    some = np.logical_or.reduce([_carrying(facts, part, group) for group in groups])
    rows = np.flatnonzero(some)  # few, beside all: the rest is not looked at again
    columns = {group: facts.columns[group][rows] for group in groups}
    best, total = np.zeros(len(rows)), np.zeros(len(rows))
    pairs = [pair for pair in part.codes if pair[0] in groups]
    for place, (group, code) in enumerate(pairs):
        near = part.loosely and group != "topic"
        worth = (BY_NEAR_CODE if near else BY_CODE) * BY_ORDER[min(place, len(BY_ORDER) - 1)]
        carried = worth * (columns[group] & np.uint64(facts.mask(group, [code])) != 0)
        best, total = np.maximum(best, carried), total + carried
    scores = np.zeros(facts.size)
    scores[rows] = best + MORE_CODES * (total - best)
    return scores


def _carrying(facts: Facts, part: Part, group: str) -> Flags:
    """Rows with any of the part's codes of this group: shape (N,)."""
    mask = facts.mask(group, [code for other, code in part.codes if other == group])
    return facts.carrying(group, mask) if mask else np.zeros(facts.size, np.bool_)
