"""People who log in: their accounts, one-time links and sittings. The journal tells of each act.

A person acts for the organisation as a program does: through a Principal, with the scopes of the
account's role, decided as everything else is. What a link or a cookie holds is 256 random bits,
of which the store keeps the SHA-256 only (OWASP ASVS 5.0, V7; NIST SP 800-63B §5.1.2).
"""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pydantic import TypeAdapter, ValidationError

from synergie.errors import BadInput, Conflict, NotAllowed, NotAuthenticated, NotFound
from synergie.policy import Permit, Principal, permit_operator, permit_own_data, permit_party
from synergie.schemas.trust.account import (
    ACCOUNTS,
    ROLES,
    Account,
    AccountLabel,
    MailAddress,
    Role,
    Sitting,
    scopes_of,
)
from synergie.schemas.trust.journal import JournalEvent, JournalRecord
from synergie.schemas.trust.organisation import Organisation
from synergie.storage.readings.calendar_feeds import revoke_feeds_of
from synergie.storage.store import Session, Store
from synergie.storage.trust import accounts, oauth_clients
from synergie.storage.trust.account_acts import account_acts
from synergie.storage.trust.accounts import How
from synergie.storage.trust.journal.journal import Entry, append
from synergie.storage.trust.organisations import find_organisation
from synergie.storage.trust.saved_views import delete_views_of

OPERATOR = "operator"

