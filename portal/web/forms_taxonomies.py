"""The forms of taxonomies: a file to take in, and what a term stands for."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Length

from portal.directory.taxonomies import NOTHING
from portal.directory.terms import EVERY
from portal.web.forms import PageForm

LONG = _l("This is too long.")
GROUP_WORDS = {
    "care": _l("Kind of help"),
    "for": _l("Who it is for"),
    "pay": _l("Paying"),
    "access": _l("Getting in"),
    "topic": _l("More exactly"),
}
CODE_WORDS = {code: label for codes in EVERY.values() for code, label in codes.items()} | {
    NOTHING: _l("None of our words")
}


class ListFileForm(PageForm):
    """The file itself is no field of a form: the door takes it."""

    name = StringField(
        _l("What the list is called"),
        [Length(max=200, message=LONG)],
        description=_l("Only where the file does not say it."),
    )
    notice = TextAreaField(
        _l("Notice of the owner"),
        [Length(max=2000, message=LONG)],
        description=_l("Words that must stand wherever the terms are shown, such as the license."),
    )


class TermForm(PageForm):
    """Codes are unique across the groups. No tick: the term above speaks again."""

    words = SelectMultipleField(
        _l("Words"), choices=[(code, label) for code, label in CODE_WORDS.items()], validate_choice=False
    )
