"""From the files of an agent to a study: what cannot be used is set aside, the rest goes on."""

import csv
import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie import formats
from synergie.errors import BadInput
from synergie.formats import Record
from synergie.lighting.plan.compare import compare
from synergie.lighting.plan.effects import Setting
from synergie.lighting.plan.inputs import (
    StudyRequest,
    communes_of,
    places_of,
    revise_study,
    scenarios_of,
    six_scenarios,
    span_of,
    stated_of,
    study_of,
)
from synergie.lighting.plan.inputs.lights import Follows, lights_of
from synergie.lighting.plan.inputs.schedules import profiles_as_schedules
from synergie.lighting.plan.inputs.wanted import RowReferences
from synergie.lighting.plan.lights import park_of
from synergie.lighting.records.retrofit import Retrofit
from synergie.lighting.records.study import LightingStudy, StudyLight
from synergie.park.plan.owned import Owned
from synergie.park.records.park import SetAside
from synergie.samples.territory import territory
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.night_profile import DimmingRange, NightProfile
from synergie.schemas.assets.perimeter import PerimeterRow

ON = date(2026, 3, 1)
KNOWN = RowReferences(
    retrofits=("led-40",), schedules=("full-night", "off-0000-0530"), years=range(2027, 2042)
)


def light(name: str, **fields: Any) -> LightPointRecord:
    told: dict[str, Any] = {
        "cabinet": "A-1", "insee_code": "54430", "source_type": "SHP", "power_w": 100,
        "provenance": "partner",
    }  # fmt: skip
    return LightPointRecord.model_validate({"external_id": name} | told | fields)


def cabinet(name: str, **fields: Any) -> CabinetRecord:
    told: dict[str, Any] = {
        "insee_code": "54430", "location": {"longitude": 6.129, "latitude": 48.773},
        "programmable": True, "provenance": "partner",
    }  # fmt: skip
    return CabinetRecord.model_validate({"external_id": name} | told | fields)


def written(path: Path, records: Iterable[Record], form: str) -> Path:
    with path.open("wb") as sink:
        formats.write(records, sink, format=form if form == "perimeter" else f"template-{form}")
    return path


