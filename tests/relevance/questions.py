"""Reads the files of judged questions.

A file is made of needs. A need begins with `== its name`; then come its rules, best grade first, then its questions:

    == Detox tonight
    3  care:detox + hours:round + reach:10
    2  care:detox + reach:25
    crisis          | detox bed tonight     | near=37207
    crisis spanish  | necesito desintox 37207 |            | 37207

A rule is a grade and conditions that must all hold, joined by " + "; the values of one condition, joined by " / ", are
alternatives; "-" before a condition turns it round. The first rule that holds gives a listing its grade (see `judge`).
A question is its kinds, the words typed, the other arguments as in an address, and the place it is judged from where that
differs from the argument `near`. Lines that begin with # are remarks.
"""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl

from werkzeug.datastructures import MultiDict

HERE = Path(__file__).parent
DEMONSTRATION = HERE / "demonstration.txt"
SAMHSA = HERE / "samhsa.txt"
UNSEEN = HERE / "unseen.txt"  # of the demonstration; held back from whoever writes need words
UNSEEN_SAMHSA = HERE / "unseen_samhsa.txt"
KINDS = frozenset(
    ["crisis", "need", "place", "name", "unfinished", "typo", "spanish", "slang", "acronym", "filter", "nearest"]
)  # fmt: skip


@dataclass(frozen=True)
class Condition:
    """`key` is one of judge.KEYS."""

    key: str
    values: tuple[str, ...]
    holds: bool = True


@dataclass(frozen=True)
class Rule:
    grade: int
    conditions: tuple[Condition, ...]


@dataclass(frozen=True)
class Judged:
    """A question with its rules. `place`: a ZIP, `City, ST` or `lat, lon`, empty when distance does not matter."""

    need: str
    kinds: frozenset[str]
    words: str
    arguments: tuple[tuple[str, str], ...]
    place: str
    rules: tuple[Rule, ...]
    line: int

    def args(self) -> MultiDict[str, str]:
        """As a browser sends it."""
        return MultiDict([("q", self.words), *self.arguments])

    def __str__(self) -> str:
        more = "".join(f" {name}={value}" for name, value in self.arguments)
        return f"{self.words}{more}".strip()


def read(path: Path) -> list[Judged]:
    """Every question of the file. Raises ValueError with the line to look at."""
    need, rules, found = "", [], []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("=="):
            need, rules = line.removeprefix("==").strip(), []
        elif line[0].isdecimal():
            rules.append(_rule(line, number))
        else:
            found.append(_question(line, number, need, tuple(rules)))
    return found


def _rule(line: str, number: int) -> Rule:
    grade, _, text = line.partition(" ")
    conditions = []
    for part in text.split(" + "):
        key, colon, values = part.strip().partition(":")
        if grade not in "0123" or not colon:
            raise ValueError(f"line {number}: a rule is a grade and conditions like care:detox")
        alternatives = tuple(value.strip() for value in values.split(" / "))
        conditions.append(Condition(key.removeprefix("-"), alternatives, not key.startswith("-")))
    return Rule(int(grade), tuple(conditions))


def _question(line: str, number: int, need: str, rules: tuple[Rule, ...]) -> Judged:
    kinds, words, arguments, place, *more = [part.strip() for part in (line + "|||").split("|")]
    named = frozenset(kinds.split())
    if not rules or not named or named - KINDS or any(more):
        raise ValueError(f"line {number}: a question is kinds | words | arguments | place, after its rules")
    pairs = tuple(parse_qsl(arguments, strict_parsing=True)) if arguments else ()
    return Judged(need, named, words, pairs, place or dict(pairs).get("near", ""), rules, number)
