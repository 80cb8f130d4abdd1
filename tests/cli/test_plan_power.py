"""`synergie plan power`: files as people have them in, what to ask the grid operator out."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from synergie import formats
from synergie.calendar import day_bounds, load_time_zone
from synergie.cli import main
from synergie.energy.records.power_plan import PowerPlan
from synergie.formats.report import Report
from synergie.formats.sheets import read_sheets
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.location import Location
from synergie.schemas.assets.perimeter import PerimeterRow
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.assets.supply_terms import SupplyTerms
from synergie.schemas.readings.meter_curve import MeterCurve

PRM, OTHER, THIRD = "99000000000017", "99000000000025", "99000000000033"
PARIS = load_time_zone("Europe/Paris")
BPU = """Fournisseur : Alizé (fictif)
Lot 2 : Éclairage public
FTA;Poste;Fourniture €/MWh;Capacité €/MWh;CEE €/MWh;GO €/MWh;Prix total €/MWh
CU/LU;Base;75,80;0,49;9,09;1,52;86,90
CU4/MU4;HPH;105,58;0,97;9,09;1,52;117,16
CU4/MU4;HCH;74,92;0;9,09;1,52;85,53
CU4/MU4;HPE;48,84;0;9,09;1,52;59,45
CU4/MU4;HCE;51,33;0;9,09;1,52;61,94
C4;HPH;106,14;1,21;9,09;1,52;117,96
C4;HCH;78,76;0;9,09;1,52;89,37
C4;HPE;46,47;0;9,09;1,52;57,08
C4;HCE;57,10;0;9,09;1,52;67,71
"""


@pytest.fixture
def bpu(tmp_path: Path) -> Path:
    path = tmp_path / "bpu.csv"
    path.write_bytes(BPU.encode("cp1252"))
    return path


def written(path: Path, form: str, *records: Any) -> Path:
    with path.open("wb") as sink:
        formats.write(records, sink, format=form)
    return path


def supply_point(code: str, **changes: Any) -> SupplyPointRecord:
    given = {
        "scheme": "prm", "code": code, "market_segment": "C5", "tariff_code": "BTINFCUST",
        "subscribed_power_kva": 9.0, "usage": "public_lighting", "personal_data": "none",
        "provenance": "synthetic",
    }  # fmt: skip
    return SupplyPointRecord.model_validate(given | changes)


def curve(code: str, watts: int, *, to: date = date(2026, 1, 1), step: str = "PT30M") -> MeterCurve:
    low, high = day_bounds(date(2025, 1, 1), PARIS)[0], day_bounds(to, PARIS)[0]
    seconds = {"PT30M": 1800, "PT10M": 600}[step]
    values = [watts] * (int((high - low).total_seconds()) // seconds)
    values[7] = watts + 500
    return MeterCurve.model_validate(
        {
            "supply_point": f"prm:{code}", "quantity": "active_power", "form": "mean_power",
            "direction": "import", "unit": "W", "start": low, "step": step, "values": values,
            "provenance": "synthetic",
        }
    )  # fmt: skip


def cabinet(name: str, prm: str | None, **changes: Any) -> CabinetRecord:
    given = {
        "external_id": name, "name": f"Armoire {name}", "programmable": True,
        "supply_point": None if prm is None else f"prm:{prm}",
        "location": Location(longitude=6.13, latitude=48.77), "subscribed_power_kva": 9.0,
        "provenance": "synthetic",
    }  # fmt: skip
    return CabinetRecord.model_validate(given | changes)


def lamps(name: str, count: int, watts: int | None = 130) -> list[LightPointRecord]:
    return [
        LightPointRecord(
            external_id=f"{name}-{n}", cabinet=name, power_w=watts, provenance="synthetic"
        )
        for n in range(count)
    ]


def planned(capsys: pytest.CaptureFixture[str], *words: object, code: int = 0) -> PowerPlan:
    line = ["plan", "power", *map(str, words), "--on", "2026-03-01", "--json"]
    assert main(line) == code, capsys.readouterr().err
    return PowerPlan.model_validate_json(capsys.readouterr().out)


def test_a_curve_and_its_contract(
    tmp_path: Path, bpu: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = (
        written(tmp_path / "courbe.csv", "enedis-hdm-curve", curve(PRM, 4000)),
        written(tmp_path / "points.csv", "template-supply-points", supply_point(PRM)),
    )
    (one,) = planned(capsys, *files, "--prices", bpu).outcomes
    assert (one.point, one.status, one.source) == (PRM, "change", "curve")
    assert one.best is not None and one.today is not None
    assert (one.best.tariff_code, str(one.proposed_kva)) == (
        "BTINFMU4",
        "6",
    )  # though the long-use option costs less on the network tariff alone
    assert str(one.reached_kva) == "4.5"
    assert any(r.values == ("BTINFLU",) for r in one.reasons)
    assert any("off-peak hours were assumed" in q.text for q in one.questions)
    assert {gap.tariff_code: gap.kind for gap in one.not_priced} == {"BTINFMUDT": "no_price"}


def test_a_curve_alone_has_nothing_to_compare_with(
    tmp_path: Path, bpu: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path / "courbe.csv", "enedis-hdm-curve", curve(PRM, 50_000, step="PT10M"))
    plan = planned(capsys, file, "--prices", bpu)
    (one,) = plan.outcomes
    assert one.status == "not_compared" and one.best is not None
    assert one.best.tariff_code.startswith("BTSUP")  # 54.4 kVA: above 36
    assert plan.totals.compared == 0 and plan.objective_eur == 0


def test_eleven_months_are_not_a_year(
    tmp_path: Path, bpu: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = (
        written(tmp_path / "c.csv", "enedis-hdm-curve", curve(PRM, 4000, to=date(2025, 12, 1))),
        written(tmp_path / "p.csv", "template-supply-points", supply_point(PRM)),
    )
    (one,) = planned(capsys, *files, "--prices", bpu).outcomes
    assert one.status == "not_compared" and one.best is None
    assert one.reasons[0].values == ("334", "2025-01-01", "2025-12-01")


def test_own_off_peak_hours_of_a_contract_are_used(
    tmp_path: Path, bpu: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from synergie.energy.exchange.power_points import Habits, Portfolio

    told = SupplyTerms(
        supply_point=f"prm:{PRM}", valid_from=date(2024, 1, 1), tariff_code="BTINFMU4",
        market_segment="C5", offpeak_hours="HC (2H00-6H00;13H-14H)", source="enedis-c68",
        provenance="synthetic",
    )  # fmt: skip
    portfolio = Portfolio()
    portfolio.learn(told)
    portfolio.measure(curve(PRM, 1000), "enedis-hdm-curve")
    (found,), _remarks = portfolio.points(Habits(ends=date(2026, 1, 1)))
    assert found.load is not None and not found.load.offpeak_assumed
    offpeak = sum(c.kwh for c in found.load.classes if c.time_class in {"HCH", "HCB"})
    assert offpeak == pytest.approx(365 * 5, abs=1)


def test_a_register_of_peaks_is_above_the_means(tmp_path: Path) -> None:
    from synergie.energy.exchange.power_points import Habits, Portfolio

    portfolio = Portfolio()
    portfolio.learn(supply_point(PRM))
    run = curve(PRM, 1000)
    portfolio.measure(run, "enedis-hdm-curve")
    peaks = MeterCurve(
        supply_point=f"prm:{PRM}", quantity="apparent_power_max", form="peak",
        direction="import", unit="VA", start=run.start, step="P1D", values=[7400, None, 300],
        provenance="synthetic",
    )  # fmt: skip
    portfolio.measure(peaks, "enedis-r50")
    (found,), _remarks = portfolio.points(Habits(ends=date(2026, 1, 1)))
    assert found.load is not None and found.load.reached_va == 7400


def test_cabinets_without_a_curve_follow_the_sun(
    tmp_path: Path, bpu: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = (
        written(
            tmp_path / "armoires.csv", "template-cabinets",
            cabinet("A-1", PRM), cabinet("A-2", OTHER, programmable=False), cabinet("A-3", None),
            cabinet("A-4", THIRD),
        ),
        written(
            tmp_path / "lampes.csv", "template-light-points",
            *lamps("A-1", 38), *lamps("A-2", 38), *lamps("A-3", 10), *lamps("A-4", 2, None),
        ),
        written(
            tmp_path / "points.csv", "template-supply-points",
            *(supply_point(code) for code in (PRM, OTHER, THIRD)),
        ),
    )  # fmt: skip
    words = (*files, "--prices", bpu, "--off", "00:00-05:30", "--offpeak", "22h-6h")
    plan = planned(capsys, *words)
    told = {one.point: one for one in plan.outcomes}
    # domain.md §6.3, with hours that are not whole: within three euros
    for name, total in ((PRM, 1803.30), (OTHER, 3034.40)):
        one = told[name]
        assert one.best is not None and one.best.tariff_code == "BTINFMU4"
        assert float(one.best.bill.total_eur) == pytest.approx(total, abs=3)
        assert (str(one.proposed_kva), one.source) == ("6", "burn_hours")
    assert told["A-3"].best is not None and told["A-3"].status == "not_compared"
    assert told[THIRD].status == "not_compared" and told[THIRD].best is None  # lamps without power


def test_a_perimeter_with_energies_keeps_the_power(
    tmp_path: Path, bpu: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row = PerimeterRow.model_validate(
        {
            "supply_point": f"prm:{PRM}", "member": "Frouard", "site_name": "Rue Haute",
            "market_segment": "C5", "tariff_code": "BTINFCUST", "power_unit": "kVA",
            "subscribed_powers": [{"value": "6"}], "usage": "public_lighting",
            "reference": {
                "method": "declared", "total_kwh": "20298.46",
                "classes": [
                    {"tariff_class": "HPH", "kwh": "4347.2"},
                    {"tariff_class": "HCH", "kwh": "5962.58"},
                    {"tariff_class": "HPB", "kwh": "1738.88"},
                    {"tariff_class": "HCB", "kwh": "8249.8"},
                ],
            },
            "provenance": "synthetic",
        }
    )  # fmt: skip
    files = (
        written(tmp_path / "perimetre.xlsx", "perimeter-xlsx", row),
        written(tmp_path / "perimetre.csv", "perimeter", row),
    )
    for file in files:
        (one,) = planned(capsys, file, "--prices", bpu).outcomes
        assert one.today is not None and str(one.today.bill.total_eur) == "3493.59"
        assert one.best is not None and str(one.best.bill.total_eur) == "3034.40"
        assert one.member == "Frouard" and one.proposed_kva == 6
        assert one.risk is not None and "not known" in one.risk.text


def test_the_workbook_has_every_point_and_the_requests(
    tmp_path: Path, bpu: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = (
        written(tmp_path / "c.csv", "enedis-hdm-curve", curve(PRM, 4000)),
        written(tmp_path / "p.csv", "template-supply-points", supply_point(PRM)),
    )
    out = tmp_path / "plan.xlsx"
    line = ["plan", "power", *map(str, files), "--prices", str(bpu), "--on", "01/03/2026"]
    assert main([*line, "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert PRM in said and "BTINFMU4 6 kVA" in said
    first = out.read_bytes()
    with out.open("rb") as source:
        read = {one.name: list(one.rows) for one in read_sheets(source, Report(), lambda _: None)}
    texts = [str(cell) for rows in read.values() for _n, row in rows for cell in row]
    assert sum(PRM in text for text in texts) >= 4
    assert main([*line, "--out", str(out)]) == 2  # there already
    assert main([*line, "--out", str(out), "--force"]) == 0
    assert out.read_bytes() == first


def test_a_problem_as_json_is_taken_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from tests.plan.power_cases import cabinet as golden
    from tests.plan.power_cases import problem

    file = tmp_path / "probleme.json"
    file.write_text(problem(golden("c", 4940, "narrow")).model_dump_json())
    assert main(["plan", "power", str(file), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["outcomes"][0]["best"]["bill"]["total_eur"] == "3237.47"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "--prices"),
        (("--prices", "BPU", "--on", "2099-01-01"), "turpe.csv|cta.csv|accise.csv"),
        (("--prices", "BPU", "--off", "25:00-05:30"), "22:00-06:00"),
        (("--prices", "BPU", "--dim", "22:00-06:00"), "22:00-06:00=50"),
        (("--prices", "BPU", "--place", "here"), "48.77,6.13"),
        (("--prices", "BPU", "--place", "6.13,48.77"), "48.77,6.13"),
        (("--prices", "BPU", "--lot", "lot-9"), "lot-9"),
        (("--prices", "BPU", "--lot", "lot-2=rue"), "rue"),
        (("--prices", "BPU", "--supplier", "nobody"), "/prices"),
    ],
)
def test_what_is_missing_is_named(
    words: tuple[str, ...], said: str, tmp_path: Path, bpu: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import re

    file = written(tmp_path / "p.csv", "template-supply-points", supply_point(PRM))
    line = ["plan", "power", str(file), *(str(bpu) if word == "BPU" else word for word in words)]
    if "--on" not in line:
        line += ["--on", "2026-03-01"]
    assert main(line) != 0
    assert re.search(said, capsys.readouterr().err)


def test_two_suppliers_have_to_be_told_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = ["Lot;Fournisseur;FTA;Poste;Prix total €/MWh"]
    rows += [f"Lot 2;{name};CU/LU;Base;{eur}" for name, eur in (("Alizé", "80"), ("Boréal", "90"))]
    prices = tmp_path / "bpu.csv"
    prices.write_text("\n".join(rows), encoding="utf-8-sig")
    files = (
        written(tmp_path / "c.csv", "enedis-hdm-curve", curve(PRM, 4000)),
        written(tmp_path / "p.csv", "template-supply-points", supply_point(PRM)),
    )
    line = ["plan", "power", *map(str, files), "--prices", str(prices), "--on", "2026-03-01"]
    assert main(line) != 0
    assert "Alizé, Boréal" in capsys.readouterr().err
    (one,) = planned(capsys, *files, "--prices", prices, "--supplier", "boréal").outcomes
    assert one.best is not None
    supply = float(one.best.bill.supply_eur)
    assert supply == pytest.approx(4.0 * 8760 / 1000 * 90, rel=1e-3)


def test_without_a_day_the_last_that_is_known_is_taken_and_said(
    tmp_path: Path, bpu: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = (
        written(tmp_path / "courbe.csv", "enedis-hdm-curve", curve(PRM, 4000)),
        written(tmp_path / "points.csv", "template-supply-points", supply_point(PRM)),
    )
    assert main(["plan", "power", *map(str, files), "--prices", str(bpu)]) == 0
    said = capsys.readouterr()
    assert "31/07/2026" in said.out and "--on 2026-07-31" in said.err
