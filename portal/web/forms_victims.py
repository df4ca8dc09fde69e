"""The forms of victim help, and of whatever is counted by the month."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    DateTimeLocalField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
)
from wtforms.validators import InputRequired, NumberRange, Optional

from portal.programs.preset import Choice
from portal.store import Refused
from portal.web.forms import PageForm

COUNTED = "count_"  # before the code of what is counted


class VisitForm(PageForm):
    on_day = DateField(_l("Day"), [InputRequired(_l("Say which day."))])
    needs = SelectMultipleField(_l("What was needed?"), choices=[], validate_choice=False)
    met = SelectMultipleField(_l("What of it was found?"), choices=[], validate_choice=False)


class AdvocateForm(PageForm):
    district_id = RadioField(_l("Where is the scene?"), choices=[], default="", validate_choice=False)


class ArrivalForm(PageForm):
    program_id = HiddenField()
    arrived_at = DateTimeLocalField(_l("On scene at"), [Optional()])


class MonthForm(PageForm):
    """`counts_form` adds one number for each thing that is counted."""

    month = SelectField(_l("Month"), choices=[], validate_choice=False)

    def counts(self) -> dict[str, int]:
        """The numbers that were typed; an empty field is not counted."""
        return {
            field.short_name.removeprefix(COUNTED): field.data
            for field in self
            if field.short_name.startswith(COUNTED) and field.data is not None
        }

    def refuse(self, refused: Refused) -> None:
        field = (
            COUNTED + refused.field if refused.field and COUNTED + refused.field in self else refused.field
        )
        super().refuse(Refused(refused.reason, field))


def counts_form(counted: Iterable[Choice]) -> MonthForm:
    """A form with one whole number for each of these."""
    checks = [Optional(), NumberRange(0, 100_000, _l("Write a whole number, 0 or more."))]
    fields: dict[str, Any] = {COUNTED + each.code: IntegerField(each.label, checks) for each in counted}
    form: MonthForm = type("CountsForm", (MonthForm,), fields)()
    return form


def months_back(day: date, number: int, *, begun: bool = True) -> list[tuple[str, str]]:
    """So many months, newest first, as choices: `2026-11`. begun: the month of this day is one of them."""
    found, year, month = [], day.year, day.month
    for at in range(number + (0 if begun else 1)):
        if at or begun:
            first = date(year, month, 1)
            found.append((f"{first:%Y-%m}", format_date(first, "LLLL y", rebase=False)))
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return found


def month_of(text: str | None) -> date:
    """The first day of a month written `2026-11`. Refused for anything else."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Refused(_("Choose a month."), "month") from None
