"""What freshness says, in words: outcomes of a call, what may be wrong, what a steward found, why a listing is due."""

from flask_babel import lazy_gettext as _l

LONGEST = 500  # characters of what somebody types about a listing

# What a call may come to, in the order of the page.
OUTCOMES = {
    "right": _l("Everything is right"),
    "changed": _l("Something changed, and I edit it now"),
    "no_answer": _l("Nobody answered"),
    "message_left": _l("I left a message"),
    "wrong_number": _l("The number is wrong"),
    "closed": _l("They no longer do this"),
}
# What may be wrong, in the order of the page.
WRONG = {
    "phone": _l("The phone number"),
    "hours": _l("The hours"),
    "address": _l("The address"),
    "closed": _l("It is closed, or does not do this any more"),
    "eligibility": _l("Who can come, or what it costs"),
    "other": _l("Something else"),
}
FOUND = {
    "fixed": _l("It was wrong, and is put right"),
    "right": _l("It is right as it stands"),
    "unclear": _l("I could not find out: show “call first”"),
}
# how much more weighs what something speaks against
REASONS = {
    "flag": _l("A desk says that it is wrong"),
    "report": _l("Somebody reported it"),
    "returned": _l("Mail to the desk comes back"),
    "doubt": _l("In doubt: its page says “call first”"),
    "silent": _l("Nobody answered our letters"),
    "stale": _l("Nobody has confirmed it in time"),
}
