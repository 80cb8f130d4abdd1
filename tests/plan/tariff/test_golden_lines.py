"""Lines of invoices written out by hand: what is lawful passes, what is not is found, by its rule.

`golden_lines.csv` has one line a row, with the amounts that a supplier would write; then errors are
planted in the lines of `golden_bills.csv`, whose amounts another test holds to the published cells.
"""

import csv
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from synergie.energy.plan.tariff.invoice import PerimeterPoint, control
from synergie.energy.records.tariff import Activity, ClassPower, Contract
from synergie.schemas.readings.invoice import InvoiceControl, InvoiceRow
from tests.plan.tariff.invoices import PRM, WORDS, rows_of, told
from tests.plan.tariff.test_golden_today import GOLDEN, make_bill, read_pairs

_LINES = {
    row["name"]: row
    for row in csv.DictReader(
        Path(__file__).with_name("golden_lines.csv").read_text(encoding="utf-8").splitlines(),
        delimiter=";",
    )
}


def point(
    fta: str, kva: str, activity: Activity, contract: Contract | None = None
) -> PerimeterPoint:
    """The point of a row, as its perimeter knows it."""
    powers = read_pairs(kva) if "=" in kva else {"": kva} if kva else {}
    return PerimeterPoint(
        supply_point=f"{'prm' if fta.startswith(('BT', 'HTA')) else 'pce'}:{PRM}",
        tariff_code=fta,
        powers=tuple(
            ClassPower(time_class=name or None, kva=Decimal(each)) for name, each in powers.items()
        ),
        activity=activity,
        contract=contract,
    )


@pytest.mark.parametrize("name", _LINES)
def test_a_line_written_by_hand_is_judged_by_the_law_of_its_days(name: str) -> None:
    row = _LINES[name]
    line = {
        "N° facture": "F-1", "PRM": PRM, "Marché": "", "FTA": row["fta"], "Composante": "Détail",
        "Libellé": WORDS[row["label"]], "Poste": row["poste"], "Du": row["du"], "Au": row["au"],
        "Quantité": row["quantity"], "Unité": row["unit"], "Prix unitaire": row["price"],
        "Unité prix": row["price_unit"], "Montant HT": row["amount"], "TVA": "",
    }  # fmt: skip
    activity: Activity = row["activity"]  # type: ignore[assignment]
    known = point(row["fta"], row["kva"], activity)
    found = look([line], known)
    assert [one.rule for one in found.findings] == [one for one in row["findings"].split() if one]


@pytest.mark.parametrize(
    ("fee", "rules"), [("18,29", ["cta"]), ("20,95", []), ("", [])], ids=["single", "card", "none"]
)
def test_a_cta_is_of_the_contract_that_the_management_fee_tells(fee: str, rules: list[str]) -> None:
    """By months under CARD: 15 % of (254.87 + 291.88 + 31.08 * 100) / 12 = 45.68; single: 45.28."""
    common = {
        "N° facture": "F-1", "PRM": PRM, "Marché": "", "FTA": "BTSUPLU4", "Composante": "Détail",
        "Poste": "", "Du": "01/11/2026", "Au": "30/11/2026", "Quantité": "", "Unité": "",
        "Prix unitaire": "", "Unité prix": "", "TVA": "",
    }  # fmt: skip
    amounts = {"cg": fee, "cc": "23,99", "cs_fixed": "255,45", "cta": "45,68"}
    lines = [
        {**common, "Libellé": WORDS[name], "Montant HT": eur}
        for name, eur in amounts.items()
        if eur
    ]
    found = look(lines, point("BTSUPLU4", "100", "economic"))
    assert [one.rule for one in found.findings if one.severity == "blocking"] == rules


type Rows = list[dict[str, str]]
_WHOLE = [name for name, row in GOLDEN.items() if not row["missing"] and row["ht"][0] not in "?>-"]


def invoice(name: str) -> tuple[Rows, PerimeterPoint]:
    """The lines of a bill, as its supplier would tell them, and its point."""
    row = GOLDEN[name]
    given = read_pairs(row["told"], " ")
    activity: Activity = given.get("activity", "unknown")  # type: ignore[assignment]
    contract: Contract | None = given.get("contract")  # type: ignore[assignment]
    return rows_of(make_bill(row), "F-1", PRM), point(row["fta"], row["kva"], activity, contract)


def look(rows: Rows, known: PerimeterPoint) -> InvoiceControl:
    """What the control finds; a table tells no kind of point, so that gas is told here."""
    found = told(rows)
    if known.supply_point.startswith("pce"):
        found = [one.model_copy(update={"rows": tuple(map(_of_gas, one.rows))}) for one in found]
    return control(found, points=[known])


def _of_gas(row: InvoiceRow) -> InvoiceRow:
    return row.model_copy(update={"supply_point": f"pce:{row.point_told}"})


