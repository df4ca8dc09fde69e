"""A search as it was asked: read from the query strictly, so that a filter that is not known is never passed over in silence."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, or_

from portal.exchange.fhir.matching import Condition
from portal.exchange.fhir.outcome import BadSearch
from portal.exchange.fhir.parameters import CHANGED, ID, INCLUDES, PARAMETERS, REVINCLUDES

USUAL, MOST = 20, 100  # resources on a page
MOST_PARAMETERS, MOST_VALUES = 40, 100
LAST_PAGE = 1_000_000
FORMATS = ("json", "application/json", "application/fhir+json")
_COMMA = re.compile(r"(?<!\\),")
_ESCAPED = re.compile(r"\\([,|$\\])")


@dataclass
class Asked:
    """`filters` is what the links of the answer repeat. `includes`: names of references to follow; `revincludes`: (kind, name)
    of those that lead here."""

    kind: str
    conditions: list[Condition] = field(default_factory=list)
    filters: list[tuple[str, str]] = field(default_factory=list)
    includes: list[str] = field(default_factory=list)
    revincludes: list[tuple[str, str]] = field(default_factory=list)
    order: list[ColumnElement[Any]] = field(default_factory=list)
    count: int = USUAL
    page: int = 1
    counted_only: bool = False


def read_search(kind: str, query: Iterable[tuple[str, str]]) -> Asked:
    """Raises BadSearch, which names the parameter."""
    asked = Asked(kind)
    pairs = [(name, value) for name, value in query if value != ""]  # FHIR: an empty parameter is none
    if len(pairs) > MOST_PARAMETERS:
        raise BadSearch("These are too many parameters.", code="too-costly")
    for name, value in pairs:
        try:
            _take(asked, name, value)
        except BadSearch as bad:
            raise BadSearch(bad.sentence, name, bad.code) from None
    asked.order = asked.order or [ID[kind]]
    return asked


def _take(asked: Asked, name: str, value: str) -> None:
    if "\x00" in value:
        raise BadSearch("This holds a character that cannot be searched for.")
    if name == "page":
        asked.page = max(_whole(value, LAST_PAGE), 1)
        return
    asked.filters.append((name, value))
    if name in _RESULT:
        _RESULT[name](asked, value)
        return
    plain, _, modifier = name.partition(":")
    parameter = PARAMETERS[asked.kind].get(plain)
    if parameter is None:
        raise BadSearch(f"{asked.kind} cannot be searched by this. The CapabilityStatement lists what can be asked.",
                        code="not-supported")  # fmt: skip
    if modifier and modifier not in parameter.modifiers and parameter.kind != "reference":
        raise BadSearch("This modifier is not known here.", code="not-supported")
    parts = _COMMA.split(value)
    if len(parts) > MOST_VALUES:
        raise BadSearch("These are too many values.", code="too-costly")
    asked.conditions.append(or_(*(parameter.match(modifier, _ESCAPED.sub(r"\1", part)) for part in parts)))


def _count(asked: Asked, value: str) -> None:
    asked.count = min(_whole(value, 10**9), MOST)
    asked.counted_only = asked.counted_only or asked.count == 0


def _summary(asked: Asked, value: str) -> None:
    if value not in ("count", "false"):
        raise BadSearch("Only _summary=count is known here.", code="not-supported")
    asked.counted_only = asked.counted_only or value == "count"


def _include(asked: Asked, value: str) -> None:
    kind, name, target = [*value.split(":"), "", ""][:3]
    known = dict(INCLUDES[asked.kind])
    if kind != asked.kind or name not in known or target not in ("", known[name]):
        raise BadSearch(
            "This cannot be sent along. The CapabilityStatement lists what can.", code="not-supported"
        )
    if name not in asked.includes:
        asked.includes.append(name)


def _revinclude(asked: Asked, value: str) -> None:
    kind, name, target = [*value.split(":"), "", ""][:3]
    if (kind, name) not in REVINCLUDES[asked.kind] or target not in ("", asked.kind):
        raise BadSearch(
            "This cannot be sent along. The CapabilityStatement lists what can.", code="not-supported"
        )
    if (kind, name) not in asked.revincludes:
        asked.revincludes.append((kind, name))


def _sort(asked: Asked, value: str) -> None:
    columns = {"_id": ID[asked.kind], "_lastUpdated": CHANGED[asked.kind]}
    for part in value.split(","):
        column = columns.get(part.removeprefix("-"))
        if column is None:
            raise BadSearch("It can be sorted by _id and _lastUpdated.", code="not-supported")
        asked.order.append(column.desc() if part.startswith("-") else column)
    asked.order.append(ID[asked.kind])


def _format(_asked: Asked, value: str) -> None:
    if value.replace(" ", "+") not in FORMATS:
        raise BadSearch("Answers come as JSON alone.", code="not-supported")


def _total(_asked: Asked, value: str) -> None:
    if value not in ("none", "estimate", "accurate"):
        raise BadSearch("This is none, estimate or accurate.")


def _pretty(_asked: Asked, value: str) -> None:
    if value not in ("true", "false"):
        raise BadSearch("This is true or false.")


def _whole(value: str, most: int) -> int:
    if not (value.isascii() and value.isdigit()):
        raise BadSearch("Write a whole number.")
    return min(int(value[:12]), most)


_RESULT = {
    "_count": _count,
    "_summary": _summary,
    "_include": _include,
    "_revinclude": _revinclude,
    "_sort": _sort,
    "_format": _format,
    "_total": _total,
    "_pretty": _pretty,
}
