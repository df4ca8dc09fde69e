"""The cast: the people and services that most tests need, made directly in the database.

A county with a mobile crisis team that sends, a crisis center and a family shelter that answer, a detox that has not
joined, a confidential victim service, a stranger from another county's team, and everybody who looks on.

A thousand tests make it anew, each at its own moment, so its rows are stored a table at a time, past the unit of work; who
asks for the cast has objects that stand in the session as if just read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from functools import cache
from typing import Any
from uuid import uuid4

from sqlalchemy import Table, insert
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from portal.accounts.models import Account, Membership
from portal.directory import models as d
from portal.directory import write_terms
from portal.store import Base, clock, write

DAYS = "MO,TU,WE,TH,FR,SA,SU"


@dataclass
class Cast:
    community: d.Community
    responder: Account
    colleague: Account  # same team as responder
    supervisor: Account
    provider: Account  # crisis center's desk
    shelter_worker: Account
    stranger: Account  # another county's responder
    steward: Account
    evaluator: Account
    privacy_officer: Account
    admin: Account
    team: d.Organization
    crisis_center: d.ServiceAtLocation
    shelter: d.ServiceAtLocation
    detox: d.ServiceAtLocation  # not joined: phone only
    victim_service: d.ServiceAtLocation
    hotline: d.ServiceAtLocation

    @property
    def everybody(self) -> dict[str, Account]:
        return {name: value for name, value in vars(self).items() if isinstance(value, Account)}


def make_cast() -> Cast:
    with write() as session:
        community = d.Community(
            id=uuid4(), name="Test County", area={"state": "TN", "counties": ["Davidson"], "zips": []}
        )
        terms = write_terms()

        # What stands on what: a layer is stored before the next. The ids are made here, so that rows can name each other.
        layers: list[list[Base]] = [[], [], [], []]
        listed: list[tuple[d.Service, d.ServiceAtLocation, tuple[str, ...]]] = []

        def organization(name: str, kind: str, joined: bool = True) -> d.Organization:
            made = d.Organization(
                id=uuid4(),
                community_id=community.id,
                name=name,
                kind=kind,
                joined_at=clock.now() if joined else None,
            )
            layers[0].append(made)
            return made

        def account(email: str, name: str, role: str, at: d.Organization | None = None) -> Account:
            made = Account(
                id=uuid4(),
                community_id=community.id,
                email=f"{email}@test.invalid",
                name=name,
                phone="615-555-0100",
                created_at=clock.now(),
            )
            layers[1].append(made)
            membership = Membership(
                id=uuid4(), account_id=made.id, role=role, organization_id=at.id if at else None
            )
            layers[2].append(membership)
            set_committed_value(made, "memberships", [membership])
            return made

        def service(
            at: d.Organization,
            name: str,
            codes: tuple[str, ...],
            *,
            point: tuple[float, float] | None = (36.16, -86.78),
            confidential: bool = False,
            desk: bool = True,
            area: tuple[str, str] | None = None,
        ) -> d.ServiceAtLocation:
            made = d.Service(
                id=uuid4(),
                organization_id=at.id,
                name=name,
                last_modified=clock.now(),
                assured_date=clock.now().date(),
            )
            place = d.Location(
                id=uuid4(),
                organization_id=at.id,
                location_type="physical" if point or confidential else "virtual",
                latitude=point[0] if point else None,
                longitude=point[1] if point else None,
                point_kind="exact" if point else "none",
                address_confidential=confidential,
                area_text="Davidson County" if confidential else "",
            )
            layers[1] += [made, place]
            if point:
                layers[2].append(
                    d.Address(
                        location_id=place.id,
                        address_1="1 Main St",
                        city="Nashville",
                        state_province="TN",
                        postal_code="37203",
                    )
                )
            if area:
                layers[2].append(d.ServiceArea(service_id=made.id, extent=area[0], extent_type=area[1]))
            contact = None
            if desk:
                contact = d.Contact(
                    id=uuid4(),
                    organization_id=at.id,
                    name=f"{at.name} desk",
                    department="intake",
                    email=f"desk-{str(at.id)[:8]}@test.invalid",
                )
                layers[1].append(contact)
            listing = d.ServiceAtLocation(
                id=uuid4(), service_id=made.id, location_id=place.id, desk_id=contact.id if contact else None
            )
            layers[2].append(listing)
            layers[3].append(d.Phone(service_at_location_id=listing.id, number="615-555-0123", type="intake"))
            layers[3].append(
                d.Schedule(
                    service_at_location_id=listing.id, byday=DAYS, opens_at=time(0, 0), closes_at=time(0, 0)
                )
            )
            listed.append((made, listing, codes))
            return listing

        team = organization("Test County Mobile Crisis", "response_team")
        other_team = organization("Other County Police", "law_enforcement")
        center = organization("Test Crisis Center", "treatment_provider")
        shelter_home = organization("Test Family Shelter", "social_service")
        detox_home = organization("Test Detox", "part2_program", joined=False)
        haven = organization("Test Haven", "victim_service")
        lines = organization("Test Crisis Line", "other", joined=False)
        cast = Cast(
            community=community,
            responder=account("responder", "Rae Responder", "responder", team),
            colleague=account("colleague", "Cole League", "responder", team),
            supervisor=account("supervisor", "Sue Pervisor", "supervisor", team),
            provider=account("provider", "Pat Provider", "provider", center),
            shelter_worker=account("shelter", "Shel Worker", "provider", shelter_home),
            stranger=account("stranger", "Stran Ger", "responder", other_team),
            steward=account("steward", "Stew Ard", "steward"),
            evaluator=account("evaluator", "Eva Luator", "evaluator"),
            privacy_officer=account("privacy", "Priv Officer", "privacy_officer"),
            admin=account("admin", "Ad Min", "admin"),
            team=team,
            crisis_center=service(
                center, "Crisis Receiving", ("crisis_center", "adults", "free", "police_dropoff")
            ),
            shelter=service(shelter_home, "Family Shelter", ("shelter", "families"), point=(36.17, -86.75)),
            detox=service(
                detox_home, "Withdrawal Unit", ("detox", "medicaid"), desk=False, point=(36.10, -86.70)
            ),
            victim_service=service(
                haven, "Haven House", ("victim_service", "shelter"), point=None, confidential=True, desk=False
            ),
            hotline=service(
                lines, "Crisis Line", ("crisis_line", "free"), point=None, desk=False, area=("US", "nation")
            ),
        )
        _store(session, d.Community, [community])
        for layer in layers:
            for kind in dict.fromkeys(type(one) for one in layer):
                _store(session, kind, [one for one in layer if type(one) is kind])
        _store(
            session,
            d.ServiceTerm,
            [
                d.ServiceTerm(service_number=made.number, term_number=terms[code])
                for made, _listing, codes in listed
                for code in codes
            ],
        )
        at = clock.now()
        _store(
            session,
            d.Change,
            [d.Change(service_at_location_number=listing.number, at=at) for _made, listing, _codes in listed],
        )
        for row in [one for one in layers[2] if isinstance(one, Membership)] + list(vars(cast).values()):
            make_transient_to_detached(row)
            session.add(row)
    return cast


@cache
def _columns(kind: type[Base]) -> dict[str, Any]:
    """Each column but the number that the database gives -> what stands there when a row says nothing."""
    return {
        column.key: column.default and column.default.arg
        for column in kind.__table__.columns
        if not (column.primary_key and column.name == "number")
    }


def _store(session: Session, kind: type[Base], objects: Sequence[Base]) -> None:
    """One INSERT for all of them; afterwards each has every column, as if read."""
    table, columns, rows = kind.__table__, _columns(kind), []
    assert isinstance(table, Table)
    for one in objects:
        have = vars(one)
        for name in columns.keys() - have.keys():
            other = columns[name]
            set_committed_value(one, name, other(None) if callable(other) else other)
        rows.append({name: have[name] for name in columns})
    if "id" in columns and "number" in table.columns:
        given = session.connection().execute(insert(table).returning(table.c.id, table.c.number), rows)
        numbers = {row.id: row.number for row in given}
        for one in objects:
            set_committed_value(one, "number", numbers[vars(one)["id"]])
    else:
        session.connection().execute(insert(table), rows)