@pytest.mark.parametrize("name", _WHOLE)
def test_no_lawful_line_is_blocked(name: str) -> None:
    found = look(*invoice(name))
    assert [one for one in found.findings if one.severity == "blocking"] == []


def _scale(row: dict[str, str], key: str, by: str) -> None:
    value = Decimal(row[key].replace(",", ".")) * Decimal(by)
    row[key] = str(value.quantize(Decimal("0.0001" if key != "Montant HT" else "0.01")))
    row[key] = row[key].replace(".", ",")


def _price(row: dict[str, str]) -> None:
    for key in ("Prix unitaire", "Montant HT"):
        _scale(row, key, "1.25")


def _amount(row: dict[str, str]) -> None:
    row["Montant HT"] = str(Decimal(row["Montant HT"].replace(",", ".")) + 1).replace(".", ",")


def _point(row: dict[str, str]) -> None:
    row["PRM"] = "99000000009999"


def _vat(row: dict[str, str]) -> None:
    row["TVA"] = "10"


type Fault = tuple[str, str, Callable[[dict[str, str]], None], frozenset[str]]
_FAULTS: tuple[Fault, ...] = (
    ("a management fee of one euro too many", "cg", _amount, frozenset({"network-price"})),
    ("a metering fee of one euro too many", "cc", _amount, frozenset({"network-price"})),
    ("a power of one euro too many", "cs_fixed", _amount, frozenset({"network-price"})),
    ("an energy of the network too dear", "cs_energy", _price, frozenset({"network-price"})),
    ("an energy that is not its product", "cs_energy", _amount, frozenset({"product"})),
    ("an accise at another rate", "accise", _price, frozenset({"accise"})),
    ("an accise that is not its product", "accise", _amount, frozenset({"product"})),
    ("a CTA of one euro too many", "cta", _amount, frozenset({"cta"})),
    ("a VAT at another rate", "accise", _vat, frozenset({"vat"})),
    ("a point of another body", "cg", _point, frozenset({"unknown-point"})),
)  # fmt: skip


def _iterate_planted() -> Iterator[tuple[str, Fault]]:
    for name in _WHOLE:
        for fault in _FAULTS:
            yield name, fault


def test_every_planted_error_is_found() -> None:
    """Ten kinds of errors in each lawful invoice: more than 200, each found by its rule."""
    planted, unseen = 0, []
    for name, (what, kind, change, rules) in _iterate_planted():
        rows, known = invoice(name)
        lines = [row for row in rows if row["Libellé"] == WORDS[kind]]
        priced = [row for row in lines if row["Montant HT"] not in {"0,00", "0.00"}]
        if not priced:
            continue
        change(priced[0])
        planted += 1
        found = look(rows, known)
        blocking = {one.rule for one in found.findings if one.severity == "blocking"}
        if not rules & blocking:
            unseen.append((name, what, blocking))
    assert not unseen, unseen
    assert planted >= 200


def test_each_day_is_judged_by_the_terms_of_that_day() -> None:
    """From C5 to C4 on 15 October 2025: two lawful rates of accise in one invoice."""
    small = point("BTINFMU4", "36", "economic")
    large = point("BTSUPCU4", "60", "economic")
    moved = date(2025, 10, 15)
    known = [
        PerimeterPoint(
            supply_point=small.supply_point, tariff_code=small.tariff_code, powers=small.powers,
            activity="economic", valid_to=moved,
        ),
        PerimeterPoint(
            supply_point=large.supply_point, tariff_code=large.tariff_code, powers=large.powers,
            activity="economic", valid_from=moved,
        ),
    ]  # fmt: skip

    def accise(begins: str, ends: str, price: str) -> dict[str, str]:
        return {
            "N° facture": "F-1", "PRM": PRM, "Marché": "", "FTA": "", "Composante": "Détail",
            "Libellé": WORDS["accise"], "Poste": "", "Du": begins, "Au": ends, "Quantité": "1000",
            "Unité": "kWh", "Prix unitaire": price, "Unité prix": "€/MWh", "Montant HT": price,
            "TVA": "",
        }  # fmt: skip

    before, after = ("01/10/2025", "14/10/2025"), ("15/10/2025", "31/10/2025")
    lawful = [accise(*before, "29,98"), accise(*after, "25,79")]
    assert control(told(lawful), points=known).findings == ()
    swapped = [accise(*before, "25,79"), accise(*after, "29,98")]
    found = control(told(swapped), points=known)
    assert [one.rule for one in found.findings] == ["accise", "accise"]
    over = [accise("01/10/2025", "31/10/2025", "27,50")]
    (crossed,) = control(told(over), points=known).findings
    assert (crossed.rule, crossed.severity, crossed.expected) == (
        "version-crossed", "warning", "27.682",
    )  # fmt: skip
