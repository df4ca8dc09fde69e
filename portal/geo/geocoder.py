"""Asking a Nominatim for the point of an address, with a cache that keeps no address.

The request goes where PORTAL_GEOCODER says and nowhere else: no redirect is followed, a name that resolves to a private
address is refused (a loopback written out in the setting is allowed, for a Nominatim on this machine), the connection
goes to the very address that was checked, and the answer is cut at 3 s and 1 MB.
"""

import hashlib
import hmac
import http.client
import ipaddress
import json
import logging
import socket
import ssl
import threading
import time
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from geopy.adapters import BaseSyncAdapter
from geopy.exc import GeocoderServiceError, GeopyError
from geopy.geocoders import Nominatim
from sqlalchemy.exc import OperationalError

from portal.geo.models import Geocode
from portal.geo.rules import fold, on_earth
from portal.store import clock, db, write

SECONDS = 3
LARGEST = 1024 * 1024  # bytes
REST = 30  # seconds without asking after a failure, so that searches do not each wait for a geocoder that is down

log = logging.getLogger(__name__)


def geocode(text: str) -> tuple[float, float] | None:
    """The point of an address; None when no geocoder is set, it knows none, or it fails. Writes the cache."""
    base = current_app.extensions["settings"].geocoder
    if not base:
        return None
    key = hmac.new(str(current_app.secret_key).encode(), fold(text).encode(), hashlib.sha256).hexdigest()[:40]
    kept = db.session.get(Geocode, key)
    if kept is not None:
        return None if kept.latitude is None or kept.longitude is None else (kept.latitude, kept.longitude)
    if time.monotonic() < current_app.extensions.get("geocoder_rests_until", 0):
        return None
    try:
        point = _ask(base, text)
    except (GeopyError, ValueError, TypeError) as error:
        current_app.extensions["geocoder_rests_until"] = time.monotonic() + REST
        log.warning("the geocoder failed: %s", type(error).__name__)
        return None
    _keep(key, point)
    return point


def _keep(key: str, point: tuple[float, float] | None) -> None:
    try:
        with write() as session:
            lat, lon = point or (None, None)
            session.merge(Geocode(key=key, latitude=lat, longitude=lon, at=clock.now()))
    except OperationalError:
        log.info("an address was not cached: the database is busy")


def _ask(base: str, text: str) -> tuple[float, float] | None:
    parts = urlsplit(base)
    nominatim = Nominatim(
        scheme=parts.scheme,
        domain=parts.netloc + parts.path.rstrip("/"),
        timeout=SECONDS,
        user_agent="handrail/1 (community resource directory)",
        adapter_factory=GuardedAdapter,
    )
    found: Any = nominatim.geocode(text, exactly_one=True, country_codes="us")
    if found is None:
        return None
    lat, lon = float(found.latitude), float(found.longitude)
    return (lat, lon) if on_earth(lat, lon) else None


class GuardedAdapter(BaseSyncAdapter):  # type: ignore[misc]
    """geopy's way to the network, with the limits of this module."""

    def __init__(self, *, proxies: Any, ssl_context: Any) -> None:
        super().__init__(proxies=None, ssl_context=ssl_context)

    def get_json(self, url: str, *, timeout: float, headers: dict[str, str]) -> Any:
        text = self.get_text(url, timeout=timeout, headers=headers)
        try:
            return json.loads(text)
        except (ValueError, RecursionError) as error:
            raise GeocoderServiceError("not JSON") from error

    def get_text(self, url: str, *, timeout: float, headers: dict[str, str]) -> str:
        try:
            return _fetch(url, timeout, headers)
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise GeocoderServiceError(type(error).__name__) from error


def _fetch(url: str, seconds: float, headers: dict[str, str]) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.password:
        raise GeocoderServiceError(
            "PORTAL_GEOCODER is http:// or https:// and a host, without a password in it"
        )
    port = parts.port or (443 if parts.scheme == "https" else 80)
    connection = http.client.HTTPConnection(parts.hostname, port, timeout=seconds)
    sock = _connect(parts.hostname, port, seconds)
    end = threading.Timer(seconds, _hang_up, [sock])  # a drop a second would outlive any timeout of one read
    end.start()
    try:
        if parts.scheme == "https":
            sock = ssl.create_default_context().wrap_socket(sock, server_hostname=parts.hostname)
        connection.sock = sock
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request("GET", target, headers={**headers, "Connection": "close"})
        answer = connection.getresponse()
        if answer.status != 200:
            raise GeocoderServiceError(f"status {answer.status}")
        body = answer.read(LARGEST + 1)
        if len(body) > LARGEST:
            raise GeocoderServiceError("more than 1 MB")
        return body.decode()
    finally:
        end.cancel()
        connection.close()
        sock.close()


def _connect(host: str, port: int, seconds: float) -> socket.socket:
    """A socket to an address of the host that may be asked; the same address is checked and used (no rebinding)."""
    loopback_allowed = host == "localhost" or _is_loopback(host)
    for _family, _type, _proto, _name, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        ip = ipaddress.ip_address(str(address[0]).partition("%")[0])
        if ip.is_global or (loopback_allowed and ip.is_loopback):
            return socket.create_connection((str(ip), port), timeout=seconds)
    raise GeocoderServiceError("the geocoder's name leads to a private address")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _hang_up(sock: socket.socket) -> None:
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        log.debug("the geocoder was already gone")
