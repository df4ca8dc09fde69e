"""Every field of every view is classified: none reaches a page, JSON or an export before somebody has said whose it is."""

from dataclasses import fields, is_dataclass
from pathlib import Path

from portal.referrals import shapes
from portal.referrals.matrix import BY_STATE, FRAME, MATRIX, VIEW_FIELDS
from portal.referrals.matrix_words import FIELD_WORDS, as_table

VIEWS = {
    name: {field.name for field in fields(view)}
    for name, view in vars(shapes).items()
    if isinstance(view, type) and is_dataclass(view) and view.__module__ == shapes.__name__
}
HOW = (
    "is a field of a view that matrix.VIEW_FIELDS does not name. Say there under which row of MATRIX it falls (a new row where "
    "none fits: who may have it is then decided in MATRIX), `state` when that depends on the offer's state, or `frame` when it "
    "is no data of a person."
)


def test_every_field_of_every_view_has_its_row() -> None:
    for view, names in VIEWS.items():
        for name in sorted(names):
            assert name in VIEW_FIELDS.get(view, {}), f"{view}.{name} {HOW}"


def test_no_row_is_kept_for_a_field_that_is_gone() -> None:
    kept = {f"{view}.{name}" for view, names in VIEW_FIELDS.items() for name in names}
    assert kept == {f"{view}.{name}" for view, names in VIEWS.items() for name in names}


def test_a_field_falls_under_a_row_that_there_is() -> None:
    rows = {row for names in VIEW_FIELDS.values() for row in names.values()}
    assert rows <= set(MATRIX) | {FRAME, BY_STATE}


def test_the_matrix_is_the_golden_table() -> None:
    golden = Path(__file__).parent / "matrix.golden"
    assert as_table() == golden.read_text(), (
        "a cell of matrix.MATRIX has changed. If that is meant, and the product's table of fields and roles says so too, write "
        "the same into tests/referrals/matrix.golden"
    )


def test_every_row_has_words_for_the_page_about_the_data() -> None:
    assert set(FIELD_WORDS) == set(MATRIX), "add the words of the new row to matrix_words.FIELD_WORDS"