_LABEL: TypeAdapter[str] = TypeAdapter(AccountLabel)
_MAIL: TypeAdapter[str] = TypeAdapter(MailAddress)
_SEEN_EVERY = timedelta(minutes=2)
_RECENT = timedelta(minutes=30)
_KEPT = timedelta(days=30)
_MOST_SITTINGS = 10
_MOST_ACTS = 20
_PREFIX = "account:"
_DEPOSIT = "deposits:write"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spans:
    """How long a link may be used, and a sitting lasts: without a request, and at the most.

    `trusted`: how long a device that the person trusts reads. 0: there is no such thing.
    """

    link: timedelta
    idle: timedelta
    whole: timedelta
    trusted: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """Somebody who is logged in now: who, for whom, with which role and scopes."""

    account: Account
    organisation: Organisation
    principal: Principal
    sitting: str
    recent: bool
    """Whether the log-in is of the last half hour: what changes how one logs in asks for it."""
    reads_only: bool
    """Whether it is a trusted device whose time to act is over: a log-in gives it back."""
    due: bool
    """Whether it is time to note that the sitting is used (`Accounts.see`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """A log-in that succeeded: what the cookie holds, and until when it may."""

    token: str
    until: datetime
    account: Account


@dataclass(frozen=True, slots=True, kw_only=True)
class Browser:
    """What a browser brings to a log-in.

    `cookie`: the token of the sitting that it had until now, which ends. `name`: what it says it
    is, in two words. `trusted`: whether the person wants to read on it for weeks.
    """

    cookie: str | None = None
    name: str | None = None
    trusted: bool = False


@dataclass(frozen=True, slots=True)
class Accounts:
    """Accounts of organisations, and who is logged in; one transaction each.

    `by`: the keeper who acts, None for the operator at the command line. A keeper sees and
    changes the accounts of one organisation: those of others are NotFound.
    """

    store: Store
    spans: Spans

    def add(
        self,
        organisation_id: str,
        label: str,
        role: str,
        *,
        mail: str = "",
        by: Principal | None,
        now: datetime,
    ) -> Account:
        """Open an account. BadInput for an unknown organisation or role, an empty label, no mail.

        An empty *mail*: none, links are given by hand.
        """
        made = Account(
            id=f"acc_{secrets.token_hex(10)}",
            organisation=_check_own_organisation(organisation_id, by),
            label=_parse_account_label(label),
            role=_parse_account_role(role),
            created_at=now,
            closed_at=None,
            entered_at=None,
            mail=parse_mail_address(mail) if mail.strip() else None,
        )
        with self.store.write() as session:
            if not oauth_clients.in_directory(session, organisation_id):
                raise BadInput("/organisation", organisation_id, "an organisation of the directory")
            accounts.add_account(session, made, by=OPERATOR if by is None else by.client_id)
            record_account_event(session, made, "account.opened", made.role, by=by, now=now)
        return made

    def of(self, organisation_id: str, *, by: Principal | None) -> list[Account]:
        """The accounts of an organisation, open and closed, the first one first."""
        with self.store.read() as session:
            return accounts.list_accounts(session, _check_own_organisation(organisation_id, by))

    def read(self, account_id: str, *, by: Principal | None) -> Account:
        """One account. NotFound."""
        with self.store.read() as session:
            return _find_visible_account(session, account_id, by)

    def link(self, account_id: str, *, by: Principal | None, now: datetime) -> str:
        """The secret of a new one-time link; those that were made before are good no more.

        NotFound; Conflict when the account is closed.
        """
        token = secrets.token_urlsafe(32)
        with self.store.write(essential=True) as session:
            found = opened(session, account_id, by)
            accounts.end_links(session, found.id, now=now)
            accounts.add_link(
                session,
                token,
                found.id,
                by=OPERATOR if by is None else by.client_id,
                until=now + self.spans.link,
            )
            record_account_event(session, found, "account.link_made", None, by=by, now=now)
        return token

    def change_role(
        self, account_id: str, role: str, *, by: Principal | None, now: datetime
    ) -> Account:
        """Give the account another role, from its next request on.

        NotFound; Conflict when it is closed, or is the keeper's own.
        """
        wanted = _parse_account_role(role)
        with self.store.write(essential=True) as session:
            found = opened(session, account_id, by)
            _not_oneself(found, by)
            accounts.change_account(session, found.id, role=wanted)
            record_account_event(session, found, "account.changed", wanted, by=by, now=now)
        return found.model_copy(update={"role": wanted})

    def change_mail(
        self, account_id: str, mail: str, *, by: Principal | None, now: datetime
    ) -> Account:
        """Where links to log in may be sent from now on; an empty *mail*: nowhere.

        Links that were sent before open nothing any more, and the week is sent there only when it
        is asked for again. BadInput; NotFound; Conflict.
        """
        wanted = parse_mail_address(mail) if mail.strip() else None
        with self.store.write(essential=True) as session:
            found = opened(session, account_id, by)
            accounts.change_account(
                session, found.id, mail=wanted, weekly_lang=None, weekly_due=None
            )
            accounts.end_links(session, found.id, now=now)
            record_account_event(session, found, "account.mail_changed", None, by=by, now=now)
        return found.model_copy(update={"mail": wanted})

    def close(self, account_id: str, *, by: Principal | None, now: datetime) -> None:
        """Close the account: its next request is refused; its links, sittings and calendars end.

        Views that it saved for itself are forgotten; those that it shared stay.

        NotFound; Conflict when it is closed, or is the keeper's own.
        """
        with self.store.write(essential=True) as session:
            found = opened(session, account_id, by)
            _not_oneself(found, by)
            accounts.change_account(
                session, found.id, closed_at=now, mail=None, weekly_lang=None, weekly_due=None
            )
            accounts.end_links(session, found.id, now=now)
            accounts.end_sittings(session, found.id, now=now)
            theirs = permit_own_data(principal_of(found), action="write", now=now)
            revoke_feeds_of(theirs, session, principal_of(found).client_id, now=now)
            delete_views_of(theirs, session, principal_of(found).client_id)
            record_account_event(session, found, "account.closed", None, by=by, now=now)

    def enter(self, token: str, *, browser: Browser, now: datetime) -> Entered:
        """Log in by the one-time link of *token*, which is used up; NotAuthenticated otherwise."""
        with self.store.write(essential=True) as session:
            found = accounts.link_account(session, token)
            taken = found is not None and accounts.take_link(session, token, now=now)
            if found is not None and taken and found.closed_at is None:
                return self.seat(session, found, "link", browser, now=now)
            if found is not None:
                by = principal_of(found)
                record_account_event(
                    session, found, "account.refused", "link_used_or_over", by=by, now=now
                )
        raise NotAuthenticated("bad_link")

    def seat(
        self, session: Session, account: Account, how: How, browser: Browser, *, now: datetime
    ) -> Entered:
        """Begin a sitting of *account*, in the transaction that verified who it is.

        An account has ten at most: the oldest one ends.
        """
        token = secrets.token_urlsafe(32)
        trusted = browser.trusted and self.spans.trusted > self.spans.whole
        sitting = Sitting(
            id=f"sit_{secrets.token_hex(10)}",
            began_at=now,
            seen_at=now,
            until=now + (self.spans.trusted if trusted else self.spans.whole),
            acts_until=now + min(self.spans.idle, self.spans.whole) if trusted else None,
            how=how,
            browser=browser.name,
        )
        accounts.delete_old_sittings(session, before=now - _KEPT)
        old = self._seated(session, browser.cookie, now) if browser.cookie else None
        if old is not None:
            accounts.end_sitting(session, old.account.id, old.sitting, now=now)
        since = now - self.spans.idle
        others = accounts.list_sittings(session, account.id, now=now, since=since)
        for one in others[_MOST_SITTINGS - 1 :]:  # the oldest ones make room
            accounts.end_sitting(session, account.id, one.id, now=now)
        accounts.add_sitting(session, token, account.id, sitting)
        accounts.change_account(session, account.id, entered_at=now)
        record_account_event(
            session, account, "account.entered", how, by=principal_of(account), now=now
        )
        return Entered(token=token, until=sitting.until, account=account)

    def present(self, token: str, *, now: datetime) -> Present | None:
        """Who the cookie's *token* is, as it is now; None when it opens nothing (any more)."""
        with self.store.read() as session:
            found = self._seated(session, token, now)
            if found is None:
                return None
            reads_only = found.acts_until is not None and found.acts_until <= now
            principal = principal_of(found.account)
            if reads_only:
                principal = replace(principal, scopes=principal.scopes & scopes_of("reader"))
            permit = permit_party(principal, action="read", now=now)
            body = find_organisation(permit, session, found.account.organisation)
        if body is None:
            return None
        return Present(
            account=found.account,
            organisation=body,
            principal=principal,
            sitting=found.sitting,
            recent=now - found.began_at < _RECENT and not reads_only,
            reads_only=reads_only,
            due=now - found.seen_at >= _SEEN_EVERY,
        )

    def see(self, sitting: str, *, now: datetime) -> None:
        """Note that the sitting is used: it lasts its idle time from here."""
        with self.store.write(essential=True) as session:
            accounts.see_sitting(
                session, sitting, now=now, idle=self.spans.idle, whole=self.spans.whole
            )

    def sittings(self, account_id: str, *, by: Principal | None, now: datetime) -> list[Sitting]:
        """The sittings of an account that hold, the newest first. NotFound."""
        with self.store.read() as session:
            found = _find_visible_account(session, account_id, by)
            return accounts.list_sittings(session, found.id, now=now, since=now - self.spans.idle)

    def end(self, account_id: str, sitting: str, *, by: Principal | None, now: datetime) -> None:
        """End one sitting of an account: its next request is refused. NotFound."""
        with self.store.write(essential=True) as session:
            found = _find_visible_account(session, account_id, by)
            if not accounts.end_sitting(session, found.id, sitting, now=now):
                raise NotFound
            record_account_event(session, found, "account.left", "one", by=by, now=now)

    def end_all(
        self, account_id: str, *, but: str = "", by: Principal | None, now: datetime
    ) -> int:
        """End the sittings of an account, all but one; how many ended. NotFound."""
        with self.store.write(essential=True) as session:
            found = _find_visible_account(session, account_id, by)
            ended = accounts.end_sittings(session, found.id, now=now, but=but)
            record_account_event(session, found, "account.left", "all", by=by, now=now)
        return ended

    def acts(self, account_id: str, *, by: Principal, now: datetime) -> list[JournalRecord]:
        """The last twenty records of the journal that name the account. NotFound."""
        with self.store.read() as session:
            found = _find_visible_account(session, account_id, by)
            permit = permit_own_data(by, action="read", now=now)
            return account_acts(permit, session, found.id, limit=_MOST_ACTS)

    def refused(self, visitor: Principal, reason: str, *, now: datetime) -> None:
        """Record that a page refused *visitor*: a form forged elsewhere, a role too small."""
        with self.store.write(essential=True) as session:
            entry = Entry(
                "account.refused",
                by=visitor.organisation,
                client=visitor.client_id,
                owner=visitor.organisation,
                subjects=tuple(filter(None, (account_of(visitor),))),
                reason=reason,
            )
            append(permit_own_data(visitor, action="write", now=now), session, entry, now=now)

    def _seated(self, session: Session, token: str, now: datetime) -> accounts.Seated | None:
        return accounts.find_sitting(session, token, now=now, since=now - self.spans.idle)


