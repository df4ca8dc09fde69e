"""What the install decides: the environment, read once, checked, with defaults that need no set-up."""

import base64
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives.asymmetric import ec

from portal.store.peppers import Peppers
from portal.store.sealed import SealKeys


class BadSetting(Exception):  # noqa: N818
    """A setting that cannot be used, in one sentence."""


@dataclass(frozen=True)
class Settings:
    """One field a variable of the README's table; `PORTAL_` and upper case give the variable's name."""

    home: Path
    database_url: str
    secret_key: str
    seal_keys: SealKeys
    peppers: Peppers
    base_url: str
    port: int
    bind: str
    smtp_url: str
    mail_from: str
    geocoder: str
    demo_password: str
    search_engine: str = ""
    sms_url: str = ""
    sms_secret: str = ""
    vapid_key: str = ""
    push_loopback: bool = False
    metrics_token: str = ""

    @property
    def secure_cookies(self) -> bool:
        """`__Host-` and Secure where the address is https, or a machine's own loopback (browsers allow it there)."""
        parts = urlsplit(self.base_url)
        return parts.scheme == "https" or parts.hostname in ("127.0.0.1", "localhost")

    @property
    def index_dir(self) -> Path:
        return self.home / "index"


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment. Makes PORTAL_HOME and, in the default install, its three secrets (mode 0600).

    Raises BadSetting. With PORTAL_DATABASE_URL set, the secrets are required: several hosts must share them.
    """
    env = os.environ if environ is None else environ
    home = Path(env.get("PORTAL_HOME") or "var").absolute()
    home.mkdir(parents=True, exist_ok=True)
    default_install = not env.get("PORTAL_DATABASE_URL")
    port = _port(env.get("PORT") or "5000")
    bind = env.get("PORTAL_BIND") or "127.0.0.1"
    database_url = _database_url(env.get("PORTAL_DATABASE_URL") or f"sqlite:///{home / 'handrail.db'}")
    base_url = (env.get("PORTAL_BASE_URL") or f"http://{bind}:{port}").rstrip("/")
    seal_text = env.get("PORTAL_SEAL_KEYS") or _kept(
        home / "seal.keys", _new_seal_key, default_install, "PORTAL_SEAL_KEYS"
    )
    # Made where it is missing, also beside a shared database: an install from before goes on, and hosts that do not share it
    # miss that they know the same person, no more.
    pepper_text = env.get("PORTAL_PEPPERS") or _kept(
        home / "pepper.keys", _new_pepper, True, "PORTAL_PEPPERS"
    )
    try:
        seal_keys, peppers = SealKeys.parse(seal_text), Peppers.parse(pepper_text)
    except ValueError as error:
        raise BadSetting(str(error)) from error
    return Settings(
        home=home,
        database_url=database_url,
        secret_key=env.get("PORTAL_SECRET_KEY")
        or _kept(home / "secret.key", secrets.token_urlsafe, default_install, "PORTAL_SECRET_KEY"),
        seal_keys=seal_keys,
        peppers=peppers,
        base_url=base_url,
        port=port,
        bind=bind,
        smtp_url=_smtp_url(env.get("PORTAL_SMTP_URL") or ""),
        mail_from=env.get("PORTAL_MAIL_FROM") or "Handrail <handrail@localhost>",
        geocoder=env.get("PORTAL_GEOCODER") or "",
        demo_password=env.get("PORTAL_DEMO_PASSWORD") or "",
        sms_url=_sms_url(
            env.get("PORTAL_SMS_WEBHOOK_URL") or "", env.get("PORTAL_SMS_WEBHOOK_SECRET") or "", base_url
        ),
        sms_secret=env.get("PORTAL_SMS_WEBHOOK_SECRET") or "",
        vapid_key=_vapid_key(env.get("PORTAL_VAPID_KEY") or "", home),
        push_loopback=env.get("PORTAL_PUSH_LOOPBACK") == "1",
        metrics_token=_metrics_token(env.get("PORTAL_METRICS_TOKEN") or ""),
        search_engine=_search_engine(env.get("PORTAL_SEARCH_ENGINE") or "", database_url),
    )


def _metrics_token(text: str) -> str:
    if text and len(text) < 16:
        raise BadSetting("PORTAL_METRICS_TOKEN has 16 characters or more")
    return text


def _port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise BadSetting(f"PORT is a number from 1 to 65535, not {text!r}")
    return int(text)


def _smtp_url(url: str) -> str:
    """Empty, or smtp:// or smtps:// with a host. The message never quotes the address: it may hold a password."""
    try:
        parts = urlsplit(url)
        wish = parse_qs(parts.query).get("starttls", ["offered"])[0]
        good = parts.scheme in ("smtp", "smtps") and bool(parts.hostname) and parts.port != 0
        good = good and wish in ("offered", "required", "off")
    except ValueError:
        good = False
    if url and not good:
        raise BadSetting(
            "PORTAL_SMTP_URL is smtp://user:password@host:port or smtps://..., with ?starttls=required or off"
        )
    return url


