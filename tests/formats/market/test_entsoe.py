"""Loads and prices of ENTSO-E: both forms of the table, every clock, and the real years."""

import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from synergie import formats
from synergie.calendar import day_bounds
from synergie.errors import BadInput, TooLarge
from synergie.formats import Report, checks
from synergie.formats.market import _entsoe, entsoe_load, entsoe_prices
from synergie.schemas.readings.market_curve import MarketCurve
from synergie.schemas.readings.profile import Profile
from tests.formats.market.tables import (
    LOAD,
    NEW_LOAD,
    NEW_PRICE,
    PARIS,
    PRICE,
    load_day,
    new_spans,
    price_day,
    spans,
    table,
)

START = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)]


def loads(data: bytes) -> tuple[list[MarketCurve], Report]:
    records, report = entsoe_load.read(io.BytesIO(data), Profile())
    return list(records), report


def numbers(curve: MarketCurve) -> list[float | None]:
    return [None if value is None else float(value) for value in curve.values]


def prices(data: bytes) -> tuple[list[MarketCurve], Report]:
    records, report = entsoe_prices.read(io.BytesIO(data), Profile())
    return list(records), report


def test_forecast_and_actual_are_two_curves_of_the_area() -> None:
    rows = zip(spans(START, 3), (1, 2, 3), (4, "N/A", 6), strict=True)
    (forecast, actual), report = loads(table(LOAD, rows))
    assert (forecast.zone, forecast.quantity, forecast.unit) == ("FR", "forecast_load", "MW")
    assert (actual.quantity, actual.start, actual.step) == ("actual_load", START, "PT1H")
    assert (numbers(forecast), numbers(actual)) == ([1, 2, 3], [4, None, 6])
    assert (forecast.provenance, forecast.source) == ("public", "entsoe-load")
    assert (report.kept, report.refusals, report.gaps) == (3, 0, [])


@pytest.mark.parametrize("blank", ["", "-", "N/A", "n/e", " "])
def test_a_blank_is_null_and_never_zero(blank: str) -> None:
    rows = zip(spans(START, 2), (5, 5), (blank, 0), strict=True)
    (_, actual), _ = loads(table(LOAD, rows))
    assert actual.values == [None, 0]


def test_a_curve_that_is_blank_all_along_is_left_out() -> None:
    (only,), _ = loads(load_day(date(2026, 6, 1)))
    assert only.quantity == "actual_load"


@pytest.mark.parametrize(("one", "hours"), DAYS)
@pytest.mark.parametrize("minutes", [15, 30, 60])
def test_local_days_are_whole_when_clocks_change(one: date, hours: int, minutes: int) -> None:
    (curve,), report = loads(load_day(one, minutes))
    assert len(curve.values) == hours * 60 // minutes
    assert (report.refusals, report.gaps) == (0, [])
    assert curve.start.astimezone(PARIS).hour == 0
    assert (curve.start + timedelta(hours=hours)).astimezone(PARIS).hour == 0


@pytest.mark.parametrize(("one", "hours"), DAYS)
def test_prices_by_quarters_are_whole_when_clocks_change(one: date, hours: int) -> None:
    (curve,), report = prices(price_day(one))
    assert (len(curve.values), curve.step, curve.unit) == (hours * 4, "PT15M", "EUR/MWh")
    assert report.refusals == 0


@pytest.mark.parametrize(("one", "hours"), DAYS)
def test_times_with_their_own_mark_need_no_order(one: date, hours: int) -> None:
    low = datetime(one.year, one.month, one.day, tzinfo=PARIS).astimezone(UTC)
    told = new_spans(low, hours, 60, PARIS, marked=True)
    rows = [(span, "BZN|FR", i, i) for i, span in enumerate(told)]
    (curve, _), report = loads(table(NEW_LOAD, reversed(rows)))
    assert curve.values == list(range(hours))
    assert checks.OUT_OF_ORDER.code in report.findings


def test_a_lone_hour_of_october_is_refused() -> None:
    text = load_day(date(2026, 10, 25)).decode().splitlines(keepends=True)
    twice = [i for i, line in enumerate(text) if line.startswith('"25/10/2026 02:00')]
    _, report = loads("".join(text[: twice[0]] + text[twice[0] + 1 :]).encode())
    assert [one.fault.check for one in report.refused] == [checks.LABEL_AMBIGUOUS.code]


def test_an_area_that_closes_the_header_has_no_cell_below_it() -> None:
    rows = zip(spans(START, 3), ("10.5", "", "-3.2"), ("EUR", "", "EUR"), strict=True)
    (only,), report = prices(table(PRICE, rows))
    assert (only.zone, numbers(only)) == ("FR", [10.5, None, -3.2])
    assert (report.kept, report.refusals) == (3, 0)


def test_a_row_of_two_cells_too_few_is_refused_still() -> None:
    _, report = prices(table(PRICE, [(spans(START, 1)[0], "10.5"), ("x", "1", "EUR", "", "")]))
    assert [one.fault.found for one in report.refused] == ["2 cells", "5 cells"]


