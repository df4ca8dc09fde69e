"""The letters of an asking. None says more than "You have a new item"; what is asked stands behind the link."""

from sqlalchemy import select

from portal.accounts.models import Account
from portal.messages import drop_about, link
from portal.referrals import texts
from portal.referrals.letters import people_of, to_page, write_letter
from portal.referrals.models import Asking, CapacityAsk
from portal.store import db


def tell_asked(ask: CapacityAsk) -> None:
    """The desk gets a link to this very version of the ask; an older one that is still queued is dropped."""
    drop_about(ask.id)
    for address in desk_of(ask):
        _with_link("ask", ask, address, "ask")
    texts.ask_desk(ask.listing.desk, "ask", ask.id, ask.version)


def remind(ask: CapacityAsk) -> None:
    """Nobody answered in time: everybody of that service is told."""
    for address in sorted({*desk_of(ask), *people_of(ask.organization_id, "provider")}):
        _with_link("ask", ask, address, "ask-again")
    texts.ask_desk(ask.listing.desk, "ask", ask.id, ask.version, "again")


def tell_over(ask: CapacityAsk) -> None:
    """It is no longer needed: the link says so, and thanks."""
    for address in desk_of(ask):
        _with_link("ask_over", ask, address, "ask-over")
    texts.tell_desk_over(ask.listing.desk, "ask", ask.id, ask.version)


def tell_held(ask: CapacityAsk) -> None:
    """The sender comes back to a desk that had said yes after another: its place is wanted after all."""
    for address in desk_of(ask):
        _with_link("ask", ask, address, "ask-held")
    texts.tell_desk(ask.listing.desk, ask.id, to_page("/inbox"), f"held:{ask.version}")


def tell_asker(asking: Asking, why: str) -> None:
    """Something changed, or the next step is theirs: sign in and look. `why` is part of the key, never of the letter."""
    address = db.session.scalar(
        select(Account.email).where(Account.id == asking.sender_account_id, Account.disabled_at.is_(None))
    )
    if address:
        _about("sender", asking, address, why)


def tell_supervisors(asking: Asking, why: str) -> None:
    """The clock calls for a human above the sender; where the unit has none, its sender is told again."""
    addresses = people_of(asking.sender_organization_id, "supervisor")
    for address in addresses:
        _about("supervisor", asking, address, f"{why}:{address}")
    if not addresses:
        tell_asker(asking, f"supervisor:{why}")


def desk_of(ask: CapacityAsk) -> list[str]:
    """The desk's own address, or where there is none, those of the service's people."""
    desk = ask.listing.desk
    if desk is not None and desk.email:
        return [desk.email]
    return people_of(ask.organization_id, "provider")


def _with_link(name: str, ask: CapacityAsk, address: str, why: str) -> None:
    url = link("ask", ask.id, ask.version)
    write_letter(name, address, url, f"{why}:{ask.id}:{ask.version}:{address}", ask.id)


def _about(name: str, asking: Asking, address: str, why: str) -> None:
    write_letter(name, address, to_page(f"/askings/{asking.id}"), f"asking:{asking.id}:{why}", asking.id)
