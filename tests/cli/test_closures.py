"""`synergie closures`: days that are final are declared after one question, and listed."""

import json
from pathlib import Path

import pytest

from synergie.cli import main
from synergie.exchange.assets.supply_points import SupplyPoints
from synergie.exchange.readings.series import SeriesBook
from synergie.policy import Principal
from synergie.storage.store import Store
from tests.databases import sqlite
from tests.exchange.people import NOW, point
from tests.exchange.test_curves import record


@pytest.fixture
def series(blank_sqlite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    url = sqlite(tmp_path, like=blank_sqlite)
    monkeypatch.setenv("SYNERGIE_DATABASE_URL", url)
    assert main(["org", "add", "cc-essai", "--kind", "epci", "--name", "Essai"]) == 0
    caller = Principal(client_id="cli", organisation="cc-essai", scopes=frozenset())
    store = Store.open(url)
    SupplyPoints(store).publish(caller, [point()], now=NOW)
    name = SeriesBook(store).publish(caller, [record()], now=NOW).items[0].id
    store.close()
    return name


DAYS = ("--first-day", "2026-01-01", "--last-day", "2026-01-02")


def test_days_are_declared_and_listed(series: str, capsys: pytest.CaptureFixture[str]) -> None:
    usual = ["closures", series, "--org", "cc-essai"]
    capsys.readouterr()
    assert main([*usual, "--locale", "en"]) == 0
    assert "No day of this series" in capsys.readouterr().out
    assert main([*usual, *DAYS, "--yes", "--json"]) == 0
    (made,) = json.loads(capsys.readouterr().out)
    assert (made["first_day"], made["closed_s"]) == ("2026-01-01", 2 * 86_400)
    assert main(usual) == 0
    assert "2880 minutes closes" in capsys.readouterr().out


@pytest.mark.parametrize(
    "more",
    [
        ("--first-day", "2026-01-01"),
        ("--first-day", "1/1/2026", "--last-day", "2026-01-02"),
        ("--first-day", "2026-01-03", "--last-day", "2026-01-02"),
    ],
)
def test_days_that_make_no_sense_are_said(series: str, more: tuple[str, ...]) -> None:
    assert main(["closures", series, "--org", "cc-essai", *more, "--yes"]) == 2
    assert main(["closures", series, *DAYS, "--yes"]) == 2


def test_a_day_that_is_not_over_is_refused(series: str) -> None:
    later = ("--first-day", "2026-01-01", "--last-day", "2199-01-01")
    assert main(["closures", series, "--org", "cc-essai", *later, "--yes"]) == 1
