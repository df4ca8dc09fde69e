"""The forms of setting up a program: turning it on and off, its settings, districts, people, and who has a follow-up."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional

from portal.programs import Preset, Settings, length_words, presets
from portal.programs.models import ResponseProgram
from portal.programs.open_hours import hours_lines, read_hours
from portal.programs.preset import Hours
from portal.programs.settings import NUMBERS, FollowUpSetting, applied, settings_of
from portal.store import Refused
from portal.web.forms import PageForm

CHOOSE = _l("Choose one of the list.")
DAY = _l("Write a day.")
KIND_WORDS = {"precinct": _l("Precinct"), "town": _l("Town"), "area": _l("Area"), "campus": _l("Campus")}


class NewProgramForm(PageForm):
    """A preset and an agency. `shown` is a mark of what the effect was shown for: only that is saved."""

    shown = HiddenField()
    preset = SelectField(_l("Program"), [InputRequired(CHOOSE)], choices=[])
    organization_id = SelectField(_l("Agency"), [InputRequired(CHOOSE)], choices=[])
    name = StringField(
        _l("Name here"),
        [Length(max=80)],
        description=_l("What your people call it. Empty: as the program is called where it comes from."),
    )

    def offer(self, agencies: list[Any]) -> None:
        self.preset.choices = [("", "")] + [(code, f"{each.name} ({each.place})" if each.place else each.name) for code, each in presets().items()]  # fmt: skip
        self.organization_id.choices = [("", "")] + [(str(each.id), each.name) for each in agencies]

    def mark(self) -> str:
        return marked([self.preset.data, self.organization_id.data, self.name.data])


class SettingsForm(PageForm):
    """What is the same for all; `settings_form` adds a field for each part of the preset. Empty is as the preset has it."""

    version = HiddenField()
    shown = HiddenField()
    name = StringField(_l("Name here"), [InputRequired(_l("Write a name.")), Length(max=80)])
    rank = IntegerField(
        _l("Place in line"),
        [InputRequired(_l("Write a number."))],
        description=_l("Where the agency's programs share their calls, the lowest number follows a call up."),
    )
    own_calls_only = BooleanField(_l("Follows up its own calls alone"))
    public = BooleanField(_l("Its published figures are on the public page"))
    hours = TextAreaField(
        _l("When it works"),
        description=_l("One line each, like Mon-Fri 08:00-20:00. Without days: every day. Empty: always."),
    )

    def mark(self) -> str:
        return marked([[field.name, str(field.data)] for field in self if field.name != "shown"])


def settings_form(preset: Preset, measures: Mapping[str, str]) -> type[SettingsForm]:
    """The form of one preset's settings."""
    fields: dict[str, Any] = {}
    for each in preset.follow_ups:
        as_is = _("As it comes: %(value)s.", value=length_words(each.within))
        fields[f"within.{each.code}"] = StringField(_("Deadline"), description=as_is)
        fields[f"alarm.{each.code}"] = StringField(
            _("Alarm"),
            description=_("As it comes: %(value)s.", value=length_words(each.alarm or each.within)),
        )
        fields[f"tries.{each.code}"] = IntegerField(
            _("Tries"), [Optional()], description=_("As it comes: %(value)s.", value=each.tries)
        )
        fields[f"off.{each.code}"] = BooleanField(_("Not owed here"))
    for timer in preset.timers:
        fields[f"timer.{timer.code}"] = StringField(
            timer.label, description=_("As it comes: %(value)s.", value=length_words(timer.within))
        )
    for metric in preset.metrics:
        if metric.target is not None:
            fields[f"target.{metric.code}"] = StringField(
                _("Target of %(metric)s", metric=measures[metric.code]),
                description=_("As it comes: %(value)s.", value=f"{metric.target:g}"),
            )
    for setting in preset.settings:
        kind = BooleanField if setting.kind == "yes_no" else StringField
        fields[f"option.{setting.option}"] = kind(setting.label, description=setting.hint)
    return type("SettingsForm", (SettingsForm,), fields)


def fill(form: SettingsForm, row: ResponseProgram) -> None:
    """What is set here now."""
    preset, stands = presets()[row.preset], settings_of(row)
    here = applied(preset, stands)
    form.version.data, form.name.data, form.rank.data = str(row.version), row.name, row.rank
    form.own_calls_only.data, form.public.data = stands.own_calls_only, row.public
    form.hours.data = hours_lines(here.hours)
    for code, part in stands.follow_ups.items():
        for name in ("within", "alarm", "tries", "off"):
            if f"{name}.{code}" in form:
                form[f"{name}.{code}"].data = getattr(part, name) or None
    for code, text in stands.timers.items():
        if f"timer.{code}" in form:
            form[f"timer.{code}"].data = text
    for code, target in stands.targets.items():
        if f"target.{code}" in form:
            form[f"target.{code}"].data = f"{target:g}"
    for setting in preset.settings:
        module, _dot, option = setting.option.partition(".")
        form[f"option.{setting.option}"].data = here.options[module][option]


