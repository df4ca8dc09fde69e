"""What every page shares: the `page` object of templates, the community read once, the style sheet, notices.

Templates use `page.product`, `.lang`, `.dir`, `.two_languages`, `.nonce`, `.style`, `.community`, `.links`, `.signed_in`, `.actor`, `.notices()`,
`.static(name)`. Nothing here may fail when the database is down: error pages are made of it too.
"""

import hashlib
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask, current_app, g, get_flashed_messages, has_app_context, request
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import event, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from portal.accounts.permissions import may
from portal.directory.models import Community
from portal.directory.taxonomies import Notice, notices
from portal.programs import has_programs
from portal.programs.teams import has_teams
from portal.store import Actor, db
from portal.web.gates import actor

PRODUCT = "Handrail"
FRESH = 2.0  # seconds that pages may show a community as it was before another process changed it
# Where the exit leads when the community has not chosen: a plain page of everyday use, nothing personal on it.
EXIT_SITE = "https://www.weather.gov/"
# Pages of a person who was handed a card: what stands around them is in Spanish too, errors as well.
IN_TWO_LANGUAGES = ("/receipt",)

# Where each kind of person works: path, gate of the permission table, words.
LINKS = (
    ("/unit", "unit.read", _l("My unit")),
    ("/needs", "need.read", _l("My referrals")),
    ("/tasks", "program.work", _l("Tasks")),
    ("/requests", "program.work", _l("Ask a team")),
    ("/programs", "program.read", _l("Programs")),
    ("/inbox", "inbox.read", _l("Inbox")),
    ("/listings", "listing.edit", _l("Listings")),
    ("/steward", "listing.approve", _l("Steward")),
    ("/needs/board", "board.read", _l("Clocks")),
    ("/reports", "report.read", _l("Report")),
    ("/messages/parked", "messages.parked", _l("Letters")),
    ("/people", "person.manage", _l("People")),
    ("/webhooks", "webhook.manage", _l("Other systems")),
    ("/privacy", "privacy.read", _l("Privacy")),
    ("/account", "account.self", _l("My account")),
)

# Links that are only there where they hold something for the reader.
ASKED: dict[str, Callable[[Actor], bool]] = {
    "/tasks": has_programs,
    "/requests": has_teams,
    "/programs": has_programs,
}


@dataclass(frozen=True)
class CrisisLine:
    name: str
    number: str
    dial: str  # digits of a tel: link


@dataclass(frozen=True)
class Here:
    """What pages say of the community."""

    name: str = ""
    demonstration: bool = False
    crisis_lines: tuple[CrisisLine, ...] = ()
    exit_site: str = EXIT_SITE
    on_call: CrisisLine | None = None  # who is asked when a search finds nothing


@dataclass(frozen=True)
class Link:
    path: str
    label: Any
    here: bool


class Page:
    """The `page` of templates: all of it is read when asked for, and at most once a request."""

    product = PRODUCT

    def __init__(self, style: Markup) -> None:
        self.style = style

    @property
    def lang(self) -> str:
        return str(get_locale() or "en").replace("_", "-")

    @property
    def dir(self) -> str:
        locale = get_locale()
        return str(locale.text_direction) if locale else "ltr"

    @property
    def two_languages(self) -> bool:
        """Whether the frame says everything in Spanish as well."""
        return request.path.startswith(IN_TWO_LANGUAGES)

    @property
    def nonce(self) -> str:
        return nonce()

    @property
    def community(self) -> Here:
        return here()

    @property
    def actor(self) -> Actor:
        return actor()

    @property
    def signed_in(self) -> bool:
        return actor().kind == "account"

    @property
    def links(self) -> list[Link]:
        if not self.signed_in:
            return []
        mine = [
            (path, label)
            for path, gate, label in LINKS
            if may(actor(), gate) and (path not in ASKED or _has(ASKED[path]))
        ]
        asked = request.path + "/"
        nearest = max((path for path, _label in mine if asked.startswith(path + "/")), key=len, default="")
        return [Link(path, label, path == nearest) for path, label in mine]

    @property
    def has_teams(self) -> bool:
        """Whether there is a team for the reader to ask."""
        return _has(has_teams)

    def notices(self) -> list[str]:
        """Sentences left by `flask.flash` before a 303; only for the signed-in, as nobody else has a session."""
        return [str(words) for words in get_flashed_messages()] if self.signed_in else []

    def static(self, name: str) -> str:
        """The address of a file of static/, with a mark of its content, so that a browser may keep it for a year."""
        return static_address(name)