@pytest.mark.parametrize("zone_of_time", ["CET", "CET/CEST"])
def test_a_country_in_the_header_is_its_code_and_its_clock_changes(zone_of_time: str) -> None:
    name = "Total Load [MW] - Bulgaria (BG)"
    head = (
        f"Time ({zone_of_time})",
        f"Day-ahead {name[:10]} Forecast{name[10:]}",
        f"Actual {name}",
    )
    low = day_bounds(date(2026, 10, 25), PARIS)[0]
    rows = ((span, i, 2 * i) for i, span in enumerate(spans(low, 25, 60, PARIS)))
    found, report = loads(table(head, rows))
    assert [(one.zone, one.start, len(one.values)) for one in found] == [("BG", low, 25)] * 2
    assert report.refusals == 0


def test_areas_of_one_file_are_apart() -> None:
    rows = [
        (span, area, i + more, "-")
        for i, span in enumerate(new_spans(START, 3))
        for area, more in (("BZN|FR", 0), ("BZN|DE-LU", 100))
    ]
    head = ("MTU (UTC)", *NEW_LOAD[1:])
    (french, german), _ = loads(table(head, rows))
    assert (french.zone, numbers(french)) == ("FR", [0, 1, 2])
    assert (german.zone, numbers(german)) == ("DE-LU", [100, 101, 102])


def test_prices_may_be_negative_and_have_cents() -> None:
    rows = zip(
        spans(START, 3, tz=PARIS), ("-83.04", "0", "874.01"), ["EUR"] * 3, [""] * 3, strict=True
    )
    (curve,), _ = prices(table(PRICE, rows))
    assert curve.values == [Decimal("-83.04"), 0, Decimal("874.01")]
    assert (curve.zone, curve.quantity) == ("FR", "day_ahead_price")


def test_another_auction_is_passed_over_and_told() -> None:
    rows = [
        (span, "BZN|DE-LU", name, price, "", "")
        for name, price in (("Sequence 2", 9), ("Sequence 1", 5))
        for span in new_spans(START, 4, 15)
    ]
    (curve,), report = prices(table(NEW_PRICE, rows))
    assert curve.values == [5] * 4
    assert any("4 rows of Sequence 2" in told for told in report.tell(str))


def test_rows_of_the_intraday_auctions_are_no_prices_of_the_day_ahead() -> None:
    told = new_spans(START, 2)
    rows = [
        (told[0], "BZN|FR", "Without Sequence", "", "x", "7"),
        (told[0], "BZN|FR", "Without Sequence", "5", "", ""),
        (told[1], "BZN|FR", "Without Sequence", "6", "", ""),
        (told[1], "BZN|FR", "Without Sequence", "", "x", "8"),
    ]
    (curve,), report = prices(table(NEW_PRICE, rows))
    assert curve.values == [5, 6]
    assert (report.kept, report.duplicates, report.refusals) == (2, 2, 0)


def library(rows: list[tuple[object, ...]]) -> bytes:
    head = (
        "InstanceCode", "DateTime(UTC)", "ResolutionCode", "AreaCode", "AreaDisplayName",
        "AreaTypeCode", "AreaMapCode", "ContractType", "Sequence", "Price[Currency/MWh]",
        "Currency", "UpdateTime(UTC)",
    )  # fmt: skip
    return "\n".join("\t".join(str(cell) for cell in row) for row in [head, *rows]).encode()


def entry(minute: int, price: object, **changes: str) -> tuple[object, ...]:
    told = {"step": "PT15M", "area": "FR", "contract": "Day-ahead", "sequence": "", "in": "EUR"}
    told |= changes
    return (
        7, f"2026-02-01 {minute // 60:02}:{minute % 60:02}:00.000", told["step"], "10YFR-RTE",
        "France (FR)", "BZN", told["area"], told["contract"], told["sequence"], price, told["in"],
        "2026-01-31 12:00:00",
    )  # fmt: skip


def test_tables_of_the_file_library_tell_step_area_and_market_in_columns() -> None:
    rows = [entry(15 * i, i) for i in range(5)]
    rows += [entry(0, 9, area="DE_LU", step="PT60M", sequence="1")]
    rows += [entry(15 * i, 50, contract="Intraday") for i in range(5)]
    rows += [entry(0, 70, sequence="2"), entry(0, 5, **{"in": "GBP"}), entry(0, 5, step="P1D")]
    (french, german), report = prices(library(rows))
    assert (french.zone, french.step, numbers(french)) == ("FR", "PT15M", [0, 1, 2, 3, 4])
    assert (german.zone, german.step, numbers(german)) == ("DE-LU", "PT1H", [9])
    assert [one.fault.where for one in report.refused] == ["/Currency", "/ResolutionCode"]
    assert len(report.notes) == 2
    with formats.read(library(rows)) as result:
        assert result.format == "entsoe-prices"
        assert len(list(result.records)) == 2


