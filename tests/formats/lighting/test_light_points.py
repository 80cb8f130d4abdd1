"""Our own forms of light points: what is written is read back, in CSV twice and in GeoJSON."""

import io
import json
from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie import formats
from synergie.errors import BadInput
from synergie.formats import Record, load_formats
from synergie.formats.lighting import light_points_csv
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.location import Location
from synergie.schemas.readings.profile import Profile

FORMS = ("light-points-csv", "light-points-csv-fr", "lighting-geojson")

letters = st.sampled_from("aéß0 =+-@'\",;|/<&\u202f\u0301\U0001f4a1") | st.characters(
    exclude_categories=("Cc", "Cf", "Cs", "Co")
)
safe = st.text(letters, min_size=1, max_size=12)
texts = st.text(letters | st.sampled_from("\n\t\0\u200e"), max_size=12)
places = st.builds(
    Location,
    longitude=st.floats(-180, 180, allow_nan=False),
    latitude=st.floats(-90, 90, allow_nan=False),
)


@st.composite
def points(draw: st.DrawFn, *, raw: bool) -> LightPointRecord:
    maybe = st.none()
    return LightPointRecord(
        external_id=draw(safe),
        cabinet=draw(maybe | safe),
        insee_code=draw(st.sampled_from([None, "54430", "2A004", "01001"])),
        location=draw(maybe | places),
        source_type=draw(st.sampled_from([None, "LED", "SHP", "XX"])),
        power_w=draw(maybe | st.integers(0, 10_000_000)),
        power_text=draw(maybe | st.sampled_from(["250/85", "286(LED)", "=1+1", "'"])),
        flux_lm=draw(maybe | st.integers(0, 10_000_000)),
        cct_k=draw(maybe | st.integers(1000, 20_000)),
        ulr_installed=draw(maybe | st.floats(0, 1)),
        height_m=draw(maybe | st.floats(0, 1000)),
        installed_on=draw(maybe | st.dates(date(1, 1, 1), date(9999, 12, 31))),
        luminaire_model=draw(maybe | safe),
        support=draw(maybe | safe),
        circuit=draw(maybe | safe),
        status=draw(maybe | safe),
        is_public=draw(maybe | st.booleans()),
        usage=draw(st.sampled_from([None, "A", "PU", "XX"])),
        structure=draw(st.sampled_from([None, "LANT", "PROJ"])),
        support_type=draw(st.sampled_from([None, "MAT", "MUR"])),
        manufacturer=draw(maybe | safe),
        photometry=draw(maybe | safe),
        source_flux_lm=draw(maybe | st.integers(0, 10_000_000)),
        cie3=draw(maybe | st.floats(0, 1)),
        ulr_nominal=draw(maybe | st.floats(0, 1)),
        tilt_max_deg=draw(maybe | st.floats(-180, 180)),
        tilt_installed_deg=draw(maybe | st.floats(-180, 180)),
        night_off=draw(maybe | st.booleans()),
        is_adaptive=draw(maybe | st.booleans()),
        adaptive_kind=draw(st.sampled_from([None, "AV", "TG"])),
        night_profile=draw(maybe | safe),
        valid_from=draw(maybe | st.dates(date(1, 1, 1), date(9999, 12, 31))),
        valid_to=draw(maybe | st.dates(date(1, 1, 1), date(9999, 12, 31))),
        raw=draw(maybe | st.dictionaries(safe, texts, max_size=3)) if raw else None,
        provenance=draw(st.sampled_from(["synthetic", "public", "partner"])),
    )


def lists(*, raw: bool) -> st.SearchStrategy[list[LightPointRecord]]:
    return st.lists(points(raw=raw), max_size=4, unique_by=lambda point: point.external_id)


def written(form: str) -> Callable[[Iterable[Record], BinaryIO], None]:
    return partial(formats.write, format=form)


def round_trip(form: str, records: list[LightPointRecord]) -> list[LightPointRecord]:
    sink = io.BytesIO()
    written(form)(records, sink)
    again, report = load_formats()[form].read(io.BytesIO(sink.getvalue()), Profile())
    kept = [record for record in again if isinstance(record, LightPointRecord)]
    assert [refused.with_line() for refused in report.refused] == []
    assert report.kept == len(records)
    return kept


@pytest.mark.parametrize("form", ["light-points-csv", "light-points-csv-fr"])
@given(records=lists(raw=False))
def test_csv_written_is_read_back(form: str, records: list[LightPointRecord]) -> None:
    assert round_trip(form, records) == records


