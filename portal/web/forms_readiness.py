"""The forms of readiness: how an element stands, a paper that shows it, the training roster, monthly totals."""

from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, RadioField, SelectField, StringField, TextAreaField, URLField
from wtforms.validators import InputRequired, Length, Optional

from portal.programs.preset import Choice
from portal.programs.readiness import EVIDENCE_WORDS, STATUS_WORDS, TOTAL_WORDS
from portal.web.forms import PageForm
from portal.web.forms_victims import MonthForm, counts_form


class StatusForm(PageForm):
    number = HiddenField()
    status = RadioField(_l("How does it stand?"), choices=list(STATUS_WORDS.items()), validate_choice=False)
    owner = SelectField(_l("Whose is it?"), choices=[], validate_choice=False)
    review_on = DateField(_l("Look at it again on"), [Optional()])


class EvidenceForm(PageForm):
    kind = SelectField(_l("What is it?"), choices=list(EVIDENCE_WORDS.items()), validate_choice=False)
    title = StringField(
        _l("Its title"),
        [InputRequired(_l("Say what paper it is. Never name a person.")), Length(max=120)],
        description=_l("Of the paper. Never name a person."),
    )
    url = URLField(_l("Its address"), [Length(max=300)], description=_l("It begins with https://"))
    signed_on = DateField(_l("Signed on"), [Optional()])
    expires_on = DateField(_l("Good until"), [Optional()])


class RosterForm(PageForm):
    longer = {"table": 400_000}

    table = TextAreaField(
        _l("Your table"),
        [InputRequired(_l("Copy the table here."))],
        description=_l(
            "Copied from a sheet, or as CSV. First line: number, sworn, since, until, mental_health, cit. The number is"
            " your own; no names. Days like 2026-01-31."
        ),
    )


def totals_form() -> MonthForm:
    """One number for each kind of total."""
    return counts_form(Choice(code=code, label=str(label)) for code, label in TOTAL_WORDS.items())
