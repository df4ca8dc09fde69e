"""How long a person is known again: the clocks of the blind index and of the client key, and new peppers for what stands there.

The nightly purge calls the first two. Their days are rows of portal.store.retention.
"""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, and_, delete, exists, select, update
from sqlalchemy.orm import Session

from portal.referrals.holds import not_held
from portal.referrals.models import BlindIndex, Client, Need, RightsRequest
from portal.store import Actor, Base, audit, write
from portal.store.peppers import Peppers, peppers
from portal.store.retention import RETENTION

BATCH = 500
# What stands beside a key, and does not keep it.
BESIDE = frozenset((BlindIndex.__tablename__, RightsRequest.__tablename__))


def forget_blind(now: datetime) -> int:
    """Delete index rows 13 months after the last encounter with their person; returns how many. For the nightly purge."""
    cutoff = RETENTION["blind_index"].cutoff(now)
    with write() as session:
        gone = session.execute(
            delete(BlindIndex).where(BlindIndex.last_encounter_at < cutoff, not_held(BlindIndex.need_id))
        )
    return cast(CursorResult[Any], gone).rowcount


def cut_client_keys(now: datetime) -> int:
    """Cut the key from closed needs that were sent 25 months ago, and delete keys that nothing points to; returns how many
    needs were cut. The coded rows stay, of nobody any more. For the nightly purge."""
    cutoff = RETENTION["client_key"].cutoff(now)
    with write() as session:
        late = (
            Need.client_id.is_not(None),
            Need.closed_at.is_not(None),
            Need.sent_at < cutoff,
            not_held(Need.id),
        )
        session.execute(delete(BlindIndex).where(BlindIndex.need_id.in_(select(Need.id).where(*late))))
        cut = session.execute(
            update(Need).where(*late).values(client_id=None).execution_options(synchronize_session=False)
        )
        drop_idle_keys(session)
    return cast(CursorResult[Any], cut).rowcount


def drop_idle_keys(session: Session) -> None:
    """Delete keys that nothing of a person has any more: no need, and no row of a floor above, found by its foreign key."""
    pointing = [
        column
        for table in Base.metadata.sorted_tables
        if table.name not in BESIDE
        for column in table.columns
        if any(key.column.table.name == Client.__tablename__ for key in column.foreign_keys)
    ]
    idle = and_(*(~exists().where(column == Client.id) for column in pointing))
    ids = select(Client.id).where(idle)
    session.execute(delete(BlindIndex).where(BlindIndex.client_id.in_(ids)))
    session.execute(
        update(RightsRequest)
        .where(RightsRequest.client_id.in_(ids))
        .values(client_id=None)
        .execution_options(synchronize_session=False)
    )
    session.execute(delete(Client).where(idle).execution_options(synchronize_session=False))


def lift_index(actor: Actor) -> tuple[int, list[str]]:
    """Put the newer peppers onto rows made before them, batch by batch; every link stays. Returns how many rows were lifted, and
    the pepper ids of rows that no listed pepper is: those cannot be lifted, and nobody is found by them.

    May be ended anywhere and run again: a row names the newest pepper in it, and is found before and after.
    """
    secret, lifted = peppers(), 0
    while True:
        with write() as session:
            rows = session.scalars(
                select(BlindIndex)
                .where(BlindIndex.pepper_id.in_(secret.ids - {secret.newest}))
                .order_by(BlindIndex.number)
                .limit(BATCH)
            ).all()
            for row in rows:
                _lift(row, secret)
        lifted += len(rows)
        if len(rows) < BATCH:
            break
    with write():
        audit.append(actor, "rotate_pepper", "pepper", secret.newest)
    return lifted, _unknown(secret)


def _lift(row: BlindIndex, secret: Peppers) -> None:
    row.mac = secret.lifted(row.mac, row.pepper_id)
    row.pepper_id = secret.newest


def _unknown(secret: Peppers) -> list[str]:
    with write() as session:
        return sorted(
            session.scalars(
                select(BlindIndex.pepper_id).where(BlindIndex.pepper_id.not_in(secret.ids)).distinct()
            )
        )
