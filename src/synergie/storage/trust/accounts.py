"""People who log in: no organisation's data, and read before there is a caller: hence no Permit.

Tokens are kept as SHA-256 only: who reads the store can neither use a link nor a cookie.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Literal, cast

from sqlalchemy import delete, func, or_, update
from sqlmodel import col, select

from synergie.schemas.trust.account import Account, Passkey, Role, Sitting
from synergie.storage.readings.once import insert_once
from synergie.storage.store import Session
from synergie.storage.trust.account_tables import (
    AccountRow,
    EntryLinkRow,
    LoginMailRow,
    PasskeyRow,
    SittingRow,
)

type How = Literal["link", "passkey"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seated:
    """A sitting that holds, and its account as it is now."""

    sitting: str
    account: Account
    began_at: datetime
    seen_at: datetime
    acts_until: datetime | None
    """Of a device that is trusted; after it the sitting reads. None: to its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginMail:
    """A link that somebody asked for at an address, known or not."""

    address: str
    lang: str
    path: str
    asked_at: datetime
    tries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyCredential:
    """A passkey as it verifies: its account, its public key (COSE), its counter."""

    id: str
    account: Account
    credential: str
    public_key: bytes
    sign_count: int


def add_account(session: Session, account: Account, *, by: str) -> None:
    """Store a new account, opened by *by*."""
    session.add(
        AccountRow(
            id=account.id,
            organisation=account.organisation,
            label=account.label,
            role=account.role,
            created_at=account.created_at,
            created_by=by,
            mail=account.mail,
        )
    )


def find_account(session: Session, account_id: str) -> Account | None:
    """The account *account_id*, open or closed; None when there is none."""
    row = session.get(AccountRow, account_id)
    return None if row is None else _build_account(row)


def list_accounts(session: Session, organisation: str) -> list[Account]:
    """The accounts of one organisation, open and closed, the first one first."""
    query = (
        select(AccountRow)
        .where(col(AccountRow.organisation) == organisation)
        .order_by(col(AccountRow.created_at), col(AccountRow.id))
    )
    return [_build_account(row) for row in session.exec(query)]


def list_accounts_at(session: Session, address: str) -> list[Account]:
    """The open accounts of one address of mail, the first one first."""
    query = (
        select(AccountRow)
        .where(col(AccountRow.mail) == address, col(AccountRow.closed_at).is_(None))
        .order_by(col(AccountRow.created_at), col(AccountRow.id))
    )
    return [_build_account(row) for row in session.exec(query)]


def change_account(session: Session, account_id: str, **values: Any) -> bool:
    """Give an open account other *values*, columns by name; False when there is none open."""
    query = (
        update(AccountRow)
        .where(col(AccountRow.id) == account_id, col(AccountRow.closed_at).is_(None))
        .values(**values)
    )
    return _execute_change(session, query)


def add_link(session: Session, token: str, account_id: str, *, by: str, until: datetime) -> None:
    """Note a one-time link; the hash of its *token* is kept."""
    session.add(EntryLinkRow(token=digest(token), account=account_id, made_by=by, expires_at=until))


def count_links(session: Session, account_id: str, *, by: str, now: datetime) -> int:
    """How many links of an account made by *by* are not over, used or not."""
    query = select(func.count()).where(
        col(EntryLinkRow.account) == account_id,
        col(EntryLinkRow.made_by) == by,
        col(EntryLinkRow.expires_at) > now,
    )
    return session.exec(query).one()


def add_login_mail(session: Session, asked: LoginMail, *, most: int) -> bool:
    """Note that a link is to be sent, once an address; False when *most* wait already."""
    if session.exec(select(func.count()).select_from(LoginMailRow)).one() >= most:
        return False
    insert_once(
        session,
        LoginMailRow,
        address=asked.address,
        lang=asked.lang,
        path=asked.path,
        asked_at=asked.asked_at,
        due_at=asked.asked_at,
        tries=asked.tries,
    )
    return True


