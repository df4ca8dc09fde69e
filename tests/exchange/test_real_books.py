"""The two official workbooks as they are. The whole import of them is timed in `bench/importing.py` and killed in `make prove`."""

from pathlib import Path

from portal.exchange.samhsa_book import read_books
from portal.exchange.samhsa_terms import CROSSWALK, LANGUAGES, Code, Crosswalk


def test_the_official_books_are_read_whole(samhsa_books: list[Path]) -> None:
    books = read_books(samhsa_books)
    assert [(book.kind, book.read, len(book.terms), book.rejected) for book in books] == [
        ("mh", 9037, 176, []),
        ("sa", 12176, 225, []),
    ]
    rows = [facility for book in books for facility in book.facilities]
    assert sum(len(row.codes) for row in rows) == 1_360_633
    assert sum(bool(phone.extension) for row in rows for phone in row.phones) == 5195
    assert sum(len({row.key for row in book.facilities}) for book in books) == 21_213, (
        "each row has a key of its own"
    )
    both = set.intersection(*({row.site for row in book.facilities} for book in books))
    assert len(both) == 2101
    listed = {Code(book.kind, term.category, term.code) for book in books for term in book.terms}
    assert set(CROSSWALK) <= listed, "no line of the crosswalk is a slip of the pen"
    assert set(LANGUAGES) <= {(code.category, code.code) for code in listed}
    for book in books:
        words = Crosswalk(book.kind, book.terms)
        silent = sum(not words.meaning(row.codes).ours for row in book.facilities)
        assert silent < 100, "nearly every facility says something that a person can search for"
