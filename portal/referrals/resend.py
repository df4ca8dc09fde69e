"""A desk opened a link that has moved on, and asks for the one that is good now."""

from flask import render_template
from flask_babel import gettext as _

from portal.messages import Letter, enqueue, link
from portal.referrals.letters import desk_addresses
from portal.referrals.models import Offer
from portal.referrals.rules import ASKED
from portal.store import Actor, clock, write


def send_current_link(actor: Actor) -> int:
    """One more letter with the link as it stands, to the desk's own address and no other; returns how many were written.

    `actor` is a link of this offer, however old. Nothing is written once the offer no longer waits for an answer; the
    page says the same either way. The door limits how often it may be asked.
    """
    with write() as session:
        offer = session.get(Offer, actor.offer_id) if actor.kind == "link" else None
        if offer is None or offer.state not in ASKED:
            return 0
        url = link("answer", offer.id, offer.version)
        addresses = desk_addresses(offer)
        for address in addresses:
            values = {"url": url, "subject": _("You have a new item in Handrail")}
            enqueue(
                Letter(
                    name="referrals/desk",
                    to=address,
                    subject=values["subject"],
                    text=render_template("letters/referrals/desk.txt", **values),
                    html=render_template("letters/referrals/desk.html", **values),
                    key=f"desk-again:{offer.id}:{clock.now().timestamp()}:{address}",
                    about=offer.id,
                )
            )
        return len(addresses)
