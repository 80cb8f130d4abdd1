"""The week by mail, to who asked for it: how fresh the data are, what was used, what is to do.

A person asks for it, in a language, at the address of the account, and ends it on a page or by the
link of any of the mails, which needs no log-in: it bears a MAC of the account and ends this mail
alone (RFC 8058). At most once a week: a mail whose sender died is not sent again. It tells sums of
the organisation, no delivery point, no name, and nothing that the account could not read now.
"""

import hmac
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from hashlib import sha256

from synergie.errors import Conflict, NotFound
from synergie.exchange.readings.energies.month_tables import MonthTable, MonthTables
from synergie.exchange.readings.morning import Mornings
from synergie.exchange.trust.accounts import (
    Accounts,
    account_of,
    principal_of,
    record_account_event,
)
from synergie.policy import Principal
from synergie.policy.readings.morning import HOME, Morning
from synergie.schemas.trust.account import Account
from synergie.storage.store import Session
from synergie.storage.trust import accounts

_AT = time(7)
"""On Mondays, Paris time."""
_WEEK = timedelta(days=7)
_AGAIN = timedelta(hours=1)
_MAC = 32
_READS = "freshness:read"


@dataclass(frozen=True, slots=True, kw_only=True)
class DueWeek:
    """A mail to send now, and what it tells."""

    account: Account
    lang: str
    morning: Morning
    months: MonthTable
    seal: str
    """What ends these mails, beside the account's identifier."""


@dataclass(frozen=True, slots=True)
class WeeklyMails:
    """Who gets the week by mail; one transaction each."""

    accounts: Accounts
    mornings: Mornings
    months: MonthTables
    secret: bytes

    def find_language(self, caller: Principal) -> str | None:
        """In which language the week is sent to *caller*. None: it is not."""
        with self.accounts.store.read() as session:
            return accounts.find_weekly_language(session, account_of(caller) or "")

    def find_address(self, caller: Principal) -> str | None:
        """The address of mail of *caller*'s account. None: there is none."""
        with self.accounts.store.read() as session:
            found = accounts.find_account(session, account_of(caller) or "")
        return None if found is None else found.mail

    def choose(self, caller: Principal, lang: str | None, *, now: datetime) -> None:
        """Send the week to *caller* in *lang* from next Monday on; None: no more.

        Conflict for an account without an address; NotFound for a program.
        """
        with self.accounts.store.write(essential=True) as session:
            found = accounts.find_account(session, account_of(caller) or "")
            if found is None or found.closed_at is not None:
                raise NotFound
            if lang is not None and found.mail is None:
                raise Conflict("no address of mail", "an account with one: its keeper says it")
            _change(session, found, lang, by=caller, now=now)

    def stop(self, account_id: str, seal: str, *, now: datetime) -> None:
        """End the mails of who holds the link of one. NotFound for a link that is not ours."""
        if not hmac.compare_digest(seal.encode(), self._seal(account_id).encode()):
            raise NotFound
        with self.accounts.store.write(essential=True) as session:
            found = accounts.find_account(session, account_id)
            if found is not None and accounts.find_weekly_language(session, account_id):
                _change(session, found, None, by=principal_of(found), now=now)

    def iterate_due(
        self, tell: Callable[[str], Callable[[str], str]], *, now: datetime
    ) -> Iterator[DueWeek]:
        """What to send now; *tell* gives a language its sentences. Each is due once."""
        while True:
            with self.accounts.store.write(essential=True) as session:
                taken = accounts.take_weekly_mail(session, now=now, next_due=find_next(now))
            if taken is None:
                return
            account, lang = taken
            caller = principal_of(account)
            if account.mail is None or _READS not in caller.scopes:
                continue
            yield DueWeek(
                account=account,
                lang=lang,
                morning=self.mornings.read(caller, tell=tell(lang), now=now),
                months=self.months.read(caller, now=now),
                seal=self._seal(account.id),
            )

    def put_off(self, account_id: str, *, now: datetime) -> None:
        """What could not be sent is tried again in an hour."""
        with self.accounts.store.write(essential=True) as session:
            if accounts.find_weekly_language(session, account_id):
                accounts.change_account(session, account_id, weekly_due=now + _AGAIN)

    def _seal(self, account_id: str) -> str:
        return hmac.digest(self.secret, account_id.encode(), sha256).hex()[:_MAC]


def find_next(now: datetime) -> datetime:
    """The next Monday at seven, Paris time, after *now*."""
    there = now.astimezone(HOME)
    monday = there.date() - timedelta(days=there.weekday())
    first = datetime.combine(monday, _AT, HOME)
    return first if first > now else datetime.combine(monday + _WEEK, _AT, HOME)


def _change(
    session: Session, account: Account, lang: str | None, *, by: Principal, now: datetime
) -> None:
    due = None if lang is None else find_next(now)
    accounts.change_account(session, account.id, weekly_lang=lang, weekly_due=due)
    reason = "off" if lang is None else "on"
    record_account_event(session, account, "account.weekly_changed", reason, by=by, now=now)
