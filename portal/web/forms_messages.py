"""The forms of phone numbers and of how a person wants to be told."""

from zoneinfo import available_timezones

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TimeField
from wtforms.validators import Length, Optional

from portal.web.forms import PageForm

# Zones of the states and territories, in their everyday names; the community's own stands first.
ZONES = {
    "America/New_York": _l("Eastern time"),
    "America/Chicago": _l("Central time"),
    "America/Denver": _l("Mountain time"),
    "America/Phoenix": _l("Arizona"),
    "America/Los_Angeles": _l("Pacific time"),
    "America/Anchorage": _l("Alaska"),
    "Pacific/Honolulu": _l("Hawaii"),
    "America/Puerto_Rico": _l("Puerto Rico"),
    "Pacific/Guam": _l("Guam"),
}
CHANNEL_WORDS = [
    ("mail", _l("By mail")),
    ("sms", _l("By text message")),
    ("push", _l("By a notice in my browser")),
]
NUMBER = _l("Mobile number")
NUMBER_HINT = _l("Like 615-555-0123. We send a code there first. Message and data rates may apply.")
CODE = _l("Code from the text message")


class DeskPhoneForm(PageForm):
    """`press` says which button it was: send, confirm or remove."""

    press = HiddenField()
    number = StringField(NUMBER, [Length(max=40)], description=NUMBER_HINT)
    code = StringField(CODE, [Length(max=20)])


class NumberForm(PageForm):
    number = StringField(NUMBER, [Length(max=40)], description=NUMBER_HINT)


class NumberCodeForm(PageForm):
    code = StringField(CODE, [Length(max=20)])


class MessagesForm(PageForm):
    channel = RadioField(_l("How should Handrail tell you?"), choices=CHANNEL_WORDS, validate_choice=False)
    quiet_from = TimeField(_l("Quiet from"), [Optional()])
    quiet_to = TimeField(_l("Quiet until"), [Optional()])
    zone = SelectField(_l("Time zone"), choices=[], validate_choice=False)
    holds_urgent = BooleanField(
        _l("Hold back urgent items too"),
        description=_l("Without this tick, somebody who needs help now still reaches you at night."),
    )

    def name_zones(self, own: str, chosen: str) -> None:
        """The list of zones: the usual ones, the community's and the one chosen before."""
        extra = [zone for zone in (own, chosen) if zone not in ZONES and zone in available_timezones()]
        self.zone.choices = [
            *ZONES.items(),
            *((zone, zone.replace("_", " ")) for zone in dict.fromkeys(extra)),
        ]
