"""Mail over a real SMTP server: works, down, slow, refusing for now, refusing for good, hanging up."""

import contextvars
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from flask import Flask
from sqlalchemy import delete, select

from portal import messages
from portal.config import BadSetting, read_settings
from portal.messages import drop_about, enqueue, send_due, smtp
from portal.messages.models import Delivery, Message
from portal.messages.tries import Tried, Wanted
from portal.store import clock, db, write
from tests.messages.mailserver import MailServer
from tests.messages.test_outbox import a_letter, all_messages

NOWHERE = "smtp://127.0.0.1:1"
Use = Callable[[str], None]


@pytest.fixture
def use(migrated: Flask, monkeypatch: pytest.MonkeyPatch) -> Use:
    """Set PORTAL_SMTP_URL."""

    def set_url(url: str) -> None:
        settings = migrated.extensions["settings"]
        monkeypatch.setitem(migrated.extensions, "settings", replace(settings, smtp_url=url))

    return set_url


@pytest.fixture
def server(use: Use) -> Iterator[MailServer]:
    with MailServer() as server:
        use(server.url)
        yield server


def details() -> list[tuple[str, str]]:
    return [(d.result, d.detail) for d in db.session.scalars(select(Delivery).order_by(Delivery.number))]


def test_a_letter_arrives_as_text_and_html_and_its_body_is_wiped(app: Flask, server: MailServer) -> None:
    enqueue(a_letter())
    assert send_due() == 1
    (mail,) = server.mails
    assert server.readers == [["desk@test.invalid"]]
    assert (mail["To"], mail["From"]) == ("desk@test.invalid", "Handrail <handrail@demo.invalid>")
    assert [part.get_content_type() for part in mail.walk()][1:] == ["text/plain", "text/html"]
    (message,) = all_messages()
    assert mail["Message-ID"] == f"<{message.id}@demo.invalid>"
    assert (message.state, message.text, message.html) == ("sent", "", "")
    assert details() == [("delivered", "")]


@pytest.mark.sqlite_only
def test_a_server_that_is_down_delays_letters_and_ends_the_round(app: Flask, use: Use) -> None:
    use(NOWHERE)
    enqueue(a_letter("k1"))
    enqueue(a_letter("k2"))
    assert send_due() == 0
    assert details() == [("temporary", "ConnectionRefusedError")]
    assert sorted(message.attempts for message in all_messages()) == [0, 1]


@pytest.mark.sqlite_only
def test_half_an_hour_without_mail_loses_nothing_and_doubles_nothing(app: Flask, use: Use) -> None:
    use(NOWHERE)
    start = clock.now()
    for number in range(5):
        enqueue(a_letter(f"k{number}"))
    for minute in range(30):
        assert send_due(start + timedelta(minutes=minute)) == 0
    with MailServer() as server:
        use(server.url)
        for minute in range(30, 110, 5):
            send_due(start + timedelta(minutes=minute))
        assert sorted(server.ids) == sorted(f"<{message.id}@demo.invalid>" for message in all_messages())
    assert {message.state for message in all_messages()} == {"sent"}


@pytest.mark.sqlite_only
def test_a_letter_is_tried_for_a_day_and_then_parked(app: Flask, use: Use) -> None:
    use(NOWHERE)
    start = clock.now()
    enqueue(a_letter())
    tries = [
        hour
        for hour in range(50)
        if send_due(start + timedelta(hours=hour)) or all_messages()[0].state == "queued"
    ]
    assert 20 <= tries[-1] <= 30
    (letter,) = messages.parked()
    assert (letter.attempts, letter.last) == (9, "ConnectionRefusedError")


@pytest.mark.sqlite_only
def test_a_slow_server_is_given_up_on(
    app: Flask, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "TIMEOUT", 0.2)
    server.answers = ["wait"]
    enqueue(a_letter())
    assert send_due() == 0
    assert all_messages()[0].state == "queued"


@pytest.mark.sqlite_only
def test_a_letter_refused_for_now_goes_out_later_as_the_same_letter(app: Flask, server: MailServer) -> None:
    server.answers = ["451 later", "drop"]
    now = clock.now()
    enqueue(a_letter())
    assert [send_due(now + timedelta(minutes=minute)) for minute in (0, 0, 2, 3, 10)] == [0, 0, 0, 0, 1]
    assert [detail for _, detail in details()] == ["451", "disconnected", ""]
    assert len(set(server.ids)) == 1
    assert len(server.ids) == 2  # the one after which it hung up, and the one it confirmed


@pytest.mark.sqlite_only
def test_a_server_that_says_yes_and_hangs_up_has_the_letter(app: Flask, server: MailServer) -> None:
    server.answers = ["drop after"]
    enqueue(a_letter())
    assert send_due() == 1
    assert send_due(clock.now() + timedelta(days=1)) == 0


