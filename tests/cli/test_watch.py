"""`synergie watch`: curves and an inventory in, sentences, a page and JSON out."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from synergie import formats
from synergie.cli import main
from synergie.park.plan._faults import fault_of
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.location import Location
from synergie.schemas.assets.work_order import WorkOrder
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.watch.exchange.tickets import FAULT_TYPES
from synergie.watch.records.report import WatchReport
from tests.measure.watch.park import Cabinet, Fault, draw_curve

PRM = "prm:99000000000017"
CLOCK = Cabinet(5_001, 40, 90.0, False, -2.0, 0.0, None, 0.0, 30.0)


def written(path: Path, form: str, *records: Any) -> Path:
    with path.open("wb") as sink:
        formats.write(records, sink, format=form)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A curve lit by day from the 80th night on, for 12 nights; the cabinet that it is of."""
    folder = tmp_path_factory.mktemp("park")
    faults = (Fault("day", 70, nights=12), Fault("partial", 88, 0.25))
    drawn = draw_curve(CLOCK, date(2025, 9, 20), 100, faults, failures=False, gaps=False)
    curve = MeterCurve(
        supply_point=PRM,
        quantity="active_power",
        form="mean_power",
        direction="import",
        unit="W",
        start=drawn.start,
        step="PT30M",
        values=[None if np.isnan(one) else int(one) for one in drawn.values],
        provenance="synthetic",
    )
    written(folder / "courbe.csv", "curves-csv", curve)
    cabinet = CabinetRecord(
        external_id="A-07",
        supply_point=PRM,
        location=Location(longitude=6.13, latitude=48.77),
        subscribed_power_kva=18.0,
        provenance="synthetic",
    )
    written(folder / "armoires.csv", "template-cabinets", cabinet)
    return folder


def run(folder: Path, *words: str) -> int:
    files = [str(folder / name) for name in ("courbe.csv", "armoires.csv")]
    return main(["--locale", "fr", "watch", *files, *words])


