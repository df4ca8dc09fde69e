"""Signed links: what a letter carries instead of a password.

A link names its purpose, the id of a thing and that thing's version, signed with PORTAL_SECRET_KEY. Whoever acts on the
thing raises its version, so a used or overtaken link is dead without a table of links.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from uuid import UUID

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from portal.store import clock


def link(purpose: str, about: UUID, version: int) -> str:
    """An absolute URL on PORTAL_BASE_URL, whatever host a request named. KeyError for a purpose without a page."""
    path: str = current_app.extensions["link_paths"][purpose]
    token = _signer(purpose).dumps([about.hex, version, int(clock.now().timestamp())])
    return f"{current_app.extensions['settings'].base_url}{path}{token}"


def read_link(purpose: str, token: str, max_age: timedelta | None = None) -> tuple[UUID, int] | None:
    """The id and version a token was made for; None when it is forged, for another purpose, or too old."""
    try:
        about, version, made = _signer(purpose).loads(token)
        age = clock.now() - datetime.fromtimestamp(made, UTC)
        found = UUID(about), int(version)
    except (BadSignature, ValueError, TypeError):
        return None
    return None if max_age is not None and age > max_age else found


def _signer(purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(
        str(current_app.secret_key), salt=f"link {purpose}", signer_kwargs={"digest_method": hashlib.sha256}
    )
