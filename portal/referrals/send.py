"""A need is sent to a service."""

from typing import Any

from portal.referrals.models import Need
from portal.referrals.requests import SendRequest
from portal.store import Actor, Conflict


class PossibleDuplicate(Conflict):
    """The same person may be waiting at this service already. `current` is a tuple of sentences, without a name. Send again with
    duplicate_confirmed when it is somebody else."""

    def __init__(self, reason: str, current: Any = None) -> None:
        super().__init__(reason, current)


def send_offer(actor: Actor, request: SendRequest) -> Need:
    """Put one need to one service: need, offer, event, consent, ledger and the desk's letter, all or nothing.

    The same key with the same content gives the same need, however often. Refused (422) for input that cannot be taken,
    PossibleDuplicate (409) when a human should look first.
    """
    raise NotImplementedError