def table(path: Path, rows: Iterable[Mapping[str, Any]], encoding: str = "utf-8-sig") -> Path:
    """A table as French Excel writes it: `;`, CRLF."""
    told = list(rows)
    with path.open("w", encoding=encoding, newline="") as sink:
        writer = csv.DictWriter(sink, list(told[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(told)
    return path


def park(tmp_path: Path, *lights: LightPointRecord) -> list[Path]:
    """A cabinet and its luminaires as two files to fill."""
    return [
        written(tmp_path / "armoires.csv", [cabinet("A-1"), cabinet("A-2")], "cabinets"),
        written(tmp_path / "foyers.csv", lights or (light("L-1"), light("L-2")), "light-points"),
    ]


def texts(notes: Iterable[Any]) -> str:
    return "\n".join(one.tell(str) for one in notes)


def test_two_files_make_a_study_that_is_compared(tmp_path: Path) -> None:
    built = study_of(park(tmp_path), StudyRequest(on=ON))
    study = built.study
    assert [one.id for one in study.lights] == ["L-1", "L-2"]
    assert [one.id for one in study.cabinets] == ["A-1", "A-2"]
    assert [one.insee_code for one in study.communes] == ["54430"]
    assert [one.id for one in study.scenarios] == ["s0", "s1", "s2", "s3", "s4", "s5"]
    assert built.set_aside == ()
    energies = [
        next(i.value for i in one.indicators if i.criterion == "energy")
        for one in compare(study).scenarios
    ]
    first = energies[0]
    assert first == pytest.approx(0.2 * 4.109, rel=1e-2)
    shares = [value / first for value in energies if value is not None and first]
    assert shares == pytest.approx([1, 0.513, 0.4, 0.26, 0.204, 0.205], abs=2e-3)
    assert LightingStudy.model_validate_json(study.model_dump_json()) == study


def test_unknown_figures_stay_unknown_and_are_counted(tmp_path: Path) -> None:
    files = park(tmp_path, light("L-1", power_w=None), light("L-2", source_type=None))
    built = study_of(files, StudyRequest(on=ON))
    assert built.study.lights[0].power_w is None
    assert built.study.lights[0].flux_lm is None
    told = texts(built.notes)
    assert "1 of 2 luminaires have no known power" in told
    assert "2 of 2 luminaires have no known flux" in told
    assert "1 luminaires (XX): no entry of the catalogue takes their place" in told
    assert "no price schedule was given: no bill is known" in told


@pytest.mark.parametrize(
    ("fields", "name", "expected"),
    [
        ({"power_w": 0}, "power_w", "the power of a luminaire"),
        ({"power_w": 20_000}, "power_w", "the power of a luminaire"),
        ({"flux_lm": 0}, "flux_lm", "the flux of a luminaire"),
        ({"flux_lm": 400_000}, "flux_lm", "the flux of a luminaire"),
        ({"flux_lm": 99_000}, "flux_lm", "a flux that goes with the power"),
        ({"flux_lm": 100}, "flux_lm", "a flux that goes with the power"),
        ({"installed_on": date(2031, 1, 1)}, "installed_on", "a day of installation"),
        ({"installed_on": date(1066, 1, 1)}, "installed_on", "a day of installation"),
    ],
    ids=["no watt", "many watts", "no lumen", "many lumens", "too bright", "too dim", "to come",
         "of old"],
)  # fmt: skip
def test_an_absurd_figure_is_set_aside_and_its_luminaire_kept(
    fields: dict[str, Any], name: str, expected: str
) -> None:
    follows = Follows({}, "off", ON, "full-night")
    told = lights_of([Owned("", light("L-1", **fields), "foyers.csv, line 2")], follows)
    assert getattr(told.found["L-1"], name) is None
    (aside,) = told.aside
    assert aside.where == "foyers.csv, line 2, L-1"
    assert aside.expected.startswith(expected)


@given(
    power=st.none() | st.integers(0, 10_000),
    flux=st.none() | st.integers(0, 1_000_000),
    ulr=st.none() | st.floats(0, 1),
)
def test_what_is_kept_is_plausible_and_nothing_is_made_up(
    power: int | None, flux: int | None, ulr: float | None
) -> None:
    record = light("L-1", power_w=power, flux_lm=flux, ulr_installed=ulr)
    told = lights_of([Owned("", record, "")], Follows({}, "off", ON, "full-night"))
    one = told.found["L-1"]
    assert one.power_w in (None, power) and one.flux_lm in (None, flux)
    assert one.ulr == ulr
    assert one.power_w is None or 0 < one.power_w <= 2_000
    if one.power_w and one.flux_lm:
        assert 3 <= one.flux_lm / one.power_w <= 250
    dropped = (one.power_w != power) + (one.flux_lm != flux)
    assert len(told.aside) == dropped


def test_repeated_private_and_ended_luminaires_are_set_aside() -> None:
    records = [
        light("L-1"), light("L-1"), light("L-2", is_public=False),
        light("L-3", valid_to=date(2020, 1, 1)), light("L-4", valid_to=date(2027, 1, 1)),
    ]  # fmt: skip
    told = lights_of(
        [Owned("", one, "foyers.csv") for one in records], Follows({}, "off", ON, "full-night")
    )
    assert list(told.found) == ["L-1", "L-4"]
    assert [one.expected for one in told.aside] == [
        "each identifier once", "public lighting", "a description that still holds",
    ]  # fmt: skip


def test_only_known_leaves_out_what_no_figure_could_be_told_of(tmp_path: Path) -> None:
    files = park(
        tmp_path, light("L-1"), light("L-2", power_w=None), light("L-3", source_type=None),
        light("L-4", cabinet=None), light("L-5", cabinet="A-9"),
    )  # fmt: skip
    built = study_of(files, StudyRequest(on=ON, only_known=True))
    assert [one.id for one in built.study.lights] == ["L-1"]
    assert len(built.set_aside) == 4
    assert "4 luminaires are left out, as it was asked for" in texts(built.notes)


def test_no_luminaire_at_all_is_refused(tmp_path: Path) -> None:
    files = [written(tmp_path / "armoires.csv", [cabinet("A-1")], "cabinets")]
    with pytest.raises(BadInput) as fault:
        study_of(files, StudyRequest(on=ON))
    assert fault.value.expected == "at least one luminaire that is in service"


def test_a_file_of_another_kind_is_refused_by_name(tmp_path: Path, shared: Path) -> None:
    curve = next((shared / "data" / "enedis-sge").glob("*.xml"))
    with pytest.raises(BadInput) as fault:
        study_of([curve], StudyRequest(on=ON))
    assert curve.name in fault.value.where


def test_lights_without_a_cabinet_shine_all_night_and_it_is_said(tmp_path: Path) -> None:
    built = study_of(park(tmp_path, light("L-1", cabinet=None)), StudyRequest(on=ON))
    assert built.study.lights[0].schedule == "full-night"
    assert "1 of 1 luminaires name no cabinet" in texts(built.notes)
    assert "shine all night: assumed" in texts(built.notes)


def test_terms_come_from_the_perimeter_by_delivery_point(tmp_path: Path) -> None:
    row = PerimeterRow.model_validate(
        {
            "supply_point": "prm:99000000000017", "member": "Ville de Pompey",
            "tariff_code": "BTINFMU4", "power_unit": "kVA",
            "subscribed_powers": [{"value": "6"}], "provenance": "partner",
        }
    )  # fmt: skip
    files = [
        written(tmp_path / "armoires.csv",
                [cabinet("A-1", supply_point="prm:99000000000017"), cabinet("A-2")], "cabinets"),
        written(tmp_path / "foyers.csv", [light("L-1")], "light-points"),
        written(tmp_path / "perimetre.csv", [row], "perimeter"),
    ]  # fmt: skip
    study = study_of(files, StudyRequest(on=ON)).study
    first, second = study.cabinets
    assert first.terms is not None
    assert (first.body, first.terms.tariff_code, first.terms.subscribed_kva) == (
        "Ville de Pompey", "BTINFMU4", 6.0,
    )  # fmt: skip
    assert second.terms is None and second.body == "collectivité"


def test_an_option_that_is_asked_for_holds_where_the_power_is_known(tmp_path: Path) -> None:
    files = [
        written(tmp_path / "armoires.csv",
                [cabinet("A-1", subscribed_power_kva=6.0), cabinet("A-2")], "cabinets"),
        written(tmp_path / "foyers.csv", [light("L-1")], "light-points"),
    ]  # fmt: skip
    built = study_of(files, StudyRequest(on=ON, tariff="BTINFCU4"))
    first, second = built.study.cabinets
    assert first.terms is not None and first.terms.tariff_code == "BTINFCU4"
    assert second.terms is None
    assert "1 cabinets tell no tariff option: BTINFCU4 is taken" in texts(built.notes)


def test_hours_of_today_hold_for_cabinets_that_can_be_programmed(tmp_path: Path) -> None:
    files = park(tmp_path)
    files[0] = written(
        tmp_path / "a.csv", [cabinet("A-1"), cabinet("A-2", programmable=False)], "cabinets"
    )
    built = study_of(files, StudyRequest(on=ON, off_today=("00:00", "05:30")))
    assert [one.schedule for one in built.study.cabinets] == ["today-off", None]
    assert any(one.id == "today-off" for one in built.study.schedules)


def test_a_profile_in_clock_times_becomes_a_schedule_and_others_do_not() -> None:
    def profile(name: str, *ranges: str) -> NightProfile:
        return NightProfile(
            external_id=name, on_at="-15CS", ranges=ranges, provenance="partner"
        )  # fmt: skip

    def span(name: str, **fields: Any) -> DimmingRange:
        told: dict[str, Any] = {
            "quantity": "EX", "start": "23:30HL", "end": "05:00HL", "value": 0.0,
            "provenance": "partner",
        }  # fmt: skip
        return DimmingRange.model_validate({"external_id": name} | told | fields)

    ranges = {
        "off": span("off"),
        "half": span("half", quantity="P", value=50.0),
        "middle": span("middle", start="-120MN"),
        "past": span("past", valid_to=date(2020, 1, 1)),
    }
    profiles = {
        "Rues": profile("Rues", "off", "past"), "Places": profile("Places", "half"),
        "Bois": profile("Bois", "middle"),
    }  # fmt: skip
    aside: list[SetAside] = []
    found = profiles_as_schedules(profiles, ranges, ON, aside)
    assert sorted(found) == ["Places", "Rues"]
    rues, places = found["Rues"], found["Places"]
    assert [(s.starts, s.ends, s.light_share) for s in rues.spans] == [("23:30", "05:00", 0.0)]
    assert places.spans[0].power_share == places.spans[0].light_share == 0.5
    assert rues.executor == "luminaire" and rues.on_at is None
    assert [one.where for one in aside] == ["Bois"]


def test_the_six_scenarios_size_leds_by_flux_within_one_family() -> None:
    """Entries of one colour that dim and follow a schedule by themselves; what they fit is said."""

    def entry(name: str, flux: int | None, **fields: Any) -> Retrofit:
        told: dict[str, Any] = {
            "source_type": "LED", "flux_lm": flux, "cct_k": 3000, "dimmable": True,
            "autonomous": True, "source": "essai", "fits": ("SHP", "IM"),
        }  # fmt: skip
        return Retrofit.model_validate({"id": name, "name": name} | told | fields)

    catalogue = (
        entry("plain", 4000, autonomous=False), entry("small", 2000), entry("large", 7500),
        entry("ballast", None, source_type=None), entry("amber", 2500, cct_k=2200),
        entry("cold", 3000, cct_k=4000), entry("share", None, flux_share=0.7),
    )  # fmt: skip
    lights = [
        StudyLight(id="a", count=5, source_type="SHP", power_w=70),
        StudyLight(id="b", count=3, source_type="IM", power_w=250),
        StudyLight(id="c", count=2, source_type="LED", power_w=40),
        StudyLight(id="d", source_type=None),
        StudyLight(id="e", source_type="VM", power_w=125),
    ]
    scenarios, said = six_scenarios(lights, catalogue)
    assert [one.actions for one in scenarios[:1]] == [()]
    (sized, _) = scenarios[2].actions
    assert (sized.source_types, sized.retrofit_among) == (("SHP", "IM"), ("small", "large"))
    told = texts(said)
    assert "2 luminaires are LED already" in told
    assert "1 luminaires (XX): no entry" in told
    assert "1 luminaires (VM): no entry" in told
    assert "5 luminaires (SHP): each takes the smallest of 2 LED entries" in told


def test_scenarios_of_a_table_are_read_and_wrong_rows_set_aside(tmp_path: Path) -> None:
    blank = dict.fromkeys(("nom", "communes", "types", "programmable", "materiel", "horaire",
                           "annee"), "")  # fmt: skip
    path = table(
        tmp_path / "scenarios.csv",
        [
            {"scenario": "a", **blank, "nom": "Aujourd'hui"},
            {"scenario": "b", **blank, "nom": "Éteindre", "communes": "54430, 54215",
             "programmable": "oui", "horaire": "off-0000-0530"},
            {"scenario": "b", **blank, "types": "SHP IM", "materiel": "led-40", "annee": "2028"},
            {"scenario": "c", **blank, "materiel": "led-99"},
            {"scenario": "d", **blank, "types": "BOUGIE", "materiel": "led-40"},
            {"scenario": "e", **blank, "materiel": "led-40", "annee": "1999"},
            {"scenario": "f", **blank, "communes": "POMPEY", "materiel": "led-40"},
            {"scenario": "é è", **blank, "materiel": "led-40"},
            {"scenario": "g", **blank, "materiel": "led-40", "programmable": "peut-être"},
        ],
        encoding="cp1252",
    )  # fmt: skip
    aside: list[SetAside] = []
    found = scenarios_of(path, aside, known=KNOWN)
    assert [(one.id, one.name, len(one.actions)) for one in found] == [
        ("a", "Aujourd'hui", 0), ("b", "Éteindre", 2),
    ]  # fmt: skip
    first, second = found[1].actions
    assert first.communes == ("54430", "54215") and first.programmable is True
    assert second.source_types == ("SHP", "IM") and second.year == 2028
    assert [one.where.rpartition(", ")[2] for one in aside] == [
        "materiel", "types", "annee", "communes", "scenario", "programmable",
    ]  # fmt: skip
    assert aside[0].where.startswith("scenarios.csv, line 5")


def test_scenarios_of_json_are_read_whole_or_refused_with_their_place(tmp_path: Path) -> None:
    path = tmp_path / "scenarios.json"
    path.write_text(json.dumps([{"id": "a", "name": "A"}]))
    assert scenarios_of(path, [], known=KNOWN)[0].id == "a"
    path.write_text(json.dumps([{"id": "a", "name": "A", "actions": [{"year": "demain"}]}]))
    with pytest.raises(BadInput) as fault:
        scenarios_of(path, [], known=KNOWN)
    assert fault.value.where == "scenarios.json /0/actions/0/year"


@pytest.mark.parametrize("head", ["a;b", "scenario;couleur", ""], ids=["none", "strange", "empty"])
def test_a_table_with_other_heads_is_refused(head: str, tmp_path: Path) -> None:
    path = tmp_path / "scenarios.csv"
    path.write_text(f"{head}\nx;y\n")
    with pytest.raises(BadInput):
        scenarios_of(path, [], known=KNOWN)


def test_figures_that_people_told_need_a_source_and_a_criterion(tmp_path: Path) -> None:
    path = table(
        tmp_path / "dits.csv",
        [
            {"critere": "Temps agent", "valeur": "900", "bas": "800", "haut": "1 000,5",
             "scenario": "s0", "source": "relevé de mars"},
            {"critere": "felt_safety", "valeur": "", "bas": "", "haut": "", "scenario": "",
             "source": "aucune enquête"},
            {"critere": "agent_minutes", "valeur": "5", "bas": "", "haut": "", "scenario": "",
             "source": ""},
            {"critere": "energy", "valeur": "5", "bas": "", "haut": "", "scenario": "",
             "source": "x"},
            {"critere": "beauté", "valeur": "5", "bas": "", "haut": "", "scenario": "",
             "source": "x"},
            {"critere": "agent_minutes", "valeur": "5", "bas": "9", "haut": "", "scenario": "",
             "source": "x"},
            {"critere": "agent_minutes", "valeur": "-5", "bas": "", "haut": "", "scenario": "",
             "source": "x"},
        ],
    )  # fmt: skip
    aside: list[SetAside] = []
    found = stated_of(path, aside)
    assert [(one.figure.criterion, one.figure.value) for one in found] == [
        ("agent_minutes", 900.0), ("felt_safety", None),
    ]  # fmt: skip
    assert found[0].figure.high == 1000.5
    assert len(aside) == 5


def test_a_figure_of_a_scenario_goes_before_one_of_all(tmp_path: Path) -> None:
    path = table(
        tmp_path / "dits.csv",
        [
            {"critere": "agent_minutes", "valeur": "900", "scenario": "", "source": "x"},
            {"critere": "agent_minutes", "valeur": "300", "scenario": "s2", "source": "y"},
            {"critere": "agent_minutes", "valeur": "1", "scenario": "s2", "source": "z"},
            {"critere": "agent_minutes", "valeur": "1", "scenario": "s9", "source": "z"},
        ],
    )
    built = study_of(park(tmp_path), StudyRequest(on=ON, stated=path))
    told = {one.id: [each.value for each in one.stated] for one in built.study.scenarios}
    assert told["s0"] == [900.0] and told["s2"] == [300.0]
    assert [one.expected for one in built.set_aside] == [
        "each figure once for a scenario and a place", "a scenario of the study",
    ]  # fmt: skip
    assert len(compare(built.study).scenarios) == 6


def test_places_of_a_table_and_of_geojson_are_the_same(tmp_path: Path) -> None:
    rows = [
        {"id": "École Jean", "type": "école", "longitude": "6,129", "latitude": "48,773",
         "rayon": "50"},
        {"id": "École Jean", "type": "Arrêt de bus", "longitude": "6,13", "latitude": "48,77",
         "rayon": ""},
        {"id": "x", "type": "château", "longitude": "6,13", "latitude": "48,77", "rayon": ""},
        {"id": "y", "type": "gare", "longitude": "606", "latitude": "48,77", "rayon": ""},
    ]  # fmt: skip
    aside: list[SetAside] = []
    found = places_of(table(tmp_path / "lieux.csv", rows), aside)
    assert [(one.id, one.kind, one.radius_m) for one in found] == [
        ("ecole-jean", "school", 50.0), ("ecole-jean-2", "stop", 30.0),
    ]  # fmt: skip
    assert len(aside) == 2
    features: list[dict[str, Any]] = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [
                float(one["longitude"].replace(",", ".")), float(one["latitude"].replace(",", ".")),
            ]},
            "properties": {"id": one["id"], "type": one["type"], "rayon": one["rayon"] or None},
        }
        for one in rows
    ]  # fmt: skip
    features.append({"type": "Feature", "geometry": None, "properties": {}})
    path = tmp_path / "lieux.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    more: list[SetAside] = []
    assert places_of(path, more) == found
    assert len(more) == 3


