"""The order of the files changes nothing; what we wrote ourselves is read back whole."""

import random
from datetime import date
from itertools import permutations
from pathlib import Path

import pytest

from synergie import formats
from synergie.lighting.plan.compare import compare
from synergie.lighting.plan.inputs import StudyRequest, study_of
from synergie.lighting.plan.inputs.cabinets import Served, cabinets_of
from synergie.park.plan import state
from synergie.park.plan.cabinets import join_cabinets
from synergie.park.plan.owned import Owned
from synergie.samples.territory import Territory, territory
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.perimeter import PerimeterRow
from tests.plan.upkeep_cases import NOW
from tests.scenarios.test_inputs import ON, cabinet, light, written

SERVED = Served(terms={}, prices=None, tariff=None, windows=(), programmed=None, body="body")
BARE = CabinetRecord(external_id="A-1", provenance="partner")


@pytest.fixture(scope="module")
def whole() -> Territory:
    return territory(fast=True)


@pytest.mark.parametrize("form", ["light-points-csv", "light-points-csv-fr", "lighting-geojson",
                                  "template-light-points", "eclext", "talq"])  # fmt: skip
def test_our_own_export_sets_nothing_aside_in_any_order(
    form: str, tmp_path: Path, whole: Territory
) -> None:
    boxes = [one for holding in whole.holdings for one in holding.cabinets]
    lights = tmp_path / f"{form}.file"
    with lights.open("wb") as sink:
        formats.write([*whole.light_points], sink, format=form)
    files = [written(tmp_path / "armoires.csv", boxes, "cabinets"), lights]
    first, second = (study_of(some, StudyRequest(on=ON)) for some in permutations(files))
    assert first.set_aside == second.set_aside == ()
    assert first == second
    placed = {one.id: one.programmable for one in first.study.cabinets}
    assert placed == {one.external_id: one.programmable for one in boxes}


def test_every_order_of_files_gives_the_same_bytes(tmp_path: Path) -> None:
    """Two rows of a cabinet that contradict, terms told twice, a file twice in two folders."""
    (tmp_path / "other").mkdir()
    point = "prm:99000000000017"
    rows = [
        PerimeterRow.model_validate({
            "supply_point": point, "member": name, "tariff_code": "BTINFMU4",
            "subscribed_powers": [{"value": kva}], "power_unit": "kVA", "provenance": "partner",
        })
        for name, kva in (("commune-a", "6"), ("commune-b", "9"))
    ]  # fmt: skip
    files = [
        written(tmp_path / "a.csv", [cabinet("A-1", supply_point=point), cabinet("A-2")],
                "cabinets"),
        written(tmp_path / "other" / "a.csv", [cabinet("A-1", programmable=False)], "cabinets"),
        written(tmp_path / "l.csv", [light("L-1"), light("L-2", cabinet="A-3")], "light-points"),
        written(tmp_path / "p1.csv", rows[:1], "perimeter"),
        written(tmp_path / "p2.csv", rows[1:], "perimeter"),
    ]  # fmt: skip
    found = {
        (built.study.model_dump_json(), built.files, built.set_aside, built.notes)
        for some in permutations(files)
        for built in [study_of(some, StudyRequest(on=ON))]
    }
    assert len(found) == 1
    ((_, _, aside, _),) = found
    assert [one.where for one in aside] == [
        "p2.csv, prm:99000000000017", "a.csv, line 2, A-1",
    ], "the rows that contradict"  # fmt: skip


def shuffled(path: Path, to: Path, turn: random.Random) -> Path:
    """The same table with its rows in another order."""
    head, *rows = path.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    turn.shuffle(rows)
    to.write_text("".join((head, *rows)), encoding="utf-8-sig", newline="")
    return to