def prepare(app: Flask) -> None:
    """Give templates their `page`. Call before any door is registered."""
    app.jinja_env.globals["page"] = Page(Markup(small(Path(str(app.static_folder)) / "site.css")))  # noqa: S704 - our own file
    if not event.contains(db.session, "after_commit", _look_again):
        event.listen(db.session, "after_commit", _look_again)


def _has(asked: Callable[[Actor], bool]) -> bool:
    """Whether what a link leads to holds anything for the reader. With the database down: no link."""
    if g.get("database_down"):
        return False
    try:
        return asked(actor())
    except SQLAlchemyError:
        db.session.rollback()
        return False


def nonce() -> str:
    """This response's nonce: the same in the page and in its Content-Security-Policy."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def here() -> Here:
    """The community: as this process saw it at most FRESH seconds ago, and since its own last commit. With the database
    down: as last seen, else nothing of it."""
    kept: tuple[float, Here] | None = current_app.extensions.get("here")
    if kept and time.monotonic() - kept[0] < FRESH:
        return kept[1]
    if "here" not in g:
        g.here = _read_here()
    found: Here = g.here
    return found


def _look_again(_session: Session) -> None:
    """Something was written by this process: who reads next sees it."""
    if has_app_context():
        current_app.extensions.pop("here", None)
        current_app.extensions.pop("notices", None)


def kept_notices() -> tuple[Notice, ...]:
    """What owners of lists of terms want said, kept as long as `here`; with the database down as last seen, else none."""
    kept: tuple[float, tuple[Notice, ...]] | None = current_app.extensions.get("notices")
    if kept and time.monotonic() - kept[0] < FRESH:
        return kept[1]
    seen = time.monotonic()
    try:
        found = notices()
    except SQLAlchemyError:
        db.session.rollback()
        return kept[1] if kept else ()
    current_app.extensions["notices"] = (seen, found)
    return found


def _read_here() -> Here:
    last: Here = current_app.extensions.get("last_here", Here())
    if g.get("database_down"):
        return last
    seen = time.monotonic()
    try:
        row = db.session.execute(
            select(Community.name, Community.demonstration, Community.crisis_lines, Community.settings).limit(
                1
            )
        ).first()
    except SQLAlchemyError:
        db.session.rollback()
        return last
    if row is None:
        return Here()
    found = Here(
        name=row.name,
        demonstration=row.demonstration,
        crisis_lines=tuple(_line(line) for line in row.crisis_lines if line.get("number")),
        exit_site=_safe_site(str(row.settings.get("exit_site") or "")),
        on_call=_line(row.settings["on_call"]) if row.settings.get("on_call") else None,
    )
    current_app.extensions["last_here"] = found
    current_app.extensions["here"] = (seen, found)
    return found


def _line(line: dict[str, Any]) -> CrisisLine:
    number = str(line["number"])
    return CrisisLine(name=str(line.get("name") or ""), number=number, dial=dial(number))


def _safe_site(address: str) -> str:
    return address if re.fullmatch(r"https://[\w.-]+(/[\w./-]*)?", address) else EXIT_SITE


def dial(number: str, extension: str = "") -> str:
    """The part after `tel:`: digits, a leading plus, and a pause before an extension of digits.

    >>> dial("(615) 555-0123", "4")
    '+16155550123,4'
    >>> dial("988")
    '988'
    """
    digits = re.sub(r"\D", "", number)
    if len(digits) == 10:
        digits = "1" + digits
    plus = "+" if len(digits) > 10 or number.strip().startswith("+") else ""
    return plus + digits + ("," + extension if extension.isdigit() else "")


def small(sheet: Path) -> str:
    """The style sheet without comments and needless blanks."""
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)
    text = re.sub(r"\s+", " ", text)
    return re.sub(r" ?([{};,]) ?", r"\1", text).replace(": ", ":").replace(";}", "}").strip()


def static_address(name: str) -> str:
    marks: dict[str, str] = current_app.extensions.setdefault("static_marks", {})
    if name not in marks:
        content = (Path(str(current_app.static_folder)) / name).read_bytes()
        marks[name] = hashlib.sha256(content).hexdigest()[:8]
    return f"/static/{name}?v={marks[name]}"
