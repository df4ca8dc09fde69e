"""Simulated programs: encounters, what they owe and their referrals, from stated true rates. For demonstration, load, and checking
the measures. Every simulated call says so in its number (`SIM-...`)."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from portal.directory import community
from portal.outcomes.queries import bounds, quarter_of
from portal.outcomes.simulate.calls import Ground, Met, calls, follow_up, made_id, mark_of
from portal.outcomes.simulate.ground import ground_of, program_of, sender_of
from portal.outcomes.simulate.rates import Rates, rates_of
from portal.outcomes.simulate.referrals import Sender, refer
from portal.programs import effective, note_contacts, presets
from portal.programs.models import Encounter, EncounterNeed, ProgramTask, TaskAttempt
from portal.programs.persons.settings import keeps_unnamed
from portal.programs.preset import Preset
from portal.referrals.models import Client, Need, Offer, OfferEvent
from portal.store import Actor, Refused, audit, clock, db, write

AT_ONCE = 5_000  # calls whose rows are stored together
MOST = 5_000_000
TABLES: tuple[type[Any], ...] = (Client, Encounter, ProgramTask, TaskAttempt, Need, Offer, OfferEvent, EncounterNeed)  # fmt: skip
Progress = Callable[[int, int], None]


def simulate(
    actor: Actor,
    code: str,
    *,
    quarters: int,
    seed: int,
    per_quarter: int = 0,
    force: bool = False,
    now: datetime | None = None,
    progress: Progress = lambda done, total: None,
) -> dict[str, int]:
    """Make the last whole quarters of a program, in one transaction: rows by table. The same seed on the same day gives the same
    rows. now: as of another moment than the clock's. Refused in an install that is no demonstration, unless forced; for a preset
    that there is none of; and where the
    program has simulated calls of one of these quarters already."""
    preset = presets().get(code)
    if preset is None:
        raise Refused(f"There is no program {code}. There are: {', '.join(presets())}")
    if "encounters" not in preset.modules or not preset.outcomes:
        raise Refused(f"{preset.name} records no calls; there is nothing to simulate.")
    if not 1 <= quarters <= 40 or per_quarter < 0 or per_quarter * quarters > MOST:
        raise Refused(f"Choose 1 to 40 quarters, and at most {MOST:,} calls.")
    with write() as session:
        here = community()
        if not here.demonstration and not force:
            raise Refused(
                "This is no demonstration: simulated people would be counted with real ones. --force does it all the same."
            )
        now = now or clock.now()
        spans = last_quarters(now, ZoneInfo(here.time_zone), quarters)
        program = program_of(session, here, preset, spans[0][1])
        _not_twice(session, preset, program.id, [span[0] for span in spans])
        preset, rates = effective(program), rates_of(preset)
        ground = ground_of(session, here, program, rates, spans[0][1], now)
        maker = _Maker(
            session, preset, rates, ground, sender_of(session, here, program), Random(f"{code} {seed}")
        )  # noqa: S311 - nothing secret
        counts = [per_quarter or rates.in_quarter(i) for i in range(quarters)]
        for span, number in zip(spans, counts, strict=True):
            maker.quarter(span, number)
            progress(maker.made["encounter"], sum(counts))
        audit.append(actor, "simulate", "response_program", program.id, f"seed {seed}")
        return dict(maker.made)


def has_simulated(program_id: UUID) -> bool:
    """Whether calls of this program were simulated: told wherever its figures stand."""
    noted = select(audit.AuditEntry.number).where(
        audit.AuditEntry.subject_id == str(program_id), audit.AuditEntry.action == "simulate"
    )
    return db.session.scalar(noted.limit(1)) is not None


def last_quarters(now: datetime, zone: ZoneInfo, number: int) -> list[tuple[str, datetime, datetime]]:
    """The last whole quarters before now, the oldest first: name, first moment, the next one's."""
    found: list[tuple[str, datetime, datetime]] = []
    start = bounds(quarter_of(now, zone), zone)[0]
    while len(found) < number:
        name = quarter_of(start - timedelta(days=1), zone)
        first, after = bounds(name, zone)
        found.insert(0, (name, first, after))
        start = first
    return found


class _Maker:
    """Makes rows and stores them, AT_ONCE calls at a time."""

    def __init__(
        self,
        session: Session,
        preset: Preset,
        rates: Rates,
        ground: Ground,
        sender: Sender | None,
        random: Random,
    ) -> None:
        self.session, self.preset, self.rates, self.random = session, preset, rates, random
        self.ground, self.sender = ground, sender
        self.met: list[Any] = []  # keys of people met before
        self.rows: dict[type[Any], list[dict[str, Any]]] = {table: [] for table in TABLES}
        self.made: Counter[str] = Counter()

    def quarter(self, span: tuple[str, datetime, datetime], number: int) -> None:
        for i, met in enumerate(calls(self.random, self.preset, self.rates, self.ground, span, number), 1):
            self.add(met)
            if i % AT_ONCE == 0:
                self.store()
        self.store()

    def add(self, met: Met) -> None:
        """The rows of one call, in the order of their tables."""
        self._know(met)
        self.rows[Encounter].append(met.row)
        follow_up(self.random, self.preset, self.rates, met, self.ground.now)
        for task, tries in met.tasks:
            self.rows[ProgramTask].append(task)
            self.rows[TaskAttempt] += tries
        if met.referred and self.sender is not None:
            made = refer(self.random, self.rates, self.sender, met, self.ground.now)
            self.rows[Need].append(made.need)
            self.rows[Offer].append(made.offer)
            self.rows[OfferEvent] += made.events
            self.rows[EncounterNeed].append(made.tie)

    def _know(self, met: Met) -> None:
        """A random key for some of the people: the same for who was met before. None beside an arrest, and none where an answer
        keeps everybody of the call unnamed."""
        row, random = met.row, self.random
        if keeps_unnamed(self.preset, row["facts"]):
            return
        if row["disposition"] == "arrest" or not row["met_before"] or random.random() >= self.rates.known:
            return
        if self.met and random.random() < self.rates.again:
            row["client_id"] = random.choice(self.met)
            return
        row["client_id"] = made_id(random)
        self.met.append(row["client_id"])
        at = row["received_at"]
        self.rows[Client].append({"id": row["client_id"], "community_id": row["community_id"], "made_at": at, "last_encounter_at": at})  # fmt: skip

    def store(self) -> None:
        connection = self.session.connection()
        called = [row["id"] for row in self.rows[Encounter]]
        for table, rows in self.rows.items():
            if rows:
                connection.execute(insert(table), rows)
                self.made[table.__tablename__] += len(rows)
                rows.clear()
        note_contacts(connection, called)


def _not_twice(session: Session, preset: Preset, program_id: Any, quarters: list[str]) -> None:
    for quarter in quarters:
        there = select(Encounter.id).where(
            Encounter.program_id == program_id, Encounter.reference.startswith(mark_of(preset, quarter))
        )
        if session.scalar(there.limit(1)) is not None:
            raise Refused(f"{preset.name} has simulated calls of {quarter} already.")


__all__ = ["Rates", "has_simulated", "last_quarters", "rates_of", "simulate"]
