"""Formats are recognised with a confidence, and never guessed between two."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from synergie.errors import BadInput, Misconfigured
from synergie.formats import Format, Sample, registry
from synergie.formats.enedis import hdm_curve

HDM = (
    "Identifiant PRM;Type de donnees;Date de debut;Date de fin;Grandeur physique;"
    "Grandeur metier;Etape metier;Unite;Pas en minutes\n"
    "99000000000017;Courbe de charge;03/02/2020;02/02/2022;Energie active;Consommation;"
    "Comptage Brut;;\nHorodate;Valeur\n"
)
LIGHTS = "identifiant,typeSource,puissance,armoire\nPL1,LED,30,A1\n"
GEOJSON = (
    '{"type":"FeatureCollection","features":[{"type":"Feature","geometry":null,'
    '"properties":{"id":"1","lamp_type":"LED"}}]}'
)
OURS = (
    "external_id,cabinet,insee_code,longitude,latitude,source_type,power_w,power_text,flux_lm,"
    "cct_k,ulr_installed,height_m,installed_on,luminaire_model,provenance\n"
)
MONTHS = "Region,Departement,Ville,CP,BatimentOuRue,Date,Consommation,Cout,Emission\n"


def sample(text: str | bytes, name: str = "file", members: tuple[str, ...] = ()) -> Sample:
    return Sample(name, text if isinstance(text, bytes) else text.encode(), members)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (HDM, "enedis-hdm-curve"),
        ("\ufeff" + HDM, "enedis-hdm-curve"),
        (HDM.replace(";", ","), "enedis-hdm-curve"),
        (LIGHTS, "lighting-csv"),
        (LIGHTS.replace(",", ";"), "lighting-csv"),
        (GEOJSON, "lighting-geojson"),
        (OURS, "light-points-csv"),
        ("\ufeff" + OURS.replace(",", ";"), "light-points-csv-fr"),
        (MONTHS, "lighting-consumption-csv"),
    ],
)
def test_each_format_is_recognised(text: str, name: str) -> None:
    found = registry.identify_format(sample(text), registry.load_formats().values())
    assert found.format.name == name
    assert 0.5 <= found.confidence <= 1


def test_a_zip_with_a_shapefile_is_recognised_by_its_members() -> None:
    zipped = sample(b"PK\x03\x04", members=("a/b.SHP", "a/b.dbf", "a/b.prj"))
    assert (
        registry.identify_format(zipped, registry.list_registered_formats()).format.name
        == "lighting-shapefile"
    )


@pytest.mark.parametrize(
    ("start", "members", "what"),
    [
        (b"", (), "an empty file"),
        (b"\xef\xbb\xbf \n", (), "an empty file"),
        (b"%PDF-1.7", (), "a PDF document"),
        (b"<!DOCTYPE HTML><p>", (), "an HTML page"),
        (b"<?xml version='1.0'?><Facture/>", (), "an XML document"),
        (b'{"a": 1}', (), "JSON of another kind"),
        (b"\xff\xfeI\0d\0", (), "text in UTF-16; save the file as CSV UTF-8"),
        (b"\x01\x02\0\0", (), "binary data"),
        (b"bonjour\nmonde", (), "bonjour"),
        (b"PK", ("[Content_Types].xml", "word/document.xml"), "an Office document (XLSX, DOCX)"),
        (b"PK", ("mimetype", "content.xml"), "an OpenDocument file (ODS, ODT)"),
        (b"PK", ("a.csv", "b.csv"), "an archive of 2 files: a.csv, b.csv"),
    ],
)
def test_a_file_of_another_kind_is_named(start: bytes, members: tuple[str, ...], what: str) -> None:
    with pytest.raises(BadInput) as caught:
        registry.identify_format(sample(start, members=members), registry.list_registered_formats())
    assert (caught.value.where, caught.value.found) == ("file", what)


def test_two_formats_as_likely_are_refused_and_named() -> None:
    twin = replace(hdm_curve.FORMAT, name="twin", sniff=lambda _: 0.95)
    with pytest.raises(BadInput) as caught:
        registry.identify_format(sample(HDM), [hdm_curve.FORMAT, twin])
    assert caught.value.found == "enedis-hdm-curve or twin"


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(BadInput, match="xyz"):
        registry.get_format("xyz")


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[Path]:
    """A folder on the path where a test may install a package of its own."""
    sys.path.insert(0, str(tmp_path))
    registry.load_formats.cache_clear()
    yield tmp_path
    sys.path.remove(str(tmp_path))
    sys.modules.pop("other_formats", None)
    registry.load_formats.cache_clear()


def install(folder: Path, code: str) -> None:
    (folder / "other_formats.py").write_text(code)
    info = folder / "other_formats-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: other-formats\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[synergie.formats]\nother = other_formats:FORMAT\n")


def test_another_package_adds_a_format(installed: Path) -> None:
    install(
        installed,
        "from synergie.formats import Format, Report\n"
        "FORMAT = Format(name='other', title='Other', read=lambda s, p: (iter(()), Report()),\n"
        "                sniff=lambda sample: float(sample.start.startswith(b'OTHER')))\n",
    )
    found = registry.identify_format(sample("OTHER 1"), registry.load_formats().values())
    assert (found.format.name, found.confidence) == ("other", 1.0)
    assert isinstance(found.format, Format)


@pytest.mark.parametrize(
    "code",
    ["FORMAT = 1\n", "from synergie.formats.enedis.hdm_curve import FORMAT\n"],
    ids=["not a format", "a name that is taken"],
)
def test_a_bad_added_format_stops_the_start(installed: Path, code: str) -> None:
    install(installed, code)
    with pytest.raises(Misconfigured):
        registry.load_formats()
