"""EclExt: four tables that frictionless accepts, read back equal, and those of others."""

import io
import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie import formats
from synergie.errors import BadInput
from synergie.formats import Record, Report
from synergie.formats.format import Sample
from synergie.formats.lighting import eclext
from synergie.formats.lighting.eclext_tables import POINTS, TABLES, schema_files, table_schema
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.location import Location
from synergie.schemas.assets.night_profile import DimmingRange, NightProfile
from synergie.schemas.readings.profile import Profile
from tests.components import package

RANGE = DimmingRange(
    external_id="Coeur", quantity="P", start="23:00HL", end="-60MN", value=50.0,
    valid_from=date(2024, 1, 1), provenance="synthetic",
)  # fmt: skip
OFF = DimmingRange(
    external_id="Éteint", quantity="EX", start="01:00HL", end="05:00HL", value=0.0,
    provenance="synthetic",
)  # fmt: skip
NIGHT = NightProfile(
    external_id="Bourg", on_at="-15CS", off_at="+15LS", ranges=("Coeur", "Éteint"),
    provenance="synthetic",
)  # fmt: skip
FULL = LightPointRecord(
    external_id="PL, 1", insee_code="54430", location=Location(longitude=6.13, latitude=1e-7),
    source_type="LED", power_w=30, flux_lm=3200, cct_k=3000, ulr_installed=0.0, height_m=6.5,
    installed_on=date(2020, 5, 1), luminaire_model='Le "Citea"', status="functional",
    is_public=True, usage="B1", structure="LANT", support_type="MAT", manufacturer="Maker",
    photometry="DN08", source_flux_lm=4000, cie3=0.97, ulr_nominal=0.01, tilt_max_deg=10.0,
    tilt_installed_deg=-5.0, night_off=False, is_adaptive=False, adaptive_kind="AV",
    night_profile="Bourg", valid_from=date(2024, 1, 1), valid_to=date(2030, 1, 1),
    provenance="synthetic",
)  # fmt: skip
BARE = LightPointRecord(external_id="PL-2", provenance="partner")
ALL: list[Record] = [RANGE, OFF, NIGHT, FULL, BARE]


def written(records: list[Record]) -> bytes:
    sink = io.BytesIO()
    formats.write(records, sink, format="eclext")
    return sink.getvalue()


def read(data: bytes) -> tuple[list[Any], Report, str]:
    with formats.read(data) as result:
        records = list(result.records)
    return records, result.report, result.format


