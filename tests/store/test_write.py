"""store.write: one verb, one transaction, on both databases."""

from flask import Flask
from sqlalchemy import func, select

from portal.directory.models import Organization
from portal.store import db
from tests.people import Cast


def test_the_cast_stands_and_is_rolled_back_after_the_test(app: Flask, cast: Cast) -> None:
    assert db.session.scalar(select(func.count()).select_from(Organization)) == 7


def test_the_next_test_finds_an_empty_database(app: Flask) -> None:
    assert db.session.scalar(select(func.count()).select_from(Organization)) == 0
