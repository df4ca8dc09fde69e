"""Fields that a source may bring and that still stay as they are: protection, a better point, a later look."""

from collections.abc import Callable
from typing import Any

from portal.exchange.intake.changes import Values
from portal.exchange.intake.wanting import Wanted

POINT = ("latitude", "longitude", "point_kind")
# Kinds of organizations that the law protects: no feed takes that away.
PROTECTED_KINDS = ("victim_service", "part2_program")

Keep = Callable[[Any, Wanted, Values, set[str]], None]


def _keep_organization(row: Any, _wanted: Wanted, values: Values, _edited: set[str]) -> None:
    if row.kind in PROTECTED_KINDS:
        values.pop("kind", None)


def _keep_location(row: Any, wanted: Wanted, values: Values, edited: set[str]) -> None:
    """A better point than ours moves the place; a ZIP's middle does not move one that somebody knows exactly. Nobody but a
    person here makes a confidential place public."""
    if row.address_confidential:
        values.pop("address_confidential", None)
    if "address" in edited or (
        wanted.values["point_kind"] != "exact"
        and row.point_kind == "exact"
        and not values.get("address_confidential")
    ):
        for name in (*POINT, "time_zone"):
            values.pop(name, None)


def _keep_service(row: Any, _wanted: Wanted, values: Values, _edited: set[str]) -> None:
    if values.get("assured_date") is None or (row.assured_date and values["assured_date"] < row.assured_date):
        values.pop("assured_date", None)  # whoever looked later is right


def _keep_schedule(row: Any, _wanted: Wanted, values: Values, _edited: set[str]) -> None:
    if values.get("freq") == "" and row.freq == "WEEKLY" and row.byday:
        values.pop("freq")


KEEPS: dict[str, Keep] = {
    "organization": _keep_organization,
    "location": _keep_location,
    "service": _keep_service,
    "schedule": _keep_schedule,
}
