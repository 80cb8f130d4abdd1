"""Mail that the server sends: links to log in. TLS is demanded unless it goes to this machine.

A mail holds no reading and no name, only the function of the account. The log tells how many were
sent and why one was not, never an address.
"""

import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path
from urllib.parse import quote

from synergie.errors import Misconfigured
from synergie.exchange.trust.login_mails import GOOD_FOR, DueMail, LoginMails, MailedLink
from synergie.server.log import logger
from synergie.server.settings import Settings, is_this_machine

_REJECTED = 500
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

    def build_envelope(self, address: str, subject: str, *, now: datetime) -> EmailMessage:
        """A mail of ours without a body."""
        message = EmailMessage()
        message["From"] = self.sender
        message["To"] = address
        message["Subject"] = subject
        message["Date"] = format_datetime(now)
        message["Message-ID"] = make_msgid(domain=self.sender.rpartition("@")[2])
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834
        return message

    def deliver(self, message: EmailMessage) -> bool:
        """As `send`; False when the server refuses the recipient for good, which is logged."""
        try:
            self.send(message)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            logger().warning("mail.refused", codes=codes)
            if min(codes) < _REJECTED:
                raise
            return False
        return True

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


def build_mail_server(settings: Settings) -> MailServer | None:
    """Where *settings* say that mail is handed over. None: none is sent."""
    if not settings.smtp_server:
        return None
    host, _, port = settings.smtp_server.rpartition(":")
    context = settings.outbound.verify or ssl.create_default_context()
    return MailServer(
        host=host.strip("[]"),
        port=int(port),
        sender=settings.mail_from,
        user=settings.smtp_user,
        password_file=settings.smtp_password_file,
        context=None if is_this_machine(host.strip("[]")) else context,
    )


@dataclass(frozen=True, slots=True)
class LoginMailSender:
    """Sends the links that were asked for."""

    mails: LoginMails
    server: MailServer
    public_url: str

    def send_due(self, *, now: datetime) -> int:
        """Send what is due; how many mails the server took.

        What it refuses for good is forgotten, anything else is tried again; the first failure of
        the server itself is raised when the rest was tried.
        """
        sent, failure = 0, None
        for one in self.mails.list_due(now=now):
            try:
                sent += self.server.deliver(self.build_message(one, now=now))
            except smtplib.SMTPRecipientsRefused:
                continue
            except OSError as error:
                failure = OSError(describe_mail_failure(error))
                continue
            self.mails.forget(one)
        if sent:
            logger().info("mail.sent", n=sent)
        if failure is not None:
            raise failure
        return sent

    def build_message(self, mail: DueMail, *, now: datetime) -> EmailMessage:
        """The mail in the language of who asked, the other one below; text alone."""
        ours = (_write_french, _write_english)
        first, second = ours if mail.asked.lang == "fr" else ours[::-1]
        links = [(one, self._build_address(one, mail.asked.path)) for one in mail.links]
        subject, body = first(links)
        message = self.server.build_envelope(mail.asked.address, subject, now=now)
        message.set_content(f"{body}\n-- \n{second(links)[1]}", cte="quoted-printable")
        return message

    def _build_address(self, link: MailedLink, path: str) -> str:
        towards = "" if path == "/" else f"&vers={quote(path, safe='')}"
        return f"{self.public_url}/entrer/lien?jeton={link.token}{towards}"


def describe_mail_failure(error: OSError) -> str:
    """What failed, without what the server answered: that may repeat an address."""
    return f"{type(error).__name__} {getattr(error, 'smtp_code', '')}".strip()


type _Links = list[tuple[MailedLink, str]]

_MINUTES = round(GOOD_FOR.total_seconds() / 60)


def _write_french(links: _Links) -> tuple[str, str]:
    body = (
        "Vous avez demandé à vous connecter. Ouvrez ce lien, puis appuyez sur "
        f"«\u00a0Se connecter\u00a0»\u202f; il sert une seule fois, pendant {_MINUTES} minutes.\n\n"
        f"{_list_links(links)}\n\n"
        "Vous n’avez rien demandé\u202f? Ignorez ce message\u00a0: personne n’entre sans ce lien.\n"
    )
    return "Votre lien de connexion", body


def _write_english(links: _Links) -> tuple[str, str]:
    body = (
        "You asked to log in. Open this link, then press “Log in”; it works once, for "
        f"{_MINUTES} minutes.\n\n{_list_links(links)}\n\n"
        "You asked for nothing? Ignore this message: nobody gets in without this link.\n"
    )
    return "Your link to log in", body


def _list_links(links: _Links) -> str:
    return "\n\n".join(f"{one.organisation} – {one.label}\n{url}" for one, url in links)
