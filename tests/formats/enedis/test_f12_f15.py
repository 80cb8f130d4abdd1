"""F12 and F15: lines of invoices, sums to the cent, what is energy and what is not."""

import io
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from synergie import formats
from synergie.errors import BadInput
from synergie.formats.enedis import f12, f15
from synergie.formats.format import Record
from synergie.formats.report import Report
from synergie.schemas.assets.supply_terms import SupplyTerms
from synergie.schemas.readings.invoice_line import InvoiceLine
from synergie.schemas.readings.profile import Profile
from tests.formats.enedis import flows
from tests.formats.enedis.flows import acheminement, billed


def lines(records: Sequence[Record]) -> list[InvoiceLine]:
    return [one for one in records if isinstance(one, InvoiceLine)]


def read12(data: bytes) -> tuple[list[Record], Report]:
    records, report = f12.read(io.BytesIO(data), Profile())
    return list(records), report


def read15(data: bytes) -> tuple[list[InvoiceLine], Report]:
    records, report = f15.read(io.BytesIO(data), Profile())
    return list(records), report


def test_the_real_f12_adds_up_to_52_euros_71(shared: Path) -> None:
    with formats.read(shared / "data/enedis-flux/f12.xml") as result:
        some = list(result.records)
    found = lines(some)
    assert result.format == "enedis-f12"
    assert [str(one.amount_eur) for one in found] == ["32.74", "-13.71", "27.87", "5.81"]
    assert sum(one.amount_eur for one in found) == Decimal("52.71")
    assert {one.supply_point for one in found} == {"prm:99131010441308"}
    assert {(one.from_date, one.to_date) for one in found} == {(date(2024, 6, 1), date(2024, 7, 1))}
    first, last = found[0].from_date, found[0].to_date
    assert first is not None
    assert last is not None
    assert (last - first).days == found[0].quantity == 30
    assert [one.element for one in found] == ["FCGEECHO", "FCGUECHO", "FCCOECHO", "FSOUECHO"]
    assert not any(one.is_energy for one in found)
    (terms,) = (one for one in some if isinstance(one, SupplyTerms))
    assert (terms.market_segment, terms.tariff_code) == ("C2", "HTACU5")
    assert {(one.value, one.unit) for one in terms.subscribed_powers} == {(Decimal(7), "kW")}
    assert [one.tariff_class for one in terms.subscribed_powers] == [
        "HCE", "HCH", "HPE", "HPH", "POINTE"
    ]  # fmt: skip
    assert "summary-differs" not in result.report.findings


def test_the_real_f15_is_a_penalty_of_48_euros_and_no_energy(shared: Path) -> None:
    with formats.read(shared / "data/enedis-flux/f15.xml") as result:
        (one,) = lines(list(result.records))
    assert result.format == "enedis-f15"
    assert (one.amount_eur, one.quantity, one.unit_price_eur) == (
        Decimal(-48),
        Decimal(2),
        Decimal(-24),
    )
    assert (one.supply_point, one.vat_code, one.is_energy) == ("prm:99510061232830", "NS", False)
    assert (one.from_date, one.to_date) == (date(2025, 1, 17), date(2025, 1, 18))
    assert result.report.findings["not-energy"].times == 1
    assert "FOURNISSEUR EXEMPLE" not in one.model_dump_json() + repr(result.report)


def test_only_a_quantity_in_kilowatt_hours_is_energy() -> None:
    units = ["kWh", "KWH", "MWh", "kVArh", "kW.j", "c.j", "UNITE", "EUR", None]
    found, report = read15(
        flows.f15(*(billed("1.00", Unite_Quantite=one) for one in units), total="9.00")
    )
    assert [one.is_energy for one in found] == [True] * 3 + [False] * 6
    assert report.findings["not-energy"].times == 6