@pytest.mark.parametrize("content", ["{}", "[1]", "no", '{"features": 3}'])
def test_a_geojson_that_is_none_is_refused(content: str, tmp_path: Path) -> None:
    path = tmp_path / "lieux.geojson"
    path.write_text(content)
    with pytest.raises(BadInput) as fault:
        places_of(path, [])
    assert "GeoJSON" in fault.value.expected


def test_a_column_that_is_told_twice_and_a_cell_beyond_the_head_are_never_picked_in_silence(
    tmp_path: Path,
) -> None:
    path = tmp_path / "communes.csv"
    path.write_text("insee;habitants;population\n54430;9100;12\n", "utf-8")
    with pytest.raises(BadInput, match="each column once"):
        communes_of(path, [], ())
    path.write_text("insee;nom;habitants\n54430;Pompey;9;100\n54215;Frouard;7000;\n", "utf-8")
    aside: list[SetAside] = []
    assert communes_of(path, aside, ()).keys() == {"54215"}
    assert [(one.where, one.expected) for one in aside] == [
        ("communes.csv, line 2", "one cell a column")
    ]


def test_commune_is_the_name_beside_insee_and_the_code_alone(tmp_path: Path) -> None:
    path = tmp_path / "communes.csv"
    for text in ("commune;insee;habitants\nPompey;54430;4900\n",
                 "insee;nom;commune\n54430;Pompey;POMPEY\n"):  # fmt: skip
        path.write_text(text, "utf-8")
        assert communes_of(path, [], ())["54430"].name == "Pompey"
    path.write_text("commune;habitants\n54430;4900\n", "utf-8")
    assert communes_of(path, [], ())["54430"].population == 4900
    path.write_text("commune;insee;type;longitude;latitude\nPompey;54430;gare;6,1;48,7\n", "utf-8")
    (place,) = places_of(path, [])
    assert place.insee_code == "54430"


