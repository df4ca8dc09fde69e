"""Who came, who was reached, who stayed: appointments (M15), not reached (M16), still in service (M18)."""

from datetime import timedelta

from flask_babel import gettext as _

from portal.outcomes.definitions import Definition
from portal.outcomes.facts import NeedFacts, OfferFacts
from portal.outcomes.measures.rows import Block, Ground, is_mature, share_row
from portal.referrals.rules import ENDS

AGAIN = timedelta(days=7)
CAME = frozenset(("connected",))
STOPPED = frozenset(("withdrawn", "cancelled", "released", "void"))  # before anybody could come or not


def missed_appointments(ground: Ground, on: Definition) -> list[Block]:
    """M15: of the first appointments that were due. A new time counts when it was given within 7 days of the missed one."""
    due = [
        offer
        for sheet in ground.facts
        for offer in sheet.offers
        if offer.scheduled_at is not None and _due(offer, ground) and offer.state not in STOPPED
    ]
    missed = [offer for offer in due if offer.no_show_at is not None]
    came = [
        offer
        for offer in due
        if offer.no_show_at is None and (offer.arrived_at is not None or offer.state in CAME)
    ]
    again = sum(
        1
        for offer in missed
        if offer.rebooked_at and offer.no_show_at and offer.rebooked_at - offer.no_show_at <= AGAIN
    )
    known = len(missed) + len(came)
    rows = (
        share_row(on, str(on.name), len(missed), known, unknown=len(due) - known, bounds=True),
        share_row(on, _("Of those, a new time within 7 days"), again, len(missed)),
    )
    return [Block(on.measure, str(on.name), rows, closed=True)]


def _due(offer: OfferFacts, ground: Ground) -> bool:
    """Its time and the reporting lag are over; one that was missed or kept was due."""
    if offer.no_show_at is not None or offer.arrived_at is not None or offer.state in CAME:
        return True
    return offer.appointment_at is not None and is_mature(offer.appointment_at, ground.cut, 0)


def not_reached(ground: Ground, on: Definition) -> list[Block]:
    """M16: of the requests that were accepted."""
    accepted = [
        (offer, offer.accepted_at) for sheet in ground.facts for offer in sheet.offers if offer.accepted_at
    ]
    ripe = [offer for offer, at in accepted if is_mature(at, ground.cut, on.window_days or 0)]
    missed = sum(offer.state == "unable_to_reach" for offer in ripe)
    row = share_row(on, str(on.name), missed, len(ripe), len(accepted) - len(ripe))
    return [Block(on.measure, str(on.name), (row,), closed=True)]


def still_there(ground: Ground, on: Definition) -> list[Block]:
    """M18: the whole chain, each step of all that were sent, and the last step of those connected."""
    sent = [sheet for sheet in ground.facts if not sheet.other_end]
    ripe = [sheet for sheet in sent if is_mature(sheet.sent_at, ground.cut, on.window_days or 0)]
    known = [sheet for sheet in ripe if sheet.permitted and sheet.outcome_known]
    connected = [sheet for sheet in known if _within_30(sheet, ground)]
    accepted = sum(sheet.accepted_at is not None or sheet.connected_on is not None for sheet in known)
    found = {result: sum(_at_30(sheet) == result for sheet in connected) for result in ("yes", "no", "")}
    immature, unknown = len(sent) - len(ripe), len(ripe) - len(known)
    chain = tuple(
        share_row(on, label, number, len(known), immature, unknown)
        for label, number in (
            (_("In service after 30 days"), found["yes"]),
            (_("Connected within 30 days"), len(connected)),
            (_("Accepted"), accepted),
            (_("Sent, and the outcome is known"), len(known)),
        )
    )
    kept = share_row(
        on,
        _("In service after 30 days, of those connected"),
        found["yes"],
        found["yes"] + found["no"],
        unknown=found[""],
        bounds=True,
    )
    names = ("chain.staying", "chain.connected", "chain.accepted", "chain.known")
    return [
        Block(
            on.measure,
            _("The chain, of all that were sent"),
            chain,
            closed=True,
            of=names[-1],
            parts=names,
            everybody="needs.judged",
            chains=((0, 1, 2, 3),),
        ),
        Block(on.measure, str(on.name), (kept,), closed=True, parts=names[:1], everybody=names[1]),
    ]


def _within_30(sheet: NeedFacts, ground: Ground) -> bool:
    return sheet.connected_on is not None and (sheet.connected_on - ground.day(sheet.sent_at)).days <= 30


def _at_30(sheet: NeedFacts) -> str:
    """yes, no, or nothing: nobody asked, nobody was reached, or another end."""
    results = [offer.at_30 for offer in sheet.offers if offer.state == "connected"]
    last = results[-1] if results else ""
    return {"in_service": "yes", "not_in_service": "no", "refused": "no"}.get(last, "")


def told(ground: Ground, on: Definition) -> list[tuple[OfferFacts, bool]]:
    """M24's requests that are old enough: each with whether the service said how it ended within the window."""
    window = timedelta(days=on.window_days or 0)
    return [
        (
            offer,
            offer.state in ENDS - {"no_information", "expired"} and offer.state_at - offer.sent_at <= window,
        )
        for sheet in ground.facts
        if sheet.permitted
        for offer in sheet.offers
        if offer.state not in STOPPED and is_mature(offer.sent_at, ground.cut, on.window_days or 0)
    ]
