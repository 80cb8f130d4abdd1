"""What luminaires light, from a table: the nearest row holds, a wrong one is set aside."""

from pathlib import Path

import pytest

from synergie.errors import BadInput
from synergie.lighting.plan.compare import compare
from synergie.lighting.plan.inputs import StudyRequest, areas_of, revise_areas, study_of
from synergie.lighting.records.lit_area import LitArea
from synergie.park.records.park import SetAside
from tests.scenarios.test_inputs import ON, cabinet, light, texts, written

HEAD = (
    "lieu;nature;foyers;armoires;communes;categories;ouverture;fermeture;agglomeration;naturel;"
    "largeur;interdistance;classe;derogation;signee;jusque;du;au;source"
)


def table(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "lieux.csv"
    path.write_text("\n".join((HEAD, *rows)) + "\n", encoding="utf-8")
    return path


def read(tmp_path: Path, *rows: str) -> tuple[dict[str, LitArea], list[SetAside]]:
    aside: list[SetAside] = []
    found = areas_of(table(tmp_path, *rows), {}, {}, aside)
    return found.found, aside


def test_the_nearest_row_holds_for_each_luminaire(tmp_path: Path) -> None:
    """Luminaire before cabinet before commune before all; a category before none."""
    files = [
        written(tmp_path / "a.csv", [cabinet("A-1"), cabinet("A-2")], "cabinets"),
        written(
            tmp_path / "l.csv",
            [
                light("L-1", usage="A"), light("L-2", usage="D"),
                light("L-3", cabinet="A-2", usage="D"),
                light("L-4", cabinet="A-2", insee_code="54215", usage="B3"), light("L-5"),
                light("L-6", cabinet=None, insee_code="54318", usage="E"),
            ],
            "light-points",
        ),
    ]  # fmt: skip
    areas = table(
        tmp_path,
        "bourg;rue;;A-1;;;;;oui;non;8;30;m4;;;;;;relevé",
        "mairie;façade;;A-1;;D;;;oui;;;;;;;;;;relevé",
        "cloître;Patrimoine;L-3;;;;;;oui;;;;;;;;;;relevé",
        "square;parc qui ferme;;;54215;B3;;21h;non;oui;;;;;;;;;arrêté",
        "reste;;;;;;;;non;;;;;;;;;;relevé",
        "parking;parking;;;;E;8:30;19:00;;;;;;foire;2026-01-05;2027-12-31;12-01;01-05;bail",
    )
    built = study_of(files, StudyRequest(on=ON, areas=areas))
    assert built.set_aside == ()
    assert {one.id: one.area for one in built.study.lights} == {
        "L-1": "bourg", "L-2": "mairie", "L-3": "cloître", "L-4": "square", "L-5": "bourg",
        "L-6": "parking",
    }  # fmt: skip
    found = {one.id: one for one in built.study.areas}
    assert (found["bourg"].road_class, found["bourg"].width_m) == ("M4", 8)
    assert (found["square"].kind, found["square"].closes) == ("closing-garden", "21:00")
    assert found["parking"].opens == "08:30"
    leave = found["parking"].derogation
    assert leave is not None
    assert (leave.from_day, leave.to_day, str(leave.until)) == ("12-01", "01-05", "2027-12-31")
    assert "lit area" not in texts(built.notes)
    hours = compare(built.study).scenarios[0].law[1]
    assert (hours.kept, hours.broken, hours.unjudged) == (2, 4, 0)


WRONG = {
    "x;terrasse;;;;;;;;;;;;;;;;;s": "Nature",
    "x;rue;L-9;;;;;;;;;;;;;;;;s": "foyers",
    "x;rue;;;99999;;;;;;;;;;;;;;s": "communes",
    "x;rue;;A-1;54430;;;;;;;;;;;;;;s": "communes",
    "x;rue;;;;Z;;;;;;;;;;;;;s": "categories",
    "x;rue;;;;;25:00;;;;;;;;;;;;s": "ouverture",
    "x;rue;;;;;;;peut-être;;;;;;;;;;s": "agglomeration",
    "x;rue;;;;;;;;;0;;;;;;;;s": "largeur",
    "x;rue;;;;;;;;;;;M7;;;;;;s": "classe",
    "x;rue;;;;;;;;;;;;arrêté;;;;;s": "derogation",
    "x;rue;;;;;;;;;;;;;;;;;": "source",
}


@pytest.mark.parametrize("row", WRONG)
def test_a_wrong_row_is_set_aside_with_its_place(row: str, tmp_path: Path) -> None:
    found, aside = read(tmp_path, row)
    assert found == {}
    assert [one.where.casefold() for one in aside] == [
        f"lieux.csv, line 2, {WRONG[row]}".casefold()
    ]


def test_two_rows_of_one_group_are_never_chosen_from_in_silence(tmp_path: Path) -> None:
    found, aside = read(tmp_path, "a;rue;;;;A;;;;;;;;;;;;;s", "b;parking;;;;A E;;;;;;;;;;;;;s")
    assert list(found) == ["a"]
    assert [one.expected for one in aside] == [
        "each area once, and each group of luminaires in one area"
    ]


@pytest.mark.parametrize(
    ("text", "clock"),
    [("8:30", "08:30"), ("18h30", "18:30"), ("18 h", "18:00"), ("08:30:00", "08:30"),
     ("24:00", "00:00"), ("24:30", None), ("8", None), ("18:60", None)],
)  # fmt: skip
def test_times_of_day_as_people_and_workbooks_write_them(
    text: str, clock: str | None, tmp_path: Path
) -> None:
    found, aside = read(tmp_path, f"x;rue;;;;;{text};;;;;;;;;;;;s")
    assert [one.opens for one in found.values()] == ([] if clock is None else [clock])
    assert len(aside) == (clock is None)


def test_a_table_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "lieux.csv"
    path.write_text("rue;largeur\nx;8\n", encoding="utf-8")
    with pytest.raises(BadInput):
        areas_of(path, {}, {}, [])


def test_without_a_table_it_is_said_what_the_law_cannot_judge(tmp_path: Path) -> None:
    files = [written(tmp_path / "l.csv", [light("L-1")], "light-points")]
    built = study_of(files, StudyRequest(on=ON))
    assert "no table of lit areas was given" in texts(built.notes)


def test_a_study_can_be_told_what_its_luminaires_light(tmp_path: Path) -> None:
    files = [written(tmp_path / "l.csv", [light("L-1", usage="A"), light("L-2")], "light-points")]
    built = study_of(files, StudyRequest(on=ON)).study
    told = table(tmp_path, "a;rue;;;;A;;;oui;non;8;30;P4;;;;;;relevé")
    aside: list[SetAside] = []
    again = revise_areas(built, told, aside)
    assert aside == []
    assert [one.area for one in again.lights] == ["a", None]
    assert again == study_of(files, StudyRequest(on=ON, areas=told)).study