def wanted(form: SettingsForm, preset: Preset) -> Settings:
    """What the form says, as settings. Refused, naming the form's field, for what is no number or no hours."""
    follow_ups = {
        each.code: FollowUpSetting(
            within=_text(form[f"within.{each.code}"]),
            alarm=_text(form[f"alarm.{each.code}"]),
            tries=form[f"tries.{each.code}"].data or 0,
            off=bool(form[f"off.{each.code}"].data),
        )
        for each in preset.follow_ups
    }
    targets = {
        metric.code: _decimal(form[f"target.{metric.code}"])
        for metric in preset.metrics
        if f"target.{metric.code}" in form and _text(form[f"target.{metric.code}"])
    }
    timers = {each.code: _text(form[f"timer.{each.code}"]) for each in preset.timers}
    return Settings(
        follow_ups={code: each for code, each in follow_ups.items() if each != FollowUpSetting()},
        timers={code: text for code, text in timers.items() if text},
        targets=targets,
        hours=_hours(form, preset.hours),
        options=_options(form, preset),
        own_calls_only=bool(form.own_calls_only.data),
    )


def field_of(refused: Refused) -> Refused:
    """A verb's refusal with the field named as the form names it."""
    part, _dot, rest = (refused.field or "").partition(".")
    code, _dot, piece = rest.rpartition(".")
    name = {
        "follow_ups": f"{piece}.{code}",
        "timers": f"timer.{rest}",
        "targets": f"target.{rest}",
    }.get(part, f"option.{refused.field}" if rest else refused.field)
    return Refused(refused.reason, name)


def _hours(form: SettingsForm, as_is: tuple[Hours, ...]) -> tuple[Hours, ...] | None:
    try:
        found = read_hours(form.hours.data or "")
    except ValueError as error:
        raise Refused(_("This line cannot be read: %(line)s", line=str(error)[:40]), "hours") from None
    return None if found == as_is else found


def _options(form: SettingsForm, preset: Preset) -> dict[str, bool | int | str]:
    found: dict[str, bool | int | str] = {}
    for setting in preset.settings:
        field = form[f"option.{setting.option}"]
        module, _dot, option = setting.option.partition(".")
        value: bool | int | str
        if setting.kind == "yes_no":
            value = bool(field.data)
        elif not _text(field):
            continue
        elif setting.kind == "number":
            value = _whole(field)
        else:
            value = _text(field)
        if value != preset.options[module][option]:
            found[setting.option] = value
    return found


def _whole(field: Any) -> int:
    text = _text(field)
    if not (text.isascii() and text.isdigit()) or len(text) > 6:
        raise Refused(_("Write a number."), field.name)
    return int(text)


def _decimal(field: Any) -> float:
    try:
        found = float(_text(field))
    except ValueError:
        raise Refused(_("Write a number."), field.name) from None
    if not 0 <= found <= 1_000_000:
        raise Refused(_("This is no target."), field.name)
    return found


def _text(field: Any) -> str:
    return str(field.data or "").strip()


class DistrictForm(PageForm):
    """A district from a day on."""

    version = HiddenField()
    name = StringField(_l("District"), [InputRequired(_l("Write a name.")), Length(max=80)])
    kind = SelectField(_l("Kind"), [InputRequired(CHOOSE)], choices=list(KIND_WORDS.items()))
    organization_id = SelectField(_l("Department there"), choices=[])
    since = DateField(_l("First day"), [InputRequired(DAY)])


class MemberForm(PageForm):
    """Somebody in a role from a day on."""

    version = HiddenField()
    account_id = SelectField(_l("Person"), [InputRequired(CHOOSE)], choices=[])
    role = RadioField(_l("Role"), [InputRequired(CHOOSE)], choices=[])
    since = DateField(_l("First day"), [InputRequired(DAY)])


class LastDayForm(PageForm):
    version = HiddenField()
    until = DateField(_l("Last day"), [InputRequired(DAY)])


class TurnOffForm(PageForm):
    """Where callers go afterwards."""

    version = HiddenField()
    redirect = SelectField(_l("Where callers are sent"), choices=[])

    def offer(self, others: list[ResponseProgram]) -> None:
        self.redirect.choices = [
            ("", _("Nowhere")),
            *((number, number) for number in NUMBERS),
            *((str(each.id), each.name) for each in others),
        ]


def marked(what: object) -> str:
    """A mark of what stands in a form."""
    return hashlib.sha256(json.dumps(what, default=str).encode(errors="replace")).hexdigest()[:16]


def uuid_of(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
