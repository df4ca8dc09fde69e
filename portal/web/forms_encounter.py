"""The form of an encounter: drawn from the program's preset, and only what the reader's role is asked. One tap an answer; there is
no field for a word."""

from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    Field,
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
from portal.programs.rules import RACES, SOURCES
from portal.store import Refused
from portal.web.forms import PageForm
from portal.web.words import AGE_WORDS, LANGUAGE_WORDS

Choices = list[tuple[str, LazyString | str]]
NOT_ASKED = _l("Not asked")
YES_NO: Choices = [("", NOT_ASKED), ("yes", _l("Yes")), ("no", _l("No"))]
ASK = "ask_"  # before the code of a question of the preset, so that no code is taken for a field of our own
GROUPS = ("received_at", "dispatched_at", "on_scene_at", "cleared_at")


class EncounterForm(PageForm):
    """What every program asks. `form_for` adds the preset's own questions and the choices of each list."""

    once = HiddenField()
    version = HiddenField()
    received_at = DateTimeLocalField(
        _l("The call came"), validators=[InputRequired(_l("Say when the call came."))]
    )
    dispatched_at = DateTimeLocalField(_l("Sent out"), validators=[Optional()])
    on_scene_at = DateTimeLocalField(_l("On scene"), validators=[Optional()])
    cleared_at = DateTimeLocalField(_l("Done"), validators=[Optional()])
    source = RadioField(
        _l("How did the call come?"), validators=[InputRequired(_l("Choose how the call came."))]
    )
    response_type = RadioField(_l("Which team went?"), validators=[Optional()])
    district_id = RadioField(_l("Where was it?"), validators=[Optional()])
    home_district_id = RadioField(
        _l("Where does the person live?"),
        description=_l("Their own town follows up."),
        validators=[Optional()],
    )
    meets_criteria = BooleanField(_l("A mental health or substance use call"), default=True)
    met_before = RadioField(
        _l("Have you met before?"),
        choices=[("", NOT_ASKED), ("first", _l("First time")), ("again", _l("Met before"))],
        default="",
        validators=[Optional()],
    )
    arrest_would = RadioField(
        _l("Without the team: would it be an arrest?"), choices=YES_NO, default="", validators=[Optional()]
    )
    ed_would = RadioField(
        _l("Without the team: would it be the emergency room?"),
        choices=YES_NO,
        default="",
        validators=[Optional()],
    )
    outcome = RadioField(_l("How did it end?"), default="", validators=[Optional()])
    services = SelectMultipleField(_l("What did you give?"), validators=[Optional()])
    contact_consent = RadioField(
        _l("May we contact them again?"), choices=YES_NO, default="", validators=[Optional()]
    )
    referral_refused = BooleanField(_l("We offered a referral. They want none."))
    age_band = SelectField(_l("Age"), choices=list(AGE_WORDS.items()), default="unknown")
    language = SelectField(_l("Language they want"), choices=list(LANGUAGE_WORDS.items()), default="")
    race = SelectField(
        _l("Race or ethnicity, as they say it"),
        choices=list(RACES.items()),
        default="",
        validators=[Optional()],
    )
    reference = StringField(
        _l("Your number of the call"),
        description=_l("You may leave this empty. No name, please."),
        validators=[Length(max=40, message=_l("Use 40 characters or fewer."))],
    )
    ordinal = IntegerField(
        _l("Which person on this call"),
        default=1,
        validators=[Optional(), NumberRange(1, 20, message=_l("Count from 1 to 20."))],
    )

    questions: tuple[Question, ...] = ()

    def refuse(self, refused: Refused) -> None:
        """A question of the preset is found by its code."""
        asked = f"{ASK}{refused.field}"
        super().refuse(Refused(refused.reason, asked) if asked in self else refused)

    def asked(self, *, before: bool) -> list[Field]:
        """The preset's questions to this reader: those that come before the end is chosen, or the rest."""
        return [self[ASK + each.code] for each in self.questions if each.before_disposition == before]

    @property
    def folded_open(self) -> bool:
        """A page with an error in the folded part shows it open."""
        folded = ("reference", "ordinal", "age_band", "language", "race")
        return any(self[name].errors for name in folded if name in self)

    @property
    def times_open(self) -> bool:
        return any(self[name].errors for name in GROUPS)


def form_for(
    preset: p.Preset, roles: frozenset[str], districts: Choices, *, says_would: bool, may_end: bool, new: bool
) -> EncounterForm:
    """The form of this program for somebody in these roles. says_would: they are asked what would have followed. may_end: the
    end may be recorded now. What the preset has no choices for is left out."""
    mine = tuple(each for each in preset.fields if p.question_is_for(each, roles))
    added: dict[str, Any] = {ASK + each.code: question_field(each) for each in mine}
    form: EncounterForm = type("PresetForm", (EncounterForm,), added | {"questions": mine})()
    form.source.choices = [(code, SOURCES[code]) for code in preset.sources or SOURCES]
    form.response_type.choices = [(each.code, each.label) for each in preset.response_types]
    form.district_id.choices = districts
    form.district_id.label.text = preset.wording.get("district") or form.district_id.label.text
    form.home_district_id.choices = [("", _l("The same place, or not known")), *districts]
    form.outcome.choices = [("", _l("Not over yet")), *((each.code, each.label) for each in preset.outcomes)]
    form.services.choices = [(each.code, each.label) for each in preset.services]
    for name, there in (
        ("response_type", preset.response_types),
        ("district_id", districts),
        ("home_district_id", districts and p.task_options(preset).by_town),
        ("services", preset.services),
        ("arrest_would", says_would and "arrest" in preset.diversions),
        ("ed_would", says_would and "ed" in preset.diversions),
        ("outcome", may_end),
        ("reference", new),
        ("ordinal", new),
    ):
        if not there:
            del form[name]
    return form


def question_field(question: Question) -> Any:
    """One question of the preset. What is not asked stays unknown: nothing is chosen beforehand."""
    words: dict[str, Any] = {"description": question.hint, "validators": [Optional()]}
    if question.kind == "number":
        return IntegerField(question.label, **words)
    choices = (
        YES_NO
        if question.kind == "yes_no"
        else [("", NOT_ASKED), *((each.code, each.label) for each in question.choices)]
    )
    return RadioField(question.label, choices=choices, default="", **words)


def answer_of(question: Question, typed: Any) -> bool | int | str | None:
    """What was pressed, as an answer: None for what was not asked."""
    if typed is None or typed == "":
        return None
    if question.kind == "yes_no":
        return bool(typed == "yes")
    return int(typed) if question.kind == "number" else str(typed)


def pressed(question: Question, answer: bool | int | str | None) -> Any:
    """An answer, as it stands in the form."""
    if question.kind == "number":
        return answer
    if isinstance(answer, bool):
        return "yes" if answer else "no"
    return answer or ""
