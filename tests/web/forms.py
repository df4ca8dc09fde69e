"""How a test presses a button: it reads the page, takes the token that stands there, and sends the form back."""

import re
from collections.abc import Callable
from html import unescape
from html.parser import HTMLParser
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.messages.models import Message
from portal.referrals.models import Need, Offer
from portal.store import db
from tests.people import Cast

SignIn = Callable[[Any], FlaskClient]
MADE = re.compile(
    r'(?<=nonce=")[^"]+|(?<=name="csrf_token" value=")[^"]+'  # tokens
    r"|(?<=/answer/)[\w.~-]+|(?<=/reply/)[\w.~-]+|(?<=/reset/)[\w.~-]+"  # links of letters
    r"|\b[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}\b"  # ids
)
PERSON = {"name": "Jo Canary", "phone": "615-555-0177", "basis": "verbal_consent"}


def told(page: str) -> str:
    """A page or letter without what is drawn by lot: ids and tokens, in which any short word or number may stand by chance."""
    return MADE.sub("", page)


def token_of(page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found, "no token on this page"
    return found[1]


def field_of(page: str, name: str) -> str:
    """The value of a hidden or typed field."""
    found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', page)
    assert found, f"no field {name} on this page"
    return unescape(found[1])


class Forms(HTMLParser):
    """The POST forms of a page, each with what a browser would send when nothing is touched."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, list[str]]]] = []
        self._inside = False
        self._select: str | None = None
        self._text: str | None = None
        self.feed(page)

    def _put(self, name: str, value: str) -> None:
        self.forms[-1][1].setdefault(name, []).append(value)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        have = {name: value or "" for name, value in attrs}
        if tag == "form" and have.get("method", "").lower() == "post":
            self.forms.append((have.get("action", ""), {}))
            self._inside = True
        if not self._inside:
            return
        if tag == "input" and "name" in have:
            if have.get("type") not in ("radio", "checkbox") or "checked" in have:
                self._put(have["name"], have.get("value", ""))
        elif tag == "select":
            self._select = have["name"]
        elif tag == "option" and self._select:
            if "selected" in have or self._select not in self.forms[-1][1]:
                self.forms[-1][1][self._select] = [have.get("value", "")]
        elif tag == "textarea":
            self._text = have["name"]
            self._put(self._text, "")

    def handle_data(self, data: str) -> None:
        if self._text:
            self.forms[-1][1][self._text][-1] += data.removeprefix("\r\n").removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._text = None


def press(
    browser: FlaskClient, path: str, page: str | None = None, to: str | None = None, **data: Any
) -> TestResponse:
    """Open `path` (unless its `page` is at hand), fill in `data` and press the button of the form that posts to `to`.

    A page without such a form lends its token alone: that is how somebody tries what the page does not offer.
    """
    page = browser.get(path).text if page is None else page
    target = to or path
    mine = [values for action, values in Forms(page).forms if action in (target, "")]
    values: dict[str, Any] = {"csrf_token": token_of(page)} if not mine else dict(mine[0])
    return browser.post(target, data={**values, **data})


def refer(cast: Cast, signed_in_as: SignIn, listing: Any = None, **more: Any) -> Need:
    """The responder refers a person to the crisis center (or another listing) through the pages."""
    listing = listing or cast.crisis_center
    sent = press(signed_in_as(cast.responder), f"/services/{listing.id}/refer", **(PERSON | more))
    assert sent.status_code == 303, sent.text
    return db.session.get_one(Need, UUID(sent.headers["Location"].rsplit("/", 1)[-1]))


def offer_of(need: Need) -> Offer:
    """The newest offer of a need, as it stands in the database now."""
    db.session.expire_all()
    return db.session.scalars(
        select(Offer).where(Offer.need_id == need.id).order_by(Offer.ordinal.desc())
    ).first()  # type: ignore[return-value]


def mailed_link(about: Offer) -> str:
    """The path of the answer link in the newest letter about this offer."""
    letters = db.session.scalars(
        select(Message).where(Message.about == about.id).order_by(Message.created_at)
    )
    paths = [found[0] for letter in letters if (found := re.search(r"/answer/[\w.~-]+", letter.text))]
    assert paths, "no letter with an answer link"
    return paths[-1]
