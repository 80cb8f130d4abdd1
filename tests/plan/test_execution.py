"""The execution of a contract: tunnel, switches, revised prices, bounds; each figure by hand."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from synergie.cli import main
from synergie.purchase.plan.execution import compute_revised_price, follow_market
from synergie.purchase.records.execution import MarketExecution, PriceRevision

TERMS: dict[str, Any] = {
    "lot": "lot-c5", "supplier": "Fournisseur A", "starts": "2027-01-01", "ends": "2029-01-01",
    "volume_mwh": "1000", "notice_days": 30,
    "tunnel": {"below": 0.1, "above": 0.1, "below_eur_per_mwh": "5", "above_eur_per_mwh": "12"},
}  # fmt: skip
REVISION = {
    "base_eur_per_mwh": "80.00", "date_zero": "2026-11-24", "index": "Cal-27 Base",
    "base_index": "64", "fixed_share": 0.15, "months": 12,
}  # fmt: skip
ON = date(2027, 6, 1)


def market(terms: dict[str, Any] | None = None, **more: Any) -> MarketExecution:
    return MarketExecution.model_validate_json(
        json.dumps({"terms": {**TERMS, **(terms or {})}, **more})
    )


def move(point: str, kind: str, mwh: str, day: str = "2027-03-01", **more: Any) -> dict[str, Any]:
    done = {"requested": "2027-01-20", "switched": day, "index_known": True, "first_bill": day}
    return {"point": point, "kind": kind, "day": day, "mwh": mwh, **done, **more}


@pytest.mark.parametrize(
    ("moves", "mwh", "share", "state", "due"),
    [
        ([], "1000", 0, "inside", "0.00"),
        ([move("p", "entry", "79")], "1079", 0.79, "inside", "0.00"),
        ([move("p", "entry", "80")], "1080", 0.8, "alert", "0.00"),
        ([move("p", "entry", "100")], "1100", 1, "alert", "0.00"),
        ([move("p", "entry", "100.5")], "1100.5", 1.005, "outside", "6.00"),
        ([move("p", "exit", "150")], "850", 1.5, "outside", "250.00"),
        ([move("p", "entry", "150"), move("q", "exit", "120")], "1030", 0.3, "inside", "0.00"),
        ([move("p", "entry", "150", "2027-07-01")], "1000", 0, "inside", "0.00"),
    ],
)
def test_entries_and_exits_are_counted_against_the_tunnel(
    moves: list[dict[str, Any]], mwh: str, share: float, state: str, due: str
) -> None:
    volume = follow_market(market(moves=moves), ON).volume
    assert (volume.mwh, volume.state, volume.due_eur) == (Decimal(mwh), state, Decimal(due))
    assert volume.share == pytest.approx(share)


def test_without_a_clause_nothing_is_due() -> None:
    volume = follow_market(market({"tunnel": None}, moves=[move("p", "exit", "900")]), ON).volume
    assert (volume.state, volume.share) == ("no_tunnel", None)
    assert not volume.due_eur


def test_each_move_has_its_next_step_and_its_day() -> None:
    blank = {"requested": None, "switched": None, "index_known": False, "first_bill": None}
    moves = [
        move("a", "entry", "1", "2027-06-20", **blank),
        move("b", "exit", "1", "2027-07-15", **blank),
        move("c", "entry", "1", "2027-05-15", switched=None, index_known=False, first_bill=None),
        move("d", "entry", "1", index_known=False, first_bill=None),
        move("e", "entry", "1", first_bill=None),
        move("f", "entry", "1"),
    ]
    steps = follow_market(market(moves=moves), ON).switches
    assert [(one.point, one.step, one.by, one.late) for one in steps] == [
        ("a", "request", date(2027, 5, 21), True),
        ("b", "request", date(2027, 6, 15), False),
        ("c", "switch", date(2027, 5, 15), True),
        ("d", "index", None, False),
        ("e", "first_bill", None, False),
    ]


def test_a_revised_price_is_that_of_the_formula() -> None:
    """80 x (0.15 + 0.85 x 70.4 / 64) = 80 x 1.085 = 86.80."""
    price = {"starts": "2027-11-24", "index_value": "70.4", "eur_per_mwh": "86.80"}
    terms = {"revision": REVISION}
    right = follow_market(market(terms, prices=[price]), date(2028, 1, 1))
    assert (right.prices, right.remarks) == ((), ())
    wrong = follow_market(market(terms, prices=[{**price, "eur_per_mwh": "88"}]), date(2028, 1, 1))
    (found,) = wrong.prices
    assert (found.expected_eur_per_mwh, found.eur_per_mwh) == (Decimal("86.80"), Decimal(88))


@given(st.integers(1, 20_000), st.integers(1, 20_000), st.integers(0, 100))
def test_a_revised_price_keeps_its_ends(base: int, index: int, percent: int) -> None:
    one = PriceRevision.model_validate_json(
        json.dumps(REVISION | {"base_index": str(base), "fixed_share": percent / 100})
    )
    price = compute_revised_price(one, Decimal(index))
    ends = sorted((Decimal(80), Decimal(80) * index / base))
    assert ends[0] - Decimal("0.005") <= price <= ends[1] + Decimal("0.005")
    assert compute_revised_price(one, Decimal(base)) == Decimal("80.00")


@pytest.mark.parametrize(
    ("terms", "more", "on", "said"),
    [
        ({"framework_starts": "2025-01-01", "framework_ends": "2029-01-02"}, {}, ON,
         "the framework agreement lasts over 4 years"),
        ({"framework_starts": "2025-01-01", "framework_ends": "2027-01-01"}, {}, ON,
         "not concluded inside its framework agreement"),
        ({"maximum_mwh": "5000"}, {"bought_mwh": "4000"}, ON, "1000 MWh are left"),
        ({"maximum_mwh": "5000"}, {"bought_mwh": "5001"}, ON, "1 MWh were bought beyond"),
        ({"revision": REVISION}, {}, date(2027, 11, 24), "a revision was due on 24/11/2027"),
        ({}, {"prices": [
            {"starts": "2027-01-01", "index_value": "1", "eur_per_mwh": "80"},
            {"starts": "2027-02-01", "index_value": "1", "eur_per_mwh": "81"}]}, ON,
         "the price is firm, and 2 prices were billed"),
        ({"revision": REVISION}, {"prices": [
            {"starts": "2027-01-01", "index_value": "64", "eur_per_mwh": "80"},
            {"starts": "2027-12-31", "index_value": "64", "eur_per_mwh": "80"}]}, ON,
         "revised again on 31/12/2027, before its period"),
    ],
)  # fmt: skip
def test_what_the_law_or_the_contract_does_not_allow_is_told(
    terms: dict[str, Any], more: dict[str, Any], on: date, said: str
) -> None:
    (remark,) = follow_market(market(terms, **more), on).remarks
    assert said in remark.tell(str)


@pytest.mark.parametrize(
    ("terms", "more", "on"),
    [
        ({"framework_starts": "2025-01-01", "framework_ends": "2029-01-01"}, {}, ON),
        ({"maximum_mwh": "5000"}, {"bought_mwh": "3999.9"}, ON),
        ({"revision": REVISION}, {}, date(2027, 11, 23)),
    ],
)
def test_its_twin_is_quiet(terms: dict[str, Any], more: dict[str, Any], on: date) -> None:
    assert follow_market(market(terms, **more), on).remarks == ()


@pytest.mark.parametrize(
    "terms", [{"ends": "2027-01-01"}, {"framework_starts": "2026-01-01"}, {"volume_mwh": "-1"}]
)
def test_terms_that_contradict_themselves_are_refused(terms: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        market(terms)


def test_the_command_says_it_and_ends_with_1_when_something_is_to_be_done(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "marche.json"
    path.write_text(market(moves=[move("p1", "exit", "150", switched=None)]).model_dump_json())
    asked = ["purchase", "execution", str(path), "--on", "2027-06-01"]
    assert main(["--locale", "fr", *asked]) == 1
    said = capsys.readouterr().out
    assert "Volume\u00a0: 850,000 MWh par an" in said and "hors du tunnel" in said
    assert "250,00\u00a0€" in said.replace("\u202f", "\u00a0").replace(" €", "\u00a0€")
    assert "p1" in said and "en retard" in said
    assert main([*asked, "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["volume"]["state"] == "outside"
    path.write_text(market().model_dump_json())
    assert main(asked) == 0
    assert main([*asked[:-1], "demain"]) == 2
