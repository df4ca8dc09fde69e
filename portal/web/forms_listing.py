"""The form of the edit page: a line or a box for each field of directory.FIELDS, and a week of hours."""

import hashlib
import json
from collections.abc import Mapping
from datetime import time

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectMultipleField, StringField, TextAreaField
from wtforms.widgets import TimeInput

from portal.directory import (
    DAY_LABELS,
    DAY_SHORT,
    DAYS,
    FIELDS,
    EditView,
    clean_text,
    hours_text,
    parse_hours,
    parse_time,
    tidy,
)
from portal.directory.terms import GROUPS
from portal.directory.typed import TICKED
from portal.store import Refused
from portal.web.forms import LONGEST, PageForm

HINTS = {
    "name": _l("A new name waits for a steward. Until then the old one stays."),
    "alert": _l("One sentence on top of your page: closed on a holiday, full until Monday."),
    "phone": _l("Like 615-555-0123, or 615-555-0123 x 12."),
    "intake_phone": _l("Where a call about one person is answered."),
    "crisis_phone": _l("A new number waits for a steward. Until then the old one stays."),
    "address": _l(
        "Street on one line, the town below: Nashville, TN 37203. A new address waits for a steward."
    ),
    "service_areas": _l(
        "Who lives where you help: 37203, 37207; Davidson County, TN; All of TN; The whole country. Empty: not said. "
        "A change waits for a steward, who may also paste an area from a map as GeoJSON."
    ),
    "eligibility_description": _l("Ages, who you cannot take, what somebody must be ready for."),
    "languages": _l("Spoken by your staff, with commas: Spanish, Arabic, ASL."),
    "documents": _l("One on a line. Leave it empty when nothing is needed."),
    "more": _l("What holds here and not at your other places: the door, the floor, the bell."),
    "transportation": _l("Bus lines, parking, which entrance."),
    "care": _l("This decides who finds you. A change waits for a steward."),
    "ages": _l("Like 18-64, 18+ or up to 17. Empty: everybody."),
    "capacity": _l(
        "Like 3 of 12 beds, each kind on a line of its own. It is shown with the time you wrote it."
    ),
    "hotline_phone": _l("A line for people in danger. A new number waits for a steward."),
    "email": _l("Everybody sees it. Leave it empty when nobody reads it each day."),
    "desk_email": _l("Never shown to the public. Requests are mailed here."),
}
PARTS = ("opens", "closes", "opens_2", "closes_2")  # two openings a day: before and after a break


