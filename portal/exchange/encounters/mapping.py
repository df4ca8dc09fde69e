"""How one table is read: picked on a page, or written by hand as JSON.

{"columns": {"reference": "Incident", "received_at": ["Date", "Time"], "outcome": "Disposition"},
 "words": {"outcome": {"MCTC": "crisis_center"}}, "fixed": {"source": "911"}}
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from portal.exchange.encounters.targets import Target, plain
from portal.store import Refused

MOST_TEXT = 100_000  # characters
MOST_COLUMNS = 3  # of one answer: a date, a time


@dataclass(frozen=True)
class EncounterMap:
    """columns: target -> the columns whose cells are put together. words: target -> the table's word, in small letters -> our code;
    an empty code means that the word says nothing. fixed: target -> what holds for every row that says nothing else."""

    columns: Mapping[str, tuple[str, ...]]
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    fixed: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "columns": {code: list(names) for code, names in self.columns.items()},
            "words": {code: dict(words) for code, words in self.words.items() if words},
            "fixed": dict(self.fixed),
        }


def read_encounter_map(text: str) -> EncounterMap:
    """From JSON. Refused with what is wrong in it."""
    if len(text) > MOST_TEXT:
        raise Refused(_("The mapping is too long."), "mapping")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise Refused(_("The mapping is not JSON."), "mapping") from None
    if not isinstance(found, dict) or set(found) - {"columns", "words", "fixed"}:
        raise Refused(_("A mapping has columns, words and fixed, and nothing else."), "mapping")
    return encounter_map(found.get("columns", {}), found.get("words", {}), found.get("fixed", {}))


def encounter_map(columns: Any, words: Any, fixed: Any) -> EncounterMap:
    """From what is kept or was picked. Refused for what has another shape."""
    if not all(isinstance(part, dict) for part in (columns, words, fixed)):
        raise Refused(_("A mapping has columns, words and fixed, and nothing else."), "mapping")
    named: dict[str, tuple[str, ...]] = {}
    for code, names in columns.items():
        names = [names] if isinstance(names, str) else names
        if not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
            raise Refused(_("A column is a name, or a list of names."), "mapping")
        if not 0 < len(names) <= MOST_COLUMNS:
            raise Refused(_("At most 3 columns make one answer."), "mapping")
        named[str(code)] = tuple(" ".join(name.split()) for name in names)
    if not all(isinstance(each, dict) for each in words.values()):
        raise Refused(_("Words are a list of word and code for each answer."), "mapping")
    said = {
        str(code): {plain(str(word)): str(meant) for word, meant in each.items()}
        for code, each in words.items()
    }
    return EncounterMap(named, said, {str(code): str(value) for code, value in fixed.items()})


def check_map(made: EncounterMap, targets: Sequence[Target], header: Sequence[str]) -> None:
    """Refused when it names what the program does not ask or the table does not have, or lacks what every row needs."""
    known = {target.code: target for target in targets}
    for code in (*made.columns, *made.words, *made.fixed):
        if code not in known:
            raise Refused(_("This program knows no answer %(code)s.", code=code[:60]), "mapping")
    for name in (name for names in made.columns.values() for name in names):
        if name not in header:
            raise Refused(_("The table has no column %(name)s.", name=name[:60]), "mapping")
    for target in targets:
        if target.needed and target.code not in made.columns and target.code not in made.fixed:
            raise Refused(
                _("Say which column this is: %(label)s", label=target.label), f"column-{target.code}"
            )
