"""The forms of dispatch: asking a team, how it ended, the roster, the places, a drop-off, the care watch. No field takes a name."""

from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from portal.programs import teams as t
from portal.programs.dispatch.rules import SETTLED, WITHDRAWN
from portal.programs.preset import Preset
from portal.programs.rules import SOURCES
from portal.web.forms import PageForm
from portal.web.words import LANGUAGE_WORDS

Choices = list[tuple[str, LazyString | str]]
CARD = "card_"  # before the code of a question of the card
CHOOSE = _l("Choose one.")
YES_NO: Choices = [("yes", _l("Yes")), ("no", _l("No"))]
LANGUAGES: Choices = list(LANGUAGE_WORDS.items())
ANYWHERE: tuple[str, LazyString] = ("", _l("Not said"))


class AskForm(PageForm):
    """Asking a team: three codes, a district, and the card."""

    once = HiddenField()
    again = HiddenField()
    from_encounter = HiddenField()
    way = HiddenField()
    source = RadioField(_l("Who asks?"), validators=[InputRequired(CHOOSE)])
    district_id = SelectField(_l("Where is it?"))
    language = SelectField(_l("Language of the person"), choices=LANGUAGES, default="")
    reference = StringField(
        _l("Your number of the call"),
        description=_l("Only your unit sees it."),
        validators=[Length(max=40)],
    )
    assigned_to = RadioField(_l("Who goes?"), validators=[Optional()])


class ConsultForm(PageForm):
    """Somebody on call was tried. The button pressed says how, and whether they answered."""

    tried = HiddenField()
    source = RadioField(_l("How did the call come?"), validators=[InputRequired(CHOOSE)])
    district_id = SelectField(_l("Where is it?"))
    outcome = RadioField(_l("How did it end?"), default="", validators=[Optional()])
    reference = StringField(
        _l("Your number of the call"), description=_l("Only your team sees it."), validators=[Length(max=40)]
    )


class StepForm(PageForm):
    """One step of a request: the button says which."""

    version = HiddenField()
    move = HiddenField()
    why = RadioField(_l("Why?"), validators=[Optional()])
    custody = BooleanField(_l("We have the person from now on"))


class TakeOverForm(PageForm):
    """The team has the person from now on."""

    version = HiddenField()


class WithdrawForm(StepForm):
    """The asker needs nobody any more."""

    why = RadioField(_l("Why?"), choices=list(WITHDRAWN.items()), validators=[InputRequired(CHOOSE)])


class SettleForm(PageForm):
    """The asker ends their own task."""

    version = HiddenField()
    why = RadioField(_l("How did it end?"), choices=list(SETTLED.items()), validators=[InputRequired(CHOOSE)])


class SendForm(PageForm):
    """Which team is sent."""

    version = HiddenField()
    team = RadioField(_l("Which team?"), validators=[InputRequired(CHOOSE)])


class EndForm(PageForm):
    """How it ended, in the program's own words."""

    version = HiddenField()
    outcome = RadioField(_l("How did it end?"), validators=[InputRequired(_l("Choose how it ended."))])
    services = SelectMultipleField(_l("What did you give?"), validators=[Optional()])
    contact_consent = RadioField(
        _l("May we contact them again?"),
        choices=[("", _l("Not asked")), *YES_NO],
        default="",
        validators=[Optional()],
    )
    language = SelectField(_l("Language they want"), choices=LANGUAGES, default="")

    @property
    def facts(self) -> dict[str, bool | int | str | None]:
        """The preset's own questions, as they were answered."""
        told = {}
        for name, field in self._fields.items():
            if name.startswith(CARD):
                told[name.removeprefix(CARD)] = {"yes": True, "no": False}.get(field.data, field.data or None)
        return told


class ShiftForm(PageForm):
    """One shift, and how often it comes again."""

    who = SelectField(_l("Who?"), validators=[InputRequired(CHOOSE)])
    district_id = SelectField(_l("Where?"))
    starts_at = DateTimeLocalField(_l("From"), validators=[InputRequired(_l("Say from when."))])
    ends_at = DateTimeLocalField(_l("Until"), validators=[InputRequired(_l("Say until when."))])
    on_call = BooleanField(_l("On call: by phone or video only"))
    weeks = IntegerField(
        _l("For how many weeks?"),
        default=1,
        validators=[
            InputRequired(_l("Choose from 1 to 26 weeks.")),
            NumberRange(1, 26, _l("Choose from 1 to 26 weeks.")),
        ],
    )


