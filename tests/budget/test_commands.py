"""`synergie budget` from files: a draft, next year, a workbook, and why a year cost more."""

import json
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from synergie import formats
from synergie.budget.records.budget import BudgetForecast, BudgetRow, CostExplanation
from synergie.cli import main
from synergie.energy.plan.power.burn import burn_hours
from synergie.energy.records.power import LightingUse
from synergie.schemas.readings.period_energy import PeriodEnergy
from tests.formats.weather.tables import row, table

SCHOOL, STREET = "prm:99000000000017", "prm:99000000000025"
FIRST, LAST = date(2005, 1, 1), date(2027, 1, 1)
LAMPS = LightingUse(installed_w=1, longitude=6.13, latitude=48.77)
PRICES = [
    {"from_date": "2024-01-01", "eur_per_mwh": "200", "eur_per_year": "365"},
    {"from_date": "2026-01-01", "eur_per_mwh": "250", "eur_per_year": "365"},
]


def outside(day: date) -> float:
    """A mean temperature without chance: a wave a year, and years a little apart."""
    angle = 2 * np.pi * day.timetuple().tm_yday / 365.25
    return round(float(11 - 9 * np.cos(angle)) + (day.year % 5 - 2) / 2, 1)


def list_days(starts: date, ends: date) -> list[date]:
    return [starts + timedelta(days=i) for i in range((ends - starts).days)]


def draw_school(day: date) -> Decimal:
    return Decimal(f"{50 + 6 * max(0.0, 15 - outside(day)):.3f}")


def sum_school(year: int) -> Decimal:
    return sum(map(draw_school, list_days(date(year, 1, 1), date(year + 1, 1, 1))), Decimal(0))


def energy(point: str, starts: date, ends: date, kwh: Decimal) -> PeriodEnergy:
    return PeriodEnergy(
        name="École" if point == SCHOOL else "Rue Haute", supply_point=point, from_date=starts,
        to_date=ends, energy_kwh=kwh, provenance="synthetic",
    )  # fmt: skip


def run(capsys: pytest.CaptureFixture[str], *args: object) -> tuple[int, str, str]:
    code = main([*map(str, args), "--locale", "fr"])
    told = capsys.readouterr()
    out, err = (text.replace("\u202f", " ").replace("\u00a0", " ") for text in told)
    return code, out, err


def write(path: Path, records: Sequence[PeriodEnergy]) -> Path:
    with path.open("wb") as sink:
        formats.write(records, sink, format="monthly-csv")
    return path


def point(key: str, **changes: Any) -> dict[str, Any]:
    fields = {"point": key, "member": "pompey", "name": key, "service": "Écoles",
              "use": "building", "prices": PRICES}  # fmt: skip
    return fields | changes


