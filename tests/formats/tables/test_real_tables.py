"""Real tables beside the project: every figure of their SOURCE.md that this reader can give."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from synergie.formats import Report, read
from synergie.formats.format import Sample
from synergie.formats.tables import table_csv
from synergie.formats.tables.propose import propose
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.readings.profile import Profile
from tests.formats.tables.made import column, table

HOURLY = {"unit": "kWh", "direction": "import", "supply_point": "other:sample"}


def told(path: Path, answers: dict[str, str]) -> Profile:
    """The proposal for *path*, its questions answered."""
    found = propose(path)
    for question in found.questions:
        found = found.answered(question.field, answers[question.field])
    assert found.sure
    return found.profile


def curves(path: Path, profile: Profile) -> tuple[list[MeterCurve], Report]:
    with read(path, format="table-csv", profile=profile) as result:
        found = [one for one in result.records if isinstance(one, MeterCurve)]
    return found, result.report


def total(runs: list[MeterCurve]) -> Fraction:
    """Sum of all values, exactly."""
    return sum(
        (Fraction(repr(v)) for run in runs for v in run.values if v is not None), Fraction(0)
    )


def test_bethune_read_by_the_general_reader_gives_the_figures_of_its_own(shared: Path) -> None:
    path = shared / "data/lighting-consumption-bethune/eclairage-public.csv"
    with read(path, format="table-csv", profile=told(path, {"unit": "kWh"})) as result:
        found = [one for one in result.records if isinstance(one, PeriodEnergy)]
    years = {
        year: sum((one.energy_kwh or 0 for one in found if one.from_date.year == year), Decimal(0))
        for year in (2017, 2018, 2019)
    }
    assert [round(kwh, 3) for kwh in years.values()] == [
        Decimal("2227834.226"), Decimal("2285814.626"), Decimal("1896405.487"),
    ]  # fmt: skip
    assert round(sum(years.values()), 3) == Decimal("6410054.338")
    assert round(sum((one.cost_eur or 0 for one in found), Decimal(0)), 2) == Decimal("803911.94")
    assert {one.vat_included for one in found} == {None}
    assert (result.report.kept, result.report.refusals, len({one.name for one in found})) == (
        4354, 0, 128,
    )  # fmt: skip


@pytest.mark.parametrize("by", ["DateTime", "Date and Time"])
def test_two_days_by_the_minute_of_a_house_in_sceaux(shared: Path, by: str) -> None:
    path = shared / "data/household-1min-sceaux/household_power_consumption.csv"
    answers = {"unit": "kW", "direction": "import", "stamp": "start"}
    profile = told(path, {**answers, "supply_point": "other:sceaux"})
    if by == "Date and Time":  # 1/2/2007 is the first of February
        columns = (
            column("Date", "date"),
            column("Time", "time"),
            column("Global_active_power", "value", unit="kW"),
        )
        house = table("curve", *columns, supply_point="other:sceaux", decimal=".", dates="dmy")
        profile = Profile(stamp="start", table=house)
    runs, report = curves(path, profile)
    (run,) = runs
    assert (run.step, run.unit, len(run.values), report.kept) == ("PT1M", "kW", 2880, 2880)
    assert run.start.isoformat() == "2007-01-31T23:00:00+00:00"
    assert round(float(total(runs) / 60), 3) == 58.208


@pytest.mark.parametrize(
    ("name", "kwh"), [("electricity-hdd-only-hourly-sample-0", 3789.626),
                      ("gas-hdd-only-hourly-sample-0", 16878.262)],
)  # fmt: skip
def test_hourly_samples_of_uk_meters(shared: Path, name: str, kwh: float) -> None:
    path = shared / f"data/meters-uk/uk-{name}.csv.gz"
    runs, report = curves(path, told(path, HOURLY))
    (run,) = runs
    assert (run.step, len(run.values), report.kept, report.gaps) == ("PT1H", 23_508, 23_508, [])
    assert run.start.isoformat() == "2020-04-01T01:00:00+00:00"
    assert run.end is not None
    assert run.end.isoformat() == "2022-12-06T13:00:00+00:00"
    assert round(float(total(runs)), 3) == kwh
    assert run.quantity == ("gas_energy" if "gas" in name else "active_energy")


def test_a_sample_named_hourly_is_half_hourly_and_every_row_is_accounted_for(shared: Path) -> None:
    path = shared / "data/meters-uk/uk-electricity-hdd-only-hourly-sample-1.csv.gz"
    profile = told(path, HOURLY)
    as_utc = profile.model_copy(update={"time_zone": "UTC"})
    runs, report = curves(path, as_utc)
    assert {run.step for run in runs} == {"PT30M"}
    assert (report.kept, report.duplicates, report.refusals) == (22_521, 15, 0)
    assert report.kept + report.duplicates + report.refusals == 22_536
    assert sum(gap.n for gap in report.gaps) == 52  # 4 absent half-hours, and a day
    repeated = Fraction(repr(sum(_repeated(path))))
    assert round(float(total(runs) + repeated), 3) == 5558.486
    local = profile.model_copy(update={"time_zone": "Europe/London"})
    _, told_local = curves(path, local)
    kept = told_local.kept + told_local.duplicates + told_local.refusals
    assert (kept, told_local.refusals) == (22_536, 6)


def _repeated(path: Path) -> Iterator[float]:
    """Values of rows whose label came before, by a reader that is not ours."""
    import gzip

    seen = set[str]()
    for line in gzip.decompress(path.read_bytes()).decode().splitlines()[1:]:
        label, value = line.split(",")
        if label in seen:
            yield float(value)
        seen.add(label)


def test_no_file_of_another_kind_is_surely_a_table(shared: Path) -> None:
    taken = set()
    for path in sorted((shared / "data").rglob("*")):
        if path.suffix not in {".csv", ".xml", ".json", ".md", ".yml", ".tsv"}:
            continue
        sureness = table_csv.sniff(Sample(path.name, path.read_bytes()[: 64 * 1024]))
        assert sureness <= 0.55
        if sureness:
            taken.add(path.parent.name)
    assert taken == {"enedis-sge", "household-1min-sceaux", "lighting-consumption-bethune"}
