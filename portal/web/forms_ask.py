"""The forms of asking for room: the sender's ticks, the desk's one word, the sender's end of it."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired

from portal.web.forms import PageForm
from portal.web.words import AGE_WORDS, NEED_WORDS, URGENCY_WORDS

CHOOSE = _l("Choose one.")


class AskForm(PageForm):
    """Which services, and what they are told: three codes and a coarse place. There is no field for a person."""

    services = SelectMultipleField(
        _l("Ask these"),
        choices=[],
        validate_choice=False,
        description=_l("Up to 5. No name is sent. The first yes is kept for you."),
    )
    need = SelectField(_l("What is needed"), choices=list(NEED_WORDS.items()))
    urgency = SelectField(
        _l("How soon"), choices=list(URGENCY_WORDS.items()), default="now", validators=[InputRequired(CHOOSE)]
    )
    age_band = SelectField(_l("Age"), choices=list(AGE_WORDS.items()), default="unknown")
    area = HiddenField()
    idempotency_key = HiddenField()


class NeedAskForm(PageForm):
    """The same for a need that is there: what is told comes from the need."""

    services = AskForm.services
    idempotency_key = HiddenField()


class RoomForm(PageForm):
    """A desk's word: the button pressed is the answer. `version` is the one that the page showed."""

    version = HiddenField()
    answer = HiddenField()


class EndForm(PageForm):
    """The sender needs no place any more."""

    version = HiddenField()
