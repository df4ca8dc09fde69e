"""Coded terms. A service's terms are integer pairs: the SAMHSA books alone hold 1.36 million of them."""

from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.store import Base


class Taxonomy(Base):
    """HSDS taxonomy. `handrail` holds the portal's own search words; each SAMHSA book brings a list of its own."""

    __tablename__ = "taxonomy"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str] = mapped_column(unique=True)
    description: Mapped[str] = mapped_column(default="")
    version: Mapped[str] = mapped_column(default="")


class TaxonomyTerm(Base):
    """HSDS taxonomy_term, keyed on (taxonomy, category, code): the same code can mean different things in two lists."""

    __tablename__ = "taxonomy_term"
    __table_args__ = (UniqueConstraint("taxonomy_id", "category", "code"),)

    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    taxonomy_id: Mapped[UUID] = mapped_column(ForeignKey("taxonomy.id"), index=True)
    category: Mapped[str]
    code: Mapped[str]
    name: Mapped[str]
    description: Mapped[str] = mapped_column(default="")


class ServiceTerm(Base):
    """A term of a service, as a pair of small integers."""

    __tablename__ = "service_term"
    __table_args__ = (Index("ix_service_term_term", "term_number"), {"sqlite_with_rowid": False})

    service_number: Mapped[int] = mapped_column(ForeignKey("service.number"), primary_key=True)
    term_number: Mapped[int] = mapped_column(ForeignKey("taxonomy_term.number"), primary_key=True)
