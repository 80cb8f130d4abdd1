"""Links to log in, sent by mail to who asks for one: the same answer for an unknown address.

What is asked is one row, whoever asks and whatever the address; whose it is is looked up by whom
sends, so that neither the answer nor its time tells which addresses are known. The secret of a
link is made when the mail is: no row holds it. At least once: a mail whose sender died is sent
again with other links. OWASP ASVS 5.0, V6; NIST SP 800-63B §3.2.8.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from synergie.errors import TooManyRequests
from synergie.exchange.trust.accounts import (
    Accounts,
    parse_mail_address,
    principal_of,
    record_account_event,
)
from synergie.policy import permit_party
from synergie.schemas.trust.account import Account
from synergie.storage.store import Session
from synergie.storage.trust import accounts
from synergie.storage.trust.accounts import LoginMail
from synergie.storage.trust.organisations import find_organisation

GOOD_FOR = timedelta(minutes=15)
"""How long a link sent by mail may be used."""

_MOST_WAITING = 500
_MOST_LINKS = 3
"""Links by mail of one account that are not over: who asks more often gets no more mail."""
_AGAIN = timedelta(seconds=30)
_BY = "mail"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailedLink:
    """A link of one account: the person may have several, each for one organisation."""

    organisation: str
    """Its name."""
    label: str
    """The function that the account bears."""
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DueMail:
    """A mail to send now."""

    asked: LoginMail
    links: tuple[MailedLink, ...]


@dataclass(frozen=True, slots=True)
class LoginMails:
    """Links asked for and those to send; one transaction each."""

    accounts: Accounts

    def ask(self, typed: str, *, lang: str, path: str, now: datetime) -> None:
        """Note that a link is wanted at the address *typed*, known or not.

        *path*: where the person was going. BadInput for what is no address; TooManyRequests when
        hundreds wait.
        """
        asked = LoginMail(
            address=parse_mail_address(typed), lang=lang, path=path, asked_at=now, tries=0
        )
        with self.accounts.store.write() as session:
            noted = accounts.add_login_mail(session, asked, most=_MOST_WAITING)
        if not noted:
            raise TooManyRequests(60)

    def list_due(self, *, now: datetime) -> Iterator[DueMail]:
        """What to send now, each with links just made; what nobody can use is forgotten."""
        while True:
            with self.accounts.store.write(essential=True) as session:
                asked = accounts.take_login_mail(session, now=now, again=_AGAIN)
                if asked is None:
                    return
                fresh = now - asked.asked_at < GOOD_FOR
                known = accounts.list_accounts_at(session, asked.address) if fresh else []
                links = tuple(
                    _make_link(session, one, now)
                    for one in known
                    if accounts.count_links(session, one.id, by=_BY, now=now) < _MOST_LINKS
                )
                if not links:
                    accounts.delete_login_mail(session, asked.address)
            if links:
                yield DueMail(asked=asked, links=links)

    def forget(self, mail: DueMail) -> None:
        """*mail* was sent, or never can be."""
        with self.accounts.store.write(essential=True) as session:
            accounts.delete_login_mail(session, mail.asked.address)


def _make_link(session: Session, account: Account, now: datetime) -> MailedLink:
    token = secrets.token_urlsafe(32)
    accounts.add_link(session, token, account.id, by=_BY, until=now + GOOD_FOR)
    record_account_event(session, account, "account.link_made", _BY, by=None, now=now)
    permit = permit_party(principal_of(account), action="read", now=now)
    body = find_organisation(permit, session, account.organisation)
    name = account.organisation if body is None else body.name
    return MailedLink(organisation=name, label=account.label, token=token)