def test_the_order_of_rows_changes_no_figure_of_the_comparison(
    tmp_path: Path, whole: Territory
) -> None:
    """One luminaire twice, with another power: the fuller row is kept wherever it stands."""
    boxes = [one for holding in whole.holdings for one in holding.cabinets][:3]
    names = {one.external_id for one in boxes}
    points = [one for one in whole.light_points if one.cabinet in names]
    twice = points[0].model_copy(update={"power_w": 999, "cct_k": None, "location": None})
    files = [
        written(tmp_path / "armoires.csv", boxes, "cabinets"),
        written(tmp_path / "foyers.csv", points, "light-points"),
        written(tmp_path / "ajouts.csv", [twice], "light-points"),
    ]
    first = study_of(files, StudyRequest(on=ON))
    assert [one.expected for one in first.set_aside] == ["each identifier once"]
    assert first.study.lights[0].power_w != 999
    for seed in range(2):
        turn, folder = random.Random(seed), tmp_path / str(seed)  # noqa: S311 (an order)
        folder.mkdir()
        again = study_of(
            [shuffled(one, folder / one.name, turn) for one in files], StudyRequest(on=ON)
        )
        assert again.study == first.study, seed
        assert again.notes == first.notes
        assert compare(again.study) == compare(first.study)


@pytest.mark.parametrize("form", ["light-points-csv", "lighting-geojson", "template-light-points"])
def test_a_plan_of_our_own_export_gives_the_figures_of_what_was_exported(
    form: str, tmp_path: Path, whole: Territory
) -> None:
    """Export, plan, and the six scenarios say what they say of the records themselves."""
    boxes = [one for holding in whole.holdings for one in holding.cabinets]
    lights = tmp_path / f"{form}.file"
    with lights.open("wb") as sink:
        formats.write([*whole.light_points], sink, format=form)
    files = [written(tmp_path / "armoires.csv", boxes, "cabinets"), lights]
    built = study_of(files, StudyRequest(on=ON))
    known = {one.external_id: one for one in whole.light_points}
    for one in built.study.lights:
        record = known.pop(one.id)
        assert (one.power_w, one.flux_lm, one.cct_k, one.ulr, one.cabinet, one.installed_on) == (
            record.power_w, record.flux_lm, record.cct_k, record.ulr_installed, record.cabinet,
            record.installed_on,
        )  # fmt: skip
    assert not known
    found = compare(built.study).scenarios
    assert all(one.indicators[0].value for one in found), "an energy of each scenario"
    assert len({one.indicators[0].value for one in found}) == len(found)


@pytest.mark.parametrize("turn", list(permutations(range(3))))
def test_a_bare_name_never_beats_a_full_row_and_blanks_are_filled(turn: tuple[int, ...]) -> None:
    rows = [BARE, cabinet("A-1", programmable=None), _partial()]
    owned = [Owned("", rows[n], f"f{n}.csv, line 2") for n in turn]
    told = cabinets_of(owned, (), SERVED)
    (one,) = told.found.values()
    assert told.aside == []
    assert (one.programmable, one.location is not None) == (True, True)


def _partial() -> CabinetRecord:
    """What another system knows of the same cabinet."""
    return cabinet("A-1", location=None, insee_code=None)


def test_the_row_that_tells_most_is_kept_where_two_contradict() -> None:
    full, other = cabinet("A-1"), cabinet("A-1", programmable=False, location=None)
    for some in permutations([full, other]):
        found = join_cabinets([Owned("", one) for one in some], lambda one: one.record.external_id)
        assert [one.record for one in found.rows] == [full]
        assert [one.record for one in found.apart] == [other]


def test_a_park_keeps_what_a_cabinet_file_tells_after_a_file_that_names_it() -> None:
    told = cabinet("A-1", inspected_on=date(2024, 6, 1))
    for some in permutations([BARE, told]):
        found = state([Owned("c", one) for one in some], [], [], as_of=NOW)
        assert found.set_aside == ()
        assert [one.inspected_on for one in found.cabinets] == [date(2024, 6, 1)]
