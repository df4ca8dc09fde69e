"""The forms of an offer: the answer of a desk, and what either side records afterwards."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional

from portal.referrals.rules import CANCEL_REASONS, CLOSE_REASONS, NOT_CONNECTED, VOID_REASONS
from portal.web.forms import PageForm
from portal.web.words import (
    ATTEMPT_WORDS,
    DECLINE_CHOICES,
    FOLLOW_UP_WORDS,
    JOB_WORDS,
    LANGUAGE_WORDS,
    MEANS_WORDS,
    METHOD_WORDS,
    TRANSPORT_WORDS,
)

ANSWERS = ("see", "accept", "decline", "question", "waitlist", "not_us")
YES_NO = [("yes", _l("Yes")), ("no", _l("No"))]
CHOOSE = _l("Choose one.")
SHORT = Length(max=80, message=_l("Use 80 characters or fewer."))


class AnswerForm(PageForm):
    """A desk's answer: one form, and the button pressed says which. What a button needs is asked of it alone."""

    version = HiddenField()
    answer = HiddenField()
    by = StringField(
        _l("Who are you at the desk?"), description=_l("Your first name is enough."), validators=[SHORT]
    )
    reason = RadioField(_l("Why not?"), choices=[], validate_choice=False, validators=[Optional()])
    note = StringField(
        _l("In a few words"), description=_l("Only for “Something else”. 80 characters."), validators=[SHORT]
    )
    who_could = SelectField(
        _l("Who could take this person?"), choices=[], validate_choice=False, validators=[Optional()]
    )
    question = TextAreaField(
        _l("Your question"),
        description=_l("About what you need to say yes. No diagnosis, no charges. 280 characters."),
        validators=[Length(max=280, message=_l("Use 280 characters or fewer."))],
    )
    answer_by = DateField(_l("When will you know?"), validators=[Optional()])

    @property
    def reasons(self) -> dict[str, Any]:
        """The decline reasons in their groups, for the page."""
        return DECLINE_CHOICES

    def check(self) -> bool:
        """Validate, and ask for what the pressed button needs. Adds the sentence to the field that lacks it."""
        good = bool(self.validate())
        answer = self.answer.data
        if answer not in ANSWERS:
            return self._lacks(self.answer, _("Press one of the buttons."))
        if answer == "accept" and not (self.by.data or "").strip():
            return self._lacks(self.by, _("Write who you are, so that the sender can ask for you."))
        if answer == "decline" and not self.reason.data:
            return self._lacks(self.reason, _("Choose why not."))
        if answer == "question" and not (self.question.data or "").strip():
            return self._lacks(self.question, _("Write your question."))
        if answer == "waitlist" and not self.answer_by.data:
            return self._lacks(self.answer_by, _("Choose the day on which you will know."))
        return good

    def _lacks(self, field: Any, sentence: str) -> bool:
        field.errors = [*field.errors, sentence]
        return False


class VersionForm(PageForm):
    """A step that needs no more than a press. `version` is the one that the page showed."""

    version = HiddenField()


class HandoffForm(VersionForm):
    """The facts of a handoff. Warm or not is worked out from them, never chosen."""

    method = RadioField(
        _l("How was it done?"),
        choices=list(METHOD_WORDS.items()),
        validators=[InputRequired(_l("Choose how it was done."))],
    )
    started_at = DateTimeLocalField(
        _l("When did it start?"), validators=[InputRequired(_l("Give the time it started."))]
    )
    ended_at = DateTimeLocalField(_l("When did it end?"), validators=[Optional()])
    answered = BooleanField(_l("Somebody at the service answered"))
    spoke_with_name = StringField(
        _l("Who was it?"), description=_l("The staff member's name."), validators=[SHORT]
    )
    spoke_with_role = RadioField(
        _l("Their job"), choices=list(JOB_WORDS.items()), validate_choice=False, validators=[Optional()]
    )
    person_present = BooleanField(_l("The person was there or on the line"))
    person_spoke = BooleanField(_l("The person spoke with them"))
    person_agreed = BooleanField(_l("The person agreed"))
    receiver_took_over = BooleanField(_l("They said “we have them” before the sender left"))