def test_a_second_other_value_is_refused_and_a_hole_is_told() -> None:
    told = spans(START, 5)
    rows = [(told[0], 1, 1), (told[0], 1, 1), (told[0], 2, 1), (told[3], 4, 4)]
    (_, actual), report = loads(table(LOAD, rows))
    assert actual.values == [1, None, None, 4]
    assert (report.kept, report.duplicates, report.refusals) == (2, 1, 1)
    assert report.refused[0].fault.check == checks.CONFLICTING_DUPLICATE.code
    assert [(gap.series, gap.n) for gap in report.gaps] == [
        ("FR/forecast_load", 2), ("FR/actual_load", 2)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "where"),
    [
        (("2026", "1", "1"), "/time"),
        (("31.02.2026 00:00 - 01.03.2026 00:00", "1", "1"), "/time"),
        (("01.01.2026 02:00 (XST) - 01.01.2026 03:00", "1", "1"), "/time"),
        (("01.01.0001 00:00 - 01.01.0001 01:00", "9" * 20, "1"), "/forecast_load"),
        (("01.01.2026 02:00 - 01.01.2026 03:00", "1", "1,5"), "/actual_load"),
        (("01.01.2026 02:00 - 01.01.2026 03:00", "1"), "row"),
    ],
)
def test_a_row_that_cannot_be_read_costs_only_itself(row: tuple[str, ...], where: str) -> None:
    good = [(span, 1, 1) for span in spans(START, 2)]
    _, report = loads(table(LOAD, [*good, row]))
    assert (report.kept, report.refusals) == (2, 1)
    assert report.refused[0].fault.where == where


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (("Datum", "x"), "a header of ENTSO-E"),
        (("MTU (PST)", "Area", "Actual Total Load (MW)"), "a zone of the header"),
        (("MTU (UTC)", "Actual Total Load (MW)"), "an area"),
        (("MTU (UTC)", "Area", "Actual Total Load (GW)"), "loads in MW"),
        (("MTU (UTC)", "Area", "Generation (MW)"), "a header of ENTSO-E"),
        (("MTU (UTC)", "Area", "Day-ahead Price (GBP/MWh)"), "prices in EUR/MWh"),
    ],
)
def test_another_table_is_refused_whole(head: tuple[str, ...], expected: str) -> None:
    with pytest.raises(BadInput, match=expected):
        loads(table(head, [("01.01.2026 00:00 - 01.01.2026 01:00", "1", "1")[: len(head)]]))
    with pytest.raises(BadInput):
        loads(b"")


def test_another_currency_and_a_missing_area_are_refused() -> None:
    told = spans(START, 2, tz=PARIS)
    _, report = prices(table(PRICE, [(told[0], 5, "EUR", ""), (told[1], 5, "GBP", "")]))
    assert report.refused[0].fault.where == "/Currency"
    _, report = loads(table(("MTU (UTC)", *NEW_LOAD[1:]), [(new_spans(START, 1)[0], "", 1, 1)]))
    assert report.refused[0].fault.where == "/Area"


def test_starts_alone_tell_the_step_by_their_difference() -> None:
    rows = [(span.partition(" - ")[0], i, i) for i, span in enumerate(spans(START, 4, 30))]
    (curve, _), _ = loads(table(LOAD, rows))
    assert (curve.step, numbers(curve)) == ("PT30M", [0, 1, 2, 3])
    with pytest.raises(BadInput, match="intervals of"):
        loads(table(LOAD, rows[:1]))


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_entsoe, "MAX_HELD", 2)
    with pytest.raises(TooLarge):
        loads(table(LOAD, ((span, 1, 1) for span in spans(START, 3))))


@pytest.mark.parametrize(
    ("year", "energy", "empty"), [(2022, "443280.6", 22), (2023, "425446.6", 5)]
)
def test_the_real_years_hold_what_their_source_says(
    shared: Path, year: int, energy: str, empty: int
) -> None:
    path = shared / f"data/load-weather-fr/entsoe_total_load_FR_{year}.csv"
    with formats.read(path) as result:
        assert result.format == "entsoe-load"
        forecast, actual = result.records
    assert isinstance(forecast, MarketCurve)
    assert isinstance(actual, MarketCurve)
    assert (result.report.kept, result.report.refusals, result.report.gaps) == (8_760, 0, [])
    assert (len(actual.values), actual.values.count(None)) == (8_760, empty)
    assert (len(forecast.values), forecast.values.count(None)) == (8_760, 0)
    known = [value for value in actual.values if value is not None]
    assert round(sum(known, Decimal(0)) / 1000, 1) == Decimal(energy)
    assert (actual.zone, actual.start) == ("FR", datetime(year, 1, 1, tzinfo=UTC))
    if year == 2023:
        at = datetime(2023, 3, 26, tzinfo=UTC) - actual.start
        assert actual.values[int(at.total_seconds()) // 3600] is None
