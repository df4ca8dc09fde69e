"""From the database's values to HSDS's: JSON's types, addresses of the web and of mail that are ones, nothing that is empty."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, time
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import UUID, uuid5

from portal.exchange.hsds.tables import OBJECTS, Field

Row = dict[str, Any]
NOT_TOLD = "unknown"  # where HSDS wants words and there are none
# What an object is called where it must be described and is not.
LIKE_ITS_NAME = {"organization", "program", "taxonomy", "taxonomy_term"}
EMPTY = "(empty)"  # HSDS wants the old and the new value of a change, and one of them may have been nothing
SCHEMES = ("http", "https", "urn")
_HOST = re.compile(
    r"(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*\.?", re.IGNORECASE
)
_MAIL = re.compile(
    r"[A-Za-z0-9._%+'&/=?^{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+"
)
_BARE = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}(?:[/?#:].*)?", re.IGNORECASE)
_WHOLE = re.compile(r"0|[1-9][0-9]{0,8}")
_UNSAFE = re.compile(r"[^\x21\x23-\x3b\x3d\x3f-\x5b\x5d\x5f\x61-\x7a\x7e]|%(?![0-9A-Fa-f]{2})")  # of a URI


@lru_cache(20_000)
def web_address(text: str) -> str:
    """The address as RFC 3986 writes it, `http://` before one that has no scheme; empty for what is none, or must not be a link."""
    text = text.strip()
    if _BARE.fullmatch(text) and ":" not in text.partition("/")[0]:
        text = f"http://{text}"
    try:
        parts = urlsplit(text)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode()
    except ValueError:  # no port, no host, no name that DNS could hold
        return ""
    if parts.scheme not in SCHEMES or parts.username or (port is not None and not 0 < port < 65536):
        return ""
    rest = parts._replace(scheme="", netloc="").geturl()
    if parts.scheme == "urn":
        return f"urn:{_escaped(rest)}" if re.fullmatch(r"[a-z0-9][a-z0-9-]{1,31}:.+", rest, re.I) else ""
    if not _HOST.fullmatch(host):
        return ""
    where = host if port is None else f"{host}:{port}"
    return f"{parts.scheme}://{where}{_escaped(rest)}"


def _escaped(text: str) -> str:
    """`[` and `]` belong to a host alone."""
    return _UNSAFE.sub(lambda found: quote(found[0], safe=""), text).replace("[", "%5B").replace("]", "%5D")


@lru_cache(20_000)
def mail_address(text: str) -> str:
    text = text.strip()
    return text if len(text) <= 254 and _MAIL.fullmatch(text) and ".." not in text else ""


def moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def number(value: Any) -> int | float:
    if isinstance(value, int):
        return value
    as_float = float(value)
    return int(as_float) if as_float.is_integer() and abs(as_float) < 1e15 else as_float


@lru_cache(2_000)
def clock_time(value: time) -> str:
    """`09:00`, as HSDS has it."""
    return value.isoformat("auto" if value.second or value.microsecond else "minutes")


CONVERT: Mapping[str, Callable[[Any], Any]] = {
    "text": lambda value: value,
    "uuid": lambda value: value,
    "uri": web_address,
    "email": mail_address,
    "number": number,
    "date": lambda value: (value.date() if isinstance(value, datetime) else value).isoformat(),
    "time": clock_time,
    "moment": moment,
    "yes_no": lambda value: True if value else None,
}


def reader(name: str) -> Callable[[Sequence[Any]], Row]:
    """What makes an object of a row of `public(name)`: values that are told, in the order of the table. Nothing is made of a row
    that is but a link, and the link is none."""
    steps = [(at, field, _step(name, field)) for at, field in enumerate(OBJECTS[name].fields)]
    own = _OWN.get(name)

    def read(row: Sequence[Any]) -> Row:
        made: Row = {}
        for at, field, convert in steps:
            value = row[at]
            if convert is not None and value is not None and value != "":
                value = convert(value)
            if value is not None and value != "":
                made[field.name] = value
            elif field.required and field.kind == "uri":
                return {}
            elif field.required:
                made[field.name] = _needed(name, field, made)
        if own is not None:
            own(made, row)
        return made

    return read


def _step(name: str, field: Field) -> Callable[[Any], Any] | None:
    if (name, field.name) == ("phone", "extension"):
        return _extension
    return None if field.kind in ("text", "uuid") else CONVERT[field.kind]


def _needed(name: str, field: Field, made: Row) -> Any:
    if field.name == "description" and name in LIKE_ITS_NAME:
        return made.get("name", NOT_TOLD)
    return EMPTY if name == "metadata" else 0 if field.kind == "number" else NOT_TOLD


def _metadata(made: Row, row: Sequence[Any]) -> None:
    """Our own history has numbers; its ids are made of them, once: who takes them in keeps them."""
    if made["id"] == EMPTY:
        made["id"] = str(
            uuid5(UUID(made["resource_id"]), f"{row[-1]} {made['last_action_date']} {made['field_name']}")
        )


def _phone(made: Row, _row: Sequence[Any]) -> None:
    """HSDS takes an extension for a number. One that is none, or would lose its zeros, is told in words."""
    extension = made.get("extension")
    if isinstance(extension, str):
        words = f"Extension {extension}"
        made.pop("extension")
        if words not in made.get("description", ""):
            made["description"] = "; ".join(filter(None, (made.get("description"), words)))


def _extension(value: str) -> int | str:
    return int(value) if _WHOLE.fullmatch(value) else value


_OWN: Mapping[str, Callable[[Row, Sequence[Any]], None]] = {"phone": _phone, "metadata": _metadata}
