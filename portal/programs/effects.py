"""What a steward's change would do, said before it is saved. Reads only."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select

from portal.programs.compose import COMPOSER
from portal.programs.models import ProgramTask, ResponseProgram
from portal.programs.open_hours import hours_lines
from portal.programs.preset import Preset, business_days, length, presets
from portal.programs.settings import Settings, applied, effective, settings_of
from portal.store import Actor, db


@dataclass(frozen=True)
class Change:
    """One thing that would be different."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class InLine:
    """A program in the order in which the agency's programs follow up a call. new: it is not on yet."""

    name: str
    rank: int
    new: bool


@dataclass(frozen=True)
class Line:
    """composed: the agency's programs share their calls (with this one). programs: in order, those that follow up."""

    composed: bool
    programs: tuple[InLine, ...]


def line_with(actor: Actor, organization_id: UUID, preset: Preset, rank: int) -> Line:
    """How the agency's programs would stand in line with this preset turned on."""
    rows = db.session.scalars(
        select(ResponseProgram).where(
            ResponseProgram.organization_id == organization_id,
            ResponseProgram.community_id == actor.community_id,
            ResponseProgram.turned_off_at.is_(None),
        )
    ).all()
    on = [(row, effective(row)) for row in rows]
    line = [
        InLine(row.name, row.rank, False)
        for row, found in on
        if found.follow_ups and not settings_of(row).own_calls_only
    ]
    if preset.follow_ups and COMPOSER not in preset.modules:
        line.append(InLine(preset.name, rank, True))
    composed = any(COMPOSER in found.modules for found in (preset, *(each for _row, each in on)))
    return Line(composed, tuple(sorted(line, key=lambda each: (each.rank, each.new))))


def changes(
    program: ResponseProgram,
    wanted: Settings,
    measures: Mapping[str, str],
    *,
    name: str,
    rank: int,
    public: bool,
) -> list[Change]:
    """What these settings would make different at this program, in the preset's own words. measures: the name of each, by id."""
    preset, stands = presets()[program.preset], settings_of(program)
    before, after = applied(preset, stands), applied(preset, wanted)
    found = [
        Change(_("Name"), program.name, name),
        Change(_("Place in line"), str(program.rank), str(rank)),
        Change(_("On the public page"), _yes(program.public), _yes(public)),
        Change(_("Follows up its own calls alone"), _yes(stands.own_calls_only), _yes(wanted.own_calls_only)),
        Change(_("Hours"), hours_lines(before.hours) or _("Always"), hours_lines(after.hours) or _("Always")),
        *_follow_ups(preset, before, after),
        *(
            Change(was.label, length_words(was.within), length_words(now.within))
            for was, now in zip(before.timers, after.timers, strict=True)
        ),
        *(
            Change(
                _("Target of %(metric)s", metric=measures[was.code]),
                _number(was.target),
                _number(now.target),
            )
            for was, now in zip(before.metrics, after.metrics, strict=True)
        ),
        *(
            Change(setting.label, _option(before, setting.option), _option(after, setting.option))
            for setting in preset.settings
        ),
    ]
    return [each for each in found if each.before != each.after]


def open_tasks(program: ResponseProgram) -> int:
    """How many tasks stand, and keep the deadlines with which they were made."""
    query = select(func.count()).where(ProgramTask.program_id == program.id, ProgramTask.state == "open")
    return db.session.scalar(query) or 0


def _follow_ups(preset: Preset, before: Preset, after: Preset) -> list[Change]:
    was = {each.code: each for each in before.follow_ups}
    now = {each.code: each for each in after.follow_ups}

    def words(found: dict[str, object], code: str) -> str:
        part = found.get(code)
        if part is None:
            return _("not owed")
        within, alarm, tries = (getattr(part, name) for name in ("within", "alarm", "tries"))
        said = _("within %(length)s", length=length_words(within))
        if alarm:
            said += ", " + _("alarm after %(length)s", length=length_words(alarm))
        return said + ", " + ngettext("%(num)s try", "%(num)s tries", tries)

    return [
        Change(each.label, words(dict(was), each.code), words(dict(now), each.code))
        for each in preset.follow_ups
    ]


def length_words(text: str) -> str:
    """`24h` as "24 hours", `1bd` as "1 business day"."""
    days = business_days(text)
    if days is not None:
        return ngettext("%(num)s business day", "%(num)s business days", days)
    minutes = int(length(text).total_seconds() // 60)
    if text.endswith(("d", "w")):
        return ngettext("%(num)s day", "%(num)s days", minutes // 1440)
    if text.endswith("h"):
        return ngettext("%(num)s hour", "%(num)s hours", minutes // 60)
    return ngettext("%(num)s minute", "%(num)s minutes", minutes)


def _yes(value: bool) -> str:
    return _("yes") if value else _("no")


def _number(target: float | None) -> str:
    return _("none") if target is None else f"{target:g}"


def _option(preset: Preset, name: str) -> str:
    module, _dot, option = name.partition(".")
    value = preset.options.get(module, {}).get(option)
    return _yes(value) if isinstance(value, bool) else str(value)