def principal_of(account: Account) -> Principal:
    """The caller that a person is."""
    return Principal(
        client_id=f"{_PREFIX}{account.id}",
        organisation=account.organisation,
        scopes=scopes_of(account.role),
    )


def account_of(caller: Principal) -> str | None:
    """The account of a caller that is a person; None for a program."""
    name = caller.client_id
    return name.removeprefix(_PREFIX) if name.startswith(_PREFIX) else None


def still_deposits(session: Session, caller: Principal) -> None:
    """NotAllowed of a person whose account, as it is now, is closed or deposits no more.

    Programs pass: their requests wait for what they store.
    """
    name = account_of(caller)
    if name is None:
        return
    found = accounts.find_account(session, name)
    if found is None or found.closed_at is not None or _DEPOSIT not in scopes_of(found.role):
        raise NotAllowed(_DEPOSIT)


def _check_own_organisation(organisation_id: str, by: Principal | None) -> str:
    if by is not None and by.organisation != organisation_id:
        raise NotFound
    return organisation_id


def _find_visible_account(session: Session, account_id: str, by: Principal | None) -> Account:
    """The account, for the operator, for oneself, and for a keeper of its organisation."""
    found = accounts.find_account(session, account_id)
    if found is None or (by is not None and by.organisation != found.organisation):
        raise NotFound
    if by is not None and account_of(by) != account_id and ACCOUNTS not in by.scopes:
        raise NotAllowed(ACCOUNTS)
    return found