class ListingForm(PageForm):
    """`version` is the listing's when the page was opened; `base` holds a mark of each field as it was then, so that a
    field nobody touched is never taken for an edit."""

    longer = {name: field.most for name, field in FIELDS.items() if field.most > LONGEST}
    version = HiddenField()
    base = HiddenField()
    ticks = HiddenField()  # sent along where there was something to tick: no box ticked is an answer too

    def fill(self, view: EditView, kept: frozenset[str] = frozenset()) -> None:
        """Show what stands now, but for the fields in `kept`, which stay as typed."""
        for name in TEXT_FIELDS:
            if name not in kept:
                text = view.texts.get(name, "")
                self[name].data = _codes(text) if name in TICKED else text
        self.ticks.data = "1"
        if "hours" not in kept:
            self._fill_hours(view.texts["hours"])
        self.version.data = str(view.version)
        self.base.data = json.dumps({name: mark(text) for name, text in self._as_shown(view).items()})

    def changes(self, view: EditView) -> dict[str, str]:
        """What the person changed: fields sent, touched since the page was opened, and other than what stands."""
        sent = {name: self._typed(name) for name in TEXT_FIELDS if self._sent(name) and name in view.texts}
        if any(self[f"{day.lower()}_{part}"].raw_data for day in DAYS for part in PARTS):
            sent["hours"] = self.hours_typed()
        marks = self._marks()
        touched = {name: text for name, text in sent.items() if marks.get(name) != mark(text)}
        return {name: text for name, text in touched.items() if tidy(text) != tidy(view.texts.get(name, ""))}

    def _sent(self, name: str) -> bool:
        return bool(self[name].raw_data or (name in TICKED and self.ticks.raw_data))

    def _typed(self, name: str) -> str:
        return ", ".join(self[name].data or ()) if name in TICKED else self[name].data or ""

    def check(self, view: EditView) -> bool:
        """Every fault at once, each beside its field. Fields nobody touched are not faulted."""
        fine = self.validate()
        for name, text in self.changes(view).items():
            if name == "hours":
                fine = self._check_hours() and fine
                continue
            try:
                clean_text(name, text, view.listing.confidential)
            except Refused as refused:
                self.refuse(refused)
                fine = False
        return fine

    def opened_version(self) -> int:
        """The version that the page showed; 0, which never stands, for anything that is not a number."""
        text = self.version.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

    def hours_typed(self) -> str:
        """The week as directory reads it, a line a day."""
        return "\n".join(filter(None, (self._day_line(day) for day in DAYS)))

    def day(self, code: str) -> dict[str, object]:
        """The fields of one weekday, for the template."""
        key = code.lower()
        return {part: self[f"{key}_{part}"] for part in ("all_day", *PARTS)}

    def hours_open(self, in_conflict: Mapping[str, str]) -> bool:
        """The folded week stands open when something in it needs a look."""
        faults = any(self[f"{day.lower()}_{part}"].errors for day in DAYS for part in PARTS)
        return faults or "hours" in in_conflict

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

    def _check_hours(self) -> bool:
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

    def _fill_hours(self, text: str) -> None:
        week = parse_hours(text)
        for code in DAYS:
            spans, key = week.get(code, []), code.lower()
            self[f"{key}_all_day"].data = any(opens == closes for opens, closes in spans)
            times = [] if self[f"{key}_all_day"].data else [at for span in spans[:2] for at in span]
            for index, part in enumerate(PARTS):
                self[f"{key}_{part}"].data = f"{times[index]:%H:%M}" if index < len(times) else ""

    def _as_shown(self, view: EditView) -> dict[str, str]:
        """Each field as the page shows what stands: a day with three openings shows two of them."""
        week = {day: spans[:2] for day, spans in parse_hours(view.texts["hours"]).items()}
        return view.texts | {"hours": hours_text(week)}

    def _marks(self) -> dict[str, str]:
        try:
            found = json.loads(self.base.data or "{}")
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}


def _clock(text: str | None) -> str:
    """A typed time as 09:00; what is no time stays as typed, to be refused in words."""
    typed = (text or "").strip()
    at: time | None = parse_time(typed)
    return f"{at:%H:%M}" if at else typed


def mark(text: str) -> str:
    """Tells whether a field was touched since the page showed it."""
    return hashlib.sha256(tidy(text).encode(errors="replace")).hexdigest()[:12]


def _codes(text: str) -> list[str]:
    return [code for code in text.split(", ") if code]


def _time_field(label: object) -> StringField:
    return StringField(label, widget=TimeInput())


TEXT_FIELDS = tuple(name for name in FIELDS if name != "hours")
for _name in TEXT_FIELDS:
    _about = {"label": FIELDS[_name].label, "description": HINTS.get(_name, "")}
    if _name in TICKED:
        _choices = list(GROUPS[TICKED[_name]].items())
        setattr(ListingForm, _name, SelectMultipleField(choices=_choices, validate_choice=False, **_about))
    else:
        setattr(ListingForm, _name, (TextAreaField if FIELDS[_name].lines else StringField)(**_about))
for _code, _day in DAY_LABELS.items():
    _key = _code.lower()
    setattr(ListingForm, f"{_key}_all_day", BooleanField(_l("%(day)s: open 24 hours", day=_day)))
    setattr(ListingForm, f"{_key}_opens", _time_field(_l("%(day)s opens", day=_day)))
    setattr(ListingForm, f"{_key}_closes", _time_field(_l("%(day)s closes", day=_day)))
    setattr(ListingForm, f"{_key}_opens_2", _time_field(_l("%(day)s opens again", day=_day)))
    setattr(ListingForm, f"{_key}_closes_2", _time_field(_l("%(day)s closes again", day=_day)))
