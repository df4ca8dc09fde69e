"""One letter to one mail server.

PORTAL_SMTP_URL is `smtp://user:password@host:port` or `smtps://...` (TLS from the first byte; port 465). With smtp, TLS
is begun when the server offers it; `?starttls=required` refuses a server that does not, `?starttls=off` never asks.
A password travels only inside TLS, or to this machine itself. Certificates are checked.
"""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import UUID

from flask import current_app

from portal.messages.tries import UNWANTED, Tried, Wanted

TIMEOUT = 10  # seconds, for each step of the conversation
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Outgoing:
    """A letter as it leaves. Id and time make Message-ID and Date, so that a second sending is the same letter."""

    id: UUID
    to: str
    subject: str
    text: str
    html: str
    created_at: datetime


class NoSecrecy(Exception):  # noqa: N818
    """The server offers no TLS, and we will not go on without."""


def compose(outgoing: Outgoing) -> EmailMessage:
    """The mail, to exactly one address. ValueError (or MessageError) when address or subject would break a header."""
    mail_from = current_app.extensions["settings"].mail_from
    domain = parseaddr(mail_from)[1].rpartition("@")[2] or "localhost"
    mail = EmailMessage(policy=SMTP)
    mail["From"] = mail_from
    mail["To"] = Address(addr_spec=outgoing.to)
    mail["Subject"] = outgoing.subject
    mail["Date"] = format_datetime(outgoing.created_at)
    mail["Message-ID"] = f"<{outgoing.id}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(outgoing.text)
    if outgoing.html:
        mail.add_alternative(outgoing.html, subtype="html")
    return mail


def deliver(outgoing: Outgoing, wanted: Wanted) -> Tried:
    """Try once, on a connection of its own. A refusal of the reader or the text for good is permanent; all else is temporary.
    Whether the letter is still wanted is asked when the server is ready for it."""
    try:
        mail = compose(outgoing)
    except (ValueError, IndexError, MessageError):
        return Tried("permanent", "unwritable")
    try:
        with _connection() as server:
            return _send(server, mail, outgoing.to) if wanted() else UNWANTED
    except smtplib.SMTPResponseException as error:
        return Tried("temporary", str(error.smtp_code), server_down=True)
    except NoSecrecy:
        return Tried("temporary", "no tls", server_down=True)
    except TimeoutError:
        return Tried("temporary", "timeout", server_down=True)
    except (OSError, smtplib.SMTPException) as error:
        return Tried("temporary", type(error).__name__, server_down=True)


def _send(server: smtplib.SMTP, mail: EmailMessage, to: str) -> Tried:
    """The letter itself. When the server answers, even with a refusal, the next letter may fare better."""
    sender = parseaddr(str(mail["From"]))[1]
    try:
        server.send_message(mail, sender, [to])
    except smtplib.SMTPRecipientsRefused as error:
        return _judged(next(iter(error.recipients.values()))[0])
    except smtplib.SMTPDataError as error:
        return _judged(error.smtp_code)
    except smtplib.SMTPNotSupportedError:
        return Tried("permanent", "address needs smtputf8")
    except smtplib.SMTPServerDisconnected:
        return Tried(
            "temporary", "disconnected", server_down=True
        )  # or silent for TIMEOUT: smtplib says the same
    return Tried("delivered")


def _judged(code: int) -> Tried:
    return Tried("permanent" if 500 <= code <= 599 else "temporary", str(code))


@contextmanager
def _connection() -> Iterator[smtplib.SMTP]:
    """Greeted, inside TLS where there is any, signed in where a user is named; closed politely, or simply closed."""
    parts = urlsplit(current_app.extensions["settings"].smtp_url)
    host, own_name = parts.hostname or "localhost", "localhost"
    server: smtplib.SMTP
    if parts.scheme == "smtps":
        context = ssl.create_default_context()
        server = smtplib.SMTP_SSL(host, parts.port or 465, own_name, timeout=TIMEOUT, context=context)
    else:
        server = smtplib.SMTP(host, parts.port or 25, own_name, timeout=TIMEOUT)
    try:
        server.ehlo_or_helo_if_needed()
        secret = parts.scheme == "smtps" or _begin_tls(server, parts.query)
        if parts.username:
            if not secret and host not in LOOPBACK:
                raise NoSecrecy
            server.login(unquote(parts.username), unquote(parts.password or ""))
        yield server
        with suppress(OSError, smtplib.SMTPException):
            server.quit()
    finally:
        server.close()


def _begin_tls(server: smtplib.SMTP, query: str) -> bool:
    """True when the conversation is now inside TLS."""
    wish = parse_qs(query).get("starttls", ["offered"])[0]
    if wish == "off":
        return False
    if server.has_extn("starttls"):
        server.starttls(context=ssl.create_default_context())
        server.ehlo()
        return True
    if wish == "required":
        raise NoSecrecy
    return False
