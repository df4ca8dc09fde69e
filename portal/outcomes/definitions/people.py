"""What is counted of what became of people: M04, M11 to M18, M21."""

from flask_babel import lazy_gettext as _l

from portal.outcomes.definitions.definition import FIRST, FUM, I_SERV, JSAT, Definition

BECAME = (
    Definition(
        "M04",
        1,
        FIRST,
        _l("Referral offered"),
        _l("Calls after which at least one referral was sent, or was offered and refused"),
        _l("Calls meeting criteria"),
        _l("Calls that ended in a hospital or in an arrest; calls that had not ended by the data cut"),
        None,
        unit="encounter",
        source="Council of State Governments, Police-Mental Health Collaboration framework",
    ),
    Definition(
        "M11",
        1,
        FIRST,
        _l("Warm handoff"),
        _l(
            "Accepted needs whose recorded facts make the handoff warm: live, a named person, the person served present and willing, taken over before the sender left"
        ),
        _l("Needs accepted by any service; a handoff that nobody recorded stays in and is shown as unknown"),
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
        _l("Unknown outcomes (no permission, or no information); died, jailed or moved; entered in error"),
        1,
        source=FUM,
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
        source=FUM,
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
        source=FUM,
    ),
    Definition(
        "M13",
        1,
        FIRST,
        _l("How soon people were connected"),
        _l(
            "The share connected by each day from 0 to 30, while the other ends compete: refused by all services, withdrawn, not reached, died, jailed or moved (Aalen-Johansen, with its 95% band)"
        ),
        _l(
            "Needs whose person agreed that the outcome may be known; one that is still open counts until 7 days before the data cut"
        ),
        _l(
            "Unknown outcomes; entered in error; where only 1 to 10 people died, were jailed or moved, those, and where only 1 to 10 needs are younger than 37 days, those; days on which fewer than 11 more were connected are joined with later ones"
        ),
        None,
        source="Aalen and Johansen 1978",
    ),
    Definition(
        "M14",
        1,
        FIRST,
        _l("Time to first service"),
        _l(
            "Business days from sending to the first service, by urgency; for a person with a responder, hours until a witnessed arrival"
        ),
        _l("Needs connected within 30 days"),
        _l(
            "Weekends, federal holidays and the community's closed days; arrivals that nobody saw have no hour"
        ),
        30,
        source=I_SERV,
    ),
    Definition(
        "M15",
        1,
        FIRST,
        _l("Missed appointments"),
        _l("First appointments that the person missed; and of those, the ones with a new time within 7 days"),
        _l("First appointments that were due, and of which somebody recorded whether the person came"),
        _l("Appointments of which nobody recorded anything are unknown; needs entered in error"),
        None,
        unit="offer",
        source="Alberta Health Services, eReferral: the no-show code",
    ),
    Definition(
        "M16",
        1,
        FIRST,
        _l("Not reached"),
        _l("Accepted requests closed because the person was not reached in 3 tries on 3 days"),
        _l("Requests accepted by a service"),
        _l("Needs entered in error; requests accepted less than 30 days ago"),
        30,
        unit="offer",
        source=JSAT,
    ),
    Definition(
        "M18",
        1,
        FIRST,
        _l("Still in service after 30 days"),
        _l("People whom a follow-up found in service 23 to 37 days after the first service"),
        _l(
            "Needs sent; accepted; connected within 30 days: the whole chain, each step of all that were sent"
        ),
        _l("Unknown outcomes; died, jailed or moved; entered in error"),
        67,
        source=JSAT,
    ),
    Definition(
        "M21",
        1,
        FIRST,
        _l("Differences between groups"),
        _l(
            "How far a group lies from all others: first choice said yes, connected within 30 days, a yes or no within 60 minutes (Newcombe 95% interval)"
        ),
        _l("Needs of which the group is known; the share not asked stands beside it"),
        _l("As for these measures; groups that a small count would tell of are counted together"),
        30,
        source="Newcombe 1998, method 10",
    ),
)