def test_a_row_of_totals_and_a_thousand_that_may_be_decimals_are_set_aside(tmp_path: Path) -> None:
    path, aside = tmp_path / "communes.csv", list[SetAside]()
    path.write_text("insee;nom;habitants\n54430;Pompey;4,900\nTotal;;4 900\n", "utf-8")
    assert communes_of(path, aside, ()) == {}
    assert [(one.where, one.found) for one in aside] == [
        ("communes.csv, line 2, population", "4,900"), ("communes.csv, line 3", "Total"),
    ]  # fmt: skip


def test_communes_of_a_table_bring_population_and_orders(tmp_path: Path) -> None:
    path = table(
        tmp_path / "communes.csv",
        [
            {"insee": "54430", "nom": "Pompey", "population": "4 900",
             "horaires": "full-night off-0000-0530"},
            {"insee": "1234", "nom": "X", "population": "", "horaires": ""},
            {"insee": "54215", "nom": "Frouard", "population": "", "horaires": "tard"},
        ],
    )  # fmt: skip
    aside: list[SetAside] = []
    found = communes_of(path, aside, ("full-night", "off-0000-0530"))
    assert list(found) == ["54430"]
    assert found["54430"].population == 4_900
    assert found["54430"].allowed_schedules == ("full-night", "off-0000-0530")
    assert len(aside) == 2


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("00:00-05:30", ("00:00", "05:30")), ("23h00-6h00", ("23:00", "06:00")),
        ("24:00-05:00", ("00:00", "05:00")), ("25:00-05:00", None), ("00:60-05:00", None),
        ("minuit", None),
    ],
)  # fmt: skip
def test_spans_of_the_clock(text: str, found: tuple[str, str] | None) -> None:
    assert span_of(text) == found