def take_login_mail(session: Session, *, now: datetime, again: timedelta) -> LoginMail | None:
    """A link that is due; unless it is deleted it is due once more after *again*, ever later."""
    query = (
        select(LoginMailRow)
        .where(col(LoginMailRow.due_at) <= now)
        .order_by(col(LoginMailRow.due_at))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = session.exec(query).first()
    if row is None:
        return None
    later = update(LoginMailRow).where(col(LoginMailRow.address) == row.address)
    session.connection().execute(
        later.values(due_at=now + again * 2**row.tries, tries=row.tries + 1)
    )
    return LoginMail(
        address=row.address, lang=row.lang, path=row.path, asked_at=row.asked_at, tries=row.tries
    )


def delete_login_mail(session: Session, address: str) -> None:
    """Forget a link that was to be sent."""
    session.connection().execute(delete(LoginMailRow).where(col(LoginMailRow.address) == address))


def take_weekly_mail(
    session: Session, *, now: datetime, next_due: datetime
) -> tuple[Account, str] | None:
    """An open account whose week is due, and in which language; it is due again at *next_due*."""
    query = (
        select(AccountRow)
        .where(col(AccountRow.weekly_due) <= now, col(AccountRow.closed_at).is_(None))
        .order_by(col(AccountRow.weekly_due))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = session.exec(query).first()
    if row is None or row.weekly_lang is None:
        return None
    found = _build_account(row), row.weekly_lang
    change_account(session, row.id, weekly_due=next_due)
    return found


def find_weekly_language(session: Session, account_id: str) -> str | None:
    """In which language the week is sent to an account. None: it is not."""
    query = select(AccountRow.weekly_lang).where(col(AccountRow.id) == account_id)
    return session.exec(query).first()


def link_account(session: Session, token: str) -> Account | None:
    """The account that a link was made for, used or not; None when there is no such link."""
    row = session.get(EntryLinkRow, digest(token))
    return None if row is None else find_account(session, row.account)


def take_link(session: Session, token: str, *, now: datetime) -> bool:
    """Use up a link; False when it is used or over. Of two racers one gets True."""
    query = (
        update(EntryLinkRow)
        .where(
            col(EntryLinkRow.token) == digest(token),
            col(EntryLinkRow.expires_at) > now,
            col(EntryLinkRow.used_at).is_(None),
        )
        .values(used_at=now)
    )
    return _execute_change(session, query)


def end_links(session: Session, account_id: str, *, now: datetime) -> None:
    """Use up every link of an account that is not used."""
    query = (
        update(EntryLinkRow)
        .where(col(EntryLinkRow.account) == account_id, col(EntryLinkRow.used_at).is_(None))
        .values(used_at=now)
    )
    session.connection().execute(query)


def add_sitting(session: Session, token: str, account_id: str, sitting: Sitting) -> None:
    """Note a sitting that begins; the hash of its *token* is kept."""
    session.add(
        SittingRow(
            token=digest(token),
            id=sitting.id,
            account=account_id,
            how=sitting.how,
            browser=sitting.browser,
            began_at=sitting.began_at,
            seen_at=sitting.seen_at,
            expires_at=sitting.until,
            acts_until=sitting.acts_until,
        )
    )


def find_sitting(session: Session, token: str, *, now: datetime, since: datetime) -> Seated | None:
    """The sitting of *token* if it holds: not ended, not over, seen after *since*, account open."""
    query = (
        select(SittingRow, AccountRow)
        .join(AccountRow, col(AccountRow.id) == col(SittingRow.account))
        .where(
            col(SittingRow.token) == digest(token),
            *_build_sitting_conditions(now, since),
            col(AccountRow.closed_at).is_(None),
        )
    )
    found = session.exec(query).first()
    if found is None:
        return None
    row, owner = found
    return Seated(
        sitting=row.id,
        account=_build_account(owner),
        began_at=row.began_at,
        seen_at=row.seen_at,
        acts_until=row.acts_until,
    )


def list_sittings(
    session: Session, account_id: str, *, now: datetime, since: datetime
) -> list[Sitting]:
    """The sittings of an account that hold, the newest first."""
    query = (
        select(SittingRow)
        .where(col(SittingRow.account) == account_id, *_build_sitting_conditions(now, since))
        .order_by(col(SittingRow.began_at).desc(), col(SittingRow.id))
    )
    return [_build_sitting(row) for row in session.exec(query)]


def see_sitting(
    session: Session, sitting_id: str, *, now: datetime, idle: timedelta, whole: timedelta
) -> None:
    """Note that the sitting was used; one that acts does so *idle* longer, *whole* at most."""
    session.connection().execute(
        update(SittingRow)
        .where(
            col(SittingRow.id) == sitting_id,
            col(SittingRow.acts_until) > now,
            col(SittingRow.began_at) >= now + idle - whole,
        )
        .values(acts_until=now + idle)
    )
    query = (
        update(SittingRow)
        .where(col(SittingRow.id) == sitting_id, col(SittingRow.seen_at) < now)
        .values(seen_at=now)
    )
    session.connection().execute(query)


def end_sitting(session: Session, account_id: str, sitting_id: str, *, now: datetime) -> bool:
    """End a sitting of an account; False when it has none of that name that has not ended."""
    query = (
        update(SittingRow)
        .where(
            col(SittingRow.id) == sitting_id,
            col(SittingRow.account) == account_id,
            col(SittingRow.ended_at).is_(None),
        )
        .values(ended_at=now)
    )
    return _execute_change(session, query)


def end_sittings(session: Session, account_id: str, *, now: datetime, but: str = "") -> int:
    """End every sitting of an account, but the one named *but*; how many."""
    query = (
        update(SittingRow)
        .where(
            col(SittingRow.account) == account_id,
            col(SittingRow.id) != but,
            col(SittingRow.ended_at).is_(None),
        )
        .values(ended_at=now)
    )
    return int(session.connection().execute(query).rowcount)


def delete_old_sittings(session: Session, *, before: datetime) -> None:
    """Remove links and sittings that were over *before* that moment."""
    for table in (EntryLinkRow, SittingRow):
        session.connection().execute(delete(table).where(col(table.expires_at) < before))


def add_passkey(session: Session, kept: PasskeyCredential, *, name: str, now: datetime) -> bool:
    """Store a passkey; False when its credential id is there already."""
    return insert_once(
        session,
        PasskeyRow,
        credential=kept.credential,
        id=kept.id,
        account=kept.account.id,
        name=name,
        public_key=kept.public_key,
        sign_count=kept.sign_count,
        created_at=now,
        used_at=None,
    )


def find_passkey(session: Session, credential: str) -> PasskeyCredential | None:
    """The passkey of a credential id, of an open account; None when there is none."""
    row = session.get(PasskeyRow, credential)
    owner = None if row is None else find_account(session, row.account)
    if row is None or owner is None or owner.closed_at is not None:
        return None
    return PasskeyCredential(
        id=row.id,
        account=owner,
        credential=row.credential,
        public_key=row.public_key,
        sign_count=row.sign_count,
    )


def list_passkeys(session: Session, account_id: str) -> list[tuple[str, Passkey]]:
    """The passkeys of an account with their credential ids, the first one first."""
    query = (
        select(PasskeyRow)
        .where(col(PasskeyRow.account) == account_id)
        .order_by(col(PasskeyRow.created_at), col(PasskeyRow.id))
    )
    return [
        (
            row.credential,
            Passkey(id=row.id, name=row.name, created_at=row.created_at, used_at=row.used_at),
        )
        for row in session.exec(query)
    ]


def count_passkey(session: Session, kept: PasskeyCredential, count: int, *, now: datetime) -> bool:
    """Note the use of a passkey and its new counter; False when another use came between."""
    query = (
        update(PasskeyRow)
        .where(
            col(PasskeyRow.credential) == kept.credential,
            col(PasskeyRow.sign_count) == kept.sign_count,
        )
        .values(sign_count=count, used_at=now)
    )
    return _execute_change(session, query)


def drop_passkey(session: Session, account_id: str, passkey_id: str) -> bool:
    """Remove a passkey of an account; False when it has none of that name."""
    query = delete(PasskeyRow).where(
        col(PasskeyRow.account) == account_id, col(PasskeyRow.id) == passkey_id
    )
    return _execute_change(session, query)


def digest(token: str) -> str:
    """What is kept of a secret that the server gave out."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _build_sitting_conditions(now: datetime, since: datetime) -> tuple[Any, ...]:
    return (
        col(SittingRow.ended_at).is_(None),
        col(SittingRow.expires_at) > now,
        or_(col(SittingRow.seen_at) > since, col(SittingRow.acts_until).is_not(None)),
    )


def _execute_change(session: Session, query: Any) -> bool:
    return bool(session.connection().execute(query).rowcount)


def _build_account(row: AccountRow) -> Account:
    return Account(
        id=row.id,
        organisation=row.organisation,
        label=row.label,
        role=cast(Role, row.role),
        created_at=row.created_at,
        closed_at=row.closed_at,
        entered_at=row.entered_at,
        mail=row.mail,
    )


def _build_sitting(row: SittingRow) -> Sitting:
    return Sitting(
        id=row.id,
        began_at=row.began_at,
        seen_at=row.seen_at,
        until=row.expires_at,
        acts_until=row.acts_until,
        how=cast(How, row.how),
        browser=row.browser,
    )
