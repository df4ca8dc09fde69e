"""People handed over to a partner: connected, picked up in time, by somebody who speaks their language. A leaflet is no referral. The
unit is the task that the partner was given."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from portal.outcomes.measures import Row
from portal.outcomes.program.metric import Block, Metric, ProgramScope, count, share
from portal.outcomes.program.tally import services
from portal.programs.models import Encounter, ProgramPartner, ProgramTask, TaskAttempt, TaskEvent
from portal.store import db

FIRST = date(2026, 1, 1)
LEAFLETS = ("information", "resources")  # services that give paper, and nobody


@dataclass(frozen=True)
class Given:
    """One task that went to a partner, as known at the cut. result empty: not ended yet. first_at: the first thing that anybody did
    with it."""

    organization_id: UUID
    result: str
    ended: bool
    due_at: datetime
    first_at: datetime | None
    language: str


def given(scope: ProgramScope) -> tuple[Given, ...]:
    """The scope's tasks of partners; three SELECTs, once a report."""
    known = scope.known.get("given")
    if known is None:
        steps = [each.code for each in scope.preset.follow_ups if each.to == "partner"]
        which = (
            ProgramTask.program_id == scope.program.id,
            ProgramTask.step.in_(steps),
            ProgramTask.made_at >= scope.start,
            ProgramTask.made_at < scope.end,
            ProgramTask.made_at <= scope.cut,
        )
        mine = select(ProgramTask.id).where(*which)
        first: dict[UUID, datetime] = {}
        for task_id, at in (
            *db.session.execute(
                select(TaskAttempt.task_id, TaskAttempt.at).where(
                    TaskAttempt.task_id.in_(mine), TaskAttempt.recorded_at <= scope.cut
                )
            ),
            *db.session.execute(
                select(TaskEvent.task_id, TaskEvent.at).where(
                    TaskEvent.task_id.in_(mine), TaskEvent.what == "taken", TaskEvent.at <= scope.cut
                )
            ),
        ):
            first[task_id] = min(at, first.get(task_id, at))
        rows = db.session.execute(
            select(
                ProgramTask.id,
                ProgramTask.organization_id,
                ProgramTask.result,
                ProgramTask.closed_at,
                ProgramTask.due_at,
                Encounter.language,
            )
            .join(Encounter, Encounter.id == ProgramTask.encounter_id)
            .where(*which)
        )
        scope.known["given"] = known = tuple(
            Given(home, result if over else "", over, due, first.get(task_id), language)
            for task_id, home, result, closed_at, due, language in rows
            for over in (closed_at is not None and closed_at <= scope.cut,)
        )
    return tuple(known)


def connected(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Connected, of those handed over whose end is known; then by partner. Information that was given stands beside, and counts
    for nothing."""
    everybody = given(scope)
    rows = [_share(metric, str(metric.name), everybody)]
    names = _partners(scope)
    by = [
        _share(metric, name, [each for each in everybody if each.organization_id == home])
        for home, (name, _languages) in names.items()
    ]
    found = services(scope)
    leaflets = sum(found[code] for code in LEAFLETS if code in {each.code for each in scope.preset.services})
    beside = (
        count(metric, _("Handed over to a partner"), len(everybody)),
        count(metric, _("Information given: not counted as a referral"), leaflets),
    )
    blocks = [Block(metric.id, str(metric.name), tuple(rows), closed=True)]
    if len(by) > 1:
        blocks.append(Block(metric.id, _("By partner"), tuple(by), closed=True))
    return [*blocks, Block(metric.id, _("Beside it"), beside)]


def picked_up(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Somebody of the partner took it or tried, by its deadline; what is not due yet at the cut stands apart."""
    due = [each for each in given(scope) if each.first_at is not None or each.due_at <= scope.cut]
    in_time = sum(each.first_at is not None and each.first_at <= each.due_at for each in due)
    waiting = len(given(scope)) - len(due)
    return [
        Block(
            metric.id,
            str(metric.name),
            (share(metric, str(metric.name), in_time, len(due), immature=waiting),),
        )
    ]


def language(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Of those who prefer another language than English: handed to a partner where it is spoken."""
    spoken = {home: languages for home, (_name, languages) in _partners(scope).items()}
    others = [each for each in given(scope) if each.language not in ("", "en")]
    fits = sum(each.language in spoken.get(each.organization_id, ()) for each in others)
    return [Block(metric.id, str(metric.name), (share(metric, str(metric.name), fits, len(others)),))]


def _share(metric: Metric, label: str, these: Iterable[Given]) -> Row:
    rows = list(these)
    over = [each for each in rows if each.ended]
    number = sum(each.result == "connected" for each in over)
    return share(metric, label, number, len(over), unknown=len(rows) - len(over))


def _partners(scope: ProgramScope) -> dict[UUID, tuple[str, tuple[str, ...]]]:
    """Every partner that the program has had: name and languages, by name."""
    rows = db.session.scalars(select(ProgramPartner).where(ProgramPartner.program_id == scope.program.id))
    return {
        row.organization_id: (row.organization.name, tuple(row.languages))
        for row in sorted(rows, key=lambda row: row.organization.name)
    }


METRICS = (
    Metric(
        "partner_connected", 1, FIRST, _l("Connected with a partner"), "task",
        _l("People whom the partner's case manager connected with care"),
        _l("People handed over to a partner, whose handover ended"),
        _l("Information given is no referral. Handovers open at the data cut stand apart as unknown"), connected,
    ),
    Metric(
        "partner_picked_up", 1, FIRST, _l("Picked up by the partner in time"), "task",
        _l("Handovers that the partner took or tried by the deadline"), _l("Handovers to a partner that are due"),
        _l("Handovers not due yet at the data cut"), picked_up,
    ),
    Metric(
        "partner_language", 1, FIRST, _l("Partner speaks the person's language"), "task",
        _l("Handovers to a partner that speaks the person's language"),
        _l("Handovers of people who prefer another language than English"),
        _l("People who were not asked, or prefer English"), language,
    ),
)  # fmt: skip
