"""Publishing a quarter of a program: frozen, with small cells hidden; a later look is a revision beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from flask_babel import gettext as _
from sqlalchemy import select

from portal.directory import community
from portal.outcomes.charts import Drawn, Point, trend
from portal.outcomes.cubes import Kept
from portal.outcomes.models import Snapshot
from portal.outcomes.program.report import ProgramReport, Section, computed, sight_of
from portal.outcomes.queries import bounds
from portal.programs.models import ResponseProgram
from portal.store import Actor, Refused, audit, clock, db, write


@dataclass(frozen=True)
class Content:
    """What is kept of a report: who, and every section with its words. Nothing in it is read from elsewhere later."""

    program: str
    agency: str
    preset: str
    preset_version: int
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Published:
    """A snapshot as read. revisions: the numbers of all that were published of the same quarter, the oldest first."""

    snapshot: Snapshot
    content: Content
    revisions: tuple[int, ...]

    @property
    def report(self) -> ProgramReport:
        """In the shape of a report, so that pages and files say the same of both."""
        row, zone = self.snapshot, community().time_zone
        start, end = bounds(row.quarter, ZoneInfo(zone))
        return ProgramReport(
            row.program, row.quarter, zone, start, end, row.cut, row.cut, False, self.content.sections
        )


def preview(actor: Actor, program_id: UUID, text: str) -> ProgramReport | None:
    """The quarter as it would be published now; None for who may not publish. Raises BadQuarter."""
    program = db.session.get(ResponseProgram, program_id)
    if program is None or not may_publish(actor, program):
        return None
    return computed(program, text, whole=False, before=_kept(program_id, text))[0]


def publish(actor: Actor, program_id: UUID, text: str) -> Snapshot | None:
    """Freeze the quarter: its tables with small cells hidden, as known at the first of this month, and what each measure meant.
    One row and one audit entry; nobody is told. None for who may not. Refused before the quarter is over and a month has begun
    since, and where nothing has changed since it was last published. Raises BadQuarter."""
    with write() as session:
        program = session.get(ResponseProgram, program_id)
        if program is None or not may_publish(actor, program):
            return None
        report, kept = computed(program, text, whole=False, before=_kept(program_id, text))
        if report.cut < report.end:
            raise Refused(_("This quarter is not over yet."))
        content = _plain(report)
        last = next(reversed(_rows(program_id, text)), None)
        if last is not None and _same(last.content, content):
            raise Refused(_("Nothing has changed since this quarter was published."))
        row = Snapshot(
            program_id=program_id,
            quarter=text,
            revision=last.revision + 1 if last else 1,
            cut=report.cut,
            content=content,
            kept=msgspec.to_builtins(kept),
            published_at=clock.now(),
            published_by=actor.account_id,
        )
        session.add(row)
        session.flush()
        audit.append(actor, "publish_figures", "snapshot", row.id)
        return row


def may_publish(actor: Actor, program: ResponseProgram) -> bool:
    """Stewards and evaluators of the community, and evaluators of the agency."""
    if sight_of(actor, program) is None:
        return False
    return actor.has("steward") or bool(
        {("evaluator", None), ("evaluator", program.organization_id)} & actor.memberships
    )


def published(actor: Actor, program_id: UUID, text: str, revision: int | None = None) -> Published | None:
    """A snapshot of a program's quarter: the newest unless a revision is named. For anybody where the program's figures are
    public, and for who may read its report; None otherwise."""
    program = db.session.get(ResponseProgram, program_id)
    if program is None or not (program.public or sight_of(actor, program)):
        return None
    rows = _rows(program_id, text)
    chosen = next((row for row in reversed(rows) if revision in (None, row.revision)), None)
    if chosen is None:
        return None
    content = msgspec.convert(chosen.content, type=Content)
    return Published(chosen, content, tuple(row.revision for row in rows))


def published_quarters(program_id: UUID) -> list[Snapshot]:
    """The newest revision of each published quarter, the oldest quarter first."""
    return list({row.quarter: row for row in _rows(program_id)}.values())


def public_programs() -> list[tuple[ResponseProgram, Snapshot]]:
    """The programs whose figures are public, by name, each with its newest snapshot."""
    rows = db.session.scalars(
        select(Snapshot)
        .join(ResponseProgram, ResponseProgram.id == Snapshot.program_id)
        .where(ResponseProgram.public.is_(True), ResponseProgram.community_id == community().id)
        .order_by(ResponseProgram.name, ResponseProgram.id, Snapshot.quarter, Snapshot.revision)
    )
    return list({row.program_id: (row.program, row) for row in rows}.values())


def content_of(row: Snapshot) -> Content:
    return msgspec.convert(row.content, type=Content)


def trends_of(report: ProgramReport, quarters: Sequence[Snapshot]) -> dict[str, Drawn | None]:
    """The headline of each section as a line over the published quarters, by the section's code. The report's own quarter is
    the last point, as the report has it."""
    contents = [(row.quarter, content_of(row).sections) for row in quarters if row.quarter < report.quarter]
    contents.append((report.quarter, report.sections))
    found = {}
    for section in report.sections:
        points = [
            Point(quarter, line.value, line.low, line.high, line.version)
            for quarter, sections in contents
            for other in sections
            if other.code == section.code and (line := other.headline) and line.unit == "share"
        ]
        found[section.code] = trend(points, section.name, section.target)
    return found


def _rows(program_id: UUID, text: str | None = None) -> list[Snapshot]:
    """All that was published of a program, or of one quarter of it, the oldest first."""
    query = select(Snapshot).where(Snapshot.program_id == program_id)
    if text is not None:
        query = query.where(Snapshot.quarter == text)
    return list(db.session.scalars(query.order_by(Snapshot.quarter, Snapshot.revision)))


def _kept(program_id: UUID, text: str) -> list[Kept]:
    """What stands behind every publication of this quarter."""
    return [msgspec.convert(row.kept, type=Kept) for row in _rows(program_id, text)]


def _plain(report: ProgramReport) -> dict[str, Any]:
    program = report.program
    content = Content(
        program.name,
        program.organization.name,
        program.preset,
        program.preset_version,
        report.sections,
    )
    found: dict[str, Any] = msgspec.to_builtins(content, enc_hook=str)
    return found


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return msgspec.json.encode(one, order="deterministic") == msgspec.json.encode(
        other, order="deterministic"
    )
