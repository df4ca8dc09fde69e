"""The forms of the sender's pages: refer, call, and what follows on a need."""

from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional

from portal.referrals.names import OLDEST
from portal.web.forms import PageForm
from portal.web.words import (
    AGE_WORDS,
    BASIS_WORDS,
    DECLINE_WORDS,
    NEED_WORDS,
    SAFE_CONTACT_WORDS,
    URGENCY_WORDS,
)

CHOOSE = _l("Choose one.")


class BirthField(DateField):  # type: ignore[misc]  # wtforms has no types
    """A date of birth: as a browser's date field sends it, or as it is written where there is none: 12/31/1990."""

    def __init__(self, label: LazyString, **more: Any) -> None:
        super().__init__(
            label,
            format=["%Y-%m-%d", "%m/%d/%Y", "%m-%d-%Y"],
            validators=[Optional()],
            render_kw={"min": OLDEST.isoformat()},
            **more,
        )

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata([text.strip() for text in valuelist])
        except ValueError as error:
            raise ValueError(_("Write month, day and year, like 12/31/1990.")) from error


class ReferForm(PageForm):
    """Twelve fields at most, two of them typed; everything about the person is optional. Which grounds there are depends on the
    unit that sends: the door sets them."""

    need = SelectField(_l("What is needed"), choices=list(NEED_WORDS.items()))
    urgency = SelectField(
        _l("How soon"), choices=list(URGENCY_WORDS.items()), default="now", validators=[InputRequired(CHOOSE)]
    )
    name = StringField(
        _l("Name or initials"),
        description=_l("You may leave this empty."),
        validators=[Length(max=80, message=_l("Use 80 characters or fewer."))],
    )
    phone = TelField(
        _l("A phone that is safe to call"),
        description=_l("You may leave this empty."),
        validators=[Length(max=40, message=_l("Use 40 characters or fewer."))],
    )
    basis = RadioField(
        _l("Why may we share this?"),
        choices=list(BASIS_WORDS.items()),
        validators=[InputRequired(_l("Choose why you may share this."))],
    )
    hears_back = BooleanField(_l("The person agrees that I hear what happens"))
    fallbacks = SelectMultipleField(
        _l("If they say no, ask these next"),
        description=_l(
            "Handrail asks the ones you tick, one after the other. The same permission covers them."
        ),
        validators=[Length(max=3, message=_l("Tick 3 at most."))],
    )
    safety_notes = TextAreaField(
        _l("Safety notes for the staff"),
        description=_l("No diagnosis, no charges, no SSN. 280 characters."),
        validators=[Length(max=280, message=_l("Use 280 characters or fewer."))],
    )
    date_of_birth = BirthField(
        _l("Date of birth"),
        description=_l("You may leave this empty. Sealed like the name. It helps to know the person again."),
    )
    age_band = SelectField(_l("Age"), choices=list(AGE_WORDS.items()), default="unknown")
    area = StringField(
        _l("ZIP or city where the person is"),
        description=_l("Never a street address."),
        validators=[Length(max=60, message=_l("Use 60 characters or fewer."))],
    )
    safe_contact = SelectField(
        _l("How to contact the person safely"), choices=list(SAFE_CONTACT_WORDS.items()), default="unknown"
    )
    idempotency_key = HiddenField()
    confirm_duplicate = HiddenField()
    asking_id = HiddenField()  # the asking for room that this follows from

    @property
    def details_open(self) -> bool:
        """A page with an error, or with something typed there, shows the folded part open."""
        folded = (self.safety_notes, self.date_of_birth, self.age_band, self.area, self.safe_contact)
        return any(field.errors or field.data not in (None, "", "unknown") for field in folded)


class CallForm(PageForm):
    """What came of a call to a service that is not on Handrail yet."""

    result = RadioField(
        _l("What did they say?"),
        choices=[("yes", _l("Yes")), ("no", _l("No")), ("no_answer", _l("No answer"))],
        validators=[InputRequired(CHOOSE)],
    )
    need = SelectField(_l("What is needed"), choices=list(NEED_WORDS.items()))
    urgency = SelectField(_l("How soon"), choices=list(URGENCY_WORDS.items()), default="now")
    reason = SelectField(
        _l("If no: why?"),
        choices=[("", _l("They did not say")), *DECLINE_WORDS.items()],
        validators=[Optional()],
    )
    spoke_with = StringField(
        _l("Who answered"), description=_l("You may leave this empty."), validators=[Length(max=80)]
    )
    called_at = DateTimeLocalField(_l("When"), validators=[Optional()])
    name = StringField(
        _l("Name or initials of the person"),
        description=_l("You may leave this empty."),
        validators=[Length(max=80)],
    )
    phone = TelField(
        _l("A phone that is safe to call"),
        description=_l("You may leave this empty."),
        validators=[Length(max=40)],
    )
    basis = RadioField(_l("Why may we share this?"), choices=list(BASIS_WORDS.items()), default="none_needed")
    age_band = SelectField(_l("Age"), choices=list(AGE_WORDS.items()), default="unknown")
    confirm_duplicate = HiddenField()
    # One more call for a need that is there already, and the version of it that the page showed.
    need_id = HiddenField()
    version = HiddenField()
    idempotency_key = HiddenField()

    @property
    def details_open(self) -> bool:
        return any(
            field.errors for field in (self.called_at, self.name, self.phone, self.basis, self.age_band)
        )


class VictimCallForm(PageForm):
    """A call to a victim service: when, and answered or not. There is no field for a person."""

    answered = RadioField(
        _l("Did they answer?"),
        choices=[("yes", _l("Yes")), ("no", _l("No"))],
        validators=[InputRequired(CHOOSE)],
    )
    called_at = DateTimeLocalField(_l("When"), validators=[Optional()])
    # The button that was pressed: with a code to hand over, or without; and a number for this one form, so that a page
    # that is loaded again neither records a second call nor makes a second code.
    code = HiddenField()
    once = HiddenField()
