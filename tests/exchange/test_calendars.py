"""Who sees and closes the secret address of a calendar: who made it, and a keeper."""

import pytest

from synergie.errors import NotFound
from synergie.exchange.calendars import Calendars
from synergie.policy import Principal
from synergie.schemas.trust.account import ROLES, Role, scopes_of
from synergie.storage.store import Store
from tests.exchange.people import NOW, body


def person(role: Role, name: str = "a", organisation: str = "cc-un") -> Principal:
    return Principal(
        client_id=f"account:{name}-{role}", organisation=organisation, scopes=scopes_of(role)
    )


def open_ones(book: Calendars, caller: Principal) -> list[str]:
    return [one.id for one in book.of(caller, now=NOW) if one.revoked_at is None]


@pytest.mark.parametrize("maker", ROLES)
@pytest.mark.parametrize("closer", ROLES)
def test_others_addresses_are_seen_and_closed_by_a_keeper_alone(
    store: Store, maker: Role, closer: Role
) -> None:
    body(store, "cc-un")
    book, mine, other = Calendars(store), person(maker), person(closer, "b")
    made, secret = book.open(mine, now=NOW)
    if closer == "keeper":
        assert open_ones(book, other) == [made.id]
        book.close(other, made.id, now=NOW)
        with pytest.raises(NotFound):
            book.reader(secret)
        assert open_ones(book, mine) == []
        return
    assert open_ones(book, other) == []
    with pytest.raises(NotFound):
        book.close(other, made.id, now=NOW)
    assert book.reader(secret).organisation == "cc-un"


@pytest.mark.parametrize("role", ROLES)
def test_ones_own_address_is_closed_by_any_role(store: Store, role: Role) -> None:
    body(store, "cc-un")
    book, mine = Calendars(store), person(role)
    made, secret = book.open(mine, now=NOW)
    book.close(mine, made.id, now=NOW)
    with pytest.raises(NotFound):
        book.reader(secret)
    with pytest.raises(NotFound):
        book.close(mine, made.id, now=NOW)


def test_a_keeper_of_another_organisation_closes_nothing(store: Store) -> None:
    for name in ("cc-un", "sivu-b"):
        body(store, name)
    book, mine = Calendars(store), person("reader")
    made, secret = book.open(mine, now=NOW)
    stranger = person("keeper", organisation="sivu-b")
    assert open_ones(book, stranger) == []
    with pytest.raises(NotFound):
        book.close(stranger, made.id, now=NOW)
    assert book.reader(secret).organisation == "cc-un"