@given(records=lists(raw=True))
def test_geojson_written_is_read_back_with_raw(records: list[LightPointRecord]) -> None:
    assert round_trip("lighting-geojson", records) == records


def point(**values: object) -> LightPointRecord:
    return LightPointRecord.model_validate({"external_id": "A", "provenance": "partner"} | values)


def test_the_spreadsheet_form_has_bom_semicolons_commas_and_no_live_formula() -> None:
    sink = io.BytesIO()
    one = point(location={"longitude": -1.5, "latitude": 48.0}, luminaire_model="=1+1", power_w=70)
    written("light-points-csv-fr")([one], sink)
    head, row = sink.getvalue().decode().splitlines()
    assert head.startswith("\ufeffexternal_id;cabinet;")
    assert row == "A;;;-1,5;48,0;;70;;;;;;;'=1+1;partner" + ";" * len(light_points_csv.MORE)


def test_the_open_form_is_plain() -> None:
    sink = io.BytesIO()
    written("light-points-csv")([point(height_m=7.5)], sink)
    row = sink.getvalue().decode().splitlines()[1]
    assert row == "A,,,,,,,,,,,7.5,,,partner" + "," * len(light_points_csv.MORE)


def test_every_field_has_a_column_but_the_raw_row() -> None:
    columns = {*light_points_csv.COLUMNS, *light_points_csv.MORE} - {"longitude", "latitude"}
    assert columns == set(LightPointRecord.model_fields) - {"location", "raw"}


def test_some_of_the_further_columns_are_enough_and_a_flag_is_true_or_false() -> None:
    header = ",".join([*light_points_csv.COLUMNS, "night_off", "support"])
    rows = [
        ",".join([i, *[""] * 13, "partner", flag, "M1"]) for i, flag in (("A", "true"), ("B", "x"))
    ]
    with formats.read("\n".join([header, *rows]).encode()) as result:
        (kept,) = (one for one in result.records if isinstance(one, LightPointRecord))
    assert (kept.external_id, kept.night_off, kept.support) == ("A", True, "M1")
    assert [(one.line, one.column) for one in result.report.refused] == [(3, "night_off")]


@pytest.mark.parametrize("form", FORMS)
def test_only_light_points_and_bare_cabinets_are_written(form: str) -> None:
    write = written(form)
    bare = CabinetRecord(external_id="A1", provenance="partner")
    write([bare, point(cabinet="A1")], io.BytesIO())
    with pytest.raises(BadInput, match="light point"):
        write([bare.model_copy(update={"programmable": True})], io.BytesIO())


@pytest.mark.parametrize(
    ("column", "cell", "found"),
    [
        ("power_w", "-1", "-1"),
        ("power_w", "7.5", "7.5"),
        ("power_w", "10000001", 10_000_001),
        ("longitude", "181", 181.0),
        ("longitude", "nan", "nan"),
        ("latitude", "1e1", "1e1"),
        ("insee_code", "5443", "5443"),
        ("source_type", "led", "led"),
        ("installed_on", "2026-02-30", "2026-02-30"),
        ("provenance", "", "nothing"),
    ],
)
def test_a_bad_cell_of_our_form_is_told(column: str, cell: str, found: object) -> None:
    good = {"external_id": "A", "longitude": "6", "latitude": "48", "provenance": "partner"}
    row = [(good | {column: cell}).get(name, "") for name in light_points_csv.COLUMNS]
    data = "\n".join([",".join(light_points_csv.COLUMNS), ",".join(row)]).encode()
    records, report = light_points_csv.FORMAT.read(io.BytesIO(data), Profile())
    assert list(records) == []
    (refused,) = report.refused
    assert (refused.line, refused.column, refused.fault.found) == (2, column, found)


@pytest.mark.parametrize("form", FORMS)
def test_an_identifier_used_twice_is_refused(form: str) -> None:
    one = load_formats()[form]
    sink = io.BytesIO()
    written(form)([point(), point(power_w=3)], sink)
    records, report = one.read(io.BytesIO(sink.getvalue()), Profile())
    assert len(list(records)) == 1
    assert report.refusals == 1


def test_geojson_has_the_longitude_first_and_leaves_out_what_is_unknown() -> None:
    sink = io.BytesIO()
    write = written("lighting-geojson")
    write([point(location={"longitude": 6.13, "latitude": 48.77})], sink)
    (feature,) = json.loads(sink.getvalue())["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [6.13, 48.77]}
    assert feature["properties"] == {"external_id": "A", "provenance": "partner"}
