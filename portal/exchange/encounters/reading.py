"""The rows of a table, cell by cell, as a program takes them: typed, in UTC, and with every word that nobody knows counted."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from portal.exchange.encounters.mapping import EncounterMap
from portal.exchange.encounters.targets import FACT, NO, YES, Target, plain
from portal.exchange.intake.records import Rejected
from portal.exchange.table.reading import lines_of
from portal.programs import IncomingRow, RowFault

WORD = 40  # characters: what is longer is no code, and is not shown
MOST_WORDS = 40  # of one answer: a column with more of them is no code either
DATES = ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y", "%m-%d-%Y")
TIMES = ("%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p", "%I:%M%p", "%H%M")
MANY = (";", "|", ",")


class _Unreadable(Exception):  # noqa: N818
    """A cell that cannot be read; the words say why."""


@dataclass
class Unknown:
    """Words that nobody knows, by target, and how often each stands in the table."""

    words: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def note(self, target: Target, word: str) -> None:
        if len(word) <= WORD and (
            word in self.words[target.code] or len(self.words[target.code]) < MOST_WORDS
        ):
            self.words[target.code][word] += 1


def encounter_rows(
    path: Path, made: EncounterMap, targets: Sequence[Target], zone: ZoneInfo, unknown: Unknown
) -> Iterator[IncomingRow | RowFault]:
    """Each row as it comes. Columns that the mapping does not name are not looked at. zone: of times that name none. Raises
    BadPackage when it is no table."""
    asked = [target for target in targets if target.code in made.columns or target.code in made.fixed]
    for line in lines_of(path):
        if isinstance(line, Rejected):
            yield RowFault(line.row, _("The row %(reason)s.", reason=line.reason))
            continue
        yield _row(line.row, line.cells, made, asked, zone, unknown)


def _row(
    number: int,
    cells: Mapping[str, str],
    made: EncounterMap,
    asked: Sequence[Target],
    zone: ZoneInfo,
    unknown: Unknown,
) -> IncomingRow | RowFault:
    values: dict[str, Any] = {}
    facts: dict[str, Any] = {}
    fault: RowFault | None = None
    for target in asked:
        text = " ".join(filter(None, (cells[name] for name in made.columns.get(target.code, ()))))
        text = text or made.fixed.get(target.code, "")
        if not text:
            continue  # an empty cell says nothing
        try:
            answer = _answer(target, text, made.words.get(target.code, {}), zone, unknown)
        except _Unreadable as why:
            fault = fault or RowFault(number, str(why), target.code.removeprefix(FACT))
            continue
        if answer is None:
            continue
        if target.code.startswith(FACT):
            facts[target.code.removeprefix(FACT)] = answer
        else:
            values[target.code] = answer
    return fault or IncomingRow(number, values | ({"facts": facts} if facts else {}))


def _answer(
    target: Target, text: str, words: Mapping[str, str], zone: ZoneInfo, unknown: Unknown
) -> bool | int | str | UUID | datetime | tuple[str, ...] | None:
    """A cell's answer; None where its word is said to mean nothing."""
    if target.kind == "text":
        return text
    if target.kind == "number":
        if not (text.isascii() and text.isdigit()) or len(text) > 6:
            raise _Unreadable(_("This is no whole number."))
        return int(text)
    if target.kind == "moment":
        return moment_of(text, zone)
    if target.kind == "codes":
        return _several(target, text, words, unknown)
    meant = _word(target, text, words, unknown)
    if meant == "":
        return None
    if target.kind == "place":
        return UUID(meant)
    if target.kind == "yes_no" and target.code.startswith(FACT):
        return meant == "yes"
    if target.kind == "flag":
        return meant == "yes" if target.code == "meets_criteria" else {"yes": "refused"}.get(meant, "")
    return meant


def _several(target: Target, text: str, words: Mapping[str, str], unknown: Unknown) -> tuple[str, ...]:
    known = {**target.words, **words}
    parts = [text]
    if plain(text) not in known:
        separator = next((one for one in MANY if one in text), "")
        parts = text.split(separator) if separator else parts
    found = [_word(target, part, words, unknown) for part in parts if part.strip()]
    return tuple(dict.fromkeys(code for code in found if code))


def _word(target: Target, text: str, words: Mapping[str, str], unknown: Unknown) -> str:
    """Our code for a word of the table, empty where it is said to mean nothing."""
    word = plain(text)
    known = {**_yes_no(target), **target.words, **words}
    if word in known:
        meant = known[word]
        return target.words.get(plain(meant), meant)
    unknown.note(target, word)
    shown = word if len(word) <= WORD else _("a long text")
    raise _Unreadable(_("Nobody said what this means: %(word)s", word=shown))


def _yes_no(target: Target) -> dict[str, str]:
    if target.kind not in ("yes_no", "flag"):
        return {}
    return dict.fromkeys(YES, "yes") | dict.fromkeys(NO, "no")


def moment_of(text: str, zone: ZoneInfo) -> datetime:
    """A date with its time, as systems write them: 2026-07-01 14:05, 7/1/2026 2:05 PM, with or without a zone. Raises what makes
    a fault of the row."""
    try:
        found = datetime.fromisoformat(text)
        if ":" not in text and "T" not in text:
            raise _Unreadable(_("There is a day and no time of day."))
    except ValueError:
        found = _american(text)
    try:
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    except (OverflowError, ValueError):
        raise _Unreadable(_("This is no date and time.")) from None


def _american(text: str) -> datetime:
    for day in DATES:
        for hour in TIMES:
            try:
                return datetime.strptime(text.upper(), f"{day} {hour}")  # noqa: DTZ007 - the zone is put to it
            except ValueError:
                continue
    raise _Unreadable(_("This is no date and time."))
