"""Elements: how each stands, whose it is, when it is looked at again, and the papers that show it. Nobody's word goes further than
the papers: an element without them is not in place, whatever was said, and one whose agreement has run out falls back by itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import urlsplit
from uuid import UUID

from dateutil.relativedelta import relativedelta
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import undefer

from portal.accounts.models import Account
from portal.programs.access import program_for, roles_in, seen_as, today
from portal.programs.models import Evidence, ProgramMember, ReadinessStatus, ResponseProgram
from portal.programs.models.readiness import EVIDENCE_KINDS, STATUSES
from portal.programs.readiness.roster import CourseCount, course_count, managing
from portal.programs.readiness.terms import (
    EVIDENCE_WORDS,
    Element,
    ReadinessOptions,
    of_course,
    readiness_options,
    standing,
)
from portal.referrals import NotHere
from portal.referrals.wording import checked
from portal.store import Actor, Conflict, Refused, audit, clock, db, write

LARGEST = 900_000  # bytes of a PDF: what a form may bring, less its other fields


@dataclass(frozen=True)
class ElementView:
    """One element as it stands. said: the newest word on it. status: what holds, after the evidence. number: of the newest
    word, which a form must have seen."""

    element: Element
    status: str
    said: str
    missing: tuple[str, ...]
    owner: str
    owner_id: UUID | None
    review_on: date | None
    overdue: bool
    evidence: tuple[Evidence, ...]
    course: CourseCount | None
    number: int


@dataclass(frozen=True)
class ReadinessView:
    program: ResponseProgram
    options: ReadinessOptions
    elements: tuple[ElementView, ...]
    pledged_on: date | None
    may_change: bool = False

    @property
    def due_on(self) -> date | None:
        """By when all of it is due: so many months after the pledge."""
        if self.pledged_on is None or self.options.months is None:
            return None
        return self.pledged_on + relativedelta(months=self.options.months[1])

    @property
    def in_place(self) -> int:
        return sum(each.status == "in_place" for each in self.elements)


def readiness_for(actor: Actor, program_id: UUID) -> ReadinessView:
    """All elements as they stand today, for who has a role in the program, and to read for the agency's evaluators. NotHere for
    others."""
    program = program_for(actor, program_id)
    if program is None or not (seen_as(actor, program) - {"steward"}):
        raise NotHere
    view = readiness_at(program, today(), clock.now())
    return replace(view, may_change=bool(roles_in(actor, program)))


def readiness_at(program: ResponseProgram, day: date, known_at: datetime) -> ReadinessView:
    """All elements as they stood on a day, by what was known at a moment. For who has decided that the reader may."""
    options = readiness_options(program)
    if options is None:
        raise NotHere
    evidence = db.session.scalars(
        select(Evidence)
        .where(Evidence.program_id == program.id, Evidence.added_at <= known_at)
        .order_by(Evidence.added_at)
    ).all()
    there = [each for each in evidence if each.removed_at is None or each.removed_at > known_at]
    words = _newest_words(program, known_at)
    owners = _names(word.owner_id for word in words.values())
    views = []
    for element in options.elements:
        mine = tuple(each for each in there if each.element == element.code)
        word = words.get(element.code)
        views.append(_view(program, element, mine, word, owners, day, known_at))
    pledges = [each.signed_on for each in there if each.kind == "pledge" and each.signed_on]
    return ReadinessView(program, options, tuple(views), min(pledges, default=None))


def say_status(
    actor: Actor,
    program_id: UUID,
    code: str,
    status: str,
    *,
    number: int,
    owner_id: UUID | None = None,
    review_on: date | None = None,
) -> None:
    """How an element stands, whose it is, when it is looked at again. Refused when it is said to be in place and its evidence is
    not there; Conflict when somebody said something newer."""
    with write() as session:
        program = managing(actor, program_id)
        element = _element(program, code)
        if status not in STATUSES:
            raise Refused(_("Choose one."), "status")
        if element.course or not element.stated:
            status = _standing_of(program, element)
        elif status == "in_place":
            lacking = standing(element, status, _good(program, element.code))[1]
            if lacking:
                names = ", ".join(str(EVIDENCE_WORDS[kind]) for kind in lacking)
                raise Refused(_("First add what shows it. Missing: %(names)s.", names=names), "status")
        if owner_id is not None and owner_id not in owners_of(program):
            raise Refused(_("Choose one of the list."), "owner")
        newest = session.scalar(
            select(func.max(ReadinessStatus.number)).where(
                ReadinessStatus.program_id == program.id, ReadinessStatus.element == code
            )
        )
        if (newest or 0) != number:
            raise Conflict(_("Somebody changed this meanwhile. Look at what stands now."))
        session.add(
            ReadinessStatus(
                program_id=program.id,
                element=code,
                status=status,
                owner_id=owner_id,
                review_on=review_on,
                at=clock.now(),
                said_by=actor.account_id,
            )
        )
        audit.append(actor, "say_status", "response_program", program.id, code)


def add_evidence(
    actor: Actor,
    program_id: UUID,
    code: str,
    kind: str,
    title: str,
    *,
    url: str = "",
    file: bytes = b"",
    signed_on: date | None = None,
    expires_on: date | None = None,
) -> UUID:
    """A paper that shows an element: its address, or the PDF. Refused by field for what is neither."""
    with write() as session:
        program = managing(actor, program_id)
        _element(program, code)
        if kind not in EVIDENCE_KINDS:
            raise Refused(_("Choose one."), "kind")
        plain = checked(title, "title", 120)
        if not plain:
            raise Refused(_("Say what paper it is. Never name a person."), "title")
        if file and (len(file) > LARGEST or not file.startswith(b"%PDF-")):
            raise Refused(_("Use a PDF of up to 900 KB, or give its address."), "file")
        if url and (urlsplit(url).scheme != "https" or len(url) > 300 or any(sign.isspace() for sign in url)):
            raise Refused(_("An address begins with https://"), "url")
        if not url and not file:
            raise Refused(_("Give its address, or the PDF."), "url")
        if signed_on and signed_on > today():
            raise Refused(_("This day lies in the future."), "signed_on")
        if signed_on and expires_on and expires_on < signed_on:
            raise Refused(_("It runs out before it was signed."), "expires_on")
        row = Evidence(
            program_id=program.id,
            element=code,
            kind=kind,
            title=plain,
            url=url,
            file=file or None,
            has_file=bool(file),
            signed_on=signed_on,
            expires_on=expires_on,
            added_at=clock.now(),
            added_by=actor.account_id,
        )
        session.add(row)
        session.flush()
        audit.append(actor, "add_evidence", "readiness_evidence", row.id)
        return row.id


def remove_evidence(actor: Actor, evidence_id: UUID) -> Evidence:
    """It shows this no more. Its file is erased; that it stood there stays."""
    with write() as session:
        row = session.get(Evidence, evidence_id)
        if row is None:
            raise NotHere
        managing(actor, row.program_id)
        if row.removed_at is not None:
            raise Conflict(_("This was taken away before."))
        row.removed_at, row.removed_by, row.file, row.has_file = clock.now(), actor.account_id, None, False
        audit.append(actor, "remove_evidence", "readiness_evidence", row.id)
        return row


def evidence_file(actor: Actor, evidence_id: UUID) -> tuple[Evidence, bytes] | None:
    """The PDF, for who has a role in the program; None for others, and where there is none."""
    row = db.session.scalar(
        select(Evidence).where(Evidence.id == evidence_id).options(undefer(Evidence.file))
    )
    if row is None or row.file is None:
        return None
    try:
        managing(actor, row.program_id)
    except NotHere:
        return None
    return row, row.file


def owners_of(program: ResponseProgram) -> dict[UUID, str]:
    """Who may own an element: those who have a role in the program, by name."""
    day = today()
    rows = db.session.execute(
        select(Account.id, Account.name, ProgramMember.since, ProgramMember.until)
        .join(ProgramMember, ProgramMember.account_id == Account.id)
        .where(ProgramMember.program_id == program.id, Account.disabled_at.is_(None))
        .order_by(Account.name)
    )
    return {row.id: row.name for row in rows if row.since <= day and (row.until is None or row.until >= day)}


def _view(
    program: ResponseProgram,
    element: Element,
    evidence: tuple[Evidence, ...],
    word: ReadinessStatus | None,
    owners: dict[UUID, str],
    day: date,
    known_at: datetime,
) -> ElementView:
    count = None
    said = word.status if word else ""
    status, missing = standing(element, said, _kinds(evidence, day))
    if element.course:
        count = course_count(program.organization_id, element.course, element.share, day, known_at)
        status, missing = of_course(element.share, count.trained, count.officers), ()
    review_on = word.review_on if word else None
    return ElementView(
        element,
        status,
        said,
        missing,
        owners.get(word.owner_id, "") if word and word.owner_id else "",
        word.owner_id if word else None,
        review_on,
        review_on is not None and review_on < day,
        evidence,
        count,
        word.number if word else 0,
    )


def _kinds(evidence: Sequence[Evidence], day: date) -> set[str]:
    """The kinds of evidence that hold on a day."""
    return {each.kind for each in evidence if each.expires_on is None or each.expires_on >= day}


def _good(program: ResponseProgram, code: str) -> set[str]:
    rows = db.session.scalars(
        select(Evidence).where(
            Evidence.program_id == program.id, Evidence.element == code, Evidence.removed_at.is_(None)
        )
    ).all()
    return _kinds(rows, today())


def _standing_of(program: ResponseProgram, element: Element) -> str:
    """What the roster or the papers say of an element of which nobody says how it stands."""
    if element.course:
        count = course_count(program.organization_id, element.course, element.share, today(), clock.now())
        return of_course(element.share, count.trained, count.officers)
    return standing(element, "", _good(program, element.code))[0]


def _newest_words(program: ResponseProgram, known_at: datetime) -> dict[str, ReadinessStatus]:
    newest = (
        select(func.max(ReadinessStatus.number))
        .where(ReadinessStatus.program_id == program.id, ReadinessStatus.at <= known_at)
        .group_by(ReadinessStatus.element)
    )
    rows = db.session.scalars(select(ReadinessStatus).where(ReadinessStatus.number.in_(newest)))
    return {row.element: row for row in rows}


def _names(ids: Iterable[UUID | None]) -> dict[UUID, str]:
    wanted = [each for each in ids if each is not None]
    rows = db.session.execute(select(Account.id, Account.name).where(Account.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def _element(program: ResponseProgram, code: str) -> Element:
    options = readiness_options(program)
    found = next((each for each in options.elements if each.code == code), None) if options else None
    if found is None:
        raise NotHere
    return found
