"""The gazetteer and the geocoder's cache."""

from datetime import datetime

from sqlalchemy import Index, true
from sqlalchemy.orm import Mapped, mapped_column

from portal.store import Base, one_of


class Place(Base):
    """A US ZIP or city from the `zipcodes` package (GeoNames and others; see NOTICE). No point where the source has 0, 0.

    `street` is False for the ZIPs of post office boxes, of one company and of the military: nobody stands in one.
    """

    __tablename__ = "place"
    __table_args__ = (
        one_of("kind", ("zip", "city")),
        Index("ix_place_code", "kind", "code"),
        Index("ix_place_folded", "kind", "folded", "state"),
        Index("ix_place_county", "state", "county"),
        Index("ix_place_latitude", "kind", "latitude"),
    )

    number: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    code: Mapped[str]  # the ZIP, or the city's name
    folded: Mapped[str]  # the city as typed texts are compared with it
    state: Mapped[str]
    county: Mapped[str]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    time_zone: Mapped[str]
    street: Mapped[bool] = mapped_column(default=True, server_default=true())


class Geocode(Base):
    """An address already asked for, under a keyed hash of its folded text (the text itself is not kept)."""

    __tablename__ = "geocode"

    key: Mapped[str] = mapped_column(primary_key=True)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    at: Mapped[datetime]