@pytest.mark.sqlite_only
def test_a_letter_refused_for_good_is_parked_and_the_next_one_goes_out(
    app: Flask, server: MailServer
) -> None:
    server.answers = ["554 no"]
    enqueue(a_letter("k1"))
    enqueue(a_letter("k2"))
    assert send_due() == 1
    assert [(letter.attempts, letter.last) for letter in messages.parked()] == [(1, "554")]


@pytest.mark.sqlite_only
def test_an_unknown_reader_parks_the_letter(app: Flask, use: Use) -> None:
    with MailServer(refused="550 who?") as server:
        use(server.url)
        enqueue(a_letter())
        send_due()
        assert server.mails == []
    assert messages.parked()[0].last == "550"


BAD_ADDRESSES = (
    "a@b.invalid\nBcc: x@y.invalid",
    '"x"@y.invalid>\r\nSubject: hi',
    "a@b.invalid, x@y.invalid",
    "",
    "no one",
    "ü@b.invalid",
)


@pytest.mark.sqlite_only
def test_an_address_that_would_break_a_header_is_parked_and_reaches_nobody(
    app: Flask, server: MailServer
) -> None:
    for to in BAD_ADDRESSES:
        enqueue(a_letter(to, to=to))
    assert send_due() == 0
    assert server.mails == []
    assert len(messages.parked()) == len(BAD_ADDRESSES)


@pytest.mark.sqlite_only
def test_a_subject_with_a_line_end_is_parked(app: Flask, server: MailServer) -> None:
    enqueue(replace(a_letter(), subject="Hello\r\nBcc: x@y.invalid"))
    assert send_due() == 0
    assert server.mails == []
    assert messages.parked()[0].last == "unwritable"


@pytest.mark.sqlite_only
def test_a_letter_dropped_after_a_worker_took_it_in_hand_never_leaves(
    app: Flask, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    about = uuid4()
    enqueue(a_letter(about=about))
    deliver = smtp.deliver

    def withdrawn_meanwhile(outgoing: smtp.Outgoing, wanted: Wanted) -> Tried:
        drop_about(about)
        return deliver(outgoing, wanted)

    monkeypatch.setattr(smtp, "deliver", withdrawn_meanwhile)
    assert send_due() == 0
    assert send_due(clock.now() + timedelta(days=1)) == 0
    assert (all_messages()[0].state, details()) == ("dropped", [("permanent", "dropped")])
    assert server.mails == []


def test_two_workers_send_each_letter_once(migrated: Flask, use: Use) -> None:
    with MailServer() as server:
        use(server.url)
        with migrated.app_context():
            for number in range(12):
                enqueue(a_letter(f"race {number}"))
        try:
            work = [
                threading.Thread(target=contextvars.Context().run, args=(send_all, migrated))
                for _ in range(3)
            ]
            for thread in work:
                thread.start()
            for thread in work:
                thread.join()
            assert len(server.ids) == len(set(server.ids)) == 12
        finally:
            with migrated.app_context(), write() as session:
                session.execute(delete(Delivery))
                session.execute(delete(Message))


def send_all(app: Flask) -> None:
    with app.app_context():
        while send_due():
            pass


def certificate(folder: Path) -> ssl.SSLContext:
    """A certificate for localhost, signed by itself, written to folder/cert.pem."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2000, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2100, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


@pytest.mark.sqlite_only
def test_tls_is_used_when_offered_and_its_certificate_is_checked(
    app: Flask, use: Use, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with MailServer(host="localhost", tls=certificate(tmp_path)) as server:
        use(server.url)
        enqueue(a_letter())
        assert send_due() == 0
        assert details() == [("temporary", "SSLCertVerificationError")]
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
        assert send_due(clock.now() + timedelta(minutes=2)) == 1
        assert len(server.mails) == 1


@pytest.mark.sqlite_only
@pytest.mark.parametrize("url", ["smtp://127.0.0.2:{}?starttls=required", "smtp://user:secret@127.0.0.2:{}"])
def test_without_tls_no_letter_that_wants_it_and_no_password_leaves(app: Flask, use: Use, url: str) -> None:
    with MailServer(host="127.0.0.2") as server:
        use(url.format(server.port))
        enqueue(a_letter())
        assert send_due() == 0
        assert details() == [("temporary", "no tls")]
        assert server.mails == []


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "url",
    [
        "http://x",
        "smtp://:secret@",
        "smtp://x:port",
        "smtp://x:99999",
        "smtp://[x",
        "smtp://x?starttls=maybe",
        "mailhost",
    ],
)
def test_a_mail_server_that_cannot_be_meant_is_refused_at_the_start_without_quoting_it(
    tmp_path: Path, url: str
) -> None:
    with pytest.raises(BadSetting) as caught:
        read_settings({"PORTAL_HOME": str(tmp_path), "PORTAL_SMTP_URL": url})
    assert url not in str(caught.value)
