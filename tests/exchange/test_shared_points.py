"""A delivery point that a second body declares: its first holder and the operator know of it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from synergie.cli import main
from synergie.exchange.assets.supply_points import SupplyPoints
from synergie.exchange.readings.changes import Changes
from synergie.exchange.readings.deposits import Deposits
from synergie.exchange.readings.morning import Mornings
from synergie.policy import permit_operator
from synergie.reports.readings.digest_words import build_due_notice
from synergie.schemas.readings.batch import Receipt
from synergie.storage.assets.shared_points import SharedPoint, shared_points
from synergie.storage.store import Store
from tests.exchange.people import NOW, Body, point

HOUR = timedelta(hours=1)
CODE, ALONE = "99000000000017", "99000000000099"


def declared(store: Store, who: Body, code: str = CODE, at: Any = NOW, **more: Any) -> Receipt:
    return SupplyPoints(store).publish(who.caller, [point(code, **more)], now=at)


def told_to(store: Store, who: Body) -> list[tuple[str, str, int | None]]:
    """What the morning of *who* says of points in two hands."""
    dues = Mornings(store).read(who.caller, now=NOW + HOUR).dues
    return [(one.subject, one.name, one.n) for one in dues if one.kind == "points_shared"]


def listed(store: Store) -> list[SharedPoint]:
    with store.read() as session:
        return shared_points(permit_operator(now=NOW), session)


def test_the_first_holder_is_told_and_not_by_whom(store: Store, owner: Body, partner: Body) -> None:
    declared(store, owner)
    assert told_to(store, owner) == []
    declared(store, partner, at=NOW + HOUR)
    key = f"prm:{CODE}"
    assert told_to(store, owner) == [(key, key, 1)]
    assert listed(store) == [SharedPoint(key, "owner", "partner", NOW + HOUR)]
    (due,) = (
        one for one in Mornings(store).read(owner.caller, now=NOW).dues
        if one.kind == "points_shared"
    )  # fmt: skip
    for lang in ("fr", "en"):
        assert "partner" not in build_due_notice(lang, due).title
        assert key in build_due_notice(lang, due).title
        assert key not in build_due_notice(lang, due, bare=True).title


def test_the_second_learns_nothing(store: Store, owner: Body, partner: Body) -> None:
    """What it gets for a number that is known here is what it gets for one that is not."""
    declared(store, owner)
    found = []
    for code in (CODE, ALONE):
        before = sizes(store)
        receipt = declared(store, partner, code, at=NOW + HOUR)
        after = sizes(store)
        shape = receipt.model_dump(exclude={"id", "digest", "seq", "items"})
        changes = Changes(store).after(partner.caller, None, now=NOW + HOUR)
        news = [(one.kind, one.act, one.owner) for one in changes.items][-1]
        found.append((shape, [b - a for a, b in zip(before, after, strict=True)], news))
        again = declared(store, partner, code, at=NOW + HOUR, site=None, usage="public_lighting")
        assert again.kept == 1
    assert found[0] == found[1]
    assert told_to(store, partner) == []
    declared(store, owner, usage="public_lighting", at=NOW + 2 * HOUR)  # a correction of the first
    assert told_to(store, partner) == []
    assert len(listed(store)) == 1


def sizes(store: Store) -> list[int]:
    """What anybody may see grow: the journal's tree, the counter of changes."""
    with store.read() as session:
        ask = session.connection().execute
        return [
            int(ask(text(f"SELECT {what}")).scalar_one())
            for what in ("count(*) FROM journal", "n FROM head")
        ]


def test_who_takes_it_back_is_told_of_no_more(store: Store, owner: Body, partner: Body) -> None:
    declared(store, owner)
    second = declared(store, partner, at=NOW + HOUR)
    Deposits(store).undo(partner.caller, second.id, now=NOW + 2 * HOUR)
    assert (told_to(store, owner), listed(store)) == ([], [])
    declared(store, partner, at=NOW + 3 * HOUR)
    assert [number for number, _, _ in told_to(store, owner)] == [f"prm:{CODE}"]


def test_several_are_told_in_one_line(
    store: Store, owner: Body, partner: Body, stranger: Body
) -> None:
    codes = [f"{99000000000100 + n}" for n in range(5)]
    for who in (owner, partner, stranger):
        SupplyPoints(store).publish(who.caller, [point(one) for one in codes], now=NOW)
    ((_, name, n),) = told_to(store, owner)
    assert (n, name.count("prm:"), name.endswith("…")) == (5, 3, True)
    ((_, _, n),) = told_to(store, partner)  # of the third; of the first it learns nothing
    assert n == 5
    assert told_to(store, stranger) == []
    with store.read() as session:
        pairs = {(one.owner, one.other) for one in shared_points(permit_operator(now=NOW), session)}
    assert pairs == {("owner", "partner"), ("owner", "stranger"), ("partner", "stranger")}


def test_the_operator_lists_them(
    store: Store, owner: Body, partner: Body, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["org", "shared-points", "--store", store.url, "--locale", "en"]
    assert main(command) == 0
    assert "no delivery point" in capsys.readouterr().out
    declared(store, owner)
    declared(store, partner)
    assert main(command) == 0
    assert capsys.readouterr().out.split()[1:] == [f"prm:{CODE}", "owner", "partner"]
