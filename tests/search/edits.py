"""Edits to measure and to kill by: a listing gets a name that nobody has, in one transaction with the change feed."""

from uuid import uuid4

from sqlalchemy import select

from portal.directory import models as d
from portal.directory import record_change
from portal.store import db, write

LETTERS = str.maketrans("0123456789", "ghijklmnop")


def new_word() -> str:
    """Twelve letters that no listing has and nothing begins with."""
    return "zz" + uuid4().hex[:10].translate(LETTERS)


def rename(number: int, word: str) -> None:
    """The listing's service is called after the word from now on."""
    with write() as session:
        found = select(d.ServiceAtLocation).where(d.ServiceAtLocation.number == number)
        session.scalars(found).one().service.name = f"{word.title()} House"
        record_change(session, number)
    db.session.remove()
