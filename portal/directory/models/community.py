"""A community: the area, time zone, languages, crisis lines and working hours that people there decided on."""

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Mapped, mapped_column

from portal.store import Base


class Community(Base):
    """The default install has one. What people decide lives here; what the install decides lives in the environment.

    area: {"state": "TN", "counties": [...], "zips": [...]}; crisis_lines: [{"name", "number", "sms", "languages"}], shown
    beside 988 and 911; business_hours: {"mon": ["08:00", "17:00"], ...} in the community's zone; settings: small options,
    "exit_site" (where the exit leads) and "on_call" ({"name", "number"}: who is asked when nothing is found).
    """

    __tablename__ = "community"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str]
    time_zone: Mapped[str] = mapped_column(default="America/Chicago")
    languages: Mapped[list[str]] = mapped_column(default=lambda: ["en"])
    area: Mapped[dict[str, Any]] = mapped_column(default=dict)
    crisis_lines: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    business_hours: Mapped[dict[str, Any]] = mapped_column(
        default=lambda: {day: ["08:00", "17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
    )
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    demonstration: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
