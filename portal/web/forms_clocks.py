"""The forms of the clocks: one urgency of a community or a service; and when the community's offices are open."""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.widgets import TimeInput

from portal.directory import DAY_LABELS, DAYS, WorkingHours, parse_time
from portal.referrals import ClockView, Wanted
from portal.referrals.clock_rules import BOUNDS, NAMES, length_words
from portal.referrals.plan import LENGTHS
from portal.web.forms import PageForm

NOBODY = ""


class ClocksForm(PageForm):
    """One urgency. A field left empty is as it is without us. `shown` is a mark of what the effect was shown for: only that is
    saved."""

    version = HiddenField()
    shown = HiddenField()
    follow_up_days = StringField(_l("Follow-up days"))
    backup_contact = SelectField(_l("Backup contact"), choices=[], validate_choice=False)
    backup_email = StringField(_l("Backup contact: e-mail"))

    def fill(self, view: ClockView) -> None:
        """What is set here now."""
        for name in view.names:
            length = view.own.lengths.get(name, "")
            self[name].data = length_words(length) if length else ""
        self.follow_up_days.data = view.own.follow_up_days.replace(",", ", ")
        self.backup_email.data = view.own.backup_email
        if "backup_contact" in self:
            self.backup_contact.data = str(view.own.backup_contact_id or NOBODY)
        self.version.data = str(view.version)

    def explain(self, view: ClockView) -> None:
        """Beside each field: what holds where it is left empty, and how far it may go. The choices of who may be told."""
        for name in list(self._fields):
            if name in LENGTHS and name not in view.names:
                del self[name]
        for name in view.names:
            shortest, longest = BOUNDS[view.urgency][name]
            self[name].description = _(
                "Empty: %(usual)s. From %(shortest)s to %(longest)s.",
                usual=length_words(getattr(view.without.clocks, name)),
                shortest=length_words(shortest),
                longest=length_words(longest),
            )
        self.follow_up_days.description = _(
            "Days after the handoff, with commas. Empty: %(days)s.",
            days=", ".join(map(str, view.without.follow_up_days)),
        )
        self.backup_email.description = _(
            "Told when nobody has looked in time. Empty: everybody of the service."
        )
        if view.without.backup_email:
            self.backup_email.description = _("Empty: %(email)s.", email=view.without.backup_email)
        self.backup_contact.choices = [
            (NOBODY, _("Nobody of the list")),
            *((str(key), words) for key, words in view.contacts),
        ]
        if not view.contacts:
            del self.backup_contact

    def wanted(self, view: ClockView) -> Wanted:
        """What was typed, for the verb."""
        contact = self.backup_contact.data if "backup_contact" in self else NOBODY
        return Wanted(
            {name: self[name].data or "" for name in view.names},
            self.follow_up_days.data or "",
            self.backup_email.data or "",
            _uuid(contact),
        )

    def mark(self, urgency: str) -> str:
        """A mark of what stands in the form."""
        fields = {field.name: field.data for field in self if field.name != "shown"}
        text = json.dumps([urgency, fields], sort_keys=True, default=str)
        return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:16]


class WorkingHoursForm(PageForm):
    """A week, and days on which the offices are closed."""

    version = HiddenField()
    shown = HiddenField()
    closures = TextAreaField(
        _l("Closed days"),
        description=_l("One day on a line, like 2026-12-24. US federal holidays are counted already."),
    )

    def fill(self, stands: WorkingHours) -> None:
        for day in DAYS:
            pair = stands.hours.get(_key(day)) or ["", ""]
            self[f"{_key(day)}_opens"].data, self[f"{_key(day)}_closes"].data = pair
        self.closures.data = "\n".join(stands.closures)
        self.version.data = str(stands.version)

    def day(self, code: str) -> dict[str, Any]:
        """The two fields of a weekday, for the template."""
        return {part: self[f"{_key(code)}_{part}"] for part in ("opens", "closes")}

    def check_times(self) -> bool:
        """Every fault beside its field."""
        fine = bool(self.validate())
        for code in DAYS:
            fields = self.day(code)
            typed = [(fields[part].data or "").strip() for part in ("opens", "closes")]
            if any(typed) and not all(parse_time(text) for text in typed):
                field = fields["opens"]
                field.errors = [*field.errors, _("Say when it opens and when it closes.")]
                fine = False
        return fine

    def week(self) -> dict[str, list[str]]:
        found = {}
        for code in DAYS:
            times = [parse_time(self[f"{_key(code)}_{part}"].data or "") for part in ("opens", "closes")]
            if all(times):
                found[_key(code)] = [f"{at:%H:%M}" for at in times]
        return found

    def days(self) -> list[str]:
        return [text for text in re.split(r"[\s,;]+", self.closures.data or "") if text]

    def mark(self) -> str:
        text = json.dumps([self.week(), self.days(), self.version.data], sort_keys=True)
        return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:16]


def typed_and_stands(form: ClocksForm, view: ClockView) -> list[Mapping[str, str]]:
    """After somebody else saved first: each field that differs, as it stands and as it was typed."""
    theirs = ClocksForm(formdata=None)
    theirs.explain(view)
    theirs.fill(view)
    return [
        {"label": str(field.label.text), "stands": theirs[field.name].data or "", "typed": field.data or ""}
        for field in form
        if field.name in theirs
        and field.name not in ("version", "shown")
        and (field.data or "") != (theirs[field.name].data or "")
    ]


def _key(day: str) -> str:
    return dict(zip(DAYS, ("mon", "tue", "wed", "thu", "fri", "sat", "sun"), strict=True))[day]


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


for _name in LENGTHS:
    setattr(ClocksForm, _name, StringField(NAMES[_name]))
for _code, _day in DAY_LABELS.items():
    setattr(
        WorkingHoursForm,
        f"{_key(_code)}_opens",
        StringField(_l("%(day)s opens", day=_day), widget=TimeInput()),
    )
    setattr(
        WorkingHoursForm,
        f"{_key(_code)}_closes",
        StringField(_l("%(day)s closes", day=_day), widget=TimeInput()),
    )
