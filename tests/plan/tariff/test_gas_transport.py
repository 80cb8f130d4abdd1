"""Gas transport and storage by the highest day of a winter; made-up tables of an operator."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import ValidationError

from synergie.energy.plan.tariff.bill import bill
from synergie.energy.plan.tariff.gas import build_gas_use
from synergie.energy.plan.tariff.tables import Tables, shipped
from synergie.energy.records.bill import Bill
from synergie.energy.records.tariff import BilledTerms, GasTransport

MADE_UP = {
    "gas_zi": "profile_station,valid_from,valid_to,zi,source\n"
              "P012:ESSAI,2026-04-01,2027-04-01,0.0065,inventé\n",
    "gas_a": "network,valid_from,valid_to,a,source\nnetwork,2026-04-01,2027-04-01,1.02,inventé\n",
    "atrt_terms": "network,valid_from,valid_to,tcs_eur,tcr_eur,tcl_eur,storage_eur,source\n"
                  "network,2026-04-01,2026-11-01,100,90,40,200,inventé A\n"
                  "network,2026-11-01,2027-04-01,110,90,40,200,inventé B\n",
}  # fmt: skip
"""No figure of these is published: CJN = 250 × 0.0065 × 1.02 = 1.6575 MWh/d."""
OF = GasTransport(car_mwh=Decimal(250), profile="P012", station="ESSAI", ntr=3)
TERMS = BilledTerms(tariff_code="T2", billed_apart=("transport",), transport=OF)


def tables(folder: Path, *names: str) -> Tables:
    for name in names or MADE_UP:
        (folder / f"{name}.csv").write_text(MADE_UP[name], encoding="utf-8")
    return shipped().with_folder(folder)


def price(known: Tables, ends: date = date(2026, 11, 1)) -> Bill:
    return bill(TERMS, [build_gas_use(date(2026, 10, 1), ends, Decimal(12_000))], known)


def amounts(found: Bill, component: str) -> list[Decimal | None]:
    return [one.amount_eur for one in found.lines if one.component == component]


def test_transport_and_storage_are_those_of_the_highest_day_to_the_cent(tmp_path: Path) -> None:
    """1.6575 MWh/d × (100 + 3 × 90 + 40) = 679.575 €/y; October: 57.72; storage 28.15."""
    found = price(tables(tmp_path))
    assert amounts(found, "transport") == [Decimal("57.717329")]
    assert amounts(found, "storage") == [Decimal("28.154795")]
    (line,) = (one for one in found.lines if one.component == "transport")
    assert (line.unit_price, line.vat_percent, line.source) == (
        Decimal("679.575000"), Decimal(20), "inventé; inventé A",
    )  # fmt: skip


def test_a_change_of_the_terms_cuts_the_lines(tmp_path: Path) -> None:
    """November: 1.6575 × 420 × 30/365 = 696.15 × 30/365."""
    found = price(tables(tmp_path), date(2026, 12, 1))
    assert amounts(found, "transport") == [Decimal("57.717329"), Decimal("57.217808")]


def test_the_cell_that_is_missing_is_named_and_the_other_lines_stand(tmp_path: Path) -> None:
    for names, missing in (
        ((), ("gas_zi", "P012:ESSAI", "zi")),
        (("gas_zi",), ("gas_a", "network", "a")),
        (("gas_zi", "gas_a"), ("atrt_terms", "network", "tcs_eur")),
    ):
        folder = tmp_path / f"{len(names)}"
        folder.mkdir()
        found = price(tables(folder, *names) if names else shipped())
        assert missing in [(one.table, one.key, one.cell) for one in found.missing]
        assert amounts(found, "transport") == amounts(found, "storage") == [None]
        assert found.ht_eur is None and found.least_ht_eur is not None
        assert amounts(found, "atrd_energy") == [Decimal("153.480000")]


def test_terms_that_are_none_are_refused() -> None:
    for wrong in ({"car_mwh": "0"}, {"profile": "12"}, {"station": "a b"}, {"ntr": -1}):
        with pytest.raises(ValidationError):
            GasTransport.model_validate(OF.model_dump() | wrong)
