"""Who may: the one table. A gate that is not here does not exist, and a route without a gate does not open."""

from portal.store import Actor

RESPONDERS = frozenset(("responder", "dispatcher", "supervisor"))

# gate -> the roles that pass. Which rows they then see is decided inside each query, by the actor.
PERMISSIONS: dict[str, frozenset[str]] = {
    "offer.send": RESPONDERS,
    "call.record": RESPONDERS,
    "need.read": RESPONDERS,
    "need.act": RESPONDERS,
    "inbox.read": frozenset(("provider",)),
    "offer.read": frozenset(("provider",)) | RESPONDERS,
    "offer.answer": frozenset(("provider",)),
    "offer.act": frozenset(("provider",)) | RESPONDERS,
    "listing.edit": frozenset(("provider", "editor", "steward")),
    "listing.approve": frozenset(("steward",)),
    "claim.decide": frozenset(("steward",)),
    "taxonomy.manage": frozenset(("steward",)),
    "import.read": frozenset(("steward", "admin")),
    "table.import": frozenset(("steward",)),
    "search.explain": frozenset(("steward",)),
    "unmet.read": frozenset(("steward",)),
    "clocks.edit": frozenset(("steward",)),
    "webhook.manage": frozenset(("steward", "admin")),
    "board.read": frozenset(("supervisor", "admin")),
    "arrivals.read": frozenset(("evaluator", "privacy_officer", "admin")),
    "consent.revoke": frozenset(("provider", "privacy_officer")) | RESPONDERS,
    "disclosure.read": frozenset(("privacy_officer",)),
    "part2.set": frozenset(("privacy_officer", "admin")),
    "report.read": frozenset(("evaluator", "supervisor", "privacy_officer", "admin")),
    # Who works in a program is said by the program: its members may be of any organization.
    "program.read": RESPONDERS | frozenset(("provider", "steward", "evaluator")),
    "program.work": RESPONDERS | frozenset(("provider",)),
    "program.arrange": RESPONDERS | frozenset(("provider", "steward")),  # rosters, places, partners
    "program.manage": frozenset(("steward",)),
    "figures.read": frozenset(("evaluator", "supervisor", "steward", "privacy_officer", "admin")),
    "figures.publish": frozenset(("evaluator", "steward")),
    "outbox.read": frozenset(("admin",)),
    "messages.parked": frozenset(("admin",)),
    "person.manage": frozenset(("admin",)),
    "unit.read": frozenset(("supervisor",)),
    # Of the providers only those of treatment, for an offer put to them: that is asked of each offer, in the verb.
    "break_glass.open": frozenset(("provider", "privacy_officer")),
    "privacy.read": frozenset(("privacy_officer",)),
    "audit.read": frozenset(("privacy_officer",)),
    "hold.manage": frozenset(("privacy_officer",)),
    # A person stands at the desk of a service, or of the officer; only the officer carries it out.
    "rights.take": frozenset(("provider", "privacy_officer")),
    "rights.act": frozenset(("privacy_officer",)),
    "account.self": frozenset(
        (
            "responder",
            "dispatcher",
            "supervisor",
            "provider",
            "editor",
            "steward",
            "evaluator",
            "privacy_officer",
            "admin",
        )
    ),
}


def may(actor: Actor, gate: str) -> bool:
    """True when one of the actor's roles passes the gate. An unknown gate is a KeyError: a mistake in the code."""
    return not PERMISSIONS[gate].isdisjoint(actor.roles)
