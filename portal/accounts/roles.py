"""The roles, in the order in which pages list them."""

ROLES = (
    "responder",
    "dispatcher",
    "supervisor",
    "provider",
    "steward",
    "evaluator",
    "privacy_officer",
    "admin",
)
# Held at an organization; the others are held in the whole community.
ROLES_AT_ORGANIZATION = ("responder", "dispatcher", "supervisor", "provider")
