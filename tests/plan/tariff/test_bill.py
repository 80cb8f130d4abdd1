"""Bills: cut where prices change, added up again, and refused where a figure is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.energy.plan.tariff.bill import bill, lot_prices, yearly
from synergie.energy.plan.tariff.tables import shipped
from synergie.energy.records.bill import Bill, BillLine
from synergie.energy.records.offer import Price, PriceParts, Subscription
from synergie.energy.records.tariff import (
    BilledTerms,
    ClassKwh,
    ClassOverrun,
    ClassPower,
    Fee,
    PeriodUse,
    PriceSchedule,
)
from synergie.errors import BadInput
from tests.plan.tariff.points import FOUR, IN_2026, LOT_2, OPTIONS, energy, terms

CENT = Decimal("0.01")


def use(begins: str, ends: str, **more: object) -> PeriodUse:
    """A use of these days; `HPH=100` gives energies."""
    kwh = {name: more.pop(name) for name in list(more) if name.isupper()}
    return PeriodUse.model_validate(
        {
            "from_date": begins,
            "to_date": ends,
            "energy": tuple({"time_class": k, "kwh": str(v)} for k, v in kwh.items()),
            **more,
        }
    )


def of(found: Bill, component: str) -> list[BillLine]:
    return [one for one in found.lines if one.component == component]


def amount(found: Bill, *components: str) -> Decimal:
    lines = [one for component in components for one in of(found, component)]
    return sum((one.amount_eur or Decimal(0) for one in lines), Decimal(0))


def test_a_period_that_crosses_two_versions_is_cut_there_by_days() -> None:
    found = bill(terms("BTINFMU4", 6), [use("2025-07-01", "2025-09-01", HPB=620, HCB=0)])
    july, august = of(found, "cg")
    assert (july.to_date, august.from_date) == (date(2025, 8, 1), date(2025, 8, 1))
    assert july.amount_eur == round(Decimal("16.92") * 31 / 365, 6)
    assert august.amount_eur == round(Decimal("16.80") * 31 / 365, 6)
    by_class = [one for one in of(found, "cs_energy") if one.time_class == "HPB"]
    assert [(one.quantity, one.unit_price) for one in by_class] == [
        (Decimal(310), Decimal("1.57")), (Decimal(310), Decimal("1.61")),
    ]  # fmt: skip
    assert "shared by days of its class" in found.assumptions[0].text
    assert [one.version for one in of(found, "accise")] == [date(2025, 2, 1), date(2025, 8, 1)]


def test_uses_that_end_where_prices_change_share_nothing() -> None:
    found = bill(
        terms("BTINFMU4", 6),
        [use("2025-07-01", "2025-08-01", HPB=500), use("2025-08-01", "2025-09-01", HPB=120)],
    )
    by_class = [one for one in of(found, "cs_energy") if one.time_class == "HPB"]
    assert [one.quantity for one in by_class] == [500, 120]
    assert not [one for one in found.assumptions if "shared by days" in one.text]


def test_a_leap_year_is_one_amount_a_day_of_it_a_366th() -> None:
    year = bill(terms("BTINFMU4", 6), [use("2024-01-02", "2025-01-01", HPH=1)])
    cg = Decimal("15.48") * 304 / 366 + Decimal("16.20") * 61 / 366
    assert round(amount(year, "cg"), 5) == round(cg, 5)


def test_the_days_of_a_real_invoice_of_a_leap_year_are_366ths() -> None:
    """F12 of June 2024: 0.02765 EUR a kW and day is 10.12 EUR a year by 366 days, not by 365."""
    assert round(Decimal("10.12") / 366, 5) == Decimal("0.02765")
    assert round(Decimal("10.09") / 365, 5) != Decimal("0.02765")


def test_subscriptions_up_to_36_kva_bear_the_reduced_vat_until_august_2025() -> None:
    found = bill(terms("BTINFCUST", 6), [use("2025-07-01", "2025-09-01", BASE=100)])
    assert [one.percent for one in found.vat] == [Decimal("5.5"), Decimal(20)]
    reduced = {(one.component, one.from_date) for one in found.lines if one.vat_percent != 20}
    july = date(2025, 7, 1)
    assert reduced == {("cg", july), ("cc", july), ("cs_fixed", july), ("cta", july)}
    assert found.ht_eur == sum(one.base_eur for one in found.vat)
    assert found.ttc_eur == found.ht_eur + sum(one.vat_eur for one in found.vat)


def test_above_36_kva_all_bears_20_percent() -> None:
    found = bill(terms("BTSUPCU", 60), [use("2025-08-01", "2025-09-01", HPB=100)])
    assert [one.percent for one in found.vat] == [20]


def test_a_month_of_a_c4_point_after_august_2026_by_hand() -> None:
    """60 kVA, short use, September 2026: CRE 2026-105, accise of the 1 August, CTA of 15 %."""
    found = bill(terms("BTSUPCU", 60), [use("2026-09-01", "2026-10-01", HPB=3000, HCB=1000)])
    said = {one: str(round(amount(found, one), 2)) for one in (
        "cg", "cc", "cs_fixed", "cs_energy", "cta", "accise",
    )}  # fmt: skip
    assert said == {
        "cg": "18.29", "cc": "23.99", "cs_fixed": "89.51", "cs_energy": "81.40", "cta": "19.77",
        "accise": "105.40",
    }  # fmt: skip
    (category,) = [one for one in found.assumptions if "economic activity" in one.text]
    assert category.values == ("17.08",)


def test_the_activity_is_no_matter_up_to_36_and_above_250_kva() -> None:
    for code, kva in (("BTINFMU4", 36), ("HTACU5", 300)):
        classes = {"HPB": 100}
        found = bill(terms(code, kva), [use("2026-06-01", "2026-07-01", **classes)])
        assert not [one for one in found.assumptions if "economic activity" in one.text]


def test_parts_of_a_price_are_lines_of_their_own() -> None:
    parts = PriceParts(
        supply=Decimal("105.58"), capacity=Decimal("0.97"), cee=Decimal("9.09"),
        guarantees=Decimal("1.52"),
    )  # fmt: skip
    prices = PriceSchedule(
        prices=(
            Price(
                tariff_code="BTINFMU4", time_class="HPH", eur_per_mwh=Decimal("117.16"), parts=parts
            ),
        ),
        subscriptions=(Subscription(tariff_code="BTINFMU4", eur_per_point=Decimal("36.50")),),
    )
    found = bill(terms("BTINFMU4", 6, prices=prices), [use("2026-01-01", "2026-02-01", HPH=1000)])
    told = {name: amount(found, name) for name in ("supply", "capacity", "cee", "guarantees")}
    assert told == {
        "supply": Decimal("105.58"), "capacity": Decimal("0.97"), "cee": Decimal("9.09"),
        "guarantees": Decimal("1.52"),
    }  # fmt: skip
    assert amount(found, "subscription") == Decimal("3.1")
    assert found.supply_eur == Decimal("120.26")
    assert found.ht_eur is not None  # three cells are missing, with no energy in them


def test_prices_of_the_year_of_delivery_come_first() -> None:
    prices = PriceSchedule(
        prices=(
            Price(tariff_code="BTINFCUST", time_class="BASE", eur_per_mwh=Decimal(90)),
            Price(tariff_code="BTINFCUST", time_class="BASE", eur_per_mwh=Decimal(80), year=2026),
        )
    )
    found = bill(
        terms("BTINFCUST", 6, prices=prices),
        [use("2025-12-01", "2026-01-01", BASE=1000), use("2026-01-01", "2026-02-01", BASE=1000)],
    )
    assert [one.amount_eur for one in of(found, "supply")] == [90, 80]


def test_prices_end_with_the_market() -> None:
    prices = LOT_2.model_copy(update={"valid_to": date(2026, 2, 1)})
    with pytest.raises(BadInput, match="a day the prices hold on"):
        bill(terms("BTINFCUST", 6, prices=prices), [use("2026-02-01", "2026-03-01", BASE=1)])


def test_overruns_are_billed_by_the_hour_above_36_kva_only() -> None:
    found = bill(terms("BTSUPCU", 60), [use("2026-01-01", "2026-02-01", HPH=1, overrun_hours="3")])
    assert amount(found, "cmdps") == Decimal("37.23")
    for code, kva in (("BTINFMU4", 6), ("HTACU5", 300)):
        with pytest.raises(BadInput, match="no such component"):
            bill(terms(code, kva), [use("2026-01-01", "2026-02-01", HPH=1, overrun_hours="3")])


def test_reactive_energy_of_a_year_lies_in_its_high_season() -> None:
    """A year from August on, 8,000 kVArh over the free 40 % of 15,000 kWh: 2,000, all at 2.44 c€.

    From September on one month is of the prices of August 2026, and it has no peak hour.
    """
    point = terms("HTACU5", 300).model_copy(update={"contract": "card"})
    used = {"POINTE": 5000, "HPH": 10000, "HCH": 1, "HPB": 1, "HCB": 1, "reactive_kvarh": "8000"}
    for month in ("08", "09"):
        made = bill(point, [use(f"2025-{month}-01", f"2026-{month}-01", **used)])
        (line,) = of(made, "reactive")
        assert (line.quantity, line.amount_eur) == (Decimal(2000), Decimal("48.80"))


def test_reactive_energy_is_billed_over_the_free_share_and_not_priced_without_a_price() -> None:
    """Above 36 kVA until July 2025 only: the price of TURPE 6 was not found."""
    month = [use("2025-03-01", "2025-04-01", HPH=1000, HCH=500, reactive_kvarh="450")]
    after = [use("2026-01-01", "2026-02-01", HPH=1000, HCH=500, reactive_kvarh="450")]
    assert of(bill(terms("BTSUPCU", 60), after), "reactive") == []
    unknown = bill(terms("BTSUPCU", 60), month)
    assert (unknown.ht_eur, of(unknown, "reactive")[0].quantity) == (None, Decimal(50))
    known = terms("BTSUPCU", 60).model_copy(update={"reactive_eur_per_kvarh": Decimal("0.02")})
    assert amount(bill(known, month), "reactive") == 1
    free = [use("2025-03-01", "2025-04-01", HPH=1000, reactive_kvarh="400")]
    assert of(bill(terms("BTSUPCU", 60), free), "reactive") == []
    small = [use("2026-01-01", "2026-02-01", HPH=1, reactive_kvarh="400")]
    assert of(bill(terms("BTINFMU4", 6), small), "reactive") == []


def test_cta_is_taken_of_the_fixed_part_at_the_rate_of_its_days() -> None:
    found = bill(terms("BTINFMU4", 6), [use("2026-01-01", "2026-03-01", HPH=59)])
    fixed = Decimal("111.52")
    assert [one.amount_eur for one in of(found, "cta")] == [
        round(fixed * 31 / 365 * Decimal("21.93") / 100, 6),
        round(fixed * 28 / 365 * 15 / 100, 6),
    ]


def test_what_the_vnu_pays_back_is_of_april_to_october_when_a_table_says_so(tmp_path: Path) -> None:
    (tmp_path / "vnu.csv").write_text(
        "mask,valid_from,valid_to,eur_per_mwh,source\n"
        "april_to_october,2026-01-01,2027-01-01,2.00,essai\n"
    )
    own = shipped().with_folder(tmp_path)
    months = [use("2026-03-01", "2026-04-01", HPH=1000), use("2026-04-01", "2026-05-01", HPB=1000)]
    assert amount(bill(terms("BTINFMU4", 6), months, own), "vnu") == -2
    assert of(bill(terms("BTINFMU4", 6), months), "vnu") == []


def test_fees_are_by_the_year_and_by_the_megawatt_hour() -> None:
    fee = Fee(
        label="groupement", eur_per_year=Decimal(12), eur_per_mwh=Decimal(1), vat_percent=Decimal(0)
    )
    told = terms("BTINFCUST", 6).model_copy(update={"fees": (fee,)})
    found = yearly(told, {"BASE": Decimal(2000)}, on=IN_2026)
    assert (found.other_eur, found.vat[0].percent) == (Decimal(14), Decimal(0))


def test_classes_are_known_by_the_names_that_bills_write() -> None:
    told = [use("2026-06-01", "2026-07-01", HPE=10, HCE=20)]
    assert bill(terms("BTINFMU4", 6), told).kwh == 30
    lower = PeriodUse(
        from_date=date(2026, 6, 1),
        to_date=date(2026, 7, 1),
        energy=(
            ClassKwh(time_class="hpe", kwh=Decimal(10)),
            ClassKwh(time_class="Hce", kwh=Decimal(20)),
        ),
    )
    assert bill(terms("BTINFMU4", 6), [lower]).lines == bill(terms("BTINFMU4", 6), told).lines


def test_a_total_cannot_be_told_apart_into_classes() -> None:
    with pytest.raises(BadInput, match="cannot be told apart") as caught:
        bill(terms("BTINFMU4", 6), [use("2026-06-01", "2026-07-01", BASE=10)])
    assert caught.value.where == "/uses/0/energy/BASE"


@pytest.mark.parametrize(
    ("code", "kva", "expected"),
    [("BTINFMU4", 42, "36 kVA at most"), ("BTSUPCU", 36, "more than 36 kVA")],
)
def test_36_kva_divide_the_options(code: str, kva: int, expected: str) -> None:
    with pytest.raises(BadInput, match=expected):
        yearly(terms(code, kva), {}, on=IN_2026)


@pytest.mark.parametrize(
    ("told", "where"),
    [((("HPH", 40), ("HCH", 40), ("HPB", 40)), "/powers/HCB"),
     ((("HPH", 40), ("HPH", 41), ("HCH", 60), ("HPE", 60), ("HCE", 60)), "/powers/HPH"),
     ((("BASE", 40),), "/powers/BASE"), (((None, 40), ("HPH", 42)), "/powers/HPH")],
)  # fmt: skip
def test_powers_are_one_a_class(told: Sequence[tuple[str | None, int]], where: str) -> None:
    powers = tuple(ClassPower(time_class=name, kva=Decimal(kva)) for name, kva in told)
    with pytest.raises(BadInput) as caught:
        yearly(BilledTerms(tariff_code="BTSUPCU", powers=powers), {}, on=IN_2026)
    assert caught.value.where == where


@pytest.mark.parametrize(
    ("uses", "expected"),
    [((), "at least one period"),
     ((("2026-01-01", "2026-02-01"), ("2026-01-31", "2026-03-01")), "do not overlap"),
     ((("2026-01-01", "2026-02-01"), ("2026-02-02", "2026-03-01")), "every day")],
    ids=["none", "overlap", "hole"],
)  # fmt: skip
def test_uses_follow_one_another(uses: Sequence[tuple[str, str]], expected: str) -> None:
    with pytest.raises(BadInput, match=expected):
        bill(terms("BTINFMU4", 6), [use(*one, HPH=1) for one in uses])


def test_days_that_no_table_covers_have_lines_without_an_amount_and_the_others_stand() -> None:
    """July by the grid of 2025-08, August without one: its accise and its supply are known."""
    found = bill(
        terms("BTINFMU4", 6, prices=LOT_2),
        [use("2026-07-01", "2026-08-01", HPB=310), use("2026-08-01", "2026-09-01", HPB=100)],
    )
    july = bill(terms("BTINFMU4", 6, prices=LOT_2), [use("2026-07-01", "2026-08-01", HPB=310)])
    august = date(2026, 8, 1)
    open_ = {one.component for one in found.lines if one.amount_eur is None}
    assert open_ == {"cg", "cs_fixed", "cs_energy", "cta"}, "CC is known"
    assert {one.from_date for one in found.lines if one.amount_eur is None} == {august}
    assert {one.source for one in found.lines if one.amount_eur is None} == {
        "turpe.csv, BTINFMU4: cg_eur, b, c_hph, c_hch, c_hpb, c_hcb"
    }
    assert (found.ht_eur, found.ttc_eur, found.network_eur, found.cta_eur) == (None,) * 4
    assert found.accise_eur == Decimal("12.63")  # 310 kWh at 30.85, 100 at 30.62
    assert july.ht_eur is not None and july.supply_eur is not None
    assert found.supply_eur is not None
    more = found.supply_eur - july.supply_eur + Decimal("3.06") + Decimal("22.67") * 31 / 365
    assert found.least_ht_eur is not None and abs(found.least_ht_eur - july.ht_eur - more) <= CENT
    (said,) = [one for one in found.assumptions if "no figures" in one.text]
    assert said.values[1:] == ("2026-08-01", "2026-08-31")
    assert not found.is_estimate


def test_an_estimate_takes_the_last_figures_and_says_so() -> None:
    uses = [use("2026-08-01", "2026-09-01", HPB=100)]
    found = bill(terms("BTINFMU4", 6), uses, estimates=True)
    as_before = bill(terms("BTINFMU4", 6), [use("2026-07-01", "2026-08-01", HPB=100)])
    assert found.is_estimate and not as_before.is_estimate
    assert {
        one.component for one in found.lines if one.source.startswith("turpe.csv, BTINFMU4")
    } == {"cg", "cs_fixed", "cs_energy", "cta"}
    (metering,), (before,) = of(found, "cc"), of(as_before, "cc")
    assert (metering.unit_price, before.unit_price) == (Decimal("22.67"), Decimal(22))
    assert amount(found, "cg", "cs_fixed", "cs_energy") == amount(
        as_before, "cg", "cs_fixed", "cs_energy"
    )
    assert found.ht_eur is not None and found.least_ht_eur is None
    (said,) = [one for one in found.assumptions if one.text.startswith("ESTIMATE")]
    assert said.values[0].startswith("turpe.csv, BTINFMU4")
    known = bill(terms("BTSUPCU", 60), uses, estimates=True)
    assert not known.is_estimate


def test_what_may_be_taken_off_and_is_not_known_leaves_no_least() -> None:
    found = bill(terms("BTSUPCU", 60), [use("2027-04-01", "2027-05-01", HPB=100)])
    assert of(found, "vnu")[0].amount_eur is None
    assert (found.ht_eur, found.least_ht_eur, found.accise_eur) == (None, None, None)
    assert found.network_eur is not None


def test_before_its_first_figures_a_table_is_not_prolonged() -> None:
    found = bill(terms("BTINFMU4", 6), [use("2023-07-01", "2023-08-01", HPB=1)], estimates=True)
    assert found.network_eur is None and not found.is_estimate


def test_a_year_at_the_prices_of_a_day_without_figures_is_not_priced() -> None:
    found = yearly(terms("BTINFMU4", 6), {"HPB": Decimal(100)}, on=date(2026, 8, 1))
    assert (found.ht_eur, found.network_eur, found.accise_eur) == (None, None, Decimal("3.06"))
    last = yearly(terms("BTINFMU4", 6), {"HPB": Decimal(100)}, on=date(2026, 7, 31))
    guess = yearly(terms("BTINFMU4", 6), {"HPB": Decimal(100)}, on=date(2026, 8, 1), estimates=True)
    assert guess.is_estimate and guess.network_eur is not None and last.network_eur is not None
    assert guess.network_eur - last.network_eur == Decimal("0.67"), "CC is known: 22.67, not 22.00"


def test_powers_are_looked_at_on_days_without_figures() -> None:
    with pytest.raises(BadInput, match="36 kVA at most"):
        bill(terms("BTINFMU4", 42), [use("2026-09-01", "2026-10-01", HPB=1)])


def test_a_printed_bill_adds_up_with_its_rounding() -> None:
    found = yearly(
        terms("BTINFMU4", 6, prices=LOT_2), energy("HPS full night, HC 22-06"), on=IN_2026
    )
    assert found.ht_eur is not None and found.rounding_eur is not None
    printed = sum((round_half_up(one.amount_eur) for one in found.lines), Decimal(0))
    assert printed + found.rounding_eur == found.ht_eur
    assert abs(found.rounding_eur) <= CENT * len(found.lines) / 2


def round_half_up(value: Decimal | None) -> Decimal:
    """To the cent by another way: whole tenths of a cent, five up."""
    assert value is not None
    sign, scaled = (-1, -value) if value < 0 else (1, value)
    return Decimal(sign * int(scaled * 100 + Decimal("0.5"))) / 100


# The oracle below shares no code with the engine: one day at a time, plain formulas.


@dataclass(frozen=True)
class Grid:
    since: date
    cg_cc: Decimal
    b: Decimal
    c: dict[str, Decimal]


def grid(since: date, cg_cc: str, b: str, c: str) -> Grid:
    prices = dict(zip(FOUR, map(Decimal, c.split()), strict=True))
    return Grid(since, Decimal(cg_cc), Decimal(b), prices)


MU4_GRIDS = [
    grid(date(2023, 8, 1), "35.40", "10.56", "6.12 4.24 1.39 0.87"),
    grid(date(2024, 11, 1), "37.08", "11.04", "6.39 4.43 1.46 0.91"),
    grid(date(2025, 2, 1), "39.36", "11.88", "6.89 4.77 1.57 0.98"),
    grid(date(2025, 8, 1), "38.80", "12.12", "7.00 3.73 1.61 1.11"),
]
CTA = [(date(2021, 8, 1), Decimal("21.93")), (date(2026, 2, 1), Decimal(15))]
ACCISE = [
    (date(2024, 1, 2), Decimal(21)), (date(2025, 2, 1), Decimal("33.7")),
    (date(2025, 8, 1), Decimal("29.98")), (date(2026, 2, 1), Decimal("30.85")),
]  # fmt: skip


def by_hand(begins: date, ends: date, kva: int, kwh: dict[str, Decimal]) -> Decimal:
    """HT of the network and taxes, a day at a time, energy shared by the days of its class."""
    total, day = Decimal(0), begins
    while day < ends:
        mu4 = [one for one in MU4_GRIDS if one.since <= day][-1]
        of_year = 366 if day.year % 4 == 0 else 365
        fixed = (mu4.cg_cc + mu4.b * kva) / of_year
        cta = [rate for since, rate in CTA if since <= day][-1]
        accise = [rate for since, rate in ACCISE if since <= day][-1]
        total += fixed * (1 + cta / 100)
        for name, amount_kwh in kwh.items():
            if not has_day(name, day):
                continue
            total += (
                amount_kwh / count_days(name, begins, ends) * (mu4.c[name] / 100 + accise / 1000)
            )
        day += timedelta(days=1)
    return total


def has_day(name: str, day: date) -> bool:
    """Whether the calendar has a class on a day: winter hours from November to March."""
    return name not in FOUR or name.endswith("H") == (day.month in {11, 12, 1, 2, 3})


def count_days(name: str, begins: date, ends: date) -> int:
    return sum(has_day(name, begins + timedelta(days=n)) for n in range((ends - begins).days))


DAYS = st.dates(date(2024, 1, 2), date(2026, 7, 31))
KWH = st.decimals(0, 100_000, places=3)


@given(DAYS, DAYS, st.integers(1, 36), st.tuples(KWH, KWH, KWH, KWH))
def test_any_period_costs_what_its_days_cost_one_by_one(
    one: date, other: date, kva: int, kwh: tuple[Decimal, ...]
) -> None:
    begins, ends = min(one, other), max(one, other) + timedelta(days=1)
    pairs = zip(FOUR, kwh, strict=True)
    told = {name: each for name, each in pairs if count_days(name, begins, ends)}
    energies = tuple(ClassKwh(time_class=name, kwh=each) for name, each in told.items())
    found = bill(
        terms("BTINFMU4", kva), [PeriodUse(from_date=begins, to_date=ends, energy=energies)]
    )
    assert found.ht_eur is not None
    # each rate of VAT has a base of its own, rounded once: half a cent each
    assert abs(found.ht_eur - by_hand(begins, ends, kva, told)) <= CENT * len(
        found.vat
    ) / 2 + Decimal("1e-9")


@given(DAYS, DAYS, DAYS, st.sampled_from(OPTIONS), st.tuples(KWH, KWH))
def test_a_bill_is_the_sum_of_the_bills_of_its_parts(
    one: date, other: date, third: date, code: str, kwh: tuple[Decimal, Decimal]
) -> None:
    begins, middle, ends = sorted((one, other, third))
    ends = max(ends, middle) + timedelta(days=1)
    if not begins < middle < ends:
        return
    name = "BASE" if code in {"BTINFCUST", "BTINFLU"} else "HC" if code == "BTINFMUDT" else "HCB"
    parts = [
        PeriodUse(from_date=a, to_date=b, energy=(ClassKwh(time_class=name, kwh=each),))
        for (a, b), each in zip(((begins, middle), (middle, ends)), kwh, strict=True)
    ]
    if any(one.energy[0].kwh and not count_days(name, one.from_date, one.to_date) for one in parts):
        return
    prices = lot_prices("p", {(code, name): Decimal("86.90")})
    told = terms(code, 9, prices=prices)
    whole, first, second = bill(told, parts), bill(told, parts[:1]), bill(told, parts[1:])
    grain = Decimal("0.000001") * (len(first.lines) + len(second.lines) + len(whole.lines))
    for component in ("cg", "cs_fixed", "cs_energy", "supply", "cta", "accise"):
        assert (
            abs(amount(whole, component) - amount(first, component) - amount(second, component))
            <= grain
        )
    assert whole.ht_eur is not None and first.ht_eur is not None and second.ht_eur is not None
    assert abs(whole.ht_eur - first.ht_eur - second.ht_eur) <= CENT * 3


@given(st.permutations(FOUR), st.tuples(KWH, KWH, KWH, KWH))
def test_the_order_of_classes_and_prices_changes_nothing(
    order: list[str], kwh: tuple[Decimal, ...]
) -> None:
    told = dict(zip(FOUR, kwh, strict=True))
    prices = LOT_2.model_copy(update={"prices": tuple(reversed(LOT_2.prices))})
    one = yearly(terms("BTINFMU4", 6, prices=LOT_2), told, on=IN_2026)
    other = yearly(terms("BTINFMU4", 6, prices=prices), {n: told[n] for n in order}, on=IN_2026)
    assert one == other


@given(st.tuples(KWH, KWH, KWH, KWH), st.tuples(KWH, KWH, KWH, KWH))
def test_energy_adds_up_and_nothing_used_costs_the_fixed_part(
    one: tuple[Decimal, ...], other: tuple[Decimal, ...]
) -> None:
    def ht(kwh: tuple[Decimal, ...]) -> Decimal:
        told = dict(zip(FOUR, kwh, strict=True))
        found = yearly(terms("BTINFCU4", 6, prices=LOT_2), told, on=IN_2026).ht_eur
        assert found is not None
        return found

    nothing = ht((Decimal(0),) * 4)
    assert nothing == Decimal("114.38")  # 99.46 and its CTA at 15 %
    both = ht(tuple(a + b for a, b in zip(one, other, strict=True)))
    assert abs(both + nothing - ht(one) - ht(other)) <= CENT * 2


@pytest.mark.parametrize(
    ("code", "kva", "month", "energy", "where"),
    [
        ("BTSUPCU4", 60, 8, {"HPB": 10, "HPH": 1}, "/uses/0/energy/HPH"),
        ("BTINFMU4", 6, 1, {"HCE": 1}, "/uses/0/energy/HCE"),
        ("HTACU5", 300, 11, {"Pointe": 1}, "/uses/0/energy/Pointe"),
        ("HTACUPM5", 300, 4, {"PM": 1}, "/uses/0/energy/PM"),
        ("BTINFMUDT", 6, 8, {"HPH": 1}, "/uses/0/energy/HPH"),
        ("T2", 0, 1, {"HPH": 1}, "/uses/0/energy/HPH"),
    ],
)
def test_a_class_that_the_calendar_has_on_no_day_of_its_use_is_refused(
    code: str, kva: int, month: int, energy: dict[str, int], where: str
) -> None:
    """Winter hours in August, summer hours in January, a peak outside of its months; of gas any."""
    told = tuple(ClassKwh(time_class=name, kwh=Decimal(kwh)) for name, kwh in energy.items())
    use = PeriodUse(from_date=date(2026, month, 1), to_date=date(2026, month, 28), energy=told)
    powers = () if code == "T2" else (ClassPower(time_class=None, kva=Decimal(kva)),)
    with pytest.raises(BadInput) as wrong:
        bill(BilledTerms(tariff_code=code, powers=powers), [use])
    assert wrong.value.where == where
    nothing = tuple(one.model_copy(update={"kwh": Decimal(0)}) for one in told)
    bill(BilledTerms(tariff_code=code, powers=powers), [use.model_copy(update={"energy": nothing})])


def test_an_overrun_of_the_peak_in_november_is_refused() -> None:
    use = PeriodUse(
        from_date=date(2026, 11, 1), to_date=date(2026, 12, 1), energy=(),
        overruns=(ClassOverrun(time_class="POINTE", kw=Decimal(20)),),
    )  # fmt: skip
    with pytest.raises(BadInput, match="/uses/0/overruns/POINTE"):
        bill(terms("HTACU5", 300), [use])
