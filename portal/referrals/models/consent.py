"""On what ground a person's data goes to whom, the consents that were signed, and the ledger of what went."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.directory.models import Organization
from portal.referrals.consent_terms import (
    DISCLOSED,
    KINDS,
    LANGUAGES,
    PURPOSES,
    SCOPES,
    SIGNATURES,
    SIGNERS,
)
from portal.referrals.rules import BASES
from portal.store import Base, SealedText, guards, one_of

# The elements that 42 CFR 2.31 asks of a signed consent, each in its column; the database refuses a row that lacks one.
# Its end (`expires_at`) may be "none" for treatment, payment and running the care alone; then two statements are owed.
ELEMENTS = {
    "person_id": "the patient: the sealed row that holds the name",
    "discloser_id": "who may disclose",
    "scope": "what, specifically",
    "recipient_id": "to whom",
    "purpose": "what for",
    "revoke_how": "the right to take it back, and how",
    "signature_kind": "how it was signed",
    "signature": "the signature",
    "signer": "who signed",
    "signed_on": "the day",
    "text": "the words that were shown",
    "language": "the language of those words",
}
_TEXTS = {
    "scope",
    "purpose",
    "revoke_how",
    "signature_kind",
    "signature",
    "signer",
    "text",
    "language",
}


def _owed(column: str, when: str = "kind = 'signed'", name: str = "") -> CheckConstraint:
    there = f"{column} IS NOT NULL" + (f" AND {column} <> ''" if column in _TEXTS | {"statements"} else "")
    return CheckConstraint(f"NOT ({when}) OR ({there})", name=name or f"signed_has_{column}")


class Consent(Base):
    """What a person agreed to. kind `scene`: the ground given at the send, one row a need. kind `signed`: a consent with every
    element of 42 CFR 2.31, for one discloser and one recipient; `at` is when it was recorded, and it counts from then on and
    for nothing before. withdrawn_at: revoked; the row stays. lapsed_at: its end was acted on.
    """

    __tablename__ = "consent"
    __table_args__ = (
        one_of("basis", BASES),
        one_of("kind", KINDS),
        one_of("scope", SCOPES),
        one_of("purpose", PURPOSES),
        one_of("signer", SIGNERS),
        one_of("signature_kind", SIGNATURES),
        one_of("language", LANGUAGES),
        *(_owed(column) for column in ELEMENTS),
        _owed("expires_at", "kind = 'signed' AND purpose <> 'treatment'"),
        _owed("statements", "kind = 'signed' AND purpose = 'treatment'"),
        CheckConstraint("expires_at IS NULL OR expires_at > at", name="ends_after_it_began"),
        CheckConstraint("(intermediary = '') = (members = '')", name="intermediary_names_its_members"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    need_id: Mapped[UUID] = mapped_column(ForeignKey("need.id"), index=True)
    kind: Mapped[str] = mapped_column(default="scene")
    basis: Mapped[str]
    hears_back: Mapped[bool]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    text_version: Mapped[str]
    at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_role: Mapped[str] = mapped_column(default="")  # sender, receiver, person, or admin
    lapsed_at: Mapped[datetime | None]
    # No key to the person's row: that is erased long before the consent may be.
    person_id: Mapped[UUID | None]
    discloser_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    recipient_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    intermediary: Mapped[str] = mapped_column(default="")  # who passes it on, where that is somebody else
    members: Mapped[str] = mapped_column(default="")  # and to whom they may
    scope: Mapped[str | None]
    purpose: Mapped[str | None]
    revoke_how: Mapped[str | None]
    statements: Mapped[str] = mapped_column(default="")  # on redisclosure, and on what refusing means
    expires_at: Mapped[datetime | None] = mapped_column(index=True)
    signature_kind: Mapped[str | None]
    signature: Mapped[str | None] = mapped_column(SealedText("consent.signature"))  # the typed initials
    signer: Mapped[str | None]
    signed_on: Mapped[date | None]
    text: Mapped[str | None]  # as it stood before the person, with the organizations' names
    language: Mapped[str | None]

    discloser: Mapped[Organization | None] = relationship(lazy="joined", foreign_keys=[discloser_id])
    recipient: Mapped[Organization | None] = relationship(lazy="joined", foreign_keys=[recipient_id])


class Disclosure(Base):
    """The ledger: what kind of data of which need went from whom to which organization, when, and on which consent. Rows are
    only ever inserted."""

    __tablename__ = "disclosure"
    __table_args__ = (
        one_of("what", DISCLOSED),
        Index("ix_disclosure_to", "organization_id", "at"),
        {"info": guards.UNTIL_PURGED},
    )

    number: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[UUID] = mapped_column(ForeignKey("need.id"), index=True)
    offer_id: Mapped[UUID | None] = mapped_column(ForeignKey("offer.id"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    at: Mapped[datetime]
    what: Mapped[str]  # of consent_terms.DISCLOSED
    discloser_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    consent_id: Mapped[UUID | None] = mapped_column(ForeignKey("consent.id"))
    basis: Mapped[str] = mapped_column(default="")  # the need's ground at that time
