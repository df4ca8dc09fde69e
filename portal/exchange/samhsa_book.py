"""One SAMHSA directory workbook, read whole and checked row by row before anything is written.

Source: SAMHSA, National Directory of Mental Health Treatment Facilities 2022 and National Directory of Drug and Alcohol
Use Treatment Facilities 2022 (US Government work, public domain). A workbook has a sheet of facilities and a sheet of
codes; which directory it is, its codes say, not its name.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from portal.exchange.intake.records import Rejected
from portal.exchange.workbook import BadWorkbook, Workbook
from portal.geo import STATES

FACILITY_COLUMNS = (
    "name1", "name2", "street1", "street2", "city", "state", "zip",
    "phone", "intake1", "intake2", "intake1a", "intake2a", "service_code_info",
)  # fmt: skip
CODE_COLUMNS = ("category_code", "category_name", "service_code", "service_name", "service_description")
# Categories that only one of the two directories has.
OWN_CATEGORIES = {"mh": {"FT", "EMS"}, "sa": {"OT", "DETOX"}}
TITLES = {"mh": "mental health facilities", "sa": "drug and alcohol use treatment facilities"}
PHONE_COLUMNS = {
    "phone": "voice",
    "intake1": "intake",
    "intake2": "intake",
    "intake1a": "intake",
    "intake2a": "intake",
}
LONGEST = 300  # characters of a name or a street; the real books stop at 38
LONGEST_PHONE = 40

_EXTENSION = re.compile(r"(.*?\d\w*)[\s,;]+(?:x|ext\.?|extension)\s*(\S.*)", re.IGNORECASE)
_ZIP = re.compile(r"(\d{5})(?:-?\d{4})?")


@dataclass(frozen=True, slots=True)
class Term:
    """A line of the code sheet. The same code can mean different things in the two directories, and in two categories."""

    category: str
    category_name: str
    code: str
    name: str
    description: str


@dataclass(frozen=True, slots=True)
class BookPhone:
    number: str
    extension: str  # text: real ones have letters
    type: str


@dataclass(frozen=True, slots=True)
class Facility:
    """A sound row. `codes` are places in the book's list of terms; `key` is the row's own, `site` its place's."""

    row: int
    key: str
    site: str
    name1: str
    name2: str
    street1: str
    street2: str
    city: str
    state: str
    zip: str
    phones: tuple[BookPhone, ...]
    codes: tuple[int, ...]


@dataclass
class Book:
    kind: str  # mh, sa
    file: str
    terms: list[Term]
    facilities: list[Facility] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    rejected_sites: set[str] = field(default_factory=set)  # still in the source, so never "no longer listed"

    @property
    def read(self) -> int:
        return len(self.facilities) + len(self.rejected)


class _BadRow(Exception):  # noqa: N818
    """Why one row cannot be taken."""


def read_books(paths: list[Path]) -> list[Book]:
    """The books in the order mh, sa. Raises BadWorkbook, also when two files are the same directory."""
    books: dict[str, Book] = {}
    for path in paths:
        book = read_book(path)
        if book.kind in books:
            raise BadWorkbook(
                f"{books[book.kind].file} and {book.file} are both the directory of {TITLES[book.kind]}."
            )
        books[book.kind] = book
    return [books[kind] for kind in sorted(books)]


def read_book(path: Path) -> Book:
    """One workbook, whole. Bad rows are listed in it; raises BadWorkbook when the file itself cannot be taken."""
    with Workbook(path) as workbook:
        sheets = {name: next(workbook.rows(name), (0, {}))[1] for name in workbook.sheets}
        codes = _sheet_with(sheets, CODE_COLUMNS[:4], workbook.name, "list of codes")
        facilities = _sheet_with(sheets, FACILITY_COLUMNS, workbook.name, "list of facilities")
        terms = [_term(row) for _, row in _named(workbook, codes, CODE_COLUMNS) if row["service_code"]]
        book = Book(_kind_of(terms, workbook.name), workbook.name, terms)
        _read_facilities(book, _named(workbook, facilities, FACILITY_COLUMNS))
    if not book.facilities:
        raise BadWorkbook(f"{book.file} lists no facility that can be read.")
    return book


def fold(text: str) -> str:
    """What names and streets are compared by: no case, no accents, single blanks."""
    if text.isascii():
        return " ".join(text.casefold().split())
    plain = unicodedata.normalize("NFKD", text)
    return " ".join("".join(c for c in plain.casefold() if not unicodedata.combining(c)).split())


def _sheet_with(sheets: dict[str, dict[str, str]], columns: tuple[str, ...], file: str, what: str) -> str:
    for name, header in sheets.items():
        if set(columns) <= {text.strip().lower() for text in header.values()}:
            return name
    raise BadWorkbook(f"{file} is not a SAMHSA directory: it has no {what}.")


