"""The form that says from when to when a place is closed."""

from datetime import date, time

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, StringField, TimeField
from wtforms.validators import InputRequired, Length, Optional

from portal.directory import ClosureWanted
from portal.web.forms import PageForm

MOST_WORDS = 200


class ClosureForm(PageForm):
    """Days, with times where it is not whole days; the reason in two languages."""

    begins_on = DateField(_l("First day closed"), [InputRequired(_l("Say the first day."))])
    begins_at = TimeField(_l("From what time (empty: all day)"), [Optional()])
    ends_on = DateField(
        _l("Last day closed"), [InputRequired(_l("Say the last day. It opens again by itself."))]
    )
    ends_at = TimeField(_l("Until what time (empty: all day)"), [Optional()])
    words = StringField(
        _l("Why, in a few words"), [Length(max=MOST_WORDS)], description=_l("Everybody sees this. You may leave it empty.")
    )  # fmt: skip
    words_es = StringField(_l("The same in Spanish"), [Length(max=MOST_WORDS)])
    everywhere = BooleanField(_l("All places of the organization are closed"))

    def wanted(self) -> ClosureWanted:
        begins_on: date = self.begins_on.data
        ends_on: date = self.ends_on.data
        begins_at: time | None = self.begins_at.data
        ends_at: time | None = self.ends_at.data
        return ClosureWanted(
            begins_on,
            ends_on,
            begins_at,
            ends_at,
            self.words.data or "",
            self.words_es.data or "",
            bool(self.everywhere.data),
        )