def test_a_study_can_be_told_other_scenarios(tmp_path: Path) -> None:
    study = study_of(park(tmp_path), StudyRequest(on=ON)).study
    path = table(
        tmp_path / "s.csv",
        [{"scenario": "z0", "horaire": ""}, {"scenario": "z1", "horaire": "off-0000-0530"}],
    )
    again = revise_study(study, path, None, [])
    assert [one.id for one in again.scenarios] == ["z0", "z1"]
    assert again.lights == study.lights


def test_the_demonstration_as_files_gives_the_golden_shares(tmp_path: Path) -> None:
    whole = territory(fast=True)
    boxes = [one for holding in whole.holdings for one in holding.cabinets]
    files = [
        written(tmp_path / "armoires.csv", boxes, "cabinets"),
        written(tmp_path / "foyers.csv", whole.light_points, "light-points"),
    ]
    built = study_of(files, StudyRequest(on=ON))
    assert built.study.provenance == "synthetic"
    assert len(built.study.lights) == len(whole.light_points)
    energies = [
        next(i.value for i in one.indicators if i.criterion == "energy")
        for one in compare(built.study).scenarios
    ]
    first = energies[0]
    assert first is not None and None not in energies
    found = Setting(built.study, park_of(built.study)).measured(built.study.scenarios[2])
    before = sum(one.power_w or 0 for one in built.study.lights)
    assert found.power_w.sum() < before
    assert energies[2] == pytest.approx(first * found.power_w.sum() / before, rel=1e-3)
    sizing = compare(built.study).scenarios[2].sizing
    assert sizing is not None and sizing.without_fit == ()
    assert 0.9 <= (sizing.ratio_min or 0) <= (sizing.ratio_max or 9) <= 1.25