def _named(workbook: Workbook, sheet: str, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows under the header as {column name: tidied text}; rows that are blank throughout are left out."""
    rows = workbook.rows(sheet)
    letters = {letter: text.strip().lower() for letter, text in next(rows)[1].items()}
    wanted = {letter: name for letter, name in letters.items() if name in columns}
    for number, cells in rows:
        row = dict.fromkeys(columns, "")
        for letter, name in wanted.items():
            row[name] = " ".join(cells.get(letter, "").split())
        if any(row.values()):
            yield number, row


def _term(row: dict[str, str]) -> Term:
    return Term(
        row["category_code"],
        row["category_name"],
        row["service_code"],
        row["service_name"],
        row["service_description"],
    )


def _kind_of(terms: list[Term], file: str) -> str:
    categories = {term.category for term in terms}
    found = [kind for kind, own in OWN_CATEGORIES.items() if own <= categories]
    if len(found) != 1:
        raise BadWorkbook(
            f"{file} has a code list that is neither SAMHSA's for mental health nor for substance use."
        )
    keys = Counter((term.category, term.code) for term in terms)
    if max(keys.values()) > 1:
        raise BadWorkbook(f"{file} lists a code twice: {' '.join(keys.most_common(1)[0][0])}.")
    return found[0]


def _read_facilities(book: Book, rows: Iterator[tuple[int, dict[str, str]]]) -> None:
    reader = _CodeReader(book.terms)
    seen: Counter[str] = Counter()
    for number, row in rows:
        site = site_key(row["name1"], row["name2"], row["street1"], row["state"])
        try:
            facility = _facility(number, row, site, reader, seen)
        except _BadRow as reason:
            book.rejected.append(Rejected(book.file, number, str(reason)))
            book.rejected_sites.add(site)
        else:
            book.facilities.append(facility)


def site_key(name1: str, name2: str, street1: str, state: str) -> str:
    """What makes a place one place, in both books."""
    return " | ".join((fold(name1), fold(name2), fold(street1), state.upper()))


def _facility(
    number: int, row: dict[str, str], site: str, reader: "_CodeReader", seen: Counter[str]
) -> Facility:
    for column in ("name1", "street1", "city", "state", "zip"):
        if not row[column]:
            raise _BadRow(f"{column} is missing")
    for column in FACILITY_COLUMNS[:6]:
        if len(row[column]) > LONGEST:
            raise _BadRow(f"{column} is longer than {LONGEST} characters")
    state = row["state"].upper()
    if state not in STATES:
        raise _BadRow(f"{row['state'][:40]!r} is not a state")
    digits = row["zip"].zfill(5) if row["zip"].isascii() and row["zip"].isdigit() else row["zip"]
    code = _ZIP.fullmatch(digits)
    if code is None:
        raise _BadRow(f"{row['zip'][:40]!r} is not a ZIP code")
    phones = tuple(
        dict.fromkeys(_phone(row[column], kind) for column, kind in PHONE_COLUMNS.items() if row[column])
    )
    codes = reader.read(row["service_code_info"])
    bare = " | ".join((site, fold(row["street2"]), fold(row["phone"])))
    seen[bare] += 1
    return Facility(
        row=number,
        key=f"{bare} | {seen[bare]}",
        site=site,
        name1=row["name1"],
        name2=row["name2"],
        street1=row["street1"],
        street2=row["street2"],
        city=row["city"],
        state=state,
        zip=code[1],
        phones=phones,
        codes=codes,
    )


def _phone(text: str, kind: str) -> BookPhone:
    if len(text) > LONGEST_PHONE or not any(c.isdigit() for c in text):
        raise _BadRow(f"{text[:LONGEST_PHONE]!r} is not a phone number")
    parts = _EXTENSION.fullmatch(text)
    return BookPhone(parts[1], parts[2], kind) if parts else BookPhone(text, "", kind)


class _CodeReader:
    """`SA DT * OP RES * ...` to places in the book's list of terms.

    Groups stand in the order of the code sheet's categories, which settles a code that two categories share.
    """

    def __init__(self, terms: list[Term]) -> None:
        self._order = {
            category: i for i, category in enumerate(dict.fromkeys(term.category for term in terms))
        }
        self._places: dict[str, dict[str, int]] = {}
        for place, term in enumerate(terms):
            self._places.setdefault(term.code, {})[term.category] = place
        self._known: dict[tuple[str, int], tuple[tuple[int, ...], int]] = {}

    def read(self, text: str) -> tuple[int, ...]:
        found: dict[int, None] = {}
        last = -1
        for group in text.split("*"):
            known = self._known.get((group, last))
            if known is None:
                known = self._known[group, last] = self._group(group.split(), last)
            found.update(dict.fromkeys(known[0]))
            last = known[1]
        return tuple(found)

    def _group(self, codes: list[str], last: int) -> tuple[tuple[int, ...], int]:
        if not codes:
            return (), last
        for code in codes:
            if code not in self._places:
                raise _BadRow(f"{code[:40]!r} is not in the list of codes")
        shared = set.intersection(*(set(self._places[code]) for code in codes))
        orders = sorted(self._order[category] for category in shared)
        chosen = next((order for order in orders if order > last), orders[0] if orders else last)
        category = next((category for category in shared if self._order[category] == chosen), "")
        places = tuple(self._places[code].get(category, min(self._places[code].values())) for code in codes)
        return places, max(chosen, last)