def tables(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_what_is_written_is_read_back_equal() -> None:
    records, report, name = read(written(ALL))
    assert (records, name) == (ALL, "eclext")
    assert (report.kept, report.refusals, report.notes) == (7, 0, {})


def test_the_archive_holds_the_four_tables_by_the_names_of_the_standard() -> None:
    files = tables(written(ALL))
    assert set(files) == {
        "PointLumineux.csv", "ProfilNocturne.csv", "PlageVariation.csv",
        "ProfilContientPlage.csv", "PointLumineux.geojson", "datapackage.json",
    }  # fmt: skip
    header, full, bare = files["PointLumineux.csv"].splitlines()
    assert header.split(",")[4:8] == ["statut", "eclairagePublic", "usage", "typeSource"]
    assert full.startswith('"PL, 1",54430,6.13,0.0000001,functional,true,B1,LED,LANT,MAT,3000,30,')
    assert ",false,false," in full
    assert bare == "PL-2" + "," * 30 + "partner"
    assert files["ProfilContientPlage.csv"] == "nomProfil,nomPlage\nBourg,Coeur\nBourg,Éteint\n"


def test_flags_that_are_all_false_are_written_as_false() -> None:
    records: list[Record] = [BARE.model_copy(update={"night_off": False, "height_m": 0.0})]
    assert ",False," not in tables(written(records))["PointLumineux.csv"]
    assert read(written(records))[0] == records


def test_the_points_are_in_geojson_too() -> None:
    collection = json.loads(tables(written(ALL))["PointLumineux.geojson"])
    full, bare = collection["features"]
    assert full["geometry"] == {"type": "Point", "coordinates": [6.13, 1e-7]}
    assert full["properties"]["identifiant"] == "PL, 1"
    assert full["properties"]["modele"] == 'Le "Citea"'
    assert (full["properties"]["eclairagePublic"], full["properties"]["puissance"]) == (True, 30)
    assert full["properties"]["hauteurFeu"] == 6.5
    assert bare == {
        "type": "Feature", "geometry": None,
        "properties": {"identifiant": "PL-2", "provenance": "partner"},
    }  # fmt: skip
    assert "longitude" not in full["properties"]


@pytest.mark.parametrize("records", [ALL, []], ids=["all", "nothing"])
def test_frictionless_accepts_the_package(tmp_path: Path, records: list[Record]) -> None:
    frictionless = package("frictionless")
    with zipfile.ZipFile(io.BytesIO(written(records))) as archive:
        archive.extractall(tmp_path)
    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    assert report.valid, report.flatten(["type", "message"])


def test_frictionless_sees_a_wrong_code(tmp_path: Path) -> None:
    frictionless = package("frictionless")
    with zipfile.ZipFile(io.BytesIO(written(ALL))) as archive:
        archive.extractall(tmp_path)
    path = tmp_path / "PointLumineux.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",LED,", ",BOUGIE,"), encoding="utf-8")
    assert not frictionless.validate(str(tmp_path / "datapackage.json")).valid


@pytest.mark.parametrize("name", sorted(schema_files()))
def test_each_published_table_schema_is_one(name: str) -> None:
    frictionless = package("frictionless")
    schema = frictionless.Schema.from_descriptor(json.loads(schema_files()[name]))
    assert [field.name for field in schema.fields]
    assert name.startswith("eclext-")


def test_the_mandatory_attributes_of_the_standard_are_marked() -> None:
    marked = [column.name for column in POINTS.columns if column.mandatory]
    assert marked == [
        "statut", "eclairagePublic", "usage", "typeSource", "structure", "support",
        "temperatureCouleur", "puissance", "valideDe", "extinctionNuit", "estAdaptatif",
    ]  # fmt: skip
    fields = {field["name"]: field for field in table_schema(POINTS)["fields"]}
    assert "Obligatoire" in fields["statut"]["description"]
    assert fields["typeSource"]["constraints"]["enum"][:3] == ["FLUO", "HAL", "IM"]
    assert [len(table.columns) for table in TABLES] == [31, 4, 9, 2]


def test_the_same_records_are_the_same_bytes() -> None:
    assert written(ALL) == written(ALL)


def test_what_the_standard_cannot_hold_is_left_out_or_refused() -> None:
    rich = FULL.model_copy(update={"cabinet": "A", "power_text": "250/85", "raw": {"a": "b"}})
    cabinet = CabinetRecord(external_id="A", provenance="synthetic")
    assert read(written([RANGE, OFF, NIGHT, cabinet, rich]))[0] == [RANGE, OFF, NIGHT, FULL]
    named = CabinetRecord(external_id="A", name="Mairie", provenance="synthetic")
    with pytest.raises(BadInput, match="a light point, a night profile or a dimming range"):
        written([named])


def test_a_profile_needs_its_ranges() -> None:
    with pytest.raises(BadInput, match="'Éteint'"):
        written([RANGE, NIGHT])


def test_many_points_are_written_as_few_are() -> None:
    many: list[Record] = [
        FULL.model_copy(update={"external_id": f"P{i}", "night_profile": None, "power_w": i})
        for i in range(1_001)
    ]
    records, report, _ = read(written(many))
    assert records == many
    assert report.kept == 1_001
    features = json.loads(tables(written(many))["PointLumineux.geojson"])["features"]
    assert [one["properties"]["puissance"] for one in features] == list(range(1_001))


floats = st.floats(0, 1, allow_nan=False)
texts = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1)


@given(
    st.builds(
        LightPointRecord,
        external_id=texts.map(lambda text: text[:100]),
        status=st.none() | texts.map(lambda text: text[:100]),
        location=st.none()
        | st.builds(Location, longitude=st.floats(-180, 180), latitude=st.floats(-90, 90)),
        cie3=st.none() | floats,
        ulr_installed=st.none() | floats,
        is_public=st.none() | st.booleans(),
        power_w=st.none() | st.integers(0, 10_000_000),
        installed_on=st.none() | st.dates(),
        provenance=st.just("partner"),
    )
)
def test_any_light_point_is_read_back_equal(point: LightPointRecord) -> None:
    assert read(written([point]))[0] == [point]


