"""One door for every file: paths, bytes, streams, packed or not, within limits."""

import gzip
import io
import os
import zipfile
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, cast

import pytest

from synergie import formats
from synergie.errors import BadInput, TooLarge
from synergie.formats import source as _source
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.readings.period_energy import PeriodEnergy as Months

LIGHTS = b"identifiant,typeSource,puissance,armoire\nPL1,LED,30,A1\nPL2,SHP,70,A1\n"


def zipped(*members: tuple[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return packed.getvalue()


def ids(source: Path | str | bytes | BinaryIO, name: str | None = None) -> list[str]:
    with formats.read(source, name=name) as result:
        return [record.external_id for record in result.records if not isinstance(record, Months)]


WANTED = ["A1", "PL1", "PL2"]


def test_bytes_paths_and_open_files_give_the_same(tmp_path: Path) -> None:
    path = tmp_path / "lights.csv"
    path.write_bytes(LIGHTS)
    with path.open("rb") as file:
        assert ids(LIGHTS) == ids(path) == ids(str(path)) == ids(file) == WANTED
        assert not file.closed


def test_an_address_is_never_fetched() -> None:
    with pytest.raises(BadInput, match="nothing is fetched"):
        formats.read("https://donnees.example/r50.xml")


def test_a_pipe_is_read_too() -> None:
    reader, writer = os.pipe()
    with os.fdopen(writer, "wb") as sink:
        sink.write(LIGHTS)
    with os.fdopen(reader, "rb") as pipe:
        assert ids(cast("BinaryIO", pipe)) == WANTED


def test_a_file_already_read_into_is_read_from_there() -> None:
    stream = io.BytesIO(b"skip" + LIGHTS)
    stream.seek(4)
    assert ids(stream) == WANTED


def test_gzip_and_a_zip_of_one_file_are_unpacked() -> None:
    assert ids(gzip.compress(LIGHTS)) == WANTED
    assert ids(zipped(("folder/lights.csv", LIGHTS))) == WANTED
    assert ids(zipped(("lights.csv", LIGHTS), ("__MACOSX/._lights.csv", b"x"))) == WANTED


def test_the_digest_is_of_the_bytes_as_given() -> None:
    packed = gzip.compress(LIGHTS)
    with formats.read(packed) as result:
        assert result.digest == sha256(packed).hexdigest()


def test_reading_to_the_end_closes_a_path(tmp_path: Path) -> None:
    path = tmp_path / "lights.csv"
    path.write_bytes(LIGHTS)
    result = formats.read(path)
    assert len(list(result.records)) == 3
    assert result.report.kept == 2


def test_a_declared_format_is_believed() -> None:
    with formats.read(LIGHTS, format="lighting-csv") as result:
        assert (result.format, result.confidence) == ("lighting-csv", 1.0)
    with pytest.raises(BadInput, match="line 1"):
        formats.read(LIGHTS, format="enedis-hdm-curve")


@pytest.mark.parametrize("name", [one.name for one in formats.load_formats().values()])
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 100,
        b"\xff\xfe" * 50,
        b"bonjour",
        b"a;b\n" * 10,
        b"{}",
        b"[" * 100_000,
        b"PK\x03\x04 not a zip",
        zipped(("a.shp", b""), ("a.dbf", b"")),
        zipped(("a.shp", b"\0" * 200), ("a.dbf", b"\0" * 200), ("a.prj", b"Lambert_93 PROJCS")),
        b"a" * 300_000,
        b"," * 1_000_000,
        b'"' + LIGHTS,
    ],
    ids=[
        "empty", "nul", "utf-16", "a word", "another table", "an object", "deep", "broken zip",
        "empty shapefile", "zero shapefile", "a long line", "a million columns", "open quote",
    ],
)  # fmt: skip
def test_any_format_refuses_what_it_is_not_with_a_place(name: str, data: bytes) -> None:
    fault = None
    try:
        with formats.read(data, format=name) as result:
            assert list(result.records) == []
        (fault,) = (one.fault for one in result.report.refused)
    except BadInput as raised:
        fault = raised
    assert fault.where
    assert fault.expected
    assert len(str(fault)) < 700


@pytest.mark.parametrize("packed", ["gzip", "zip"])
def test_a_bomb_is_refused_by_its_ratio(packed: str) -> None:
    zeros = bytes(3 << 20)
    data = gzip.compress(zeros) if packed == "gzip" else zipped(("zeros.csv", zeros))
    with pytest.raises(BadInput, match="200 times"):
        formats.read(data)


def test_a_bomb_inside_a_shapefile_is_refused() -> None:
    zeros = bytes(3 << 20)
    with pytest.raises(BadInput), formats.read(zipped(("a.shp", zeros), ("a.dbf", zeros))) as read:
        list(read.records)


