"""The form of a consent: a part of the refer form, or a page of its own later. Both languages stand in its labels, as the
person reads them too."""

from datetime import timedelta
from typing import Any

from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import Length, Optional

from portal.referrals import ConsentAsk, ConsentTerms
from portal.referrals.consent_terms import LASTS, LASTS_WORDS, SIGNERS, TEXT_VERSION
from portal.web.forms import PageForm
from portal.web.moments import today


class ConsentForm(PageForm):
    """What a signature needs. `shown` says which texts stood on the page, so that nobody signs what they did not see."""

    consent_language = RadioField(
        _l("Language · Idioma"), choices=[("en", "English"), ("es", "Español")], default="en"
    )
    initials = StringField(
        _l("Initials · Iniciales"),
        description=_l("The person types them. Las escribe la persona."),
        validators=[Length(max=40, message=_l("Use 40 characters or fewer."))],
    )
    signer = SelectField(_l("Who signs · Quién firma"), choices=list(SIGNERS.items()), default="person")
    lasts = SelectField(_l("Ends · Termina"), choices=[], default="90_days")
    signature_kind = RadioField(
        _l("How · Cómo"),
        choices=[("electronic", _l("Here, on this device")), ("paper", _l("On paper, which I keep"))],
        default="electronic",
    )
    signed_on = DateField(_l("Day on the paper"), validators=[Optional()])
    shown = HiddenField()
    opened = (
        HiddenField()
    )  # "y" where the page itself had this part open, so that an empty signature is a mistake

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        # A day that is counted from today; none is offered without an end.
        self.lasts.choices = [
            (code, f"{LASTS_WORDS[code]}: {format_date(today() + timedelta(days=days), 'long')}")
            for code, days in LASTS.items()
            if days is not None
        ]

    def terms(self) -> ConsentTerms:
        return ConsentTerms(
            initials=(self.initials.data or "").strip(),
            signer=self.signer.data,
            lasts=self.lasts.data,
            language=self.consent_language.data,
            signature_kind=self.signature_kind.data,
            signed_on=self.signed_on.data,
            version=TEXT_VERSION,
        )

    def saw(self, asks: tuple[ConsentAsk, ...]) -> bool:
        """Whether the page that was sent showed these very texts."""
        return bool(self.shown.data == mark_of(asks))

    def lacks_initials(self) -> bool:
        """True, with the sentence beside the field, when nobody has signed."""
        if (self.initials.data or "").strip():
            return False
        self.initials.errors = [*self.initials.errors, _("Type the initials of the person, or of who signs.")]
        return True


def mark_of(asks: tuple[ConsentAsk, ...]) -> str:
    """Which texts a page shows, in a few letters."""
    pairs = [f"{ask.scope}:{ask.discloser_id.hex[:8]}:{ask.recipient_id.hex[:8]}" for ask in asks]
    return f"{TEXT_VERSION} " + " ".join(sorted(pairs))
