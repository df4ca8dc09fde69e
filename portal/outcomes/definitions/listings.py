"""What is counted of services: whether their listings are true (M23), and whether they tell what became of people
(M24), and whether they have room when they are asked (M25)."""

from flask_babel import lazy_gettext as _l

from portal.outcomes.definitions.definition import FIRST, OWN, Definition

SERVICES = (
    Definition(
        "M23-90",
        1,
        FIRST,
        _l("Listings that were confirmed in the last 90 days"),
        _l("Services of which a human said in the 90 days before the data cut that the listing is right"),
        _l("Services that are listed"),
        _l(
            "Services that their own list no longer has, closed ones, and ones that another listing stands for"
        ),
        None,
        unit="listing",
        source=OWN,
    ),
    Definition(
        "M23-dead",
        1,
        FIRST,
        _l("Phone numbers that did not work"),
        _l("Services whose number was wrong at the newest call of the quarter"),
        _l("Services that a steward called in the quarter"),
        _l("Nothing"),
        None,
        unit="listing",
        source=OWN,
    ),
    Definition(
        "M24",
        1,
        FIRST,
        _l("Services that told what happened"),
        _l("Requests of which the service said within 35 days how they ended"),
        _l("Requests to a service where the person agreed that the outcome may be known"),
        _l("Requests that the sender or the person took back, or that another yes ended; entered in error"),
        35,
        unit="offer",
        source=OWN,
    ),
    Definition(
        "M25",
        1,
        FIRST,
        _l("Asking several services for room"),
        _l("Askings to which a service said yes; to which one answered; after which a person was sent"),
        _l("Askings of the quarter: “can you take one person now?”, put to one to five services at once"),
        _l("Nothing. Minutes are counted of the askings that got an answer, or a yes"),
        1,
        unit="asking",
        source=OWN,
    ),
)
