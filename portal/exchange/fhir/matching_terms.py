"""Conditions on coded terms of a service, and on what an organization is."""

from typing import Any

from sqlalchemy import and_, exists, false, func, or_, select

from portal.directory import models as d
from portal.directory.terms import TAXONOMY
from portal.exchange.fhir.matching import Condition, Match, as_uuid, key, split_token
from portal.exchange.fhir.naming import LANGUAGES, ORGANIZATION_TYPE, PLAN_NET, portal
from portal.exchange.fhir.organizations import IRS, KINDS, OTHER

_PAIR, _TERM, _LIST, _LANGUAGE, _PROGRAM, _NUMBER = (
    model.__table__.c
    for model in (
        d.ServiceTerm, d.TaxonomyTerm, d.Taxonomy, d.Language, d.Program, d.OrganizationIdentifier,
    )
)  # fmt: skip


def term(service_number: Any, *, care_alone: bool) -> Match:
    """`system|code` or `code` among the terms of a service; `care_alone`: only our own words for kinds of help."""

    def match(_modifier: str, value: str) -> Condition:
        system, code = split_token(value)
        asked: list[Condition] = []
        if code:
            asked.append(_TERM.code == code)
        if system is not None:
            asked.append(_of_list(system))
        if care_alone:
            asked += [_LIST.name == TAXONOMY, _TERM.category == "care"]
        pairs = (
            select(_PAIR.service_number)
            .select_from(d.ServiceTerm.__table__)
            .join(d.TaxonomyTerm.__table__, _TERM.number == _PAIR.term_number)
            .join(d.Taxonomy.__table__, _LIST.id == _TERM.taxonomy_id)
        )
        return or_(service_number.in_(pairs.where(*asked)))

    return match


def _of_list(system: str) -> Condition:
    own = system.removeprefix(f"{portal()}/api/v3/taxonomies/")
    return or_(_LIST.uri == system, _LIST.id == as_uuid(own)) if system else false()


def language(service_id: Any) -> Match:
    def match(_modifier: str, value: str) -> Condition:
        system, code = split_token(value)
        if system not in (None, LANGUAGES):
            return false()
        speaking = select(_LANGUAGE.service_id).where(func.lower(_LANGUAGE.code) == code.lower())
        return or_(service_id.in_(speaking))

    return match


def program(program_id: Any) -> Match:
    """A program by its id or its whole name."""

    def match(_modifier: str, value: str) -> Condition:
        _system, code = split_token(value)
        named = func.lower(_PROGRAM.name) == code.lower()
        return exists(
            select(_PROGRAM.id).where(_PROGRAM.id == program_id, or_(named, key(_PROGRAM.id)("", code)))
        )

    return match


def organization_type(kind: Any) -> Match:
    """By Plan-Net's codes or FHIR's own, as `organizations` gives them out."""

    def match(_modifier: str, value: str) -> Condition:
        system, code = split_token(value)
        columns = {f"{PLAN_NET}/CodeSystem/OrgTypeCS": 0, ORGANIZATION_TYPE: 2}
        if system is not None and system not in columns:
            return false()
        looked_at = columns.values() if system is None else [columns[system]]
        fitting = [
            name
            for name in d.ORGANIZATION_KINDS
            if any(KINDS.get(name, OTHER)[at] == code for at in looked_at)
        ]
        return or_(kind.in_(fitting))

    return match


def identifier(organization: Any) -> Match:
    """A tax number, or one that a register gave."""

    def match(_modifier: str, value: str) -> Condition:
        system, code = split_token(value)
        taxed = (
            and_(organization.tax_id == code, organization.tax_id != "") if system in (None, IRS) else false()
        )
        scheme = (system or "").removeprefix("http://org-id.guide/list/")
        of_list = [] if system is None else [_NUMBER.identifier_scheme.in_((scheme, system))]
        listed = select(_NUMBER.id).where(
            _NUMBER.organization_id == organization.id, _NUMBER.identifier == code, *of_list
        )
        return or_(taxed, exists(listed))

    return match


def service_identifier(service_id: Any) -> Match:
    """`urn:uuid:` and the id of the service, which several listings may share."""

    def match(_modifier: str, value: str) -> Condition:
        _system, code = split_token(value)
        return key(service_id)("", code.removeprefix("urn:uuid:"))

    return match
