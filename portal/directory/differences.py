"""What changed between two texts, word by word, for a page that shows both side by side. Pure."""

import re
from difflib import SequenceMatcher
from typing import NamedTuple

MOST_WORDS = 1500  # together; finding what stayed of more takes longer than it helps


class Piece(NamedTuple):
    """Some words, and whether the other text lacks them here."""

    text: str
    changed: bool


class Sides(NamedTuple):
    old: tuple[Piece, ...]
    new: tuple[Piece, ...]


def differences(old: str, new: str) -> Sides:
    """Both texts whole, in pieces. Joined again, the pieces of a side are that text.

    >>> differences("Call 555-0101 now", "Call 555-0199 now").new
    (Piece(text='Call ', changed=False), Piece(text='555-0199', changed=True), Piece(text=' now', changed=False))
    """
    before, after = (re.findall(r"\s+|[^\s]+", text) for text in (old, new))
    if len(before) + len(after) > MOST_WORDS:
        return Sides(_whole(old), _whole(new))
    left: list[Piece] = []
    right: list[Piece] = []
    for kind, a, b, c, e in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        _add(left, "".join(before[a:b]), kind != "equal")
        _add(right, "".join(after[c:e]), kind != "equal")
    return Sides(tuple(left), tuple(right))


def _add(side: list[Piece], text: str, changed: bool) -> None:
    """Blanks alone are nothing that a reader looks for: they go with what stands before them."""
    if not text:
        return
    if side and (side[-1].changed == changed or not text.strip()):
        side[-1] = Piece(side[-1].text + text, side[-1].changed)
    else:
        side.append(Piece(text, changed and bool(text.strip())))


def _whole(text: str) -> tuple[Piece, ...]:
    return (Piece(text, True),) if text else ()
