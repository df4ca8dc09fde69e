"""Sign-in, sign-out, password reset: who is asking."""

from flask import Blueprint, Flask

TOKEN = "t"  # the session cookie's one entry: the token of an AccountSession

blueprint = Blueprint("session", __name__)


def load_actor(app: Flask) -> None:
    """Before each request: the Actor of the signed-in account, or nobody."""