def test_a_total_that_the_lines_do_not_make_is_found() -> None:
    _, report = read15(flows.f15(billed("1.10"), billed("2.20"), total="3.30"))
    assert "summary-differs" not in report.findings
    _, report = read15(flows.f15(billed("1.10"), billed("2.20"), total="3.31"))
    assert report.findings["summary-differs"].args == ("3.31 €", "3.30 €")
    _, report = read12(flows.f12(acheminement("1.10"), total="9"))
    assert report.findings["summary-differs"].args == ("9 €", "1.10 €")
    _, report = read12(flows.f12(acheminement("1.10"), total="rien"))
    assert (report.kept, "summary-differs" in report.findings) == (1, False)


def test_an_element_billed_over_two_periods_is_two_lines() -> None:
    one = acheminement("1.00")
    both = one.replace("</Element_Valorise>", one[one.index("<Acheminement>") :])
    records, _ = read12(flows.f12(both, total="2.00"))
    assert [one.line for one in lines(records)] == ["400000000001/1", "400000000001/2"]


def test_a_line_without_period_is_kept() -> None:
    (one,), _ = read15(flows.f15(billed("5", Date_Debut=None, Date_Fin=None), total="5"))
    assert (one.from_date, one.to_date, one.amount_eur) == (None, None, Decimal(5))


@pytest.mark.parametrize(
    ("more", "where"),
    [({"Montant_HT": ""}, "/Montant_HT"), ({"Montant_HT": "1,5"}, "/Montant_HT"),
     ({"Montant_HT": "NaN"}, "/Montant_HT"), ({"Date_Fin": "2026-05-01"}, ""),
     ({"Date_Debut": "2026-02-30"}, "/Date_Debut"), ({"Quantite": "x"}, "/Quantite"),
     ({"Id_EV": ""}, "/element"), ({"Prix_Unitaire": "1e3"}, "/Prix_Unitaire")],
)  # fmt: skip
def test_a_bad_line_is_refused_at_its_record(more: dict[str, object], where: str) -> None:
    told: dict[str, object] = {"amount": "1.00"} | more
    amount = told.pop("amount")
    found, report = read15(flows.f15(billed("2.00"), billed(amount, **told), total="2.00"))
    assert [one.amount_eur for one in found] == [2]
    assert report.refused[0].fault.where.startswith(f"record 2, {where}")
    assert report.kept + report.refusals == 2


@pytest.mark.parametrize("prm", ["123", "", None])
def test_a_lot_without_a_right_prm_is_refused_whole(prm: str | None) -> None:
    found, report = read15(flows.f15(billed("1"), billed("2"), total="3", prm=prm))
    assert (found, report.refusals, len(report.refused)) == ([], 2, 1)
    if prm is not None:
        records, report = read12(flows.f12(acheminement("1"), total="1", prm=prm))
        assert (records, report.refusals) == ([], 1)


def test_a_lot_without_a_tariff_has_lines_only_and_a_wrong_one_is_refused() -> None:
    records, _ = read12(flows.f12(acheminement("1"), total="1", tariff=None))
    assert len(records) == len(lines(records)) == 1
    records, report = read12(flows.f12(acheminement("1"), total="1", tariff="a b"))
    assert (records, report.refusals) == ([], 1)


def test_low_voltage_is_subscribed_in_kva() -> None:
    (terms, _), _ = read12(flows.f12(acheminement("1"), total="1", tariff="BTSUPCU4"))
    assert isinstance(terms, SupplyTerms)
    assert ({one.unit for one in terms.subscribed_powers}, terms.voltage_domain) == (
        {"kVA"}, "BT_ABOVE_36",
    )  # fmt: skip


def test_another_currency_is_refused() -> None:
    with pytest.raises(BadInput, match="EUR"):
        read12(flows.f12(acheminement("1"), total="1", currency="CHF"))


def test_who_lives_there_is_not_read() -> None:
    found, report = read15(flows.f15(billed("1"), total="1"))
    assert "DURAND" not in repr(found) + repr(report)
    assert "personal-data-dropped" in report.findings