class TransportForm(PageForm):
    """How the person got there. A time that has not come yet stays empty."""

    means = RadioField(
        _l("Who took them there?"),
        choices=list(TRANSPORT_WORDS.items()),
        validators=[InputRequired(_l("Choose who took them there."))],
    )
    voluntary = RadioField(
        _l("Did they go of their own will?"),
        choices=YES_NO,
        validators=[InputRequired(_l("Choose yes or no."))],
    )
    departed_at = DateTimeLocalField(_l("When did they leave?"), validators=[Optional()])
    arrived_at = DateTimeLocalField(_l("When did they arrive?"), validators=[Optional()])
    released_at = DateTimeLocalField(_l("When were you free again?"), validators=[Optional()])


class SenderHandoffForm(HandoffForm):
    """The sender's own record. The code that the caller read out shows that the service itself said so, live."""

    code = StringField(
        _l("Code that they read out to you"),
        description=_l("6 digits. Leave it empty if this page already says that they accepted."),
        validators=[Length(max=20, message=_l("Type the 6 digits."))],
    )


class ConnectedForm(VersionForm):
    """First service received."""

    connected_on = DateField(
        _l("On which day did the first service begin?"), validators=[InputRequired(_l("Give the day."))]
    )


class WitnessedForm(ConnectedForm):
    """The sender saw the person arrive: the name of who received them is part of the fact."""

    connected_on = DateField(
        _l("On which day did you see them arrive?"), validators=[InputRequired(_l("Give the day."))]
    )
    receiver_name = StringField(
        _l("Who received them?"),
        description=_l("The staff member's name."),
        validators=[InputRequired(_l("Write who received them.")), SHORT],
    )


class NotConnectedForm(VersionForm):
    reason = RadioField(
        _l("What happened?"), choices=list(NOT_CONNECTED.items()), validators=[InputRequired(CHOOSE)]
    )


class AppointmentForm(VersionForm):
    appointment_at = DateTimeLocalField(_l("When?"), validators=[InputRequired(_l("Give the day and time."))])


class CancelForm(VersionForm):
    reason = RadioField(_l("Why?"), choices=list(CANCEL_REASONS.items()), validators=[InputRequired(CHOOSE)])


class VoidForm(VersionForm):
    reason = RadioField(
        _l("Why?"),
        choices=list(VOID_REASONS.items()),
        validators=[InputRequired(CHOOSE)],
    )


class CorrectionForm(VersionForm):
    reason = StringField(
        _l("What was wrong?"),
        description=_l("In a few words, without names."),
        validators=[InputRequired(_l("Write what was wrong.")), SHORT],
    )


class CloseForm(VersionForm):
    reason = RadioField(_l("Why?"), choices=list(CLOSE_REASONS.items()), validators=[InputRequired(CHOOSE)])


class InformationForm(VersionForm):
    text = TextAreaField(
        _l("Your answer"),
        description=_l("No diagnosis, no charges, no SSN. 280 characters."),
        validators=[
            InputRequired(_l("Write your answer.")),
            Length(max=280, message=_l("Use 280 characters or fewer.")),
        ],
    )


class NextForm(VersionForm):
    listing = RadioField(
        _l("Ask next"), choices=[], validate_choice=False, validators=[InputRequired(_l("Choose a service."))]
    )
    person_asked = BooleanField(_l("I asked the person, and they agree to this service"))
    language = SelectField(_l("Language the person speaks"), choices=list(LANGUAGE_WORDS.items()), default="")
    show = HiddenField()  # the button that only sorts the list anew


class AttemptForm(VersionForm):
    means = RadioField(_l("How?"), choices=list(MEANS_WORDS.items()), validators=[InputRequired(CHOOSE)])
    result = RadioField(
        _l("What came of it?"), choices=list(ATTEMPT_WORDS.items()), validators=[InputRequired(CHOOSE)]
    )
    at = DateTimeLocalField(_l("When?"), validators=[Optional()])


class FollowUpForm(PageForm):
    """What a follow-up found. Without an answer it stays unknown."""

    result = RadioField(
        _l("What did you learn?"), choices=list(FOLLOW_UP_WORDS.items()), validators=[InputRequired(CHOOSE)]
    )
    means = SelectField(_l("How did you ask?"), choices=list(MEANS_WORDS.items()))


class CodeForm(PageForm):
    """The six digits heard on the call."""

    code = StringField(
        _l("Code heard on the call"),
        description=_l("6 digits. The sender reads them to you."),
        validators=[InputRequired(_l("Type the 6 digits."))],
    )
