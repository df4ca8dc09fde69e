"""What each measure counts, in words, versioned: a change of meaning is a new version and a new series.

Source: the product's catalogue of measures; shapes follow HEDIS FUM/FUA (windows in calendar days, same day counts),
CCBHC I-SERV (times) and SAMHSA's crisis toolkit (share accepted).
"""

from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

LAG_DAYS = 7  # reporting lag: a window counts as closed this long after its end


@dataclass(frozen=True)
class Definition:
    """`window_days` is the time a need gets before it is judged; None where only the reporting lag applies."""

    id: str
    version: int
    valid_from: date
    name: LazyString
    numerator: LazyString
    denominator: LazyString
    left_out: LazyString
    window_days: int | None

    @property
    def measure(self) -> str:
        """The row of the catalogue that it belongs to: M12 of M12-7."""
        return self.id.partition("-")[0]


FIRST = date(2026, 1, 1)

DEFINITIONS: dict[str, Definition] = {
    found.id: found
    for found in (
        Definition(
            "M07",
            1,
            FIRST,
            _l("Any acceptance"),
            _l("Needs that some service accepted within 24 hours of being sent"),
            _l("Needs sent in the quarter"),
            _l("Needs entered in error"),
            1,
        ),
        Definition(
            "M08",
            1,
            FIRST,
            _l("Time to answer"),
            _l(
                "Minutes from sent to first seen, and to the first yes or no: median, 90th percentile, middle half"
            ),
            _l(
                "Needs put to a service's desk; answers by a recorded phone call have no waiting time and are left out"
            ),
            _l("Routine needs sent outside business hours stand in a row of their own"),
            None,
        ),
        Definition(
            "M10",
            1,
            FIRST,
            _l("Reasons for no"),
            _l("Needs that at least one service declined for this reason"),
            _l("Needs that at least one service declined; one need can count under several reasons"),
            _l("Needs entered in error"),
            None,
        ),
        Definition(
            "M11",
            1,
            FIRST,
            _l("Warm handoff"),
            _l(
                "Accepted needs whose recorded facts make the handoff warm: live, a named person, the person served present and willing, taken over before the sender left"
            ),
            _l(
                "Needs accepted by any service; a handoff that nobody recorded stays in and is shown as unknown"
            ),
            _l("The person refused"),
            None,
        ),
        Definition(
            "M12-1",
            1,
            FIRST,
            _l("Connected by the next day"),
            _l(
                "First service received by the day after sending, confirmed by the provider or a witnessed arrival"
            ),
            _l("Needs whose person agreed that the outcome may be known, and whose outcome is known"),
            _l(
                "Unknown outcomes (no permission, or no information); died, jailed or moved; entered in error"
            ),
            1,
        ),
        Definition(
            "M12-7",
            1,
            FIRST,
            _l("Connected within 7 days"),
            _l("First service received on one of the 8 dates from the day of sending"),
            _l("As for the next day"),
            _l("As for the next day"),
            7,
        ),
        Definition(
            "M12-30",
            1,
            FIRST,
            _l("Connected within 30 days"),
            _l("First service received on one of the 31 dates from the day of sending"),
            _l("As for the next day"),
            _l("As for the next day"),
            30,
        ),
    )
}
