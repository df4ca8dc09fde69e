"""The forms of requests to a team, and of the way from the scene into care. Codes, one day, one sealed person."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateTimeLocalField, RadioField, StringField
from wtforms.validators import InputRequired, Length, Optional

from portal.programs.rules import ATTEMPT_RESULTS
from portal.web.forms_met import ASKED, CHOOSE, YES_NO, MetForm, VersionForm

KIND_WORDS = {
    "reengage": _l("Find our client again"),
    "civil_order": _l("Bring somebody to care: a civil order"),
    "concern": _l("Look after a person: somebody worries"),
}
GROUND_WORDS = {
    "agreed": _l("The person agreed that you may look for them"),
    "danger": _l("Somebody is in danger"),
    "civil_order": _l("A civil order of a health court"),
}
STATE_WORDS = {"asked": _l("Asked"), "taken": _l("The team has it"), "ended": _l("Ended")}
END_WORDS = {
    "back_in_care": _l("Back in care"),
    "brought": _l("Brought to the place of care"),
    "spoke": _l("Spoke with the person"),
    "refused": _l("Does not want contact"),
    "not_found": _l("Not found"),
    "withdrawn": _l("No longer asked for"),
    "other_end": _l("Another end"),
}
MEANS_WORDS = {"in_person": _l("Visit"), "phone": _l("Phone"), "text": _l("Text")}


class CareAskForm(MetForm):
    """A service asks the team."""

    kind = RadioField(_l("What do you ask?"), choices=[], validators=[InputRequired(CHOOSE)])
    ground = RadioField(
        _l("Why may you say who it is?"),
        choices=list(GROUND_WORDS.items()),
        validators=[InputRequired(CHOOSE)],
    )
    place = StringField(
        _l("Where may they be?"),
        description=_l("A street corner, a camp, a part of town. It is sealed."),
        validators=[Length(max=120, message=_l("Use 120 characters or fewer."))],
    )
    due_at = DateTimeLocalField(
        _l("By when"), description=_l("A civil order needs it."), validators=[Optional()]
    )


class VisitForm(VersionForm):
    means = RadioField(
        _l("How?"), choices=list(MEANS_WORDS.items()), default="in_person", validators=[InputRequired(CHOOSE)]
    )
    result = RadioField(
        _l("What came of it?"),
        choices=[(code, words) for code, words in ATTEMPT_RESULTS.items() if code != "answered"],
        validators=[InputRequired(CHOOSE)],
    )


class CareEndForm(VersionForm):
    result = RadioField(
        _l("How did it end?"),
        choices=[(code, words) for code, words in END_WORDS.items() if code != "withdrawn"],
        validators=[InputRequired(CHOOSE)],
    )


class CareAnswerForm(VersionForm):
    answer = RadioField(_l("Are they back in your care?"), choices=YES_NO, validators=[InputRequired(CHOOSE)])


class EngageForm(VersionForm):
    """The officer refers who was met."""

    way = RadioField(_l("Which way?"), choices=[], validators=[InputRequired(CHOOSE)])
    may_tell = RadioField(
        _l("May you hear, at the review, if they take part: yes or no?"),
        description=_l("The person's own word. Without a yes you hear nothing."),
        choices=ASKED,
        default="",
        validators=[Optional()],
    )


class AssessForm(VersionForm):
    agreed = RadioField(
        _l("Assessed. Do they agree to take part?"),
        choices=[("", _l("Not asked yet")), *YES_NO],
        default="",
        validators=[Optional()],
    )


class EngagedForm(VersionForm):
    engaged = RadioField(_l("Do they take part?"), choices=YES_NO, validators=[InputRequired(CHOOSE)])


class RetainedForm(VersionForm):
    retained = RadioField(
        _l("Still in care at the second look?"), choices=YES_NO, validators=[InputRequired(CHOOSE)]
    )


def screen_form(items: Any) -> VersionForm:
    """One yes or no for each line of the screen."""
    fields = {
        f"item_{item.code}": RadioField(item.label, choices=YES_NO, validators=[InputRequired(CHOOSE)])
        for item in items
    }
    form: VersionForm = type("ScreenForm", (VersionForm,), fields)()
    return form
