"""Known again without being looked up: the random client key, and the blind index that leads to it.

No name alone is ever indexed: a county has many people of one name, and joining their records would show one of them
another's. It takes the full name with the date of birth (`identity`), or the full name with the safe phone (`contact`). The
phone by itself (`phone`) only warns of a duplicate: a couple, a mother and a shelter's hall share one, and a key that follows
a phone would join the record of somebody who was hurt to that of whoever hurt them.

There is no index of an anonymous need, and none of victim services: nobody is referred to those.
"""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from portal.referrals.blind_clock import drop_idle_keys
from portal.referrals.models import BlindIndex, Client, Need
from portal.referrals.names import dialled, spelled
from portal.store.peppers import peppers

Macs = dict[str, tuple[bytes, ...]]  # kind -> what the text may stand as, under all peppers first
TELLING = frozenset(("identity", "contact"))  # kinds that tell one person from another


def macs_of(community_id: UUID, name: str, born: date | None, phone: str) -> Macs:
    """What the index would hold of these, by kind; a kind is missing where there is too little to go by."""
    number = dialled(phone)
    texts = {}
    if born is not None and (full := spelled(name)):
        texts["identity"] = f"{full}\x1f{born.isoformat()}"
    if number and (full := spelled(name, with_suffix=True)):
        texts["contact"] = f"{full}\x1f{number}"
    if number:
        texts["phone"] = number
    secret = peppers()
    return {kind: secret.macs("\x1f".join((kind, community_id.hex, text))) for kind, text in texts.items()}


def know_person(
    session: Session, need: Need, name: str, born: date | None, phone: str, now: datetime
) -> None:
    """Tie this need to the key of its person, a new one when they are not known, and write its index rows.

    Two that are sent in the same instant on PostgreSQL may each make a key: a miss, never a false match.
    """
    macs = macs_of(need.community_id, name, born, phone)
    need.client_id = _key_of(session, need.community_id, macs, born is not None, now)
    _write_rows(session, need.client_id, macs, now, need_id=need.id)


def know_met(
    session: Session,
    community_id: UUID,
    met_id: UUID,
    name: str,
    born: date | None,
    phone: str,
    now: datetime,
) -> UUID | None:
    """The key of a person who was typed elsewhere than in a need: a meeting, a family's note; its id is `met_id`. Writes its
    index rows. None, and nothing written, for too little to tell people apart: such a meeting is counted as of nobody known."""
    macs = macs_of(community_id, name, born, phone)
    if not TELLING & macs.keys():
        return None
    key = _key_of(session, community_id, macs, born is not None, now)
    _write_rows(session, key, macs, now, met_id=met_id)
    return key


def _key_of(session: Session, community_id: UUID, macs: Macs, birth_given: bool, now: datetime) -> UUID:
    client = _known(session, macs, birth_given)
    if client is None:
        client = Client(community_id=community_id, made_at=now, last_encounter_at=now)
        session.add(client)
        session.flush()
    client.last_encounter_at = now
    session.execute(update(BlindIndex).where(BlindIndex.client_id == client.id).values(last_encounter_at=now))
    return client.id


def _write_rows(
    session: Session,
    client_id: UUID,
    macs: Macs,
    now: datetime,
    need_id: UUID | None = None,
    met_id: UUID | None = None,
) -> None:
    newest = peppers().newest
    session.add_all(
        BlindIndex(
            kind=kind,
            mac=found[0],
            pepper_id=newest,
            client_id=client_id,
            need_id=need_id,
            met_id=met_id,
            made_at=now,
            last_encounter_at=now,
        )
        for kind, found in macs.items()
    )
    session.flush()


def _known(session: Session, macs: Macs, birth_given: bool) -> Client | None:
    """The key of the same name and date of birth; else of the same name and phone, unless both sides gave a date of birth,
    which then were not the same: a father and his son."""
    found = _client_with(session, macs.get("identity", ()))
    if found is not None or "contact" not in macs:
        return found
    found = _client_with(session, macs["contact"])
    if found is None or not birth_given:
        return found
    other_birth = exists().where(BlindIndex.client_id == found.id, BlindIndex.kind == "identity")
    return None if session.scalar(select(other_birth)) else found


def _client_with(session: Session, macs: tuple[bytes, ...]) -> Client | None:
    return session.scalar(
        select(Client)
        .join(BlindIndex, BlindIndex.client_id == Client.id)
        .where(BlindIndex.mac.in_(macs))
        .order_by(BlindIndex.last_encounter_at.desc(), BlindIndex.number.desc())
        .limit(1)
    )


def forget_need(session: Session, need: Need) -> None:
    """The index rows of one need, at once: its person has withdrawn. The random key stays with the coded row."""
    session.execute(delete(BlindIndex).where(BlindIndex.need_id == need.id))


def forget_met(session: Session, met_ids: Iterable[UUID]) -> None:
    """The index rows of meetings and notes, at once, and the keys that nothing points to any more."""
    session.execute(delete(BlindIndex).where(BlindIndex.met_id.in_(list(met_ids))))
    drop_idle_keys(session)
