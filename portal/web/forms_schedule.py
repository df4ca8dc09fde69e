"""The form of the steward's schedule: for each kind of service the days that a word holds, and the hours of its word on room."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, StringField

from portal.directory import Pace, Schedule
from portal.directory.freshness.kinds import KINDS
from portal.web.forms import PageForm


class ScheduleForm(PageForm):
    version = HiddenField()
    mail_unjoined = BooleanField(
        _l("Write to services that have not joined, too"),
        description=_l(
            "At the address on their page, at most 200 letters a day. Without it, a steward calls them."
        ),
    )

    def fill(self, stands: Schedule) -> None:
        for code, pace in stands.paces.items():
            days, hours = self.fields_of(code)
            days.data, hours.data = str(pace.days), f"{pace.half_life:g}"
        self.mail_unjoined.data = stands.mail_unjoined
        self.version.data = str(stands.version)

    def fields_of(self, code: str) -> tuple[StringField, StringField]:
        """The two fields of a kind."""
        days, hours = (self[_name(part, code)] for part in ("days", "hours"))
        return days, hours

    @property
    def kinds(self) -> list[tuple[object, StringField, StringField]]:
        """(label, days, hours) in the order of the lists; a service of no kind comes last."""
        return [(label, *self.fields_of(code)) for code, label in LABELS.items()]

    def check(self) -> bool:
        """Every fault beside its field."""
        fine = bool(self.validate())
        for code in LABELS:
            for field in self.fields_of(code):
                if not _number(field.data):
                    field.errors = [*field.errors, _("Write a whole number.")]
                    fine = False
        return fine

    def paces(self) -> dict[str, Pace]:
        read = {code: self.fields_of(code) for code in LABELS}
        return {code: Pace(int(days.data), float(hours.data)) for code, (days, hours) in read.items()}

    def opened_version(self) -> int:
        text = self.version.data or ""
        return int(text) if _number(text) else -1


LABELS = {**KINDS, "": _l("Everything else")}


def _name(part: str, code: str) -> str:
    return f"{part}_{code}" if code else part


def _number(text: str | None) -> bool:
    return bool(text) and len(text or "") <= 6 and (text or "").isascii() and (text or "").isdigit()


for _code, _label in LABELS.items():
    setattr(ScheduleForm, _name("days", _code), StringField(_l("%(kind)s: days", kind=_label)))
    setattr(ScheduleForm, _name("hours", _code), StringField(_l("%(kind)s: hours", kind=_label)))
