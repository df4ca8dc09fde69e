"""Who works at the agency and what they have learned: a table that the agency hands in, by its own numbers, without a name."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.programs.access import program_for, roles_in, today
from portal.programs.models import ResponseProgram, RosterOfficer, Training
from portal.programs.models.readiness import COURSES
from portal.programs.readiness.terms import readiness_options, wanted
from portal.referrals import NotHere
from portal.store import Actor, Refused, audit, clock, db, write

COLUMNS = ("number", "sworn", "since", "until", *COURSES)
NEEDED = ("number", "since")
MOST_ROWS = 5000
_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,19}")
_DAYS = ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y")
_YES, _NO = {"", "yes", "y", "1", "true", "sworn"}, {"no", "n", "0", "false", "civilian"}


@dataclass(frozen=True)
class OfficerRow:
    """One line of the table. courses: course -> the day on which it was finished."""

    number: str
    sworn: bool
    since: date
    until: date | None
    courses: dict[str, date]


@dataclass(frozen=True)
class RosterImport:
    """What a table holds, or did: good lines; (line, reason) of those that cannot be taken; how many people are new, and how many
    trainings."""

    rows: tuple[OfficerRow, ...]
    bad: tuple[tuple[int, str], ...]
    new: int = 0
    trainings: int = 0


@dataclass(frozen=True)
class CourseCount:
    """Of the sworn officers of a day, how many have a course that counts, and how many more are needed for a share."""

    officers: int
    trained: int
    wanted: int

    @property
    def needed(self) -> int:
        return max(0, self.wanted - self.trained)

    @property
    def share(self) -> float | None:
        return self.trained / self.officers if self.officers else None


def read_roster(text: str) -> RosterImport:
    """The table, checked: CSV with a heading; columns COLUMNS, of which NEEDED must be there. Refused when it is no such table.
    Nothing is stored."""
    plain = text.removeprefix("\ufeff").strip()
    head = plain.partition("\n")[0]
    parted = next((sign for sign in "\t;" if sign in head), ",")  # copied from a sheet, or saved in Europe
    lines = csv.DictReader(io.StringIO(plain), delimiter=parted)
    heads = {(name or "").strip().lower().replace(" ", "_"): name for name in lines.fieldnames or ()}
    if not set(NEEDED) <= heads.keys():
        raise Refused(_("The first line needs these words: %(names)s.", names=", ".join(NEEDED)), "table")
    unknown = heads.keys() - set(COLUMNS)
    if unknown:
        raise Refused(
            _(
                "Leave out the column %(name)s. Names and all else of a person stay with you.",
                name=min(unknown)[:40],
            ),
            "table",
        )
    good: dict[str, OfficerRow] = {}
    bad = []
    try:
        for at, line in enumerate(lines, 2):
            if at > MOST_ROWS + 1:
                raise Refused(_("Use %(most)s lines or fewer.", most=MOST_ROWS), "table")
            row = _row({name: (line.get(head) or "").strip() for name, head in heads.items()}, good)
            if isinstance(row, str):
                bad.append((at, row))
            else:
                good[row.number] = row
    except csv.Error:
        raise Refused(_("This table cannot be read. Save it as CSV, and try again."), "table") from None
    return RosterImport(tuple(good.values()), tuple(bad))


def import_roster(actor: Actor, program_id: UUID, text: str) -> RosterImport:
    """Take the table in: people by their number, trainings beside those that stand. The same table again changes nothing; who is
    not in it stays as they are. For the agency's supervisors and liaisons; NotHere for others."""
    found = read_roster(text)
    with write() as session:
        program = managing(actor, program_id)
        now, new, trainings = clock.now(), 0, 0
        known = {
            row.reference: row
            for row in session.scalars(
                select(RosterOfficer).where(RosterOfficer.organization_id == program.organization_id)
            )
        }
        for each in found.rows:
            officer = known.get(each.number)
            if officer is None:
                officer = RosterOfficer(
                    organization_id=program.organization_id, reference=each.number, recorded_at=now
                )
                session.add(officer)
                new += 1
            officer.sworn, officer.since, officer.until = each.sworn, each.since, each.until
            session.flush()
            trainings += _learned(session, officer, each, now)
        audit.append(actor, "import_roster", "organization", program.organization_id, str(len(found.rows)))
    return RosterImport(found.rows, found.bad, new, trainings)


def roster_for(actor: Actor, program_id: UUID) -> Sequence[RosterOfficer]:
    """Everybody who is there today, by number. NotHere for who may not see it."""
    program = managing(actor, program_id)
    day = today()
    rows = db.session.scalars(
        select(RosterOfficer)
        .where(RosterOfficer.organization_id == program.organization_id, RosterOfficer.since <= day)
        .order_by(RosterOfficer.reference)
    )
    return [row for row in rows if row.until is None or row.until >= day]


def course_count(
    organization_id: UUID, course: str, share: float, day: date, known_at: datetime
) -> CourseCount:
    """Of the sworn officers who are there on this day, those with the course, as was known at this moment. Who has the longer
    course (cit) has learned what the shorter one (mental_health) teaches."""
    rows = db.session.scalars(
        select(RosterOfficer).where(
            RosterOfficer.organization_id == organization_id,
            RosterOfficer.sworn,
            RosterOfficer.since <= day,
            RosterOfficer.recorded_at <= known_at,
        )
    )
    there = [row for row in rows if row.until is None or row.until >= day]
    counts = {course, "cit"} if course == "mental_health" else {course}
    trained = sum(
        any(
            each.course in counts
            and each.on_day <= day
            and (each.until is None or each.until >= day)
            and each.recorded_at <= known_at
            for each in row.trainings
        )
        for row in there
    )
    return CourseCount(len(there), trained, wanted(share, len(there)))


def managing(actor: Actor, program_id: UUID) -> ResponseProgram:
    """A readiness program, for its agency's supervisors and whoever has a role in it. NotHere for others."""
    program = program_for(actor, program_id)
    if program is None or readiness_options(program) is None or not roles_in(actor, program):
        raise NotHere
    return program


def _learned(session: Session, officer: RosterOfficer, each: OfficerRow, now: datetime) -> int:
    there = {(row.course, row.on_day) for row in officer.trainings}
    fresh = [
        Training(officer_id=officer.id, course=course, on_day=day, recorded_at=now)
        for course, day in each.courses.items()
        if (course, day) not in there
    ]
    session.add_all(fresh)
    return len(fresh)


def _row(line: dict[str, str], taken: dict[str, OfficerRow]) -> OfficerRow | str:
    """The line, or what is wrong with it."""
    number = line["number"]
    if not _NUMBER.fullmatch(number):
        return _("The number is missing, or holds more than letters and digits.")
    if number in taken:
        return _("This number is there twice.")
    sworn = line.get("sworn", "").lower()
    if sworn not in _YES | _NO:
        return _("Sworn is yes or no.")
    days: dict[str, date | None] = {}
    for name in ("since", "until", *COURSES):
        text = line.get(name, "")
        days[name] = _day(text)
        if text and days[name] is None:
            return _("This day cannot be read: write 2026-01-31.")
    since, until = days["since"], days["until"]
    if since is None:
        return _("The day of the start is missing.")
    if until is not None and until < since:
        return _("The last day lies before the first.")
    courses = {name: day for name in COURSES if (day := days[name]) is not None}
    if any(day > today() for day in courses.values()):
        return _("A course lies in the future. Hand it in when it is finished.")
    return OfficerRow(number, sworn in _YES, since, until, courses)


def _day(text: str) -> date | None:
    for form in _DAYS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None
