"""The worker asks: is it still right? One mail to one address, with all of an organization's services that are due, then two
reminders, then it is the steward's to call.

Asked are services whose word will not hold for much longer, and those that a desk called wrong. A victim service is never
written to; the steward calls it. Mail that came back is the steward's at once.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, exists, func, select
from sqlalchemy.exc import IntegrityError

from portal.directory import models as d
from portal.directory.freshness.kinds import SETTING
from portal.directory.freshness.letters import write_letter
from portal.directory.freshness.pace import due_before
from portal.directory.freshness.settling import settle_waiting
from portal.messages import returned
from portal.store import db, write

BEFORE = timedelta(days=21)  # asked so long before a word no longer holds
EVERY = timedelta(days=7)  # between a letter and its reminder
LETTERS = 3  # the first and two reminders; a week later it is the steward's
MOST_SERVICES = 30  # in one letter
MOST_A_DAY = 200  # letters, so that a large import does not write to everybody at once
NOT_AGAIN = timedelta(days=60)  # nobody is asked twice about one service within it

People = Callable[[UUID], Sequence[str]]


class Due(NamedTuple):
    """A service that wants asking, and the desk's address where it has one."""

    service_id: UUID
    organization_id: UUID
    joined: bool
    desk: str
    public: str  # the service's own address, or its organization's


def ask_confirmations(now: datetime, people_of: People) -> int:
    """Send what is due: reminders first, then new letters. Each letter is one transaction. Returns how many left.

    people_of: addresses of those who keep an organization's listings here; accounts tells. Two workers are safe: of one
    service at most one question waits.
    """
    return _remind(now) + sum(
        _ask(here, now, people_of) for here in db.session.scalars(select(d.Community)).all()
    )


def _remind(now: datetime) -> int:
    due = db.session.scalars(
        select(d.ConfirmationLetter.id)
        .where(d.ConfirmationLetter.next_at <= now)
        .order_by(d.ConfirmationLetter.next_at)
        .limit(MOST_A_DAY)
    ).all()
    return sum(_remind_of(letter_id, now) for letter_id in due)


def _remind_of(letter_id: UUID, now: datetime) -> bool:
    """The next letter, or, when there were enough or the mail came back, over to the steward."""
    with write() as session:
        letter = session.get(d.ConfirmationLetter, letter_id, with_for_update=True, populate_existing=True)
        if letter is None or letter.next_at is None or letter.next_at > now:
            return False  # another worker was faster
        lost = bool(returned([letter.to_address]))
        if lost or letter.letters >= LETTERS:
            waiting = [each.service_id for each in letter.confirmations if each.state == "asked"]
            settle_waiting(session, waiting, "returned" if lost else "silent", now)
            letter.next_at = None
            return False
        _send(letter, now)
    return True


def _send(letter: d.ConfirmationLetter, now: datetime) -> None:
    letter.letters += 1
    letter.next_at = now + EVERY
    waiting = sum(each.state == "asked" for each in letter.confirmations)
    write_letter(letter, waiting)


def _ask(here: d.Community, now: datetime, people_of: People) -> int:
    sent_today = select(func.count()).where(d.ConfirmationLetter.made_at > now - timedelta(days=1))
    room = MOST_A_DAY - int(db.session.scalar(sent_today) or 0)
    if room <= 0:
        return 0
    strangers = bool((here.settings.get(SETTING) or {}).get("mail_unjoined"))
    to: defaultdict[tuple[UUID, str], list[UUID]] = defaultdict(list)
    for due in _due(here, now):
        address = _address(due, people_of, strangers)
        if address:
            to[due.organization_id, address].append(due.service_id)
    lost = returned([address for _home, address in to])
    made = 0
    for (home, address), services in to.items():
        if made >= room:
            break
        made += _write_to(home, address, services[:MOST_SERVICES], now, address in lost)
    return made


def _address(due: Due, people_of: People, strangers: bool) -> str:
    """The desk's own, else that of somebody who keeps the listings here; of one that has not joined, its public one if the
    community wants that."""
    if due.desk:
        return due.desk
    if due.joined:
        kept = people_of(due.organization_id)
        if kept:
            return kept[0]
    return due.public if strangers else ""


def _write_to(home: UUID, address: str, services: Sequence[UUID], now: datetime, lost: bool) -> bool:
    """One letter and what it asks; none where the address is known to be dead: then the steward calls."""
    try:
        with write() as session:
            letter = d.ConfirmationLetter(organization_id=home, to_address=address, made_at=now)
            session.add(letter)
            session.flush()
            for rank, service_id in enumerate(services):
                session.add(
                    d.Confirmation(letter_id=letter.id, service_id=service_id, rank=rank, asked_at=now)
                )
            session.flush()
            if lost:
                settle_waiting(session, services, "returned", now)
                return False
            _send(letter, now)
    except IntegrityError:  # another worker asks about one of them at this moment
        return False
    return True


def _due(here: d.Community, now: datetime) -> list[Due]:
    rows = db.session.execute(_due_query(here, now))
    found: dict[UUID, Due] = {}
    for service_id, home, joined, desk, own, shared in rows:
        found.setdefault(service_id, Due(service_id, home, joined, desk or "", own or shared))
    return list(found.values())


def _due_query(here: d.Community, now: datetime) -> Select[Any]:
    """Services that want asking, the longest unconfirmed first, a row for every desk that they have."""
    waits = exists().where(
        d.Confirmation.service_id == d.Service.id,
        (d.Confirmation.state == "asked") | (d.Confirmation.asked_at > now - NOT_AGAIN),
    )
    flagged = exists().where(
        d.ListingFlag.service_at_location_id == d.ServiceAtLocation.id, d.ListingFlag.settled_at.is_(None)
    )
    return (
        select(
            d.Service.id,
            d.Organization.id,
            d.Organization.joined_at.is_not(None),
            func.nullif(d.Contact.email, ""),
            d.Service.email,
            d.Organization.email,
        )
        .join(d.Organization, d.Organization.id == d.Service.organization_id)
        .join(d.ServiceAtLocation, d.ServiceAtLocation.service_id == d.Service.id)
        .outerjoin(d.Contact, d.Contact.id == d.ServiceAtLocation.desk_id)
        .where(
            d.Organization.community_id == here.id,
            d.Organization.kind != "victim_service",
            d.Service.status == "active",
            d.ServiceAtLocation.merged_into_id.is_(None),  # another stands for it
            ~waits,
            flagged | due_before(here, now + BEFORE),
            (func.coalesce(d.Contact.email, "") != "")
            | d.Organization.joined_at.is_not(None)
            | (d.Service.email != "")
            | (d.Organization.email != ""),
        )
        .order_by(
            d.Service.assured_date.asc().nulls_first(),
            d.Service.number,
            (func.coalesce(d.Contact.email, "") == ""),
            d.ServiceAtLocation.number,
        )
        .limit(MOST_A_DAY * MOST_SERVICES)
    )