def test_a_file_over_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_source, "MAX_BYTES", 50)
    with pytest.raises(TooLarge):
        formats.read(LIGHTS)
    with pytest.raises(TooLarge):
        formats.read(gzip.compress(b"a" * 1000))


@pytest.mark.parametrize("cut", [10, -12])
def test_a_cut_archive_is_refused(cut: int) -> None:
    noise = LIGHTS + os.urandom(2000)
    with pytest.raises(BadInput, match="whole gzip"):
        formats.read(gzip.compress(noise)[:cut], name="l.csv.gz")
    with pytest.raises(BadInput, match="whole zip"):
        formats.read(zipped(("l.csv", noise))[:cut], name="l.zip")


def test_an_encrypted_zip_is_refused() -> None:
    data = bytearray(zipped(("lights.csv", LIGHTS)))
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    data[6] |= 1
    with pytest.raises(BadInput, match="encrypted"):
        formats.read(bytes(data))


def test_the_name_of_the_file_is_in_the_message() -> None:
    with pytest.raises(BadInput, match=r"report\.pdf"):
        formats.read(b"%PDF-1.7", name="report.pdf")


def test_only_formats_that_are_written_are_written() -> None:
    with pytest.raises(BadInput, match="written"):
        formats.write([], io.BytesIO(), format="lighting-csv")


def test_an_inventory_read_is_written_in_our_own_forms() -> None:
    for name in ("light-points-csv", "light-points-csv-fr", "lighting-geojson"):
        sink = io.BytesIO()
        with formats.read(LIGHTS) as result:
            formats.write(result.records, sink, format=name)
        with formats.read(sink.getvalue()) as again:
            assert again.format == name
            points = [r for r in again.records if isinstance(r, LightPointRecord)]
        assert [(p.external_id, p.power_w, p.cabinet) for p in points] == [
            ("PL1", 30, "A1"), ("PL2", 70, "A1")
        ]  # fmt: skip


R50ISH = LIGHTS.replace(b"PL", b"QL").replace(b"A1", b"B1")


def test_a_zip_of_several_files_is_read_file_after_file() -> None:
    packed = zipped(("a.csv", LIGHTS), ("b.csv.gz", gzip.compress(R50ISH)))
    with formats.read(packed) as result:
        kinds = [record.external_id for record in result.records if not isinstance(record, Months)]
    assert kinds == [*WANTED, "B1", "QL1", "QL2"]
    assert (result.format, result.report.kept) == ("lighting-csv", 4)
    assert ids(packed, "x.zip") == kinds


def test_a_file_of_the_zip_in_no_known_format_is_refused_by_its_name() -> None:
    packed = zipped(("lisezmoi.txt", b"bonjour"), ("a.csv", LIGHTS))
    with formats.read(packed) as result:
        assert len(list(result.records)) == 3
    (refused,) = result.report.refused
    assert refused.fault.where == "lisezmoi.txt"
    assert "bonjour" in str(refused.fault.found)


def test_a_row_refused_inside_a_zip_names_its_file_and_line() -> None:
    packed = zipped(("a.csv", LIGHTS), ("b.csv", R50ISH.replace(b"70", b"soixante")))
    with formats.read(packed) as result:
        list(result.records)
    (refused,) = result.report.refused
    assert refused.fault.where == "b.csv, line 3, /puissance"


def test_several_formats_in_a_zip_are_an_archive_and_are_read_again_as_such() -> None:
    months = "Region,Departement,Ville,CP,BatimentOuRue,Date,Consommation,Cout,Emission\n"
    months += "HDF,62,Bethune,62400,RUE,2017-01-01,10,1.5,0.84\n"
    packed = zipped(("a.csv", LIGHTS), ("b.csv", months.encode()))
    for declared in (None, "archive"):
        with formats.read(packed, format=declared) as result:
            assert len(list(result.records)) == 4
        assert result.format == "archive"


def test_a_file_of_the_zip_whose_head_is_wrong_is_refused_by_its_name() -> None:
    hdm = b"Identifiant PRM;Type de donnees;Date de debut;Date de fin;Grandeur physique;"
    packed = zipped(("a.csv", LIGHTS), ("b.csv", hdm + b"Grandeur metier\n1;Courbe de charge\n"))
    with formats.read(packed) as result:
        assert len(list(result.records)) == 3
    (refused,) = result.report.refused
    assert refused.fault.where.startswith("b.csv, line 2")


def test_a_refused_row_says_all_that_its_sender_needs_in_french() -> None:
    with formats.read(LIGHTS.replace(b"70", b"soixante")) as result:
        list(result.records)
    (refused,) = result.refused
    assert (refused.line, refused.column, refused.value) == (3, "puissance", "soixante")
    assert refused.expected == "a power in watts, 0 to 10,000,000 (example: 70)"
    assert refused.code == "bad-cell"
    assert refused.reason.startswith("ligne 3, colonne puissance")
    assert "'soixante' lu, attendu une puissance en watts" in refused.reason
