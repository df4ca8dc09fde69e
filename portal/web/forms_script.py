"""The forms of a service's own questions: its people write them, a sender answers them on the phone."""

from collections.abc import Sequence
from typing import Any, TypeVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from portal.referrals import Question, Questions
from portal.web.forms import PageForm

KIND_WORDS = {"yes_no": _l("Yes or no"), "choice": _l("One of several"), "text": _l("A few words")}
YES_NO = [("yes", _l("Yes")), ("no", _l("No"))]
ROWS = range(1, 9)
Form = TypeVar("Form", bound=PageForm)


class QuestionsForm(PageForm):
    """Eight rows; one without a text is no question."""

    version = HiddenField()

    def rows(self) -> list[tuple[int, Any, Any, Any, Any]]:
        """number, text, kind, choices, needed: for the page."""
        return [
            (
                row,
                self[f"question_{row}"],
                self[f"kind_{row}"],
                self[f"choices_{row}"],
                self[f"needed_{row}"],
            )
            for row in ROWS
        ]

    def fill(self, asked: Questions) -> None:
        """Show what stands."""
        self.version.data = str(asked.version)
        for (_row, text, kind, choices, needed), one in zip(self.rows(), asked.questions, strict=False):
            text.data, kind.data, needed.data = one.text, one.kind, one.needed
            choices.data = ", ".join(one.choices)

    def questions(self) -> tuple[list[Question], list[int]]:
        """What was typed, and the row in which each question stands."""
        found, rows = [], []
        for row, text, kind, choices, needed in self.rows():
            if (text.data or "").strip() or (choices.data or "").strip():
                listed = tuple(part.strip() for part in (choices.data or "").split(","))
                found.append(Question(text.data or "", kind.data, listed, bool(needed.data)))
                rows.append(row)
        return found, rows


for _row in ROWS:
    setattr(
        QuestionsForm,
        f"question_{_row}",
        StringField(
            _l("Question %(number)s", number=_row),
            validators=[Length(max=120, message=_l("Use 120 characters or fewer."))],
        ),
    )
    setattr(
        QuestionsForm,
        f"kind_{_row}",
        SelectField(_l("How it is answered"), choices=list(KIND_WORDS.items()), default="yes_no"),
    )
    setattr(
        QuestionsForm,
        f"choices_{_row}",
        StringField(
            _l("The answers to choose from"),
            description=_l("With commas between them. Only for “One of several”."),
            validators=[Length(max=300, message=_l("Use fewer words."))],
        ),
    )
    setattr(QuestionsForm, f"needed_{_row}", BooleanField(_l("We cannot say yes without it")))


class ScriptForm(PageForm):
    """The answers to one service's questions; see with_script."""

    script_version = HiddenField()


class ArrivalForm(PageForm):
    """A code that somebody brought along."""

    code = StringField(
        _l("The code they brought"),
        description=_l("Two words and two digits."),
        validators=[
            InputRequired(_l("Type the code.")),
            Length(max=60, message=_l("Use 60 characters or fewer.")),
        ],
    )


def with_script(form: type[Form], asked: Questions) -> type[Form]:
    """This form with one more field for each question: `answer_1`, `answer_2` ..."""
    fields = {f"answer_{number}": _field(one) for number, one in enumerate(asked.questions, start=1)}
    return type(form.__name__, (form,), {"script_version": HiddenField(), **fields})


def answers_of(form: PageForm, asked: Questions) -> list[str]:
    """What was answered, in the order of the questions."""
    return [form[f"answer_{number}"].data or "" for number, _one in enumerate(asked.questions, start=1)]


def script_fields(form: PageForm, asked: Questions) -> list[Field]:
    """The fields, for the page."""
    return [form[f"answer_{number}"] for number, _one in enumerate(asked.questions, start=1)]


def _field(one: Question) -> Field:
    hint = _("They need this to say yes.") if one.needed else ""
    if one.kind == "text":
        return StringField(
            one.text,
            description=hint,
            validators=[Length(max=80, message=_l("Use 80 characters or fewer."))],
        )
    choices: Sequence[Any] = YES_NO if one.kind == "yes_no" else [(each, each) for each in one.choices]
    return RadioField(
        one.text, description=hint, choices=choices, validate_choice=False, validators=[Optional()]
    )
