"""The forms of a team's tasks, of who goes alone, and of outreach days. One tap an answer; there is no field for a word of anybody."""

from collections.abc import Sequence
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    DateTimeLocalField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from portal import programs as p
from portal.programs.preset import Field as Question
from portal.programs.rules import ATTEMPT_RESULTS, CLOSE_REASONS, OUTREACH_KINDS, TASK_RESULTS
from portal.store import Refused
from portal.web.forms import PageForm
from portal.web.forms_encounter import ASK, answer_of, question_field

CHOOSE = _l("Choose one.")
TRY_MEANS: dict[str, LazyString] = {
    "in_person": _l("Went there"),
    "phone": _l("Phone"),
    "text": _l("Text"),
    "video": _l("Video"),
    "mail": _l("Mail"),
    "card": _l("Their own card"),
}


class TaskForm(PageForm):
    """What every page of a task sends: the version that it showed, and the answers to the step's own questions."""

    version = HiddenField()
    questions: tuple[Question, ...] = ()

    def refuse(self, refused: Refused) -> None:
        """A question of the step is found by its code."""
        asked = f"{ASK}{refused.field}"
        super().refuse(Refused(refused.reason, asked) if asked in self else refused)

    @property
    def facts(self) -> dict[str, Any]:
        return {each.code: answer_of(each, self[ASK + each.code].data) for each in self.questions}

    @property
    def asked(self) -> list[Any]:
        return [self[ASK + each.code] for each in self.questions]


class TryForm(TaskForm):
    """One try, and what it brought."""

    means = RadioField(_l("How did you try?"), validators=[InputRequired(CHOOSE)])
    result = RadioField(_l("What came of it?"), validators=[InputRequired(CHOOSE)])
    ends = RadioField(_l("Is it done with that?"), default="", validators=[Optional()])
    roles = SelectMultipleField(_l("Who tried?"), validators=[Optional()])
    given = SelectMultipleField(_l("What did you give?"), validators=[Optional()])
    again_at = DateTimeLocalField(_l("Next try"), validators=[Optional()])
    at = DateTimeLocalField(
        _l("When was it?"), description=_l("Leave it empty if it was just now."), validators=[Optional()]
    )


class EndForm(TaskForm):
    """A duty is done, or all tries were made."""


class CloseForm(PageForm):
    version = HiddenField()
    reason = RadioField(
        _l("Why is it no longer owed?"),
        choices=list(CLOSE_REASONS.items()),
        validators=[InputRequired(CHOOSE)],
    )


class HolderForm(PageForm):
    """Who has it: `what` is the button pressed (take, back), or somebody is chosen."""

    version = HiddenField()
    what = HiddenField()
    holder = SelectField(_l("Hand it to"), choices=[], validate_choice=False, validators=[Optional()])


class ShiftForm(PageForm):
    holder = SelectField(
        _l("Who takes over?"), choices=[], validate_choice=False, validators=[InputRequired(CHOOSE)]
    )


class OutForm(PageForm):
    """I go alone."""

    program = HiddenField()
    task = HiddenField()
    minutes = IntegerField(
        _l("I will be heard of within so many minutes"),
        validators=[InputRequired(_l("Say how many minutes.")), NumberRange(1, 999, _l("Write a number."))],
    )


class WordForm(PageForm):
    """A word on a visit: back, longer, help, care."""

    word = HiddenField()


class ContactForm(PageForm):
    name = StringField(_l("Whom to call"), validators=[Length(max=80)])
    phone = StringField(_l("Phone"), validators=[Length(max=30)])


class OutreachForm(PageForm):
    kind = RadioField(_l("What was it?"), validators=[InputRequired(CHOOSE)])
    day = DateField(_l("Which day?"), validators=[InputRequired(_l("Choose the day."))])
    district = RadioField(_l("Where?"), validators=[InputRequired(_l("Choose where."))])
    people = IntegerField(
        _l("How many people did you speak with?"), validators=[InputRequired(_l("Write a number, or 0."))]
    )
    kits = IntegerField(
        _l("How many naloxone kits did you give out?"),
        default=0,
        validators=[InputRequired(_l("Write a number, or 0."))],
    )


class FlagForm(PageForm):
    """Two taps: this page, and what it is about."""

    response_type = HiddenField()
    district = RadioField(_l("Where was it?"), validators=[Optional()])
    reference = StringField(
        _l("Your number of the call"),
        description=_l("It leads the social worker to your own record. No name, please."),
        validators=[Length(max=40, message=_l("Use 40 characters or fewer."))],
    )


def try_form(view: p.TaskView) -> TryForm:
    """The form of a try at this task: its program's roles and services, the ends that it may come to, and its questions."""
    form: TryForm = _with_questions(TryForm, view.questions)
    form.means.choices = [(code, TRY_MEANS[code]) for code in view.means]
    family = "family" in view.ends
    form.result.choices = [
        (code, label)
        for code, label in ATTEMPT_RESULTS.items()
        if code != "answered" and (family or code != "family")
    ]
    ends = {end for found in view.ends.values() for end in found}
    form.ends.choices = [
        ("", _l("No, we go on")),
        *((code, TASK_RESULTS[code]) for code in ENDS if code in ends),
    ]
    form.roles.choices = [
        (role.code, role.label) for role in view.place.preset.roles if role.kind != "dispatch"
    ]
    given = view.place.options.visit_services
    form.given.choices = [
        (each.code, each.label) for each in view.place.preset.services if each.code in given
    ]
    if not form.given.choices:
        del form.given
    return form


def end_form(view: p.TaskView) -> EndForm:
    form: EndForm = _with_questions(EndForm, view.questions)
    return form


def outreach_form(kinds: Sequence[str], districts: list[tuple[str, str]]) -> OutreachForm:
    form = OutreachForm()
    form.kind.choices = [(code, OUTREACH_KINDS[code]) for code in kinds]
    form.district.choices = districts
    return form


ENDS = ("connected", "contact", "family_contact", "refused", "in_treatment", "other_end")


def _with_questions(base: type[TaskForm], questions: tuple[Question, ...]) -> Any:
    added: dict[str, Any] = {ASK + each.code: question_field(each) for each in questions}
    return type("StepForm", (base,), added | {"questions": questions})()
