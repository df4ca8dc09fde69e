"""Which services must not stand in a title, in stored data or in a message by themselves: those for help after abuse.

Whoever is in danger at home may share the phone with the one they are in danger from.
"""

from portal.directory import Listing

ABUSE = "victim_service"


def is_quiet(found: Listing) -> bool:
    """Whether a page with this service on it must not say on its face what it is about."""
    return found.how == "victim_call" or found.confidential or ABUSE in found.codes("care")