def test_real_inventories_are_taken_as_they_are(shared: Path) -> None:
    built = study_of([shared / "data/lighting-champaign/Streetlights.csv"], StudyRequest(on=ON))
    assert len(built.study.lights) == 4_556 and len(built.study.cabinets) == 151
    assert "1220 of 4556 luminaires have no known power" in texts(built.notes)
    sized = compare(built.study).scenarios[2].sizing
    assert sized is not None and (sized.replaced, sized.estimated) == (2_965, 2_965)
    assert 0.9 <= (sized.ratio_min or 0) <= (sized.ratio_max or 9) <= 1.25
    assert (len(sized.without_fit), sized.less, sized.more) == (96, 0, 0)
    bare = study_of(
        [shared / "data/lighting-montpellier/VilleMTP_MTP_EclairagePublic.zip"], StudyRequest(on=ON)
    )
    assert len(bare.study.lights) == 29_969 and bare.study.cabinets == ()
    assert {one.schedule for one in bare.study.lights} == {"full-night"}


def test_eclext_brings_its_night_profiles(tmp_path: Path) -> None:
    profile = NightProfile(external_id="Rues", ranges=("coupure",), provenance="partner")
    span = DimmingRange.model_validate(
        {
            "external_id": "coupure", "quantity": "EX", "start": "23:00HL", "end": "05:00HL",
            "value": 0.0, "provenance": "partner",
        }
    )  # fmt: skip
    lights = [
        light("L-1", night_profile="Rues", location={"longitude": 6.1, "latitude": 48.7},
              status="functional", cabinet=None, ulr_installed=0.03, flux_lm=9_000),
        light("L-2", night_off=True, location={"longitude": 6.1, "latitude": 48.7},
              status="functional", cabinet=None),
    ]  # fmt: skip
    path = tmp_path / "eclext.zip"
    with path.open("wb") as sink:
        formats.write([*lights, profile, span], sink, format="eclext")
    built = study_of([path], StudyRequest(on=ON))
    first, second = built.study.lights
    by = {one.id: one for one in built.study.schedules}
    assert first.schedule is not None and second.schedule is not None
    assert by[first.schedule].spans[0].starts == "23:00"
    assert by[second.schedule].id == "off-untold"
    assert (first.ulr, first.flux_lm) == (0.03, 9_000)
    assert "1 luminaires are off for part of the night" in texts(built.notes)