LONGEST_TEXTED = 44  # characters of PORTAL_BASE_URL: with more, a link no longer fits into one text message
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def _sms_url(url: str, secret: str, base_url: str) -> str:
    """Empty; https:// (or http:// on this machine) with its secret; or twilio://. Never quoted: it may hold a token."""
    if not url:
        return url
    try:
        parts = urlsplit(url)
        host, asked, _port_fits = parts.hostname or "", parse_qs(parts.query), parts.port != 0
    except ValueError:
        raise BadSetting("PORTAL_SMS_WEBHOOK_URL cannot be read") from None
    if parts.scheme == "twilio":
        digits = asked.get("from", [""])[0].strip(" +")
        tls = asked.get("tls", ["on"])[0]
        if not (parts.username and parts.password and digits.isdigit()):
            raise BadSetting("PORTAL_SMS_WEBHOOK_URL is twilio://ACCOUNT:TOKEN@/?from=+16155550100")
        if tls != "on" and (tls != "off" or host not in LOOPBACK):
            raise BadSetting("PORTAL_SMS_WEBHOOK_URL: tls=off is for this machine alone")
    elif parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK):
        if not host or parts.username:
            raise BadSetting("PORTAL_SMS_WEBHOOK_URL is https://host/path, without a password in it")
        if len(secret) < 16:
            raise BadSetting(
                "PORTAL_SMS_WEBHOOK_SECRET is required with PORTAL_SMS_WEBHOOK_URL: 16 characters or more"
            )
    else:
        raise BadSetting("PORTAL_SMS_WEBHOOK_URL is https://... or twilio://...")
    if len(base_url) > LONGEST_TEXTED:
        raise BadSetting(
            f"PORTAL_BASE_URL is too long for text messages: {LONGEST_TEXTED} characters at most"
        )
    return url


def _vapid_key(text: str, home: Path) -> str:
    """Empty: no notices in browsers. `file`: a key kept in PORTAL_HOME, made when it is not there. Else the key itself."""
    if text == "file":
        text = _kept(home / "vapid.key", _new_vapid_key, True, "PORTAL_VAPID_KEY")
    if text:
        try:
            number = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            ec.derive_private_key(int.from_bytes(number, "big"), ec.SECP256R1())
            fits = len(number) == 32
        except ValueError:
            fits = False
        if not fits:
            raise BadSetting(
                "PORTAL_VAPID_KEY is `file`, or a P-256 private key: 32 bytes in URL-safe base64"
            )
    return text


def _new_vapid_key() -> str:
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return base64.urlsafe_b64encode(number.to_bytes(32, "big")).rstrip(b"=").decode()


def _database_url(url: str) -> str:
    """PostgreSQL URLs in their usual spelling get the psycopg driver."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _search_engine(text: str, database_url: str) -> str:
    """`pack`: files of this host. `postgres`: tables of the database, for it alone. Empty: whichever suits the database."""
    if text not in ("", "pack", "postgres"):
        raise BadSetting(f"PORTAL_SEARCH_ENGINE is pack or postgres, not {text!r}")
    if text == "postgres" and not database_url.startswith("postgresql"):
        raise BadSetting("PORTAL_SEARCH_ENGINE is postgres, and the database is not")
    return text


def _new_seal_key() -> str:
    return "k1:" + base64.b64encode(secrets.token_bytes(32)).decode()


def _new_pepper() -> str:
    return "p1:" + base64.b64encode(secrets.token_bytes(32)).decode()


def _kept(path: Path, make: Callable[[], str], may_make: bool, name: str) -> str:
    if not path.exists():
        if not may_make:
            raise BadSetting(f"{name} is required when PORTAL_DATABASE_URL is set")
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(make())
    return path.read_text().strip()
