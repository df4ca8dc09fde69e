"""One POST to one other server: an address that was looked at, no redirect followed, 3 seconds and 1 MB at most.

Python's own http.client is enough: what a library would add (redirects, cookies, proxies, retries, pools) must not happen
here, and what is needed (connecting to the very address that was checked, one deadline over all of it) it would not do.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

TIMEOUT = 3.0  # seconds, from the first byte to the last
LONGEST = 1024 * 1024  # bytes of an answer that are read
LONGEST_URL = 2000  # characters of an address that came from outside
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Unreachable(Exception):  # noqa: N818
    """No answer came; `args[0]` is a word for why. `refused` when the address is one that we never talk to."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes


def post(
    url: str, body: bytes, headers: Mapping[str, str], *, public_only: bool, loopback: bool = False
) -> Answer:
    """The answer to one POST. Raises Unreachable.

    public_only is for addresses that came from outside: https on its usual port, no credentials in it, and every address
    that the name resolves to is one of the open internet; `loopback` allows this machine besides (tests). Without
    public_only the address is the install's own setting and is taken as it stands.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        host = parts.hostname or ""
    except ValueError as error:
        raise Unreachable("refused") from error
    if public_only and not _looks_public(parts.scheme, host, port, parts.username, loopback):
        raise Unreachable("refused")
    started = time.monotonic()
    address = _resolve(host, port, public_only, loopback)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    secure = parts.scheme == "https"
    return _ask(address, (secure, host, port, path), body, headers, started + TIMEOUT)


def may_be_posted_to(url: str, *, loopback: bool = False) -> bool:
    """Whether an address that somebody typed or a browser sent may be kept for `post(public_only=True)`: https on its usual
    port, a name with a dot and no number for its last part, no credentials and no fragment. What the name resolves to is
    looked at each time. `loopback` allows this machine besides (tests)."""
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname or ""
    except ValueError:
        return False
    if len(url) > LONGEST_URL or not url.isascii() or any(ord(letter) < 33 for letter in url):
        return False
    if parts.username is not None or parts.fragment or not host:
        return False
    if loopback and host in ("127.0.0.1", "localhost"):
        return parts.scheme in ("http", "https")
    return (
        parts.scheme == "https" and port in (None, 443) and "." in host and host.rpartition(".")[2].isalpha()
    )


def is_public(text: str) -> bool:
    """An address of the open internet: not private, shared, loopback, link-local, multicast, reserved, or one of these in
    IPv6 clothes."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(str(address.ipv4_mapped))
        if address.sixtofour is not None or address.teredo is not None or address in _NAT64:
            return False
    return address.is_global and not address.is_multicast


def _looks_public(scheme: str, host: str, port: int, user: str | None, loopback: bool) -> bool:
    if not host or user is not None:
        return False
    if loopback and host in ("127.0.0.1", "localhost", "::1"):
        return scheme in ("http", "https")
    return scheme == "https" and port == 443


def _resolve(host: str, port: int, public_only: bool, loopback: bool) -> str:
    """One address of the host: the one that is checked is the one that is connected to, whatever the name says next."""
    try:
        found = [str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as error:
        raise Unreachable("no such host") from error
    if not found:
        raise Unreachable("no such host")
    if public_only:
        allowed = [
            one for one in found if is_public(one) or (loopback and ipaddress.ip_address(one).is_loopback)
        ]
        if len(allowed) != len(found):
            raise Unreachable("refused")
    return found[0]


def _ask(
    address: str,
    where: tuple[bool, str, int, str],
    body: bytes,
    headers: Mapping[str, str],
    deadline: float,
) -> Answer:
    secure, host, port, path = where
    late = threading.Event()
    try:
        raw = socket.create_connection((address, port), timeout=max(deadline - time.monotonic(), 0.1))
    except TimeoutError as error:
        raise Unreachable("timeout") from error
    except OSError as error:
        raise Unreachable(type(error).__name__) from error
    # A second handle on the connection: a watchman cuts it when time is up, whatever a slow server still drips.
    handle = raw.dup()

    def cut() -> None:
        late.set()
        with suppress(OSError):
            handle.shutdown(socket.SHUT_RDWR)

    watchman = threading.Timer(max(deadline - time.monotonic(), 0.0), cut)
    watchman.daemon = True
    watchman.start()
    try:
        sock = ssl.create_default_context().wrap_socket(raw, server_hostname=host) if secure else raw
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = kind(host, port)
        connection.sock = sock
        connection.request("POST", path, body, dict(headers))
        answer = connection.getresponse()
        read = answer.read(LONGEST + 1)
        if late.is_set():
            raise Unreachable("timeout")
        if len(read) > LONGEST:
            raise Unreachable("too long")
        return Answer(answer.status, read)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unreachable("timeout" if late.is_set() else type(error).__name__) from error
    finally:
        watchman.cancel()
        with suppress(OSError):
            raw.close()
        with suppress(OSError):
            handle.close()
        with suppress(OSError, UnboundLocalError):
            connection.close()