def opened(session: Session, account_id: str, by: Principal | None) -> Account:
    """The open account that a keeper, or the operator, changes. NotFound; NotAllowed; Conflict."""
    found = _find_visible_account(session, account_id, by)
    if by is not None and ACCOUNTS not in by.scopes:
        raise NotAllowed(ACCOUNTS)
    if found.closed_at is not None:
        raise Conflict("closed", "an open account")
    return found


def _not_oneself(account: Account, by: Principal | None) -> None:
    if by is not None and account_of(by) == account.id:
        raise Conflict("your own account", "another keeper's act, or the operator's")


def _parse_account_label(text: str) -> str:
    try:
        return _LABEL.validate_python(text.strip())
    except ValidationError as error:
        raise BadInput("/label", text, "a function, 1 to 120 characters") from error


def parse_mail_address(text: str) -> str:
    """An address of mail in lower case. BadInput."""
    try:
        return _MAIL.validate_python(text.strip().lower())
    except ValidationError as error:
        raise BadInput("/mail", text, "an address of mail: energie@commune.example") from error


def _parse_account_role(name: str) -> Role:
    for role in ROLES:
        if role == name:
            return role
    raise BadInput("/role", name, "reader, agent, signer or keeper")


def record_account_event(
    session: Session,
    account: Account,
    event: JournalEvent,
    reason: str | None,
    *,
    by: Principal | None,
    now: datetime,
) -> None:
    """Record an act on *account*, by the operator or by somebody of its organisation."""
    permit: Permit = (
        permit_operator(now=now) if by is None else permit_own_data(by, action="write", now=now)
    )
    append(permit, session, _build_account_entry(account, event, reason, by), now=now)


def _build_account_entry(
    account: Account, event: JournalEvent, reason: str | None, by: Principal | None
) -> Entry:
    return Entry(
        event,
        by=OPERATOR if by is None else by.organisation,
        client=None if by is None else by.client_id,
        owner=account.organisation,
        subjects=(account.id,),
        reason=reason,
    )