def test_each_alert_is_a_sentence_with_what_to_check(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("A-07 éclaire en plein jour depuis le 29/11/2025 : ")
    assert lines[0].endswith(" kWh perdus par jour. (terminé)")
    assert lines[1].startswith("A-07 a perdu 25")
    assert lines[1].endswith("de sa puissance depuis le 17/12/2025.")
    assert lines[2] == "  Les lampes éteintes, un départ de l'armoire."
    assert lines[-1] == "Courbes\u00a0: 1, alertes\u00a0: 2"


def test_energy_and_money_of_an_alert_are_those_of_its_nights(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder, "--json", "--price", "0.118") == 1
    told = WatchReport.model_validate_json(capsys.readouterr().out)
    (cabinet,) = told.cabinets
    day, part = cabinet.alerts
    assert cabinet.cabinet == "A-07"
    assert cabinet.watts == pytest.approx(CLOCK.watts, rel=0.02)
    assert (day.fault, day.nights, day.sure) == ("lit_by_day", 12, True)
    assert day.ended_night == date(2025, 12, 11)
    # eight hours of light by day at most in December
    assert day.kwh is not None
    assert 12 * 5 * CLOCK.watts / 1000 < day.kwh < 12 * 9 * CLOCK.watts / 1000
    assert day.eur is not None
    assert float(day.eur) == pytest.approx(day.kwh * 0.118, abs=0.006)
    assert part.fault == "partial"
    assert part.value / part.expected == pytest.approx(0.75, abs=0.03)
    assert part.eur is None  # light that is missing is not paid
    assert part.ended_night is None
    assert cabinet.not_testable == ()


def test_the_page_draws_fourteen_nights(folder: Path, tmp_path: Path) -> None:
    page = tmp_path / "veille.html"
    assert run(folder, "--out", str(page)) == 1
    text = page.read_text(encoding="utf-8")
    assert text.count("<svg role=") == 1
    assert "02/12/2025" not in text  # the fifteenth night before the last
    assert "15/12/2025" in text
    assert run(folder, "--out", str(page)) == 2


def test_a_curve_without_a_place_says_what_is_missing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--locale", "en", "watch", str(folder / "courbe.csv")]) != 0
    assert "--place" in capsys.readouterr().err
    words = [str(folder / "courbe.csv"), "--place", "48.77,6.13", "--json"]
    main(["watch", *words])
    assert json.loads(capsys.readouterr().out)["cabinets"][0]["cabinet"] is None


@pytest.mark.parametrize(
    "words", [("--place", "48"), ("--place", "89,6"), ("--place", "6.13,48.77"), ("--price", "-1")]
)
def test_options_that_say_nothing_are_refused(
    folder: Path, words: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder, *words) == 2
    assert words[0] in capsys.readouterr().err


def test_files_without_a_curve_are_refused(folder: Path) -> None:
    assert main(["watch", str(folder / "armoires.csv")]) == 2


def test_a_ticket_is_made_once_and_the_plan_knows_its_fault(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "tickets.csv"
    assert run(folder, "--tickets", str(out)) == 1
    with formats.read(out) as result:
        (ticket,) = [one for one in result.records if isinstance(one, WorkOrder)]
    assert (ticket.external_id, ticket.asset) == ("veille-A-07-partial-20251217", "A-07")
    assert (ticket.kind, ticket.asset_kind) == ("report", "cabinet")
    done = ticket.model_copy(update={"kind": "repair", "done_at": date(2025, 12, 20)})
    back = written(tmp_path / "faits.csv", "template-work-orders", done)
    again = tmp_path / "encore.csv"
    capsys.readouterr()
    files = [str(folder / name) for name in ("courbe.csv", "armoires.csv")]
    assert main(["--locale", "fr", "watch", *files, str(back), "--tickets", str(again)]) == 1
    told = capsys.readouterr()
    assert "dite réparée le 20/12/2025" in told.out
    with formats.read(again) as result:
        assert list(result.records) == []


def test_what_is_new_is_what_became_certain_later(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder, "--since", "2025-12-10", "--json") == 1
    told = WatchReport.model_validate_json(capsys.readouterr().out)
    assert [one.fault for one in told.cabinets[0].alerts] == ["partial"]
    assert run(folder, "--since", "2026-02-01") == 0


@pytest.mark.parametrize(
    ("fault", "severity"),
    [
        ("lit_by_day", "minor"), ("dark", "street"), ("schedule", "minor"), ("dusk", "minor"),
        ("dawn", "minor"), ("partial", "point"), ("phase", "street"),
    ],
)  # fmt: skip
def test_words_of_tickets_are_those_of_severities(fault: Any, severity: str) -> None:
    order = WorkOrder(
        external_id="t", kind="report", asset_kind="unknown", fault_type=FAULT_TYPES[fault],
        provenance="synthetic",
    )  # fmt: skip
    assert fault_of(order).severity == severity


def test_a_building_is_not_judged_as_lamps(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rng = np.random.default_rng(3)
    hours = np.arange(150 * 48) / 2
    watts = np.where((hours % 24 >= 8) & (hours % 24 < 18), 9_000, 3_000.0)
    watts = watts * (1 + 0.02 * rng.standard_normal(len(hours)))
    watts[100 * 48 :] += 900
    curve = MeterCurve(
        supply_point="prm:99000000000025",
        quantity="active_power",
        form="mean_power",
        direction="import",
        unit="W",
        start=datetime(2025, 9, 30, 22, tzinfo=UTC),
        step="PT30M",
        values=[int(one) for one in watts],
        provenance="synthetic",
    )
    file = written(tmp_path / "ecole.csv", "curves-csv", curve)
    assert main(["--locale", "fr", "watch", str(file), "--place", "48.77,6.13", "--json"]) == 1
    (told,) = WatchReport.model_validate_json(capsys.readouterr().out).cabinets
    assert told.untaught is not None
    assert "une courbe de lampes" in told.untaught
    assert "talon" not in told.untaught
    (alert,) = told.alerts
    assert (alert.fault, alert.first_night, alert.sure) == ("base", date(2026, 1, 9), False)
    assert "de 3 h à 5 h" in alert.sentence
    counted = [3_000 * round(one / 3_000) for one in watts[::2]]
    coarse = curve.model_copy(update={"values": counted, "step": "PT1H"})
    file = written(tmp_path / "pas.csv", "curves-csv", coarse)
    assert main(["--locale", "fr", "watch", str(file), "--place", "48.77,6.13", "--json"]) == 0
    (told,) = WatchReport.model_validate_json(capsys.readouterr().out).cabinets
    assert told.untaught is not None
    assert "un talon de trois pas de son compteur ou plus" in told.untaught, "never called fine"


def test_a_building_used_in_school_holidays_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    start = datetime(2025, 9, 30, 22, tzinfo=UTC)
    hours = np.arange(110 * 48) / 2
    weekday = (hours // 24 + 2).astype(int) % 7  # the first of October is a Wednesday
    used = (hours % 24 >= 8) & (hours % 24 < 18) & (weekday < 5)
    curve = MeterCurve(
        supply_point="prm:99000000000026",
        quantity="active_power",
        form="mean_power",
        direction="import",
        unit="W",
        start=start,
        step="PT30M",
        values=[9_000 if one else 3_000 + n % 7 for n, one in enumerate(used.tolist())],
        provenance="synthetic",
    )
    file = written(tmp_path / "ecole.csv", "curves-csv", curve)
    line = ["--locale", "fr", "watch", str(file), "--place", "48.77,6.13", "--json"]
    assert main(line) == 0, "no zone, no holidays"
    capsys.readouterr()
    main([*line, "--school-zone", "B", "--price", "0.2"])
    (told,) = WatchReport.model_validate_json(capsys.readouterr().out).cabinets
    autumn = told.alerts[0]
    assert (autumn.fault, autumn.first_night) == ("holidays", date(2025, 10, 18))
    assert autumn.kwh_night == pytest.approx(60, abs=3), "9 kW in place of 3 for ten hours"
    assert (autumn.kwh, autumn.eur) == (None, None)
    assert main([*line, "--school-zone", "D"]) == 2
