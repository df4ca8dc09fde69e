"""The hours of a listing in a form: typed in words, or picked day by day. Whichever was touched is what the person meant."""

import hashlib
from collections.abc import Mapping
from datetime import time
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.widgets import TimeInput

from portal.directory import DAY_LABELS, DAY_SHORT, DAYS, FIELDS, parse_hours, parse_time, tidy
from portal.directory.hours import Week, hours_text, is_plain_week, read_hours, week_of
from portal.store import Refused
from portal.web.forms import PageForm

PARTS = ("opens", "closes", "opens_2", "closes_2")  # two openings a day: before and after a break


def mark(text: str) -> str:
    """Tells whether a field was touched since the page showed it."""
    return hashlib.sha256(tidy(text).encode(errors="replace")).hexdigest()[:12]


class HoursFields(PageForm):
    """A box for words and a week of times. Words that cannot be read are kept when the person says so (`hours_as_typed`)."""

    hours = TextAreaField(
        FIELDS["hours"].label,
        description=_l(
            "Like: Mon-Fri 9-5, Sat by appointment, closed holidays. Or: 2nd Tuesday 5-7pm. Or: 24/7."
        ),
    )
    hours_as_typed = BooleanField(_l("Keep my words as they are. People will be told to call first."))

    def fill_hours(self, text: str) -> None:
        """Show what stands in both forms; the week stays empty where a week cannot say it all."""
        self.hours.data = text
        week = week_shown(text)
        for code in DAYS:
            spans, key = week.get(code, []), code.lower()
            self[f"{key}_all_day"].data = any(opens == closes for opens, closes in spans)
            times = [] if self[f"{key}_all_day"].data else [at for span in spans[:2] for at in span]
            for index, part in enumerate(PARTS):
                self[f"{key}_{part}"].data = f"{times[index]:%H:%M}" if index < len(times) else ""

    def hours_shown(self, text: str) -> dict[str, str]:
        """Both forms as the page shows them, for marks of what was there."""
        return {"hours": text, "week": hours_text(week_shown(text))}

    def hours_sent(self, marks: Mapping[str, Any]) -> dict[str, str]:
        """What the person meant, under the name `hours`; empty when they touched neither. Words come before the week."""
        picked = any(self[f"{day.lower()}_{part}"].raw_data for day in DAYS for part in PARTS)
        typed = bool(self.hours.raw_data)
        if typed and marks.get("hours") != mark(self.hours.data or ""):
            return {"hours": self.hours.data or ""}
        if picked and marks.get("week") != mark(self.hours_picked()):
            return {"hours": self.hours_picked()}
        return {}

    def hours_picked(self) -> str:
        """The week of times as text, a line a day."""
        return "\n".join(filter(None, (self._day_line(day) for day in DAYS)))

    def check_hours(self, text: str, marks: Mapping[str, Any]) -> bool:
        """Faults beside the box or beside the day; also where both were changed and say different things."""
        if text != self.hours_picked() or text == self.hours.data:
            both = self.hours_picked() and mark(self.hours_picked()) not in (marks.get("week"), mark(text))
            reading = read_hours(text)
            if both:
                return self._refuse(_("You changed the hours in words and day by day. Keep one of the two."))
            if not reading.understood and not self.hours_as_typed.data:
                said = _(
                    "We cannot read “%(words)s”. Write it like Mon-Fri 9-5 or Sat 10am-2pm, or tick the box below.",
                    words=reading.left[:60],
                )
                return self._refuse(said)
            return True
        return self._check_days()

    def day(self, code: str) -> dict[str, object]:
        """The fields of one weekday, for the template."""
        key = code.lower()
        return {part: self[f"{key}_{part}"] for part in ("all_day", *PARTS)}

    def hours_open(self, in_conflict: Mapping[str, str]) -> bool:
        """The folded week stands open when something in it needs a look."""
        faults = any(self[f"{day.lower()}_{part}"].errors for day in DAYS for part in PARTS)
        return faults or "hours" in in_conflict

    def _refuse(self, words: str) -> bool:
        self.hours.errors = [*self.hours.errors, words]
        return False

    def _day_line(self, code: str) -> str:
        key = code.lower()
        if self[f"{key}_all_day"].data:
            return f"{DAY_SHORT[code]} 24 hours"
        spans = []
        for first, last in (("opens", "closes"), ("opens_2", "closes_2")):
            opens, closes = (_clock(self[f"{key}_{part}"].data) for part in (first, last))
            if opens or closes:
                spans.append(f"{opens or '?'}-{closes or '?'}")
        return f"{DAY_SHORT[code]} {', '.join(spans)}" if spans else ""

    def _check_days(self) -> bool:
        fine = True
        for code in DAYS:
            try:
                parse_hours(self._day_line(code))
            except Refused as refused:
                field = self[f"{code.lower()}_opens"]
                half = "?" in self._day_line(code)
                fault = _("Say when it opens and when it closes.") if half else refused.reason
                field.errors = [*field.errors, fault]
                fine = False
        return fine


def week_shown(text: str) -> Week:
    """The week as the page can show it: two openings a day; none where the hours are more than a week."""
    reading = read_hours(text)
    if not is_plain_week(reading.lines):
        return {}
    return {day: spans[:2] for day, spans in week_of(reading.lines).items()}


def _clock(text: str | None) -> str:
    """A typed time as 09:00; what is no time stays as typed, to be refused in words."""
    typed = (text or "").strip()
    at: time | None = parse_time(typed)
    return f"{at:%H:%M}" if at else typed


for _code, _day in DAY_LABELS.items():
    _key = _code.lower()
    setattr(HoursFields, f"{_key}_all_day", BooleanField(_l("%(day)s: open 24 hours", day=_day)))
    for _part, _label in (
        ("opens", _l("%(day)s opens", day=_day)),
        ("closes", _l("%(day)s closes", day=_day)),
        ("opens_2", _l("%(day)s opens again", day=_day)),
        ("closes_2", _l("%(day)s closes again", day=_day)),
    ):
        setattr(HoursFields, f"{_key}_{_part}", StringField(_label, widget=TimeInput()))