def test_only_known_of_nothing_known_says_what_is_missing(tmp_path: Path) -> None:
    files = park(tmp_path, light("L-1", power_w=None))
    with pytest.raises(BadInput) as fault:
        study_of(files, StudyRequest(on=ON, only_known=True))
    assert fault.value.expected.startswith("power, kind of lamp, cabinet and place")


def test_a_place_on_the_other_side_of_the_world_is_not_believed(tmp_path: Path) -> None:
    files = park(
        tmp_path,
        *(light(f"L-{i}", location={"longitude": 6.1, "latitude": 48.7}) for i in range(3)),
        light("L-8", location={"longitude": 48.7, "latitude": 6.1}),
        light("L-9", location={"longitude": 0.0, "latitude": 0.0}),
    )
    built = study_of(files, StudyRequest(on=ON))
    found = {one.id: one.location for one in built.study.lights}
    assert found["L-8"] is None and found["L-9"] is None and found["L-0"] is not None
    assert [one.where for one in built.set_aside] == ["L-8", "L-9"]
    assert "longitude and latitude may be exchanged" in built.set_aside[0].expected


@pytest.mark.parametrize(
    "row",
    [
        {"id": "a", "type": "école", "longitude": "48,7", "latitude": "6,1"},
        {"id": "a", "type": "école", "longitude": "934000", "latitude": "6850000"},
    ],
    ids=["exchanged", "Lambert 93"],
)
def test_priority_places_that_all_lie_elsewhere_are_refused(
    row: dict[str, str], tmp_path: Path
) -> None:
    path = table(tmp_path / "lieux.csv", [row])
    with pytest.raises(BadInput) as fault:
        study_of(park(tmp_path), StudyRequest(on=ON, places=path))
    assert "lieux.csv" in fault.value.where


def test_an_empty_table_of_places_says_that_there_are_none(tmp_path: Path) -> None:
    path = tmp_path / "lieux.csv"
    path.write_text("id;type;longitude;latitude\n")
    assert study_of(park(tmp_path), StudyRequest(on=ON, places=path)).study.places == ()
