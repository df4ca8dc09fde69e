"""The desk answers a letter that asked: still right, something changed, or we no longer do this.

Whoever holds the link may say so and no more: it edits nothing, and shows what anybody may see. What changed is a steward's
to write, or the desk's own people sign in and write it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.directory import models as d
from portal.directory.actions import assure_service
from portal.directory.fields import check_characters, tidy
from portal.directory.freshness.settling import settle_waiting
from portal.directory.freshness.trust import cast_doubt
from portal.directory.freshness.words import LONGEST
from portal.directory.queries import listings
from portal.directory.view import Listing
from portal.store import Actor, Refused, clock, db, write
from portal.store.language import gettext as _

WORDS_OF = {"changed": "other", "gone": "closed"}  # what a desk says -> what its report is about


@dataclass(frozen=True)
class Asked:
    """One service of a letter. listing: at its first place; places: at how many there are. state: of the question. `told`
    says that words may be typed: of a confidential place they could hold what is nowhere."""

    service_id: UUID
    listing: Listing
    places: int
    state: str
    told: bool


@dataclass(frozen=True)
class LetterView:
    """What a letter asks about. waiting: how many have no answer yet, silence included."""

    id: UUID
    rows: tuple[Asked, ...]

    @property
    def waiting(self) -> tuple[Asked, ...]:
        return tuple(row for row in self.rows if row.state in ("asked", "silent"))


def letter_view(letter_id: UUID) -> LetterView | None:
    """The letter behind a link; None when there is none. Services that are no longer in the directory are left out."""
    letter = db.session.get(d.ConfirmationLetter, letter_id)
    if letter is None:
        return None
    first = {
        row.service_id: row
        for row in _places(db.session(), [each.service_id for each in letter.confirmations])
    }
    views = listings([row.first for row in first.values()])
    rows = []
    for each in letter.confirmations:
        found = views.get(first[each.service_id].first) if each.service_id in first else None
        if found is not None and found.status != "defunct":
            told = not found.confidential and found.organization_kind != "victim_service"
            rows.append(Asked(each.service_id, found, first[each.service_id].places, each.state, told))
    return LetterView(letter.id, tuple(rows))


def confirm_by_letter(letter_id: UUID, service_ids: Sequence[UUID]) -> int | None:
    """ "Still right", of these services of the letter that have no answer yet. Writes what assure_service writes, in one
    transaction; returns how many. None: no such letter."""
    with write() as session:
        letter = session.get(d.ConfirmationLetter, letter_id)
        if letter is None:
            return None
        actor = _reader(session, letter)
        open_ones = {each.service_id for each in letter.confirmations if each.state in ("asked", "silent")}
        wanted = [service_id for service_id in service_ids if service_id in open_ones]
        for row in _places(session, wanted):
            sal_id = session.scalar(
                select(d.ServiceAtLocation.id).where(d.ServiceAtLocation.number == row.first)
            )
            if sal_id is not None:
                assure_service(actor, sal_id)
        for each in letter.confirmations:
            if each.service_id in wanted and each.state == "silent":
                each.state, each.settled_at = "confirmed", clock.now()
    return len(wanted)


def tell_by_letter(letter_id: UUID, service_id: UUID, answer: str, words: str = "") -> bool | None:
    """`changed` or `gone`: a report for the steward, and the listing says "call first" until it is looked into. words: what has
    changed, 500 characters. None: not in this letter. Refused for words that cannot be kept, or none where some are needed."""
    if answer not in WORDS_OF:
        raise Refused(_("Choose one of the buttons."), "answer")
    with write() as session:
        letter = session.get(d.ConfirmationLetter, letter_id)
        asked = letter.confirmations if letter is not None else []
        mine = next((each for each in asked if each.service_id == service_id), None)
        place = next(iter(_places(session, [service_id])), None)
        if letter is None or mine is None or place is None:
            return None
        row = session.get_one(d.ServiceAtLocation, place.first)
        told = not row.location.address_confidential and row.service.organization.kind != "victim_service"
        said = clean_words(words) if told else ""
        if answer == "changed" and told and not said:
            raise Refused(_("Say in a few words what has changed."), "words")
        session.add(
            d.ListingReport(
                service_at_location_id=row.id,
                at=clock.now(),
                what=WORDS_OF[answer],
                words=said or None,
                source="desk",
            )
        )
        settle_waiting(session, [service_id], answer, clock.now())
        mine.state = answer
        cast_doubt(session, row.number, "desk")
    return True


def clean_words(text: str) -> str:
    """What somebody typed about a listing, as it may be kept. Refused when it is too long, or holds what nobody types."""
    plain = tidy(text)
    check_characters("words", plain)
    if len(plain) > LONGEST:
        raise Refused(_("Use %(most)s characters or fewer.", most=LONGEST), "words")
    return plain


@dataclass(frozen=True)
class _Place:
    service_id: UUID
    first: int
    places: int


def _places(session: Session, service_ids: Sequence[UUID]) -> list[_Place]:
    """Of each service the number of its first listing, and how many it has."""
    at = d.ServiceAtLocation
    rows = session.execute(
        select(at.service_id, func.min(at.number), func.count())
        .where(at.service_id.in_(service_ids), at.merged_into_id.is_(None))
        .group_by(at.service_id)
    )
    return [_Place(*row) for row in rows]


def _reader(session: Session, letter: d.ConfirmationLetter) -> Actor:
    home = session.get_one(d.Organization, letter.organization_id)
    return Actor(
        kind="link", community_id=home.community_id, name=_("the desk, by letter"), email=letter.to_address
    )
