"""The one way in which an offer changes its state."""


class NotHere(Exception):  # noqa: N818
    """Not the actor's, or not there: the doors answer 404 for both, and the same."""
