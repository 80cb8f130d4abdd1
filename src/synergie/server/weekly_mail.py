"""The mail of a week: text and HTML say the same, pictures are joined, nothing is loaded.

Three sentences and two pictures, the way to the page, and the one to end these mails: a link in the
text, and headers for programs (RFC 2369, RFC 8058; the mail server signs them, as its DKIM says).
"""

import smtplib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import make_msgid

from markupsafe import Markup

from synergie.errors import MissingExtra
from synergie.exchange.weekly_mails import DueWeek, WeeklyMails
from synergie.formats.french import build_french_translator
from synergie.reports.document import Figure
from synergie.reports.pdf import render_png
from synergie.server.edge.mail import MailServer, describe_mail_failure
from synergie.server.log import logger
from synergie.server.pages import WeekText, describe_week

_END = "/semaine/arret"


@dataclass(frozen=True, slots=True)
class WeeklyMailSender:
    """Sends the weeks that are due."""

    mails: WeeklyMails
    server: MailServer
    public_url: str

    def send_due(self, *, now: datetime) -> int:
        """Send what is due; how many mails the server took. The first failure is raised at last."""
        sent, failure = 0, None
        for one in self.mails.iterate_due(_build_teller, now=now):
            try:
                sent += self.server.deliver(self.build_message(one, now=now))
            except OSError as error:
                self.mails.put_off(one.account.id, now=now)
                if not isinstance(error, smtplib.SMTPRecipientsRefused):
                    failure = OSError(describe_mail_failure(error))
        if sent:
            logger().info("mail.sent", n=sent)
        if failure is not None:
            raise failure
        return sent

    def build_message(self, week: DueWeek, *, now: datetime) -> EmailMessage:
        """Three sentences, two pictures, the way to the page and the one to end this."""
        told = describe_week(week, now=now)
        ends = f"{self.public_url}{_END}?compte={week.account.id}&sceau={week.seal}"
        subject = told.sentences[0]
        message = self.server.build_envelope(week.account.mail or "", subject, now=now)
        message["List-Unsubscribe"] = f"<{ends}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        foot = [told.why, f"{told.end} {ends}"]
        lines = [*told.sentences, "", f"{self.public_url}/", "", "-- ", *foot, ""]
        message.set_content("\n".join(lines), cte="quoted-printable")
        pictures = list(_iterate_pictures(told.figures))
        page = self._render_page(told, pictures, ends)
        message.add_alternative(page, subtype="html", cte="quoted-printable")
        _join_pictures(message, pictures)
        return message

    def _render_page(self, told: WeekText, pictures: "list[_Picture]", ends: str) -> Markup:
        parts = [
            *(Markup("<p>{}</p>").format(one) for one in told.sentences),
            *(_show_picture(name, figure) for name, figure, _ in pictures),
            _HOME.format(self.public_url, told.home),
            _FOOT.format(told.why, ends, told.end),
        ]
        return _PAGE.format(told.lang, told.sentences[0], Markup("\n").join(parts))


_HOME = Markup('<p><a href="{}/">{}</a></p>')
_FOOT = Markup('<hr><p><small>{} <a href="{}">{}</a></small></p>')
_PAGE = Markup(
    '<!doctype html><html lang="{}"><head><meta charset="utf-8"><title>{}</title></head>'
    "<body>{}</body></html>"
)
type _Picture = tuple[str, Figure, bytes]


def _iterate_pictures(figures: Sequence[Figure]) -> Iterator[_Picture]:
    """Content identifier (RFC 2392), figure and PNG; none where no typesetter is installed."""
    for one in figures:
        try:
            png = render_png(one)
        except MissingExtra:
            return
        if png:
            yield make_msgid(domain="synergie.invalid"), one, png


def _show_picture(name: str, figure: Figure) -> Markup:
    return Markup('<p><img src="cid:{}" alt="{}" style="max-width:100%"></p>').format(
        name[1:-1], figure.table.caption
    )


def _join_pictures(message: EmailMessage, pictures: list[_Picture]) -> None:
    html = message.get_body(("html",))
    for name, _, png in pictures:
        if isinstance(html, EmailMessage):
            html.add_related(png, "image", "png", cid=name, disposition="inline")


def _build_teller(lang: str) -> Callable[[str], str]:
    return str if lang == "en" else build_french_translator()
