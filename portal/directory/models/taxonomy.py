"""Coded terms. A service's terms are integer pairs: the SAMHSA books alone hold 1.36 million of them."""

from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.store import Base


class Taxonomy(Base):
    """HSDS taxonomy. `handrail` holds the portal's own search words; each SAMHSA book brings a list of its own."""

    __tablename__ = "taxonomy"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str] = mapped_column(unique=True)
    description: Mapped[str] = mapped_column(default="")
    version: Mapped[str] = mapped_column(default="")
    uri: Mapped[str] = mapped_column(default="")
    source: Mapped[str | None]  # the feed or file that it came from; none: ours
    notice: Mapped[str] = mapped_column(default="")  # of whoever owns it, shown wherever its terms are


class TaxonomyTerm(Base):
    """HSDS taxonomy_term, keyed on (taxonomy, category, code): the same code can mean different things in two lists. Some
    lists have terms without a code."""

    __tablename__ = "taxonomy_term"
    __table_args__ = (
        Index(
            "ix_taxonomy_term_coded",
            "taxonomy_id",
            "category",
            "code",
            unique=True,
            sqlite_where=text("code <> ''"),
            postgresql_where=text("code <> ''"),
        ),
    )

    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    taxonomy_id: Mapped[UUID] = mapped_column(ForeignKey("taxonomy.id"), index=True)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("taxonomy_term.id"), index=True)
    category: Mapped[str]
    code: Mapped[str]
    name: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="")
    term_uri: Mapped[str] = mapped_column(default="")


class ServiceTerm(Base):
    """A term of a service, as a pair of small integers."""

    __tablename__ = "service_term"
    __table_args__ = (Index("ix_service_term_term", "term_number"), {"sqlite_with_rowid": False})

    service_number: Mapped[int] = mapped_column(ForeignKey("service.number"), primary_key=True)
    term_number: Mapped[int] = mapped_column(ForeignKey("taxonomy_term.number"), primary_key=True)


class Attribute(Base):
    """HSDS attribute: a term, a value or both, said of any row (`link_entity` its table, `link_id` its id).

    Kept as it came where a pair cannot say it: a value, a label, a kind of link, or a row that is no service. A term of a
    service is a `ServiceTerm` as well, which is all that search reads.
    """

    __tablename__ = "attribute"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    link_entity: Mapped[str]
    link_id: Mapped[UUID] = mapped_column(index=True)
    link_type: Mapped[str] = mapped_column(default="")
    taxonomy_term_id: Mapped[UUID | None] = mapped_column(ForeignKey("taxonomy_term.id"), index=True)
    value: Mapped[str] = mapped_column(default="")
    label: Mapped[str] = mapped_column(default="")
