"""What an address asks for, read so that nothing else gets in: a need, how soon, a listing."""

from uuid import UUID

from flask import request
from flask_babel import gettext as _

from portal.directory import Listing
from portal.directory.terms import NEEDS
from portal.referrals.rules import URGENCIES
from portal.store import Refused


def asked_need(found: Listing) -> str:
    """The need that the search was for, else the first that this service answers."""
    wanted = request.args.get("need", "")
    return wanted if wanted in NEEDS else found.needs[0]


def asked_urgency() -> str:
    """How soon the search wanted it; now, where it did not say."""
    wanted = request.args.get("urgency", "")
    return wanted if wanted in URGENCIES else "now"


def chosen_listing(text: str | None) -> UUID:
    """A listing's id out of a form. Refused for what no page of ours says."""
    try:
        return UUID(text or "")
    except ValueError:
        raise Refused(_("Choose a service from the list.")) from None
