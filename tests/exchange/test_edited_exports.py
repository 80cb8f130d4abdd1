"""Signed texts of exports that a hand edited are named; what is whole is not."""

import json
from typing import Any

import pytest
from sqlalchemy import text

from synergie.exchange.trust.exports.exports import Exports
from synergie.policy import permit_operator, permit_own_data
from synergie.schemas.trust.agreement import Agreement
from synergie.storage.proof_soundness import unsound_proofs
from synergie.storage.store import Store
from tests.exchange.exporting import acknowledged, asked, now
from tests.exchange.people import NOW, Body

_OTHER = "eyJhbGciOiJFUzI1NiJ9.eyJqdGkiOiJ4In0.AAAA"


def _named(store: Store) -> list[str]:
    with store.read() as session:
        return [str(one) for one in unsound_proofs(permit_operator(now=NOW), session)]


def _edit(store: Store, column: str, value: Any) -> None:
    with store.engine.begin() as connection:
        connection.execute(text(f"UPDATE export SET {column} = :value"), {"value": value})  # noqa: S608


@pytest.fixture
def received(store: Store, desk: Exports, partner: Body, by_day: Agreement) -> str:
    made = desk.make(partner.caller, asked("sites", agreement=by_day.id), clock=now)
    desk.receive(partner.caller, made.id, acknowledged(made, partner), now=NOW)
    return made.id


@pytest.mark.parametrize("column", ["manifest", "recipient", "owner", "agreement", "receipt"])
def test_an_edited_export_is_named(store: Store, received: str, column: str) -> None:
    assert _named(store) == []
    value: str = _OTHER if column == "manifest" else "stranger"
    if column == "receipt":
        with store.engine.begin() as connection:
            kept = json.loads(connection.execute(text("SELECT receipt FROM export")).scalar_one())
        head, claims, signature = kept["jws"].split(".")
        kept["jws"] = f"{head}.{claims}.{signature[::-1]}"
        value = json.dumps(kept)
    _edit(store, column, value)
    assert any(f"export {received}, " in one for one in _named(store))


def test_only_the_operator_looks(store: Store, partner: Body) -> None:
    with store.read() as session, pytest.raises(TypeError):
        list(unsound_proofs(permit_own_data(partner.caller, action="read", now=NOW), session))
