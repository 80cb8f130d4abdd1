"""C68 with R65 or R67: the perimeter that saves an agent the most time, end to end."""

import json
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from synergie import formats
from synergie.cli import main
from synergie.schemas.assets.perimeter import PerimeterRow
from synergie.schemas.readings.period_energy import PeriodEnergy
from tests.formats.enedis.r6x import PRM, envelope
from tests.formats.enedis.test_c68 import PEOPLE, item
from tests.formats.enedis.test_r65 import days, energy
from tests.formats.enedis.test_r67 import D, F, calendar, mesure, quantity

OTHER = "99000000000025"
CLASSES = ("HPH", "HCH", "HPB", "HCB")


@pytest.fixture
def c68(tmp_path: Path) -> Path:
    """Two points of one contract holder, people among the data."""
    path = tmp_path / "C68.json"
    path.write_text(json.dumps([item(), item(idPrm=OTHER)]), encoding="utf-8")
    return path


def periods(first: date, n: int, wh: int) -> list[dict[str, Any]]:
    """Bills of 30 days, one after another, each a watt-hour more than the one before."""
    starts = [first + timedelta(days=30 * i) for i in range(n + 1)]
    return [
        quantity(wh + i, dbtMesure=f"{a}", finMesure=f"{b}")
        for i, (a, b) in enumerate(pairwise(starts))
    ]


@pytest.fixture
def r67(tmp_path: Path) -> Path:
    """Both grids over 15 bills, and one that takes energy back."""
    network = {
        name: periods(date(2025, 1, 6), 15, 1_000_000 * i) for i, name in enumerate(CLASSES, 1)
    }
    network["HPH"].append(quantity(-500_000, dbtMesure="2025-06-05", finMesure="2025-08-04"))
    supplier = calendar(F, BASE=periods(date(2025, 1, 6), 15, 10_000_000))
    path = tmp_path / "R67.json"
    path.write_bytes(envelope("R67", [mesure(calendar(D, **network), supplier)]))
    return path


def rows(path: Path) -> dict[str, PerimeterRow]:
    with formats.read(path) as result:
        found = [one for one in result.records if isinstance(one, PerimeterRow)]
    return {row.supply_point.partition(":")[2]: row for row in found}


def test_c68_and_r67_make_the_perimeter(c68: Path, r67: Path, tmp_path: Path) -> None:
    out = tmp_path / "perimetre.xlsx"
    assert main(["perimeter", "build", str(r67), str(c68), "-o", str(out)]) == 0
    row = rows(out)[PRM]
    assert (row.market_segment, row.meter_type, row.power_unit) == ("C4", "PME-PMI", "kVA")
    assert row.member_siret == "24540060100010"
    assert [(p.tariff_class, int(p.value)) for p in row.subscribed_powers] == [
        ("HPH", 120),
        ("HCH", 132),
    ]
    year = row.reference
    assert year is not None
    assert (year.method, year.days, year.covered_days) == ("computed_12m", 365, Decimal(365))
    assert year.source == "enedis-r67 (distributeur)"
    end = date(2025, 1, 6) + timedelta(days=15 * 30)
    assert year.to_date == end
    assert year.prorated_days == 5  # 365 days are twelve bills of 30 days and 5 days of another
    parts = {str(one.tariff_class): one.kwh for one in year.classes}
    for i, name in enumerate(CLASSES, 1):
        exact = sum(1_000_000 * i + n for n in range(3, 15)) + (1_000_000 * i + 2) * 5 / 30
        taken_back = 500_000 if name == "HPH" else 0
        assert float(parts[name]) == pytest.approx((exact - taken_back) / 1000, abs=0.001)
    assert rows(out)[OTHER].reference is None


def test_nothing_of_people_enters_the_perimeter(c68: Path, tmp_path: Path) -> None:
    out = tmp_path / "perimetre.csv"
    assert main(["perimeter", "build", str(c68), "-o", str(out)]) == 0
    written = out.read_text("utf-8-sig") + (tmp_path / "perimetre-a-completer.csv").read_text(
        "utf-8-sig"
    )
    assert [one for one in PEOPLE if one in written] == []


def test_c68_and_r65_give_the_total_of_twelve_whole_months(
    c68: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    r65 = tmp_path / "R65.json"
    r65.write_bytes(envelope("R65", [energy(days(400, date(2025, 1, 20)), idPrm=OTHER)]))
    out = tmp_path / "perimetre.csv"
    line = ["perimeter", "build", str(c68), str(r65), "-o", str(out), "--locale", "en"]
    assert main(line) == 0
    year = rows(out)[OTHER].reference
    assert year is not None
    assert (year.from_date, year.to_date) == (date(2025, 2, 1), date(2026, 2, 1))
    first = (date(2025, 2, 1) - date(2025, 1, 20)).days
    assert year.total_kwh == Decimal(sum(1000 + i for i in range(first, first + 365))).scaleb(-3)
    assert (year.classes, year.source) == ((), "enedis-r65")
    assert f"  {PRM}" in capsys.readouterr().out  # the point without energy is named


def test_the_real_answer_of_the_web_service_gives_its_last_twelve_periods(
    shared: Path, tmp_path: Path
) -> None:
    source = shared / "data/enedis-sge/CM_C4_response.xml"
    out = tmp_path / "perimetre.csv"
    assert main(["perimeter", "build", str(source), "-o", str(out)]) == 0
    year = rows(out)["30001642617347"].reference
    assert year is not None
    with formats.read(source) as result:
        told = [one for one in result.records if isinstance(one, PeriodEnergy)]
    last = sorted({one.from_date for one in told})[-12:]
    assert (year.from_date, year.to_date) == (last[0], date(2022, 1, 9))
    for name, mine in (("HPH", "HPH"), ("HCH", "HCH"), ("HPE", "HPB"), ("HCE", "HCB")):
        exact = sum(
            one.energy_kwh or 0
            for one in told
            if one.tariff_class in (name, mine) and one.from_date in last
        )
        assert {str(c.tariff_class): c.kwh for c in year.classes}[mine] == exact
    assert (year.covered_days, year.prorated_days) == (Decimal(365), 0)


def test_the_real_curve_of_two_years_gives_its_own_year_to_the_watt_hour(
    shared: Path, tmp_path: Path
) -> None:
    source = shared / "data/enedis-sge/HDM_C4_CDC_10min_2020-02_2022-02.csv"
    out = tmp_path / "perimetre.csv"
    line = ["perimeter", "build", str(source), "-o", str(out), "--from", "2021-01-01"]
    assert main(line) == 0
    row = rows(out)["30001642617347"]
    assert row.reference is not None
    assert (row.reference.total_kwh, row.load_curve) == (Decimal("131193.5"), True)
