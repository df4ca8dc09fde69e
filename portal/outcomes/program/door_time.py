"""M20: officers' minutes at a receiver's door, and who was not taken there. The unit is the drop-off. As known at the cut."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from portal.directory.models import Service, ServiceAtLocation
from portal.outcomes.measures import Row
from portal.outcomes.program.asked import minutes_row
from portal.outcomes.program.metric import Block, Metric, ProgramScope, share
from portal.programs.models import DropOff
from portal.store import db

FIRST = date(2026, 1, 1)
AIM = 10.0  # minutes, where the preset gives no target


@dataclass(frozen=True)
class Door:
    """One drop-off. minutes and result: None and empty while nobody has said that the team could go."""

    site: UUID
    minutes: float | None
    result: str


def doors(scope: ProgramScope) -> tuple[Door, ...]:
    """The scope's drop-offs by the time of arrival; one SELECT, once a report."""
    known = scope.known.get("doors")
    if known is None:
        rows = db.session.execute(
            select(
                DropOff.service_at_location_id,
                DropOff.arrived_at,
                DropOff.released_at,
                DropOff.released_recorded_at,
                DropOff.result,
            ).where(
                DropOff.program_id == scope.program.id,
                DropOff.arrived_at >= scope.start,
                DropOff.arrived_at < scope.end,
                DropOff.recorded_at <= scope.cut,
            )
        )
        scope.known["doors"] = known = tuple(_door(scope.cut, *row) for row in rows)
    return tuple(known)


def door_time(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Median minutes with the middle half, and the share within the aim; then by site."""
    everybody = doors(scope)
    aim = next((each.target for each in scope.preset.metrics if each.code == metric.id), None) or AIM
    blocks = [Block(metric.id, str(metric.name), _rows(metric, everybody, aim, _("Arrived to released")))]
    names = _names({door.site for door in everybody})
    if len(names) > 1:
        rows = [
            row
            for site, name in sorted(names.items(), key=lambda item: (item[1], str(item[0])))
            for row in _rows(metric, [door for door in everybody if door.site == site], aim, name)
        ]
        blocks.append(Block(metric.id, _("By site"), tuple(rows)))
    return blocks


def refused(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Not taken at the door, of those about whom it was said; then by site."""
    everybody = doors(scope)
    rows = [_refused(metric, everybody, str(metric.name))]
    names = _names({door.site for door in everybody})
    if len(names) > 1:
        rows += [
            _refused(metric, [door for door in everybody if door.site == site], name)
            for site, name in sorted(names.items(), key=lambda item: (item[1], str(item[0])))
        ]
    return [Block(metric.id, str(metric.name), tuple(rows[:1])), *_more(metric, rows[1:])]


def _more(metric: Metric, rows: list[Row]) -> list[Block]:
    return [Block(metric.id, _("By site"), tuple(rows))] if rows else []


def _rows(metric: Metric, these: "list[Door] | tuple[Door, ...]", aim: float, label: str) -> tuple[Row, Row]:
    minutes = [door.minutes for door in these if door.result == "taken" and door.minutes is not None]
    within = _("%(label)s: %(minutes)s minutes at most", label=label, minutes=f"{aim:g}")
    still = sum(not door.result for door in these)
    return (
        minutes_row(metric, label, minutes),
        share(metric, within, sum(one <= aim for one in minutes), len(minutes), unknown=still),
    )


def _refused(metric: Metric, these: "list[Door] | tuple[Door, ...]", label: str) -> Row:
    said = [door for door in these if door.result]
    number = sum(door.result == "refused" for door in said)
    return share(metric, label, number, len(said), unknown=len(these) - len(said))


def _door(
    cut: datetime,
    site: UUID,
    arrived_at: datetime,
    released_at: datetime | None,
    said_at: datetime | None,
    result: str,
) -> Door:
    if released_at is None or said_at is None or said_at > cut:
        return Door(site, None, "")
    return Door(site, (released_at - arrived_at).total_seconds() / 60, result)


def _names(sites: set[UUID]) -> dict[UUID, str]:
    rows = db.session.execute(
        select(ServiceAtLocation.id, Service.name)
        .join(Service, Service.id == ServiceAtLocation.service_id)
        .where(ServiceAtLocation.id.in_(sites))
    )
    return {row[0]: row[1] for row in rows}


METRICS = (
    Metric(
        "M20", 1, FIRST, _l("Officer time on handoff"), "encounter",
        _l("Median minutes from arrival at the receiver until released; and those within the aim"),
        _l("Drop-offs in which the person was taken"),
        _l("Those who were not taken. Teams still at the door at the data cut stand apart as unknown"), door_time,
    ),
    Metric(
        "door_refused", 1, FIRST, _l("Not taken at the door"), "encounter",
        _l("Drop-offs in which the receiver did not take the person"), _l("Drop-offs of which the end is known"),
        _l("Teams still at the door at the data cut stand apart as unknown"), refused,
    ),
)  # fmt: skip