class PlaceForm(PageForm):
    """A place to take people first: by the address of its page here."""

    listing = StringField(
        _l("Service"),
        description=_l("Open its page here, and paste the address of the page."),
        validators=[InputRequired(_l("Choose a service of the directory.")), Length(max=300)],
    )
    rank = IntegerField(_l("Place in the list"), default=1, validators=[NumberRange(1, 20), Optional()])
    no_refusal = BooleanField(_l("It takes everybody"))


class LineForm(PageForm):
    """The program's line on call."""

    label = StringField(_l("Who answers there?"), validators=[Length(max=80)])
    phone = StringField(_l("Phone"), validators=[Length(max=30)])
    video = StringField(
        _l("Address for video"), description=_l("Starts with https://"), validators=[Length(max=310)]
    )


class MiddleForm(PageForm):
    """Where the middle of a district is."""

    district_id = HiddenField()
    place = StringField(_l("ZIP code or city"), validators=[Length(max=80)])


class PartnerForm(PageForm):
    """An organization that takes over."""

    organization_id = SelectField(_l("Organization"), validators=[InputRequired(CHOOSE)])
    languages = SelectMultipleField(
        _l("Languages spoken there"), choices=[each for each in LANGUAGES if each[0]], validators=[Optional()]
    )
    cultures = SelectMultipleField(_l("Whom it knows"), validators=[Optional()])
    rank = IntegerField(_l("Place in the list"), default=100, validators=[NumberRange(1, 1000), Optional()])


class ArriveForm(PageForm):
    """At the door: where, and since when (empty: now)."""

    once = HiddenField()
    listing = RadioField(_l("Where are you?"), validators=[InputRequired(_l("Choose where you are."))])
    arrived_at = DateTimeLocalField(
        _l("Since when?"), description=_l("Leave it empty for now."), validators=[Optional()]
    )


class ReleaseForm(PageForm):
    """The team can go."""

    version = HiddenField()
    result = HiddenField()
    released_at = DateTimeLocalField(
        _l("Since when?"), description=_l("Leave it empty for now."), validators=[Optional()]
    )


class WatchForm(PageForm):
    """Whom the team is asked to look out for: what helps, how long."""

    signs = SelectMultipleField(_l("What helps?"), validators=[InputRequired(_l("Choose what helps."))])
    days = IntegerField(_l("For how many days?"), validators=[InputRequired(CHOOSE)])
    agreed = BooleanField(_l("The person agreed"))


def ask_form(card: t.CardView) -> Any:
    """The page's form, with the choices of this program and the questions of its card."""
    fields = {
        CARD + question.code: RadioField(
            question.label, choices=YES_NO, validators=[InputRequired(_l("Answer yes or no."))]
        )
        for question in card.options.card
    }
    form = type("AskFormHere", (AskForm,), fields)()
    form.source.choices = sources_of(card.preset)
    form.district_id.choices = [ANYWHERE, *((str(code), name) for code, name in card.districts)]
    form.assigned_to.choices = [(str(each.person.account_id), each.person.name) for each in card.nearest]
    return form


def end_form(view: t.RequestView) -> Any:
    """How this program's requests end, with its own questions."""
    asked = [field for field in view.preset.fields if field.kind in ("yes_no", "choice")]
    fields = {
        CARD + field.code: RadioField(
            field.label,
            choices=[
                ("", _l("Not asked")),
                *(
                    YES_NO
                    if field.kind == "yes_no"
                    else [(choice.code, choice.label) for choice in field.choices]
                ),
            ],
            default="",
            validators=[Optional()],
        )
        for field in asked
        if field.code != view.options.consult_field
    }
    form = type("EndFormHere", (EndForm,), fields)()
    form.outcome.choices = [
        (each.code, each.label)
        for each in view.preset.outcomes
        if not view.options.ended or each.code in view.options.ended
    ]
    form.services.choices = [(each.code, each.label) for each in view.preset.services]
    return form


def sources_of(preset: Preset) -> Choices:
    """How a call may come, in the preset's order."""
    return [(code, SOURCES[code]) for code in preset.sources or SOURCES]
