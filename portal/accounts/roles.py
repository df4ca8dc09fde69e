"""The roles, in the order in which pages list them."""

ROLES = (
    "responder",
    "dispatcher",
    "supervisor",
    "provider",
    "editor",  # keeps the listings of an organization, and sees nothing of a person
    "steward",
    "evaluator",
    "privacy_officer",
    "admin",
)
# Held at an organization; the others are held in the whole community. An evaluator may be either: at an organization, that
# organization's figures are theirs in full, and everybody else's stay with small cells hidden.
ROLES_AT_ORGANIZATION = ("responder", "dispatcher", "supervisor", "provider", "editor")
ROLES_ANYWHERE = ("evaluator",)
