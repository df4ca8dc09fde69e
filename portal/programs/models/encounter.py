"""One meeting of a team with one person, or with nobody: coded, without a word of what was said or done in it.

There is no criminal-justice information in these tables: no charge, no warrant, no history, no narrative. The agency's own
number of the call stands as it was typed, and only the agency sees it.
"""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.programs.models.program import District, ResponseProgram
from portal.programs.rules import (
    ANSWERS,
    CONSENTS,
    DISPOSITIONS,
    MET_BEFORE,
    RACES,
    REFERRAL_REFUSED,
    SOURCES,
)
from portal.referrals.rules import AGE_BANDS
from portal.store import Base, guards, one_of

REFERRED = text("reference <> ''")


class Encounter(Base):
    """Times are UTC; those that are not known are empty. `disposition` is the one of M02, empty until it ended; `outcome` the
    program's own word for the end, which leads to it. facts: coded answers to the preset's own fields (yes/no as true and
    false, a choice's code, a number), no text. client_id: the random key of the person, where one is known.

    arrest_would, ed_would: what would have followed without the team, as the officer said before the clinician acted.
    changed_at: of the newest version; what stood before is an EncounterVersion. services: what was given on the scene, codes of
    the preset in order.

    owes_contact, person_after, family_after (seconds after received_at), followed_at: what its tasks and tries say, so far as
    they were written by followed_at; kept by portal.programs.contacted.
    """

    __tablename__ = "encounter"
    __table_args__ = (
        one_of("source", SOURCES),
        one_of("disposition", ("", *DISPOSITIONS)),
        one_of("met_before", MET_BEFORE),
        one_of("contact_consent", CONSENTS),
        one_of("referral_refused", REFERRAL_REFUSED),
        one_of("arrest_would", ANSWERS),
        one_of("ed_would", ANSWERS),
        one_of("age_band", AGE_BANDS),
        one_of("race", RACES),
        CheckConstraint(
            "disposition <> 'arrest' OR (client_id IS NULL AND person_id IS NULL)",
            name="arrest_stands_beside_nobody",
        ),
        Index("ix_encounter_program", "program_id", "received_at"),
        Index("ix_encounter_client", "client_id", "received_at"),
        Index(
            "ix_encounter_reference",
            "organization_id",
            "reference",
            "ordinal",
            unique=True,
            sqlite_where=REFERRED,
            postgresql_where=REFERRED,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    community_id: Mapped[UUID] = mapped_column(ForeignKey("community.id"))
    program_id: Mapped[UUID] = mapped_column(ForeignKey("response_program.id"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))  # the agency
    reference: Mapped[str] = mapped_column(default="")  # the agency's number of the call, never read
    ordinal: Mapped[int] = mapped_column(default=1)  # of several people met on one call
    source: Mapped[str]
    response_type: Mapped[str] = mapped_column(default="")  # a code of the preset
    received_at: Mapped[datetime]
    dispatched_at: Mapped[datetime | None]
    on_scene_at: Mapped[datetime | None]
    cleared_at: Mapped[datetime | None]
    district_id: Mapped[UUID | None] = mapped_column(ForeignKey("district.id"))
    home_district_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("district.id")
    )  # where the person lives, when it is another: whose task it then is
    meets_criteria: Mapped[bool] = mapped_column(default=True)  # a behavioral health call: M01
    disposition: Mapped[str] = mapped_column(default="")
    outcome: Mapped[str] = mapped_column(default="")
    met_before: Mapped[str] = mapped_column(default="")
    contact_consent: Mapped[str] = mapped_column(default="")
    referral_refused: Mapped[str] = mapped_column(default="")
    arrest_would: Mapped[str] = mapped_column(default="")
    ed_would: Mapped[str] = mapped_column(default="")
    age_band: Mapped[str] = mapped_column(default="unknown")
    language: Mapped[str] = mapped_column(default="")
    race: Mapped[str] = mapped_column(default="")
    services: Mapped[list[str]] = mapped_column(default=list)
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    client_id: Mapped[UUID | None] = mapped_column(ForeignKey("client.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))  # none: imported
    recorded_at: Mapped[datetime]
    changed_at: Mapped[datetime] = mapped_column(index=True)
    version: Mapped[int] = mapped_column(default=1)
    owes_contact: Mapped[bool] = mapped_column(default=False)
    person_after: Mapped[int | None]
    family_after: Mapped[int | None]
    followed_at: Mapped[datetime | None]

    program: Mapped[ResponseProgram] = relationship(lazy="joined", innerjoin=True)
    district: Mapped[District | None] = relationship(lazy="joined", foreign_keys=[district_id])
    home_district: Mapped[District | None] = relationship(lazy="select", foreign_keys=[home_district_id])
    signatures: Mapped[list["Signature"]] = relationship(order_by="Signature.at", lazy="select")
    needs: Mapped[list["EncounterNeed"]] = relationship(order_by="EncounterNeed.at", lazy="select")


class EncounterVersion(Base):
    """How an encounter stood before a correction: its coded columns, and until when. Inserted, never changed, so that a report
    of an earlier data cut can be made again."""

    __tablename__ = "encounter_version"
    __table_args__ = (UniqueConstraint("encounter_id", "version"), {"info": guards.UNTIL_PURGED})

    number: Mapped[int] = mapped_column(primary_key=True)
    encounter_id: Mapped[UUID] = mapped_column(ForeignKey("encounter.id"))
    version: Mapped[int]
    until: Mapped[datetime] = mapped_column(index=True)
    values: Mapped[dict[str, Any]]
    changed_by: Mapped[UUID | None]


class Signature(Base):
    """Somebody of the team signed an encounter in a role. Two sign a co-response."""

    __tablename__ = "encounter_signature"

    encounter_id: Mapped[UUID] = mapped_column(ForeignKey("encounter.id"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]


class EncounterNeed(Base):
    """A referral that came of an encounter."""

    __tablename__ = "encounter_need"

    encounter_id: Mapped[UUID] = mapped_column(ForeignKey("encounter.id"), primary_key=True)
    need_id: Mapped[UUID] = mapped_column(ForeignKey("need.id"), primary_key=True)
    at: Mapped[datetime]
