"""What was measured, as uses that invoices are compared with; nothing is completed."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from synergie.energy.plan.tariff.measured import select_finest_uses, uses_of_records
from synergie.energy.records.tariff import PeriodUse
from synergie.schemas.readings.invoice_line import InvoiceLine
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.readings.register_reading import RegisterReading
from tests.plan.tariff.test_curves import curve, local

POINT = "prm:99000000000017"


def index(day: datetime, value: int, **more: object) -> RegisterReading:
    told: dict[str, object] = {
        "supply_point": POINT, "unit": "Wh", "instant": day, "value": str(value), "source": "x",
        "grid": "distributor", "calendar": "DI000003", "register_class": "HPB",
        "provenance": "synthetic",
    }  # fmt: skip
    return RegisterReading.model_validate({**told, **more})


def period(begins: str, ends: str, kwh: object, **more: object) -> PeriodEnergy:
    told: dict[str, object] = {
        "name": "x", "supply_point": POINT, "from_date": begins, "to_date": ends,
        "energy_kwh": kwh, "provenance": "synthetic",
    }  # fmt: skip
    return PeriodEnergy.model_validate({**told, **more})


def test_index_after_index_is_the_energy_of_the_days_between() -> None:
    readings = [
        index(local(2026, 5, 1), 1_500_000), index(local(2026, 4, 1), 1_000_000),
        index(local(2026, 6, 1), 1_700_000),
        index(local(2026, 4, 1), 10_000, register_class="HCB"),
        index(local(2026, 5, 1), 40_000, register_class="HCB"),
        index(local(2026, 6, 1), 45_000, register_class="HCB"),
    ]  # fmt: skip
    april, may = uses_of_records(readings)[POINT]
    assert (april.from_date, april.to_date) == (date(2026, 4, 1), date(2026, 5, 1))
    assert {one.time_class: one.kwh for one in april.energy} == {"HPB": 500, "HCB": 30}
    assert {one.time_class: one.kwh for one in may.energy} == {"HPB": 200, "HCB": 5}


def test_a_day_on_which_a_class_was_not_read_bounds_no_energy() -> None:
    """HCB was not read on 1 May: April has no energy, and the two months have theirs whole."""
    days = local(2026, 4, 1), local(2026, 5, 1), local(2026, 6, 1), local(2026, 7, 1)
    readings = [index(day, n * 1000) for n, day in enumerate(days)]
    readings += [index(days[n], n * 100, register_class="HCB", meter=None) for n in (0, 2)]
    (both,) = uses_of_records(readings)[POINT]
    assert (both.from_date, both.to_date) == (date(2026, 4, 1), date(2026, 6, 1))
    assert {one.time_class: one.kwh * 1000 for one in both.energy} == {"HPB": 2000, "HCB": 200}
    totals = [index(day, n * 1100, register_class=None) for n, day in enumerate(days)]
    told = uses_of_records([*readings, *totals])[POINT]
    assert [
        (one.from_date.month, one.to_date.month, sum(each.kwh for each in one.energy) * 1000)
        for one in told
    ] == [(4, 5, 1100), (4, 6, 2200), (5, 6, 1100), (6, 7, 1100)]
    priced = [(one.from_date.month, len(one.energy)) for one in select_finest_uses(told)]
    assert priced == [(4, 2), (6, 1)], "two months by class, the third as its total: each day once"


def test_a_class_left_blank_makes_no_part_of_an_energy() -> None:
    april = ("2026-04-01", "2026-05-01")
    classes = [period(*april, "100", tariff_class="HPB"), period(*april, None, tariff_class="HCB")]
    assert uses_of_records(classes) == {}
    (use,) = uses_of_records([*classes, period(*april, "170")])[POINT]
    assert [(one.time_class, one.kwh) for one in use.energy] == [("BASE", Decimal(170))]


def test_a_change_of_meter_ends_one_day_and_begins_the_next() -> None:
    changed = local(2026, 5, 1)
    readings = [
        index(local(2026, 4, 1), 9_000_000), index(changed, 9_400_000),
        index(changed + timedelta(minutes=1), 0), index(local(2026, 6, 1), 250_000),
    ]  # fmt: skip
    april, may = uses_of_records(readings)[POINT]
    assert [one.energy[0].kwh for one in (april, may)] == [400, 250]


def test_an_index_that_falls_makes_no_energy() -> None:
    readings = [index(local(2026, 4, 1), 9_000), index(local(2026, 5, 1), 10)]
    assert uses_of_records(readings) == {}
    other = [index(local(2026, 4, 1), 0, register_class="HCB"),
             index(local(2026, 5, 1), 5_000, register_class="HCB"),
             index(local(2026, 6, 1), 9_000, register_class="HCB"),
             index(local(2026, 6, 1), 1_010)]  # fmt: skip
    (may,) = uses_of_records([*readings, *other])[POINT]
    assert (may.from_date, sum(one.kwh for one in may.energy)) == (date(2026, 5, 1), 5), (
        "half the classes of April would be half its energy"
    )


def test_the_calendar_with_more_classes_counts_once() -> None:
    april = ("2026-04-01", "2026-05-01")
    records = [
        period(*april, "100", tariff_class="HPB", grid="distributor", calendar="DI000003"),
        period(*april, "50", tariff_class="HCB", grid="distributor", calendar="DI000003"),
        period(*april, "150", tariff_class="BASE", grid="supplier", calendar="FC022034"),
        period(*april, "150", grid="distributor", calendar="DI000003"),
    ]
    (use,) = uses_of_records(records)[POINT]
    assert {one.time_class: one.kwh for one in use.energy} == {"HPB": 100, "HCB": 50}


def test_gas_exports_and_blanks_are_no_use() -> None:
    april = ("2026-04-01", "2026-05-01")
    records = [
        period(*april, "100", energy="gas"), period(*april, "100", direction="export"),
        period(*april, None), period(*april, "100", supply_point=None),
    ]  # fmt: skip
    assert uses_of_records(records) == {}


def test_a_curve_gives_its_whole_days_only() -> None:
    values = [None if n == 100 else 1000 for n in range(20 + 48 * 3)]
    uses = uses_of_records([curve(local(2026, 4, 1, 14), values)])[POINT]
    assert [(one.from_date, one.energy[0].kwh) for one in uses] == [
        (date(2026, 4, 2), Decimal(24)), (date(2026, 4, 4), Decimal(24)),
    ]  # fmt: skip
    assert {one.method for one in uses} == {"curve"}


def test_the_day_of_a_clock_change_is_whole_with_23_hours() -> None:
    (use,) = uses_of_records([curve(local(2026, 3, 29), [1000] * 46)])[POINT]
    assert use.energy[0].kwh == 23


def test_a_moment_in_utc_is_a_civil_day_in_its_zone() -> None:
    night = datetime(2026, 3, 31, 22, tzinfo=UTC)  # midnight in Paris
    (use,) = uses_of_records([index(night, 0), index(local(2026, 5, 1), 1000)])[POINT]
    assert use.from_date == date(2026, 4, 1)


def hours(*uses: PeriodUse) -> list[tuple[Decimal, str | None]]:
    return [(use.overrun_hours, use.overrun_source) for use in uses]


def test_hours_above_the_subscribed_power_are_those_that_the_meter_counted() -> None:
    """Two classes of a register of seconds: 3,600 and 7,200; its total is not added to them."""
    days = local(2026, 4, 1), local(2026, 5, 1), local(2026, 6, 1)
    readings = [index(day, 1000 * n) for n, day in enumerate(days)]
    for name, counted in (("HPB", (0, 3600, 3600)), ("HCB", (100, 7300, 7300))):
        readings += [
            index(day, each, quantity="overrun_time", unit="s", register_class=name)
            for day, each in zip(days, counted, strict=True)
        ]
    readings += [
        index(day, each, quantity="overrun_time", unit="s", register_class=None)
        for day, each in zip(days, (0, 10_800, 10_800), strict=True)
    ]
    april, may = uses_of_records(readings)[POINT]
    assert hours(april, may) == [(Decimal(3), "operator"), (Decimal(0), "operator")]
    fell = [*readings, index(local(2026, 5, 20), 0, quantity="overrun_time", unit="s")]
    assert hours(uses_of_records(fell)[POINT][1]) == [(Decimal(0), None)], "counted anew: unknown"


def test_hours_that_the_operator_billed_are_laid_over_the_days_of_readings() -> None:
    readings = [index(local(2026, 4, day), 1000 * day) for day in (1, 11, 21)]
    told = {
        "invoice": "F-1", "line": "1/1", "supply_point": POINT, "element": "FCDEPAS",
        "label": "Dépassement de puissance", "from_date": "2026-04-01", "to_date": "2026-04-21",
        "quantity": "6", "quantity_unit": "h", "amount_eur": "74.46", "source": "enedis-f12",
        "provenance": "synthetic",
    }  # fmt: skip
    billed = InvoiceLine.model_validate(told)
    uses = uses_of_records([*readings, billed])[POINT]
    assert hours(*uses) == [(Decimal(3), "operator")] * 2
    later = billed.model_copy(update={"to_date": date(2026, 4, 30)})
    assert {use.overrun_source for use in uses_of_records([*readings, later])[POINT]} == {None}
    energy = billed.model_copy(update={"label": "Soutirage", "element": "X"})
    assert {use.overrun_source for use in uses_of_records([*readings, energy])[POINT]} == {None}
