"""What is counted of needs and of what services answer: M06 to M11, M22."""

from datetime import date

from flask_babel import lazy_gettext as _l

from portal.outcomes.definitions.definition import FIRST, GRAVITY, I_SERV, OWN, SAMHSA, Definition

ANSWERS = (
    Definition(
        "M06",
        1,
        FIRST,
        _l("First choice said yes"),
        _l("Needs that the service asked first accepted"),
        _l("Needs sent in the quarter"),
        _l("Needs entered in error; needs that the sender canceled before the service had seen them"),
        None,
        source=SAMHSA,
    ),
    Definition(
        "M07",
        1,
        FIRST,
        _l("Any acceptance"),
        _l("Needs that some service accepted within 24 hours of being sent"),
        _l("Needs sent in the quarter"),
        _l("Needs entered in error"),
        1,
        source=SAMHSA,
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
        source=I_SERV,
    ),
    Definition(
        "M09",
        1,
        FIRST,
        _l("Services asked for one need"),
        _l("Services that were asked, one after the other, for one need; and needs that ended without a yes"),
        _l("Needs sent in the quarter"),
        _l("Needs entered in error; needs that had less than 30 days to find a service"),
        30,
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
        source=GRAVITY,
    ),
    Definition(
        "M10",
        2,
        date(2027, 1, 1),
        _l("Reasons for no"),
        _l("Times that a service said no for this reason"),
        _l("Times that a service said no; each counts once, so that the reasons add up to all"),
        _l("Needs entered in error; a no that was taken back"),
        None,
        unit="offer",
        source=GRAVITY,
    ),
    Definition(
        "M22",
        1,
        FIRST,
        _l("What could not be found"),
        _l("Needs of this kind, from this area, that no service accepted"),
        _l("Needs sent in the quarter that no service accepted"),
        _l("Needs entered in error; kinds and areas of fewer than 11 needs are counted together"),
        30,
        source=OWN,
    ),
)
