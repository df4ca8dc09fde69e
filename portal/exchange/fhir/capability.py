"""CapabilityStatement: what this server can be asked, from the same tables that answer."""

from flask import current_app

from portal.exchange.fhir.naming import JSON, PROFILE, VERSION, Resource, base, full
from portal.exchange.fhir.parameters import INCLUDES, PARAMETERS, REVINCLUDES
from portal.exchange.fhir.search import KINDS

SINCE = "2026-11-22"  # when what is stated here changed last
CLOSED_WORDS = (
    "The directory is open to everybody. Task and ServiceRequest are for the parties of a referral, signed in with their own "
    "accounts; to anybody else they are not there."
)


def capability_statement() -> Resource:
    return {
        "resourceType": "CapabilityStatement",
        "url": f"{base()}/metadata",
        "version": str(current_app.extensions["version"]),
        "name": "Handrail",
        "title": "Handrail: a community resource directory and its referrals",
        "status": "active",
        "date": SINCE,
        "kind": "instance",
        "software": {"name": "Handrail", "version": str(current_app.extensions["version"])},
        "implementation": {"description": "Handrail", "url": base()},
        "fhirVersion": VERSION,
        "format": [JSON, "json"],
        "rest": [
            {
                "mode": "server",
                "documentation": "What cannot be asked is refused with 400, never passed over.",
                "security": {"cors": True, "description": CLOSED_WORDS},
                "resource": [*(_directory(kind) for kind in KINDS), *_REFERRALS],
            }
        ],
    }


_REFERRALS: list[Resource] = [
    {
        "type": "Task",
        "interaction": [{"code": "read"}, {"code": "search-type"}],
        "searchParam": [{"name": "status", "type": "token"}],
        "documentation": "A referral, for its parties: `need-` and an id to who sent it, `offer-` and an id to who was asked.",
    },
    {"type": "ServiceRequest", "interaction": [{"code": "read"}], "documentation": "What a Task is about."},
]


def _directory(kind: str) -> Resource:
    return full(
        {
            "type": kind,
            "profile": PROFILE + kind,
            "interaction": [{"code": "read"}, {"code": "search-type"}],
            "versioning": "no-version",
            "readHistory": False,
            "searchInclude": [f"{kind}:{name}" for name, _target in INCLUDES[kind]],
            "searchRevInclude": [f"{other}:{name}" for other, name in REVINCLUDES[kind]],
            "searchParam": [
                full({"name": name, "type": each.kind, "documentation": each.told})
                for name, each in PARAMETERS[kind].items()
            ],
        }
    )
