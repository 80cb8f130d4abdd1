"""Bills written out by hand from the published cells, each change of prices since August 2024.

`golden_bills.csv` has every line as an arithmetic of literal figures (days of 365 or 366, cells of
the grids, energies); nothing of it is found by the code that is tested. `?` is a cell that was not
found in a public text: the bill names it, the other lines stand, and the total is `at least`.
"""

import ast
import csv
import operator
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from synergie.energy.plan.tariff.bill import bill
from synergie.energy.records.bill import Bill
from synergie.energy.records.tariff import (
    BilledTerms,
    ClassKwh,
    ClassOverrun,
    ClassPower,
    PeriodUse,
)

GOLDEN: dict[str, dict[str, str]] = {
    row["name"]: row
    for row in csv.DictReader(
        Path(__file__).with_name("golden_bills.csv").read_text(encoding="utf-8").splitlines(),
        delimiter=";",
    )
}
_CENT = Decimal("0.01")


def cents(amount: Fraction) -> Decimal:
    """To the cent, halves up in size, from an exact fraction."""
    exact = Decimal(amount.numerator) / Decimal(amount.denominator)
    return exact.quantize(_CENT, ROUND_HALF_UP)


def compute(text: str) -> Fraction:
    """An arithmetic of literal figures, exact: + - * / and brackets."""

    def of(node: ast.AST) -> Fraction:
        if isinstance(node, ast.BinOp):
            return _HANDS[type(node.op)](of(node.left), of(node.right))
        if isinstance(node, ast.UnaryOp):
            return -of(node.operand)
        return Fraction(ast.get_source_segment(text, node) or "")

    return of(ast.parse(text, mode="eval").body)


_HANDS: dict[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def read_pairs(text: str, between: str = ",", of: str = "=") -> dict[str, str]:
    """`HPH=1,HCH=2` as a dictionary."""
    parts = (part.partition(of) for part in text.split(between) if part)
    return {name: value for name, _, value in parts}


def make_bill(row: Mapping[str, str]) -> Bill:
    """The bill of a row."""
    powers = read_pairs(row["kva"]) if "=" in row["kva"] else {"": row["kva"]} if row["kva"] else {}
    told = read_pairs(row["told"], " ")
    terms = BilledTerms.model_validate(
        {
            "tariff_code": row["fta"],
            "powers": tuple(
                ClassPower(time_class=name or None, kva=Decimal(kva))
                for name, kva in powers.items()
            ),
            "activity": told.get("activity", "unknown"),
            "contract": told.get("contract", "single"),
            "capacity_mwh_d": told.get("capacity"),
            "billed_apart": tuple(read_pairs(told.get("apart", ""))),
        }
    )
    quadratic = read_pairs(told.get("quadratic", ""), of=":")
    use = PeriodUse(
        from_date=date.fromisoformat(row["from"]),
        to_date=date.fromisoformat(row["until"]),
        energy=tuple(
            ClassKwh(time_class=name, kwh=Decimal(kwh))
            for name, kwh in read_pairs(row["kwh"]).items()
        ),
        overrun_hours=Decimal(told.get("overrun", "0")),
        overrun_source="operator" if "overrun" in told else None,
        overruns=tuple(
            ClassOverrun(time_class=name, kw=Decimal(kw)) for name, kw in quadratic.items()
        ),
        reactive_kvarh=Decimal(told.get("kvarh", "0")),
    )
    return bill(terms, [use])


def sum_lines(found: Bill) -> tuple[dict[str, Decimal], set[str]]:
    """The amounts of each component, as far as they are known; and those with a line without."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    unknown = set()
    for line in found.lines:
        sums[line.component] += line.amount_eur or 0
        if line.amount_eur is None:
            unknown.add(str(line.component))
    return dict(sums), unknown


@pytest.mark.parametrize("name", GOLDEN)
def test_a_bill_is_the_one_written_by_hand_to_the_cent(name: str) -> None:
    row = GOLDEN[name]
    found = make_bill(row)
    sums, unknown = sum_lines(found)
    expected: dict[str, Fraction] = {}
    for component, text in read_pairs(row["lines"], " ").items():
        known = text.removesuffix("+?").removesuffix("?")
        expected[component] = compute(known) if known else Fraction(0)
        assert (component in unknown) == text.endswith("?"), component
        assert sums[component].quantize(_CENT, ROUND_HALF_UP) == cents(expected[component]), (
            component
        )
    assert {one for one, eur in sums.items() if eur} <= set(expected), "no other line"
    least, total = cents(sum(expected.values(), Fraction(0))), row["ht"]
    if unknown:
        assert total == (">=" + str(least) if "vnu" not in unknown else "?")
        assert found.ht_eur is None
        assert found.least_ht_eur == (least if "vnu" not in unknown else None)
    else:
        bases = {rate: cents(compute(t)) for rate, t in read_pairs(row["bases"], " ").items()}
        assert {str(one.percent): one.base_eur for one in found.vat} == (
            bases or {"20.0": least}
        ), "of one rate, the whole is its base"
        assert total == str(found.ht_eur) == str(sum(bases.values()) or least)
    missing = {f"{one.table}:{one.key}:{one.cell}" for one in found.missing}
    wanted = {part for part in row["missing"].split(",") if part}
    assert wanted <= missing
    assert bool(wanted) == bool(missing)


@pytest.mark.parametrize(
    ("fta", "begins", "vat", "ttc"),
    [
        # (15.48 + 19.92 + 59.76) * 31/366 = 8.06; CTA 1.77; 4.37 * 400/100 = 17.48; accise 8.40
        ("BTINFCUST", "2024-10-01", {"5.5": "9.83", "20.0": "25.88"}, "41.43"),
        # (16.80 + 22.00 + 66.42) * 31/365 = 8.94; CTA 1.96; 4.84 * 400/100 = 19.36; accise 11.99
        ("BTINFCUST", "2025-10-01", {"20.0": "42.25"}, "50.70"),
    ],
)
def test_vat_of_subscriptions_is_reduced_until_august_2025(
    fta: str, begins: str, vat: dict[str, str], ttc: str
) -> None:
    row = {"fta": fta, "kva": "6", "from": begins, "until": begins[:5] + "11-01", "kwh": "BASE=400",
           "told": ""}  # fmt: skip
    found = make_bill(row)
    assert {str(one.percent): str(one.base_eur) for one in found.vat} == vat
    assert str(found.ttc_eur) == ttc
