"""Floor 1: finished letters on their way, and the signed links inside them.

A room renders its letter and calls `enqueue` in its own transaction; the worker's `send_due` delivers it. `link` and
`read_link` are the two ends of a mailed link: it names a thing and its version, and opens a page; it never acts by itself.
"""

from portal.messages.actions import Letter, drop, drop_about, enqueue, purge, try_again
from portal.messages.links import link, read_link
from portal.messages.queries import Parked, Shown, parked, shown
from portal.messages.sending import mail_mode, send_due

__all__ = [
    "Letter",
    "Parked",
    "Shown",
    "drop",
    "drop_about",
    "enqueue",
    "link",
    "mail_mode",
    "parked",
    "purge",
    "read_link",
    "send_due",
    "shown",
    "try_again",
]
