"""The signature of a publication that a hand edited is named by the operator's check."""

from sqlalchemy import text

from synergie.policy import permit_operator
from synergie.storage.proof_soundness import unsound_proofs
from tests.exchange.people import NOW
from tests.pages.opening import Opening


def _named(opened: Opening) -> list[str]:
    with opened.place.store.read() as session:
        return [str(one) for one in unsound_proofs(permit_operator(now=NOW), session)]


def test_a_publication_moved_to_another_month_is_named(opened: Opening) -> None:
    assert _named(opened) == []
    with opened.place.store.engine.begin() as connection:
        moved = "UPDATE publication SET body = replace(body, :one, :two)"
        done = connection.execute(text(moved), {"one": '"2025-01"', "two": '"2025-02"'})
        assert done.rowcount == 1
    assert all("found period 2025-01; expected 2025-02" in one for one in _named(opened))
    assert _named(opened)