@pytest.fixture(scope="module")
def weather(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every day of 22 years at one station."""
    path = tmp_path_factory.mktemp("meteo") / "Q_67.csv"
    rows = (
        row(f"{d:%Y%m%d}", round(t - 4, 1), round(t + 4, 1), t)
        for d, t in ((day, outside(day)) for day in list_days(FIRST, LAST))
    )
    path.write_bytes(table(rows))
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A school by days and lamps by bills of two months, over two years; a request of both."""
    school = [energy(SCHOOL, d, d + timedelta(days=1), draw_school(d))
              for d in list_days(date(2025, 1, 1), LAST)]  # fmt: skip
    edges = [date(2025 + m // 12, m % 12 + 1, 1) for m in range(0, 25, 2)]
    lamps = [
        energy(STREET, low, high, Decimal(f"{4 * burn_hours(LAMPS, low, high):.3f}"))
        for low, high in pairwise(edges)
    ]
    write(tmp_path / "ecole.csv", school)
    write(tmp_path / "rue.csv", lamps)
    request = {
        "title": "Énergie", "vat_included": True, "station": "67124001",
        "points": [
            point(SCHOOL),
            point(STREET, service="Éclairage", use="lighting", lighting=LAMPS.model_dump(),
                  works=[{"from_date": "2027-07-01", "name": "LED", "remaining_share": "0.4"}]),
        ],
    }  # fmt: skip
    (tmp_path / "budget.json").write_text(json.dumps(request))
    return tmp_path


def inputs(folder: Path, weather: Path) -> tuple[object, ...]:
    return (
        "--readings",
        folder / "ecole.csv",
        "--readings",
        folder / "rue.csv",
        "--weather",
        weather,
    )


def check_lamps(lamps: BudgetRow) -> None:
    """Half a year at 4 kW, and half at four tenths of it."""
    halves = (burn_hours(LAMPS, date(2027, 1, 1), date(2027, 7, 1)),
              burn_hours(LAMPS, date(2027, 7, 1), date(2028, 1, 1)))  # fmt: skip
    expected = 4 * (halves[0] + 0.4 * halves[1])
    assert float(lamps.kwh.p50) == pytest.approx(expected, rel=0.01)
    assert lamps.eur is not None
    assert float(lamps.eur.p50) == pytest.approx(expected * 0.25 + 365, rel=0.01)


def test_next_year_is_foreseen_in_euros_by_service_and_month(
    folder: Path, weather: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = folder / "2027.json"
    files = ("--out", out, "--out", folder / "vote.xlsx", "--out", folder / "vote.html")
    code, said, wrong = run(
        capsys, "budget", "forecast", folder / "budget.json", *inputs(folder, weather),
        "--year", 2027, *files,
    )  # fmt: skip
    assert code == 0, wrong
    assert wrong == ""
    assert said.startswith("2027 : ")
    assert "une chance sur dix de dépasser" in said
    assert "À voter : " in said
    found = BudgetForecast.model_validate_json(out.read_bytes())
    rows = {(one.service, one.point, one.month): one for one in found.rows}
    check_lamps(rows["Éclairage", None, None])
    school = rows["Écoles", None, None]
    past = [
        sum(map(draw_school, list_days(date(y, 1, 1), date(y + 1, 1, 1))))
        for y in range(2007, 2027)
    ]
    assert float(school.kwh.p50) == pytest.approx(
        float(np.median([float(p) for p in past])), rel=0.01
    )
    assert school.kwh.p10 < school.kwh.p50 < school.kwh.p90
    assert found.weather_years == tuple(range(2026, 2006, -1))
    assert found.effects is not None
    assert found.effects.works < 0
    assert not found.total.partial
    pages = (folder / "vote.html").read_text("utf-8")
    assert "Par service" in pages
    assert (folder / "vote.xlsx").read_bytes()[:2] == b"PK"


def test_half_the_sum_is_not_the_sum_of_halves_but_months_are_near_the_year(
    folder: Path, weather: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said, _ = run(
        capsys, "budget", "forecast", folder / "budget.json", *inputs(folder, weather),
        "--year", 2027, "--json",
    )  # fmt: skip
    assert code == 0
    found = json.loads(said)
    months = [
        float(one["kwh"]["p50"]) for one in found["rows"] if one["month"] and not one["service"]
    ]
    assert len(months) == 12
    assert sum(months) == pytest.approx(float(found["total"]["kwh"]["p50"]), rel=0.02)


def test_days_of_the_weather_that_were_not_measured_are_counted_and_said(
    folder: Path, weather: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = weather.read_text()
    holed = folder / "trou.csv"
    holed.write_text("".join(one for one in whole.splitlines(True) if ";20100505;" not in one))
    page, out = folder / "trou.html", folder / "trou.json"
    code, _, wrong = run(
        capsys, "budget", "forecast", folder / "budget.json", *inputs(folder, holed),
        "--year", 2027, "--out", page, "--out", out,
    )  # fmt: skip
    assert code == 0, wrong
    assert json.loads(out.read_text())["estimated_days"] == 1
    assert "jours non mesurés\u00a0: 1" in page.read_text("utf-8")


def test_a_change_of_price_is_what_if(
    folder: Path, weather: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plain, dearer = (
        json.loads(run(capsys, "budget", "forecast", folder / "budget.json",
                       *inputs(folder, weather), "--year", 2027, "--json", *more)[1])
        for more in ((), ("--price-change", "10"))
    )  # fmt: skip
    fixed = 2 * 365
    before, after = (float(one["total"]["eur"]["p50"]) - fixed for one in (plain, dearer))
    assert after == pytest.approx(1.1 * before, abs=0.02)


def test_a_point_without_price_or_energy_is_named_and_the_sum_is_at_least(
    folder: Path, weather: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = json.loads((folder / "budget.json").read_text())
    text["points"][0]["prices"] = []
    text["points"].append(point("prm:99000000000033"))
    (folder / "budget.json").write_text(json.dumps(text))
    code, said, wrong = run(
        capsys,
        "budget",
        "forecast",
        folder / "budget.json",
        *inputs(folder, weather),
        "--year",
        2027,
    )
    assert code == 0, wrong
    assert "au moins" in said
    assert f"{SCHOOL} (coût non prévu)" in wrong
    assert "prm:99000000000033 (énergie non prévue)" in wrong


def test_why_a_year_cost_more_is_told_to_the_cent(
    folder: Path, weather: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said, wrong = run(
        capsys, "budget", "explain", folder / "budget.json", *inputs(folder, weather),
        "--year", 2026, "--against", 2025, "--json",
    )  # fmt: skip
    assert code == 0, wrong
    found = CostExplanation.model_validate_json(said)
    for one in (*found.points, found.total):
        parts = one.weather + one.use + one.price + one.perimeter
        assert parts == one.after_eur - one.before_eur
    school = next(one for one in found.points if one.point == SCHOOL)
    kwh = [sum_school(year) for year in (2025, 2026)]
    assert school.before_eur == (kwh[0] / 5 + 365).quantize(Decimal("0.01"))
    assert school.after_eur == (kwh[1] / 4 + 365).quantize(Decimal("0.01"))
    assert float(school.use) == pytest.approx(0, abs=2)
    assert school.price > 0
    code, said, _ = run(
        capsys, "budget", "explain", folder / "budget.json", *inputs(folder, weather),
        "--year", 2026, "--against", 2025,
    )  # fmt: skip
    assert "de plus qu’en 2025 : climat" in said


def test_a_draft_names_the_points_of_the_files_and_is_not_written_over(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = folder / "neuf.json"
    code, said, _ = run(capsys, "budget", "draft", "--readings", folder / "rue.csv", "--out", out)
    assert code == 0
    assert "1 points" in said
    assert json.loads(out.read_text())["points"][0]["name"] == "Rue Haute"
    code, _, wrong = run(capsys, "budget", "draft", "--readings", folder / "rue.csv", "--out", out)
    assert code == 2
    assert "il n’est pas remplacé" in wrong.replace("'", "’")


def test_bad_input_says_where(
    folder: Path, weather: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ("budget", "forecast", folder / "budget.json", "--year", 2027)
    code, _, wrong = run(capsys, *line, "--readings", folder / "rue.csv")
    assert code == 2
    assert "--weather" in wrong
    code, _, wrong = run(capsys, *line, *inputs(folder, weather), "--out", folder / "vote.ods")
    assert code == 2
    assert "vote.ods" in wrong
    text = json.loads((folder / "budget.json").read_text())
    text["points"][1].pop("lighting")
    (folder / "budget.json").write_text(json.dumps(text))
    code, _, wrong = run(capsys, *line, *inputs(folder, weather))
    assert code == 1
    assert "budget.json /points/1" in wrong


def test_two_bills_that_overlap_are_refused(
    folder: Path, weather: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = write(folder / "double.csv",
                 [energy(STREET, date(2025, 1, 15), date(2025, 2, 15), Decimal(900))])  # fmt: skip
    code, _, wrong = run(
        capsys, "budget", "forecast", folder / "budget.json", *inputs(folder, weather),
        "--readings", more, "--year", 2027,
    )  # fmt: skip
    assert code == 1
    assert STREET in wrong
