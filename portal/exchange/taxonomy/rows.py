"""Terms as rows: CSV or JSON in the shape of HSDS taxonomy_term, version 3 or those before it."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from portal.directory.taxonomies import List, Term
from portal.exchange.taxonomy.checking import BadTaxonomy, code_of, tidy

DELIMITERS = ",;\t"
# Column -> the names that it has in the versions of HSDS and in holders' own files.
COLUMNS = {
    "key": ("id", "term_id"),
    "code": ("code", "term_code"),
    "name": ("name", "term", "title", "preferred_term"),
    "description": ("description", "definition"),
    "parent": ("parent_id", "parent_code", "parent"),
    "list": ("taxonomy", "vocabulary", "taxonomy_name"),
    "language": ("language",),
    "uri": ("term_uri", "uri"),
}


MOST_CELL = 131_072  # characters


def read_csv(text: str, name: str) -> list[List]:
    """One list for each name in the column `taxonomy`; where it is empty or absent, `name`. Raises BadTaxonomy."""
    lines = io.StringIO(text, newline="")
    first = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    csv.field_size_limit(MOST_CELL)  # one limit for the whole process: another reader may have left its own
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        header = [tidy(cell).lower().replace(" ", "_") for cell in next(reader, [])]
        if not {"name", "term", "title", "preferred_term"} & set(header):
            raise BadTaxonomy(
                "The first line names no column “name”. It looks like: id,code,name,description,parent_id"
            )
        rows = [
            (reader.line_num, dict(zip(header, cells, strict=False)))
            for cells in reader
            if any(map(str.strip, cells))
        ]
    except csv.Error as error:
        raise BadTaxonomy(f"Line {reader.line_num} is not CSV: {error}.") from error
    return _lists(rows, name)


def read_json(text: str, name: str) -> list[List]:
    """A list of terms, `{"terms": [...]}`, one page of an HSDS API (`contents`), or the terms of its tabular package."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise BadTaxonomy(f"Line {line} is not JSON.") from error
    about: Mapping[str, Any] = found if isinstance(found, dict) else {}
    terms = next(
        (about[key] for key in ("terms", "contents", "taxonomy_terms", "taxonomy_term") if key in about),
        found,
    )
    if not isinstance(terms, list) or not all(isinstance(term, dict) for term in terms):
        raise BadTaxonomy('This JSON is no list of terms. It looks like: [{"code": "A", "name": "Food"}]')
    rows = [(number, _flat(term)) for number, term in enumerate(terms, 1)]
    said = {key: tidy(about.get(key)) for key in ("description", "version", "uri", "notice")}
    own = tidy(about.get("name")) if "terms" in about else ""
    lists = _lists(rows, own or name)
    return [List(each.name, terms=each.terms, **said) for each in lists] if len(lists) == 1 else lists


def _flat(term: Mapping[str, Any]) -> dict[str, Any]:
    """A term's plain fields, its list by name, and its parent by id where the file nests them."""
    flat = {str(key).lower(): value for key, value in term.items() if not isinstance(value, dict | list)}
    detail, parent = term.get("taxonomy_detail"), term.get("parent")
    if isinstance(detail, dict) and detail.get("name"):
        flat["taxonomy"] = detail["name"]
    if isinstance(parent, dict) and parent.get("id"):
        flat["parent_id"] = parent["id"]
    return flat


def _lists(rows: Iterable[tuple[int, Mapping[str, Any]]], name: str) -> list[List]:
    lists: dict[str, list[Term]] = {}
    by_code: dict[str, dict[str, str]] = {}
    for number, raw in rows:
        row = dict(raw)
        if "id" not in row and "taxonomy_id" in row:
            row["id"] = row.pop("taxonomy_id")  # what the oldest files call the id of a term
        values = {
            field: tidy(next((row[column] for column in columns if column in row), None))
            for field, columns in COLUMNS.items()
            if any(column in row for column in columns)
        }
        key = values.get("key", "") or values.get("code", "")
        mine = values.pop("list", "") or name
        term = Term(
            key=key, name=values.get("name", ""), code=code_of(values, key), description=values.get("description", ""),
            parent=values.get("parent", ""), language=values.get("language", ""), uri=values.get("uri", ""), row=number,
        )  # fmt: skip
        lists.setdefault(mine, []).append(term)
        by_code.setdefault(mine, {}).setdefault(term.code, term.key)
    return [List(mine, terms=tuple(_linked(terms, by_code[mine]))) for mine, terms in lists.items()]


def _linked(terms: list[Term], by_code: Mapping[str, str]) -> Iterable[Term]:
    """Files that name the term above by its code are read as those that name it by its id."""
    keys = {term.key for term in terms}
    for term in terms:
        if term.parent and term.parent not in keys and term.parent in by_code:
            yield replace(term, parent=by_code[term.parent])
        else:
            yield term
