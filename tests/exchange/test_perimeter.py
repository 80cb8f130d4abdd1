"""A perimeter: one row a point, twelve months of one source, nothing added twice or made up."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.calendar import civil_days, day_bounds, load_time_zone, time_class
from synergie.exchange._reference import round_reference_energy, year_after, year_before
from synergie.exchange.assets.perimeter import Labelled, perimeter
from synergie.exchange.readings.days import build_day_schedule, parse_offpeak_windows
from synergie.purchase.exchange.needs import needs_of
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.perimeter import Perimeter, PerimeterRow, ReferenceYear
from synergie.schemas.assets.site import SiteRecord
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.assets.supply_terms import ReferenceEnergy, SubscribedPower, SupplyTerms
from synergie.schemas.readings.interval_reading import IntervalReading
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.readings.register_reading import RegisterReading

PARIS = load_time_zone("Europe/Paris")
POINT = "prm:99000000000017"
YEAR = 2025
HC = "HC (22H50-6H50)"


def month(year: int, number: int) -> date:
    return date(year + (number - 1) // 12, (number - 1) % 12 + 1, 1)


def period(start: date, end: date, kwh: object, **more: Any) -> PeriodEnergy:
    amount = None if kwh is None else Decimal(str(kwh))
    fields: dict[str, Any] = {"name": "École", "supply_point": POINT, "source": "enedis-r67"}
    return PeriodEnergy(
        **(fields | more), from_date=start, to_date=end, energy_kwh=amount, provenance="synthetic"
    )


def months(first: int = 1, n: int = 12, **more: Any) -> list[PeriodEnergy]:
    """A bill a civil month from January 2025 on: 100 kWh and its number."""
    return [
        period(month(YEAR, i), month(YEAR, i + 1), 100 + i, **more) for i in range(first, first + n)
    ]


def terms(**more: Any) -> SupplyTerms:
    fields: dict[str, Any] = {"supply_point": POINT, "valid_from": date(2026, 1, 1)}
    return SupplyTerms(**(fields | more), source="enedis-c68", provenance="synthetic")


def curve(
    start: date, end: date, *, watts: int = 1000, step: Any = "PT30M", **more: Any
) -> MeterCurve:
    low, high = (day_bounds(day, PARIS)[0] for day in (start, end))
    seconds = {"PT30M": 1800, "PT10M": 600, "PT1H": 3600}[step]
    fields: dict[str, Any] = {
        "supply_point": POINT,
        "quantity": "active_power",
        "form": "mean_power",
        "direction": "import",
        "unit": "W",
        "values": [watts] * (int((high - low).total_seconds()) // seconds),
    }
    return MeterCurve(**(fields | more), start=low, step=step, provenance="synthetic")


def built(*records: Any, **more: Any) -> Perimeter:
    labelled: list[Labelled] = [("made", record) for record in records]
    return perimeter(labelled, **more)


def row(*records: Any, **more: Any) -> PerimeterRow:
    (one,) = built(*records, **more).rows
    return one


def year(*records: Any, **more: Any) -> ReferenceYear:
    found = row(*records, **more).reference
    assert found is not None
    return found


def classes(found: ReferenceYear) -> dict[str, Decimal]:
    return {one.tariff_class: one.kwh for one in found.classes}


def test_twelve_bills_make_a_reference_year_to_the_day() -> None:
    found = year(*months())
    assert (found.method, found.total_kwh) == ("computed_12m", Decimal(1278))
    assert (found.from_date, found.to_date) == (date(2025, 1, 1), date(2026, 1, 1))
    assert (found.covered_days, found.prorated_days) == (Decimal(365), 0)
    assert found.source == "enedis-r67"


def test_the_latest_twelve_months_hold_when_there_are_more() -> None:
    found = year(*months(n=15))
    assert (found.from_date, found.to_date) == (date(2025, 4, 1), date(2026, 4, 1))
    assert found.total_kwh == sum(100 + i for i in range(4, 16))


def test_a_day_may_be_asked_for_and_cut_periods_count_in_proportion_and_are_said() -> None:
    found = year(*months(n=15), start=date(2025, 1, 11))
    assert (found.from_date, found.to_date) == (date(2025, 1, 11), date(2026, 1, 11))
    exact = Fraction(101 * 21, 31) + sum(range(102, 113)) + Fraction(113 * 10, 31)
    assert found.total_kwh == Decimal(round(exact * 1000)).scaleb(-3)
    assert found.prorated_days == 31
    remarks = built(*months(n=15), start=date(2025, 1, 11)).remarks
    assert any("31 days come from a period" in remark for remark in remarks)


def test_eleven_months_are_never_made_twelve() -> None:
    found = built(*months(n=11))
    (one,) = found.rows
    assert one.reference is not None
    assert (one.reference.method, one.reference.total_kwh) == ("partial", Decimal(1166))
    assert one.reference.covered_days == Decimal(334)
    assert any("only 334 of 365 days" in remark for remark in found.remarks)
    assert "Énergie annuelle de référence (kWh)" in {cell.column for cell in found.missing}


def test_a_blank_month_is_no_zero_and_leaves_the_year_partial() -> None:
    bills = months()
    bills[5] = period(month(YEAR, 6), month(YEAR, 7), None)
    found = year(*bills)
    assert (found.method, found.covered_days) == ("partial", Decimal(335))
    assert found.total_kwh == Decimal(1278 - 106)


def test_whole_twelve_months_hold_before_newer_ones_with_a_hole() -> None:
    bills = months(n=24)
    del bills[19]
    found = year(*bills)
    assert (found.method, found.to_date) == ("computed_12m", month(YEAR, 20))
    assert found.total_kwh == sum(100 + i for i in range(8, 20))


def test_periods_read_on_the_ninth_are_taken_whole_and_not_cut_at_months() -> None:
    reads = [
        period(month(YEAR, i).replace(day=9), month(YEAR, i + 1).replace(day=9), i)
        for i in range(1, 20)
    ]
    found = year(*reads)
    assert (found.from_date, found.to_date) == (date(2025, 8, 9), date(2026, 8, 9))
    assert (found.prorated_days, found.total_kwh) == (0, Decimal(sum(range(8, 20))))


def test_half_yearly_bills_are_cut_at_the_year_in_proportion_to_days() -> None:
    bills = [
        period(date(2025, 1, 3), date(2025, 7, 5), 183),
        period(date(2025, 7, 5), date(2026, 1, 6), 370),
    ]
    found = year(*bills)
    assert (found.from_date, found.to_date) == (date(2025, 1, 6), date(2026, 1, 6))
    assert (found.method, found.prorated_days) == ("computed_12m", 180)
    assert found.total_kwh == Decimal(180 + 370)


def test_bills_name_low_season_classes_otherwise_and_they_are_the_same() -> None:
    parts = [
        *(one for name in ("HPH", "HCH") for one in months(n=3, tariff_class=name)),
        *(one for name in ("HPE", "HCE") for one in months(4, 9, tariff_class=name)),
    ]
    found = year(*parts)
    assert set(classes(found)) == {"HPH", "HCH", "HPB", "HCB"}
    assert classes(found)["HPB"] == sum(range(104, 113))
    assert found.total_kwh == 2 * 1278


def test_two_grids_count_the_same_energy_and_are_never_added() -> None:
    both = [*months(grid="distributor"), *months(grid="supplier", tariff_class="BASE")]
    found = year(*both)
    assert found.total_kwh == Decimal(1278)
    assert found.source == "enedis-r67 (fournisseur)"  # it has a class, the other none


def test_the_grid_of_the_network_goes_first_when_both_have_classes() -> None:
    both = [
        *months(grid="supplier", tariff_class="BASE"),
        *months(grid="distributor", tariff_class="HP"),
    ]
    found = year(*both)
    assert (found.source, set(classes(found))) == ("enedis-r67 (distributeur)", {"HP"})


def test_a_total_beside_its_classes_is_not_added_to_them() -> None:
    parts = [*months(tariff_class="HP"), *months(tariff_class="HC")]
    totals = [
        one.model_copy(update={"tariff_class": None, "energy_kwh": Decimal(500)})
        for one in months()
    ]
    found = built(*parts, *totals)
    (one,) = found.rows
    assert one.reference is not None
    assert one.reference.total_kwh == Decimal(2 * 1278)
    assert any("do not add up to their total" in remark for remark in found.remarks)


def test_a_yearly_recap_beside_its_months_counts_once() -> None:
    recap = period(date(2025, 1, 1), date(2026, 1, 1), 1278)
    found = built(*months(), recap)
    (one,) = found.rows
    assert one.reference is not None
    assert one.reference.total_kwh == Decimal(1278)
    assert any("1 periods overlap" in remark for remark in found.remarks)


def test_the_same_bill_twice_counts_once_and_a_correction_beats_its_original() -> None:
    assert year(*months(), *months()).total_kwh == Decimal(1278)
    better = period(month(YEAR, 6), month(YEAR, 7), 6, quality="corrected")
    for order in ([*months(), better], [better, *months()]):
        found = built(*order)
        assert found.rows[0].reference is not None
        assert found.rows[0].reference.total_kwh == Decimal(1278 - 100)
        assert any("told with two energies" in remark for remark in found.remarks)


def test_energy_that_a_bill_takes_back_counts_and_covers_no_day() -> None:
    back = period(date(2025, 1, 1), date(2025, 7, 1), -78)
    found = year(*months(), back)
    assert (found.total_kwh, found.method) == (Decimal(1200), "computed_12m")
    assert year(*months(n=11), back).covered_days == Decimal(334)


def test_an_option_that_changed_leaves_the_total_only_and_it_is_said() -> None:
    parts = [*months(n=6, tariff_class="BASE"), *months(7, 6, tariff_class="HP")]
    found = built(*parts)
    (one,) = found.rows
    assert one.reference is not None
    assert (one.reference.total_kwh, one.reference.classes) == (Decimal(1278), ())
    assert any("classes changed" in remark for remark in found.remarks)


def test_fed_in_energy_is_not_drawn_and_points_of_production_are_left_out() -> None:
    assert built(*months(direction="export")).rows == ()
    producer = SupplyPointRecord(
        scheme="prm", code="99000000000025", market_segment="P4", personal_data="none",
        provenance="synthetic",
    )  # fmt: skip
    found = built(producer, *months())
    assert [one.supply_point for one in found.rows] == [POINT]
    assert any("1 points of production" in remark for remark in found.remarks)


def test_a_period_without_the_number_of_its_point_is_counted_and_never_matched_by_name() -> None:
    found = built(*months(), *(one.model_copy(update={"supply_point": None}) for one in months()))
    assert len(found.rows) == 1
    assert any(remark.startswith("12 periods name their point") for remark in found.remarks)


def test_a_curve_of_a_year_gives_the_total_and_no_class_without_offpeak_hours() -> None:
    made = curve(date(2025, 1, 1), date(2026, 1, 1))
    found = built(made, terms())
    (one,) = found.rows
    assert one.reference is not None
    assert (one.reference.total_kwh, one.reference.classes) == (Decimal(8760), ())
    assert one.load_curve is True
    assert any("off-peak hours are not known" in remark for remark in found.remarks)


@pytest.mark.parametrize("step", ["PT10M", "PT30M", "PT1H"])
def test_classes_of_a_curve_agree_with_a_count_of_minutes(step: str) -> None:
    """An oracle of its own: each minute of the year by its class, 1 kW all the time."""
    made = curve(date(2025, 1, 1), date(2026, 1, 1), step=step)
    found = classes(year(made, terms(offpeak_hours=HC)))
    offpeak = parse_offpeak_windows(HC)
    counts: dict[str, int] = {}
    for moment in minutes(date(2025, 1, 1), date(2026, 1, 1)):
        name = time_class(moment, PARIS, offpeak)
        counts[name] = counts.get(name, 0) + 1
    assert sum(counts.values()) == 8760 * 60
    assert {k: float(v) for k, v in found.items()} == pytest.approx(
        {name: n / 60 for name, n in counts.items()}, abs=0.0011
    )
    assert sum(found.values()) == Decimal(8760)


def minutes(start: date, end: date) -> Iterator[datetime]:
    moment, last = (day_bounds(day, PARIS)[0] for day in (start, end))
    while moment < last:
        yield moment
        moment += timedelta(minutes=1)


def test_the_schedule_of_every_day_fills_it_whatever_the_clocks_do() -> None:
    low, high = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC)
    lengths = set()
    for day in civil_days(low, high, PARIS):
        parts = build_day_schedule(day, PARIS, parse_offpeak_windows("HC (22H-6H;12H30-14H)"))
        length = int((day_bounds(day, PARIS)[1] - day_bounds(day, PARIS)[0]).total_seconds())
        assert [at for at, _, _ in parts[1:]] == [to for _, to, _ in parts[:-1]]
        assert (parts[0][0], parts[-1][1]) == (0, length)
        lengths.add(length)
    assert lengths == {82_800, 86_400, 90_000}


def test_a_curve_with_a_hole_counts_what_is_there_and_for_how_many_days() -> None:
    made = curve(date(2025, 1, 1), date(2026, 1, 1))
    values = list(made.values)
    values[100:148] = [None] * 48
    values[500] = values[600] = values[700] = None
    found = year(made.model_copy(update={"values": values}))
    assert found.method == "partial"
    assert found.covered_days == Decimal("363.937")  # 363.9375, rounded down
    assert found.total_kwh == Decimal("8734.5")


def test_the_same_curve_twice_and_day_by_day_counts_once() -> None:
    whole = curve(date(2025, 1, 1), date(2026, 1, 1))
    days = [
        curve(date(2025, 3, 1) + timedelta(i), date(2025, 3, 2) + timedelta(i)) for i in range(60)
    ]
    assert year(whole, whole).total_kwh == Decimal(8760)
    assert year(whole, *days).total_kwh == Decimal(8760)
    assert year(*days, whole).total_kwh == Decimal(8760)


def test_daily_energies_make_whole_civil_months() -> None:
    start = day_bounds(date(2024, 12, 20), PARIS)[0]
    made = MeterCurve(
        supply_point=POINT, quantity="active_energy", form="interval_energy", direction="import",
        unit="Wh", start=start, step="P1D", values=[1000] * 400, provenance="synthetic",
    )  # fmt: skip
    found = year(made)
    assert (found.from_date, found.to_date) == (date(2025, 1, 1), date(2026, 1, 1))
    assert (found.total_kwh, found.source) == (Decimal(365), "made")


def test_what_has_classes_goes_before_a_newer_total_of_the_same_year() -> None:
    daily = MeterCurve(
        supply_point=POINT, quantity="active_energy", form="interval_energy", direction="import",
        unit="Wh", start=day_bounds(date(2025, 1, 1), PARIS)[0], step="P1D", values=[1000] * 420,
        provenance="synthetic",
    )  # fmt: skip
    assert year(daily, *months(tariff_class="BASE")).source == "enedis-r67"
    old = [period(month(2020, i), month(2020, i + 1), 5, tariff_class="BASE") for i in range(1, 13)]
    assert year(daily, *old).source == "made"


def test_indexes_at_midnight_give_the_energy_between_them() -> None:
    def reading(day: date, value: int, name: str = "HP", meter: str = "m1") -> RegisterReading:
        return RegisterReading(
            supply_point=POINT, unit="Wh", grid="distributor", calendar="DI000002",
            register_class=name, meter=meter, instant=day_bounds(day, PARIS)[0],
            value=Decimal(value), source="enedis-r151", provenance="synthetic",
        )  # fmt: skip

    readings = [
        reading(month(YEAR, i), 1000 * i * (1 + (name == "HC")), name)
        for i in range(1, 14)
        for name in ("HP", "HC")
    ]
    found = year(*readings)
    assert (classes(found), found.total_kwh) == (
        {"HP": Decimal(12), "HC": Decimal(24)},
        Decimal(36),
    )
    renewed = [reading(month(YEAR, i), 1000 * (i % 7), "HP") for i in range(1, 14)]
    found = year(*renewed)  # the register that went down is another one
    assert (found.method, found.total_kwh) == ("partial", Decimal(11))
    lacking = [one for one in readings if (one.register_class, one.instant.month) != ("HC", 5)]
    found = year(*lacking)  # HC was not read on 1 June: of May and June the sum alone is known
    assert (found.total_kwh, found.covered_days) == (Decimal(36), Decimal(365))
    ends = {"HC": day_bounds(month(YEAR, 9), PARIS)[1], "HP": day_bounds(month(YEAR, 13), PARIS)[1]}
    found = year(*(one for one in readings if one.instant < ends[one.register_class or ""]))
    assert (found.method, found.total_kwh) == ("partial", Decimal(24)), "HP alone is no energy"
    both = [*renewed, *(one for one in readings if one.register_class == "HC")]
    assert year(*both).total_kwh == Decimal(11 + 22), "where HP went down HC is no energy either"


def test_an_interval_of_gas_days_is_a_period_and_an_odd_one_is_counted() -> None:
    def gas(start: datetime, end: datetime) -> IntervalReading:
        return IntervalReading(
            supply_point="pce:99000000000017", quantity="gas_energy", unit="kWh", start=start,
            end=end, value=Decimal(10), source="grdf-adict", provenance="synthetic",
        )  # fmt: skip

    starts = [day_bounds(month(YEAR, i), PARIS)[0] + timedelta(hours=6) for i in range(1, 14)]
    found = year(*(gas(a, b) for a, b in pairwise(starts)))
    assert (found.total_kwh, found.method) == (Decimal(120), "computed_12m")
    odd = built(gas(starts[0], starts[1] + timedelta(hours=1)))
    assert any("do not cover whole civil days" in remark for remark in odd.remarks)


def test_a_row_takes_what_flows_lists_and_defaults_tell_in_that_order() -> None:
    point = SupplyPointRecord(
        scheme="prm", code="99000000000017", site="EP-1", market_segment="C5",
        tariff_code="BTINFCUST", subscribed_power_kva=9.0, personal_data="none",
        provenance="synthetic",
    )  # fmt: skip
    site = SiteRecord(
        external_id="EP-1", name="École du centre", kind="building", insee_code="54430",
        provenance="synthetic",
    )  # fmt: skip
    flow = terms(
        market_segment="C4",
        tariff_code="BTSUPCU",
        meter_type="PME-PMI",
        subscribed_powers=(
            SubscribedPower(tariff_class="HPH", value=Decimal(36), unit="kVA"),
            SubscribedPower(tariff_class="HCE", value=Decimal(42), unit="kVA"),
        ),
        holder_siret="24540060100010",
    )
    given_row = PerimeterRow(
        supply_point=POINT, member="Commune d'Essai", market_segment="C5", green_percent=0,
        load_curve=False, provenance="synthetic",
    )  # fmt: skip
    found = built(point, site, flow, given_row, siret="21540430000011", entry=date(2027, 1, 1))
    (one,) = found.rows
    assert (one.market_segment, one.tariff_code, one.meter_type) == ("C4", "BTSUPCU", "PME-PMI")
    assert [(p.tariff_class, int(p.value)) for p in one.subscribed_powers] == [
        ("HPH", 36),
        ("HCB", 42),
    ]
    assert (one.site_name, one.insee_code, one.usage) == ("École du centre", "54430", "building")
    assert (one.member, one.member_siret) == ("Commune d'Essai", "24540060100010")
    assert (one.green_percent, one.load_curve) == (0, False)
    assert (one.entry_date, one.power_unit) == (date(2027, 1, 1), "kVA")
    assert any("market_segment is C5 in the list" in remark for remark in found.remarks)


def test_a_cabinet_says_what_its_delivery_point_feeds() -> None:
    cabinet = CabinetRecord(
        external_id="A-1", name="Place de la mairie", insee_code="54430", supply_point=POINT,
        subscribed_power_kva=6.0, provenance="synthetic",
    )  # fmt: skip
    one = row(cabinet)
    assert (one.usage, one.site_name, one.insee_code) == (
        "public_lighting",
        "Place de la mairie",
        "54430",
    )
    assert [(p.tariff_class, int(p.value)) for p in one.subscribed_powers] == [(None, 6)]


def test_newer_terms_hold_and_older_ones_that_still_hold_fill_their_blanks() -> None:
    old = terms(valid_from=date(2024, 1, 1), supplier="Ancien", market_segment="C5")
    ended = terms(valid_from=date(2023, 1, 1), valid_to=date(2024, 1, 1), meter_type="bleu")
    one = row(ended, old, terms(market_segment="C4"))
    assert (one.market_segment, one.supplier, one.meter_type) == ("C4", "Ancien", None)


def test_powers_in_classes_that_a_tender_has_not_are_left_blank_unless_all_are_the_same() -> None:
    def with_powers(*values: int) -> SupplyTerms:
        powers = tuple(
            SubscribedPower(tariff_class=f"X{i}", value=Decimal(value), unit="kVA")
            for i, value in enumerate(values)
        )
        return terms(subscribed_powers=powers)

    assert [p.value for p in row(with_powers(12, 12)).subscribed_powers] == [12]
    found = built(with_powers(12, 18))
    assert found.rows[0].subscribed_powers == ()
    assert any("subscribed powers are in classes" in remark for remark in found.remarks)


def test_a_declared_energy_is_said_to_be_declared_and_gives_way_to_a_computed_one() -> None:
    flow = terms(annual_energy=(ReferenceEnergy(kwh=Decimal(900), method="declared"),))
    assert (year(flow).method, year(flow).total_kwh) == ("declared", Decimal(900))
    assert year(flow, *months()).method == "computed_12m"


def test_rows_are_in_order_and_each_missing_cell_says_what_for_and_where() -> None:
    other = [one.model_copy(update={"supply_point": "prm:99000000000009"}) for one in months()]
    found = built(*months(), *other)
    assert [one.supply_point[-2:] for one in found.rows] == ["09", "17"]
    assert all(cell.purpose and cell.where for cell in found.missing)
    assert {cell.column for cell in found.missing if cell.supply_point == POINT} >= {
        "Membre", "Segment", "FTA", "Fin du contrat", "Courbe de charge",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("HC (22H50-6H50)", [("22:50", "06:50")]),
        ("HC (0H30-7H30;13H-14H)", [("00:30", "07:30"), ("13:00", "14:00")]),
        ("22:00-06:00", [("22:00", "06:00")]),
        ("HC (22H00-24H00)", [("22:00", "00:00")]),
        ("HC (25H00-6H00)", []),
        ("HC (22H99-6H00)", []),
        ("heures de nuit", []),
        (None, []),
    ],
)
def test_offpeak_windows_are_read_as_bills_write_them(
    text: str | None, expected: list[tuple[str, str]]
) -> None:
    assert [(f"{a:%H:%M}", f"{b:%H:%M}") for a, b in parse_offpeak_windows(text)] == expected


@given(
    st.dictionaries(
        st.sampled_from(["HPH", "HCH", "HPB", "HCB"]), st.fractions(0, 10**6), min_size=1
    )
)
def test_rounded_classes_add_up_and_none_is_off_by_a_watt_hour(exact: dict[str, Fraction]) -> None:
    total, parts = round_reference_energy(exact)
    assert sum(part.kwh for part in parts) == total
    assert abs(Fraction(total) - sum(exact.values())) <= Fraction(1, 2000)
    for part in parts:
        assert abs(Fraction(part.kwh) - exact[part.tariff_class]) < Fraction(1, 1000)


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_a_year_before_and_after_is_365_or_366_days_away(day: date) -> None:
    assert (day - year_before(day)).days in (365, 366)
    assert (year_after(day) - day).days in (365, 366)


@given(st.lists(st.integers(20, 45), min_size=14, max_size=30), st.data())
def test_energy_of_any_periods_lies_within_what_they_hold(
    lengths: list[int], data: st.DataObject
) -> None:
    """Whatever the lengths of the periods: one kWh a day makes as many kWh as days."""
    bills, day = [], date(2024, 1, 7)
    for length in lengths:
        after = day + timedelta(length)
        if data.draw(st.integers(0, 9)):
            bills.append(period(day, after, length))
        day = after
    if not bills:
        return
    found = year(*bills)
    assert found.total_kwh == found.covered_days
    assert found.days in (365, 366)
    assert (found.method == "computed_12m") == (found.covered_days == found.days)


def test_a_filled_perimeter_becomes_the_needs_of_a_plan_and_a_partial_year_does_not() -> None:
    flow = terms(market_segment="C5", tariff_code="BTINFCUST", holder_siret="24540060100010")
    cabinet = CabinetRecord(external_id="A-1", supply_point=POINT, provenance="synthetic")
    problem, left = needs_of(built(flow, cabinet, *months()).rows)
    (point,) = problem.points
    assert left == ()
    assert (point.id, point.member, point.usage) == (
        "99000000000017",
        "24540060100010",
        "public_lighting",
    )
    assert [(e.time_class, e.mwh) for e in point.energy] == [("BASE", Decimal("1.278"))]
    assert [lot.id for lot in problem.lots] == ["lot-ep"]
    problem, (cell,) = needs_of(built(flow, cabinet, *months(n=11)).rows)
    assert (problem.points, cell.column) == ((), "Énergie annuelle de référence (kWh)")
