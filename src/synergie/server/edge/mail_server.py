"""The one SMTP server that takes our mail: TLS is demanded unless it is on this machine."""

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from synergie.errors import Misconfigured

_SMTPS = 465
_TIMEOUT_S = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """The SMTP server that takes our mail (RFC 6409), and as whom we send."""

    host: str
    port: int
    sender: str
    user: str = ""
    password_file: Path | None = None
    context: ssl.SSLContext | None = None
    """None: mail goes without TLS, to this machine only."""

    def send(self, message: EmailMessage) -> None:
        """Hand *message* over. OSError (SMTPException is one) when the server did not take it."""
        with self.connect() as smtp:
            smtp.send_message(message)

    def connect(self) -> smtplib.SMTP:
        """A session ready for mail: TLS from the start at port 465, else by STARTTLS (RFC 3207).

        OSError when it cannot be had, also when the server offers no TLS; Misconfigured when the
        password cannot be read.
        """
        if self.context is not None and self.port == _SMTPS:
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=_TIMEOUT_S, context=self.context
            )
        else:
            smtp = smtplib.SMTP(self.host, self.port, timeout=_TIMEOUT_S)
        try:
            if self.context is not None and self.port != _SMTPS:
                smtp.starttls(context=self.context)
            if self.user:
                smtp.login(self.user, self._read_password())
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _read_password(self) -> str:
        if self.password_file is None:
            return ""
        try:
            return self.password_file.read_text(encoding="ascii").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            text = "{}: expected a file with the password of SMTP, in ASCII"
            raise Misconfigured(text, self.password_file) from error
