"""The form of the edit page: a line or a box for each field of directory.FIELDS; hours have a file of their own."""

import json

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectMultipleField, StringField, TextAreaField

from portal.directory import FIELDS, EditView, clean_text, tidy
from portal.directory.terms import GROUPS
from portal.directory.typed import TICKED
from portal.store import Refused
from portal.web.forms import LONGEST
from portal.web.forms_hours import HoursFields, mark

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
        "Like 3 of 12 beds, each kind on a line of its own. It is shown with its age for one day."
    ),
    "hotline_phone": _l("A line for people in danger. A new number waits for a steward."),
    "email": _l("Everybody sees it. Leave it empty when nobody reads it each day."),
    "desk_email": _l("Never shown to the public. Requests are mailed here."),
}


class ListingForm(HoursFields):
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
            self.fill_hours(view.texts["hours"])
        self.version.data = str(view.version)
        self.base.data = json.dumps({name: mark(text) for name, text in self._as_shown(view).items()})

    def changes(self, view: EditView) -> dict[str, str]:
        """What the person changed: fields sent, touched since the page was opened, and other than what stands."""
        sent = {name: self._typed(name) for name in TEXT_FIELDS if self._sent(name) and name in view.texts}
        marks = self._marks()
        sent |= self.hours_sent(marks)
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
            if name == "hours" and not self.check_hours(text, self._marks()):
                fine = False
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

    def _as_shown(self, view: EditView) -> dict[str, str]:
        """Each field as the page shows what stands; the hours as words and as a week."""
        return view.texts | self.hours_shown(view.texts["hours"])

    def _marks(self) -> dict[str, str]:
        try:
            found = json.loads(self.base.data or "{}")
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}


def _codes(text: str) -> list[str]:
    return [code for code in text.split(", ") if code]


TEXT_FIELDS = tuple(name for name in FIELDS if name != "hours")
for _name in TEXT_FIELDS:
    _about = {"label": FIELDS[_name].label, "description": HINTS.get(_name, "")}
    if _name in TICKED:
        _choices = list(GROUPS[TICKED[_name]].items())
        setattr(ListingForm, _name, SelectMultipleField(choices=_choices, validate_choice=False, **_about))
    else:
        setattr(ListingForm, _name, (TextAreaField if FIELDS[_name].lines else StringField)(**_about))