SYANE = """X,Y,ref,typeSource,TemperatureCouleur,puissance,eclairagePublic,usage,structure,support,\
hauteurFeu,fluxSource,fabricant,model,datePremieInstallation,valideDe,extinctionNuit,estAdaptatif
940000.5,6540000.5,PL1,SHP,2000,100,true,A,LANT,MAT,8,9000,INCONNU,Stela,2015-03-02,20200101,oui,0
940010.5,6540000.5,PL2,LED,0,36,VRAI,A,PROJ,MUR,,,Maker,,2015,20200101,non,0
"""


def test_a_table_of_a_syndicate_is_read_whatever_its_case_and_slips() -> None:
    records, report, name = read(SYANE.encode())
    assert name == "eclext"
    one, two = records
    assert (one.external_id, one.source_type, one.cct_k, one.power_w, one.is_public) == (
        "PL1", "SHP", 2000, 100, True
    )  # fmt: skip
    assert (one.luminaire_model, one.manufacturer, one.installed_on, one.valid_from) == (
        "Stela", "INCONNU", date(2015, 3, 2), date(2020, 1, 1)
    )  # fmt: skip
    assert (one.night_off, two.night_off, one.is_adaptive) == (True, False, False)
    assert (two.cct_k, two.installed_on) == (None, None)
    assert one.location is not None
    assert 6 < one.location.longitude < 7
    assert 45 < one.location.latitude < 47
    assert one.raw is not None
    assert one.raw["TemperatureCouleur"] == "2000"
    assert report.refusals == 0


def test_a_table_alone_is_known_by_its_columns() -> None:
    profiles = b"nomProfil;allumageSoir;extinctionMatin\nBourg;21:36;+0LS\n"
    (night,), _, name = read(profiles)
    assert (name, night.on_at, night.off_at) == ("eclext", "21:36HL", "+0LS")
    ranges = b"nomPlage,grandeurVariation,heureDebut,heureFin\nN,EX,01:00HL,05:00HL\n"
    (dimmed,), _, _ = read(ranges)
    assert (dimmed.value, dimmed.value_kind) == (0.0, "%")


@pytest.mark.parametrize(
    ("table", "old", "new", "column"),
    [
        ("PointLumineux.csv", ",LED,", ",BOUGIE,", "typeSource"),
        ("PointLumineux.csv", ",3000,", ",30.5,", "temperatureCouleur"),
        ("PointLumineux.csv", ",true,", ",peut-être,", "eclairagePublic"),
        ("PointLumineux.csv", ",6.13,", ",613,", "longitude"),
        ("PointLumineux.csv", "2020-05-01", "2020-05-32", "datePremiereInstallation"),
        ("PlageVariation.csv", "23:00HL", "23h", "heureDebut"),
        ("PlageVariation.csv", "50.0", "moitié", "valeur"),
        ("ProfilNocturne.csv", "-15CS", "soir", "allumageSoir"),
        ("ProfilContientPlage.csv", "Bourg,Coeur", "Bourg,", "nomPlage"),
    ],
)
def test_a_bad_cell_is_refused_by_its_table_line_and_column(
    table: str, old: str, new: str, column: str
) -> None:
    files = tables(written(ALL))
    assert old in files[table]
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text.replace(old, new) if name == table else text)
    records, report, _ = read(sink.getvalue())
    (refused,) = report.refused
    assert refused.fault.where == f"{table}, line 2, /{column}"
    assert report.kept == 6
    assert len(records) >= 4


def test_an_identifier_twice_is_refused() -> None:
    _, report, _ = read(written([BARE, BARE]))
    assert (report.kept, report.refusals) == (1, 1)


@pytest.mark.parametrize(
    ("members", "first", "confidence"),
    [
        (("PointLumineux.csv", "a.txt"), "", 1.0),
        (("data/pointlumineux.csv", "b.csv"), "", 1.0),
        (("PointLumineux.shp", "PointLumineux.dbf"), "", 0.0),
        ((), "nomProfil,nomPlage", 0.97),
        ((), "id,typeSource,puissance,armoire", 0.0),
    ],
)
def test_it_is_recognised_by_names(members: tuple[str, ...], first: str, confidence: float) -> None:
    assert eclext.sniff(Sample("x", first.encode(), members)) == confidence


def test_a_table_of_something_else_is_refused() -> None:
    with pytest.raises(BadInput, match="one of the four tables"):
        eclext.read(io.BytesIO(b"a,b\n1,2\n"), Profile())
