"""Who changes who knows a published sum takes its turn before it looks: of two, one sees the other.

On PostgreSQL two that looked first would both pass, each before the other was there.
"""

from collections.abc import Callable
from typing import Any

import pytest

from synergie.exchange.assets import supply_points
from synergie.exchange.assets.supply_points import SupplyPoints
from synergie.exchange.publication import released_sums as _released_sums
from synergie.exchange.readings import _undo
from synergie.exchange.readings.deposits import Deposits
from synergie.exchange.trust.agreements import Agreements
from synergie.schemas.trust.agreement import Agreement
from synergie.storage import head
from synergie.storage.store import Store
from tests.exchange.people import NOW, Body, point, terms

type Make = Callable[..., Agreement]


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is done in which order: turns, looks, numbers."""
    done: list[str] = []

    def noted(where: Any, name: str, said: str) -> None:
        call = getattr(where, name)

        def told(*given: Any, **named: Any) -> Any:
            done.append(said)
            return call(*given, **named)

        monkeypatch.setattr(where, name, told)

    noted(_released_sums, "take_turn", "turn")
    noted(_released_sums, "names_opened", "look")
    noted(_released_sums, "years_with", "look")
    noted(_undo, "take_turn", "turn")
    noted(head, "take_sequence_numbers", "number")
    noted(supply_points, "note_shared", "look")
    return done


def test_a_declared_point_waits_before_it_looks(
    store: Store, owner: Body, steps: list[str]
) -> None:
    SupplyPoints(store).publish(owner.caller, [point()], now=NOW)
    assert steps[0] == "turn"
    assert "look" in steps
    assert steps.index("number") > steps.index("look")


def test_a_proposed_and_an_accepted_agreement_wait_before_they_look(
    store: Store, owner: Body, partner: Body, things: dict[str, str], steps: list[str]
) -> None:
    book = Agreements(store)
    selector = {"sites": [things["s1"]]}
    made = book.draft(owner.caller, terms(owner, partner, selector), now=NOW)
    for body, act in ((owner, "propose"), (partner, "accept")):
        steps.clear()
        book.act(body.caller, made.id, act, signature=body.sign(made), now=NOW)  # type: ignore[arg-type]
        assert steps.index("turn") < steps.index("look")


def test_an_undone_point_waits_before_it_takes_a_number(
    store: Store, owner: Body, steps: list[str]
) -> None:
    """Numbers are a lock, too: taken in the other order, two would wait for one another."""
    receipt = SupplyPoints(store).publish(owner.caller, [point()], now=NOW)
    steps.clear()
    Deposits(store).undo(owner.caller, receipt.id, now=NOW)
    assert steps.index("turn") < steps.index("number")
