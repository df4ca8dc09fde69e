"""The forms of people met again: who it is, what helps them, what their family told. Few fields; the words that are typed are
sealed."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from portal.web.forms import PageForm
from portal.web.forms_refer import BirthField

CHOOSE = _l("Choose one.")
YES_NO = [("yes", _l("Yes")), ("no", _l("No"))]
ASKED = [("", _l("Not asked")), *YES_NO]
NO_RECORDS = _l("No diagnosis, no charges, no records.")


class VersionForm(PageForm):
    """A button; the version is the one that the page showed."""

    version = HiddenField()


class MetForm(PageForm):
    """Who was met. All of it may be left out, not all at once."""

    name = StringField(_l("Name"), description=_l("First and last name help to know them again."))
    born = BirthField(_l("Date of birth"), description=_l("You may leave this empty."))
    phone = StringField(_l("Phone that is safe to call"), description=_l("You may leave this empty."))


class ConsentToPlanForm(VersionForm):
    answer = RadioField(
        _l("A plan that the next team sees, and a call every week: do they say yes?"),
        choices=YES_NO,
        validators=[InputRequired(CHOOSE)],
    )


class PlanForm(VersionForm):
    helps = TextAreaField(
        _l("What helps"), validators=[Length(max=500, message=_l("Use 500 characters or fewer."))]
    )
    avoid = TextAreaField(
        _l("What to avoid"), validators=[Length(max=500, message=_l("Use 500 characters or fewer."))]
    )


class CaseEndForm(VersionForm):
    reason = RadioField(
        _l("How did it end?"),
        choices=[
            ("settled", _l("It is calm now")),
            ("in_care", _l("They are in care")),
            ("declined", _l("They want no more of it")),
            ("moved_on", _l("They moved away")),
            ("other_end", _l("Another end")),
        ],
        validators=[InputRequired(CHOOSE)],
    )


class FamilyForm(MetForm):
    """A call from a family: about whom, what helps, and whether to call back."""

    helps = TextAreaField(
        _l("What helps? Calming words, what they like, what frightens them"),
        description=NO_RECORDS,
        validators=[Length(max=280, message=_l("Use 280 characters or fewer."))],
    )
    person_agrees = RadioField(
        _l("Did the person say that the family may hear how it goes?"),
        description=_l("The person's own word. The family cannot say it for them."),
        choices=ASKED,
        default="",
        validators=[Optional()],
    )
    caller_name = StringField(_l("Who called"), description=_l("Only if they want a call back."))
    caller_phone = StringField(_l("Number to call back"), description=_l("Only if they want a call back."))
