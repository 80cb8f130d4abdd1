"""An SMTP server of the tests, by aiosmtpd: what it was handed, and what it was told to refuse."""

import email
import email.policy
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session

from tests.server.process import kept_port


@dataclass
class Mailbox:
    """Every mail that was taken. `answer`: what is said of the next ones, `250 OK` when empty."""

    port: int = 0
    taken: list[EmailMessage] = field(default_factory=list)
    secured: list[bool] = field(default_factory=list)
    answer: str = ""
    refuses: str = ""
    """What is said of every recipient."""

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.refuses:
            return self.refuses
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answer:
            return self.answer
        content = cast(bytes, envelope.content)
        self.taken.append(email.message_from_bytes(content, policy=email.policy.default))
        self.secured.append(session.ssl is not None)
        return "250 OK"


@contextmanager
def mailbox(
    context: ssl.SSLContext | None = None, *, user: str = "", password: str = ""
) -> Iterator[Mailbox]:
    """A server on this machine; with *context* it demands STARTTLS, with *user* a log-in."""

    def check(_server: Any, _session: Any, _envelope: Any, _how: str, told: LoginPassword) -> Any:
        good = (told.login, told.password) == (user.encode(), password.encode())
        return AuthResult(success=good, handled=False)

    with kept_port() as port:
        box = Mailbox(port)
        controller = Controller(
            box,
            hostname="127.0.0.1",
            port=port,
            tls_context=context,
            require_starttls=context is not None,
            authenticator=check if user else None,
            auth_required=bool(user),
            auth_require_tls=context is not None,
        )
        controller.start()
        try:
            yield box
        finally:
            controller.stop()
