"""A real SMTP server on this machine, which can be told to misbehave."""

import asyncio
import ssl
from email import message_from_bytes
from email.message import Message
from typing import Any

from aiosmtpd.controller import Controller

from tests.ports import free_port


class MailServer:
    """Takes mail on a free port. `answers` are given to DATA one after the other; after the last, everything is well.

    An answer is a reply line; `drop` hangs up after the mail was read, `drop after` says yes and hangs up, `wait` stays silent.
    """

    def __init__(self, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None, refused: str = "") -> None:
        self.mails: list[Message] = []
        self.readers: list[list[str]] = []
        self.answers: list[str] = []
        self.refused = refused  # the reply to RCPT, when it is not yes
        self.port = free_port(host)
        self.controller = Controller(
            self,
            hostname=host,
            port=self.port,
            tls_context=tls,
            require_starttls=tls is not None,
            ready_timeout=60,
        )

    def __enter__(self) -> "MailServer":
        self.controller.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.controller.stop()

    @property
    def url(self) -> str:
        return f"smtp://{self.controller.hostname}:{self.port}"

    @property
    def ids(self) -> list[str]:
        return [str(mail["Message-ID"]) for mail in self.mails]

    async def handle_RCPT(
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self.refused:
            return self.refused
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer == "wait":
            await asyncio.sleep(2)
            return "451 late"
        if answer[0] in "d2":
            self.mails.append(message_from_bytes(envelope.content))
            self.readers.append(envelope.rcpt_tos)
        if answer == "drop":
            server.transport.abort()
        if answer == "drop after":
            server.transport.write(b"250 OK\r\n")
            asyncio.get_running_loop().call_soon(server.transport.close)
            await asyncio.sleep(0.1)
        return answer
