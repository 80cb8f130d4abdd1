"""The formats that are known, and which of them a file is in, with a confidence."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import entry_points
from io import SEEK_END
from pathlib import PurePath
from typing import BinaryIO, NamedTuple

from synergie.application import place_parts
from synergie.applications import list_declared
from synergie.errors import BadInput, Misconfigured, Words
from synergie.formats import checks
from synergie.formats.cim import vhd as cim_vhd
from synergie.formats.columnar.opening import PARQUET
from synergie.formats.datadis import consumption as datadis
from synergie.formats.enedis import (
    c15,
    c68,
    dataconnect,
    f12,
    f15,
    hdm_curve,
    hdm_index,
    r4x,
    r15,
    r50,
    r63,
    r64,
    r65,
    r67,
    r151,
    r171,
    sge_measures,
    sge_periods,
)
from synergie.formats.format import Format, Record, Sample
from synergie.formats.frames import (
    curves_csv,
    data_package,
    energies_csv,
    operat_preparation,
    parquet,
    tables_csv,
    workbook,
)
from synergie.formats.grdf import adict
from synergie.formats.greenbutton import feed as green_button
from synergie.formats.lighting import (
    eclext,
    inventory_csv,
    inventory_geojson,
    inventory_geopackage,
    inventory_shapefile,
    light_points_csv,
    monthly_csv,
    network_csv,
    talq,
    works_csv,
)
from synergie.formats.lighting.titles import (
    check_places,
    find_odd_file_word,
    find_odd_words,
    find_other_comment,
    find_other_lights,
    list_place_words,
    stop_at_titles,
)
from synergie.formats.market import ember_prices, entsoe_load, entsoe_prices, epf_prices
from synergie.formats.opendata import darkskylab_csv, dcat_ap, geopackage, ngsi_ld
from synergie.formats.report import Report
from synergie.formats.source import SAMPLE_BYTES, Opened
from synergie.formats.tables import table_csv, table_workbook
from synergie.formats.tables.energies import is_named_after_others
from synergie.formats.tables.sheet_text import Export, export_of
from synergie.formats.templates import (
    assets,
    light_points,
    monthly_energy,
    perimeter,
    rules,
    supply_points,
)
from synergie.formats.text import MAX_COLUMNS, SEPARATORS, WIDEST, start_of_text
from synergie.formats.weather import meteo_france

GROUP = "synergie.formats"
"""Entry points of this group are `Format` objects of other packages."""
LEAST = 0.5
"""Confidence under which a file is in no known format."""
APART = 0.1
"""Two formats closer than this are as likely as each other: the sender must say which."""

_CORE: tuple[Format, ...] = (
    c68.FORMAT, dataconnect.FORMAT, hdm_curve.FORMAT, hdm_index.FORMAT, r50.FORMAT, r4x.FORMAT,
    r151.FORMAT, r171.FORMAT, r15.FORMAT, c15.FORMAT, f12.FORMAT, f15.FORMAT, sge_measures.FORMAT,
    sge_periods.FORMAT, r63.FORMAT, r64.FORMAT, r65.FORMAT, r65.FORMAT_PEAK, r67.FORMAT,
    light_points_csv.FORMAT, light_points_csv.FORMAT_FR, eclext.FORMAT, inventory_csv.FORMAT,
    inventory_geojson.FORMAT, inventory_geopackage.FORMAT, inventory_shapefile.FORMAT,
    monthly_csv.FORMAT, network_csv.FORMAT_SUPPORTS, network_csv.FORMAT_CIRCUITS, works_csv.FORMAT,
    talq.FORMAT, curves_csv.FORMAT, curves_csv.FORMAT_FR, energies_csv.FORMAT,
    energies_csv.FORMAT_FR, tables_csv.FORMAT, tables_csv.FORMAT_FR, parquet.FORMAT,
    parquet.FORMAT_ARROW, workbook.FORMAT, data_package.FORMAT, operat_preparation.FORMAT,
    geopackage.FORMAT, ngsi_ld.FORMAT, ngsi_ld.FORMAT_KEY_VALUES, darkskylab_csv.FORMAT,
    dcat_ap.FORMAT, adict.FORMAT, green_button.FORMAT, cim_vhd.FORMAT, datadis.FORMAT,
    entsoe_load.FORMAT, entsoe_prices.FORMAT, ember_prices.FORMAT, epf_prices.FORMAT,
    meteo_france.FORMAT, table_csv.FORMAT, table_workbook.FORMAT, perimeter.FORMAT,
    perimeter.FORMAT_XLSX, assets.SITES_FORMAT, supply_points.FORMAT, monthly_energy.FORMAT,
    light_points.FORMAT, assets.CABINETS_FORMAT, assets.CIRCUITS_FORMAT, assets.SUPPORTS_FORMAT,
    assets.WORK_ORDERS_FORMAT, rules.FORMAT,
)  # fmt: skip


def list_registered_formats() -> tuple[Format, ...]:
    """The formats of the core, with those of the applications among them."""
    core = {one.name: one for one in _CORE}
    return tuple(place_parts(core, list_declared("formats")).values())


_EXPECTED = "a file in a known format; the command `synergie formats` lists them"
_FIRST_LINES, _SOME_COLUMNS, _LONGEST = 20, 2, 32_768
_MANY_COLUMNS = Words("more than 1,000 columns")
_LONG_CELL = Words("a cell of more than 32,768 characters")
_LONG_LINE = Words("64 KiB without an end of line")
_SHORTER_LINE = "a line of at most 1,000 names of columns, less than 64 KiB long"
_SHORTER = "cells of at most 32,768 characters"
_DECLARED = "the format declared: both would read it"
_EXPORTS = ("lighting-works", "lighting-supports", "lighting-circuits", "lighting-csv")


class FormatMatch(NamedTuple):
    """The format of a file, and how sure that is, from 0 to 1."""

    format: Format
    confidence: float


@cache
def load_formats() -> dict[str, Format]:
    """Every format by name: ours, then those of other packages. Misconfigured for a bad one."""
    formats = {one.name: one for one in list_registered_formats()}
    for point in entry_points(group=GROUP):
        one = point.load()
        if not isinstance(one, Format):
            raise Misconfigured("the entry point {} is not a synergie.formats.Format", point.value)
        if one.name in formats:
            raise Misconfigured("two packages give a format of the name {}", one.name)
        formats[one.name] = one
    return formats


def get_format(name: str) -> Format:
    """The format of that *name*; BadInput when there is none."""
    found = load_formats().get(name)
    if found is None:
        raise BadInput("format", name, "the name of a known format")
    return found


def take_sample(file: Opened) -> Sample:
    """What of *file* tells its format: its start, and of a file in columns its end."""
    start, end = file.stream.read(SAMPLE_BYTES), b""
    if start.startswith(PARQUET):
        size = file.stream.seek(0, SEEK_END)
        file.stream.seek(max(0, size - SAMPLE_BYTES))
        end = file.stream.read()
    file.stream.seek(0)
    return Sample(file.name, start, file.members, end)


def identify_format(sample: Sample, formats: Iterable[Format]) -> FormatMatch:
    """The one format that the file looks like.

    BadInput when none does, or two equally, and for a table of too many columns.
    """
    _stop_at_width(sample)
    scores = sorted(
        (FormatMatch(one, one.sniff(sample)) for one in formats), key=lambda f: -f.confidence
    )
    best = scores[0]
    if best.confidence < LEAST:
        raise BadInput(sample.name or "file", describe_sample(sample), _EXPECTED)
    rivals = [s.format.name for s in scores if round(best.confidence - s.confidence, 6) < APART]
    if len(rivals) > 1:
        raise BadInput(sample.name or "file", " or ".join(rivals), _DECLARED)
    return best


def _stop_at_width(sample: Sample) -> None:
    """BadInput for a text whose first lines have more columns than a table may, or a longer name.

    Before any format looks at it: each would, cell by cell, and say only that it knows it not.
    """
    text = start_of_text(sample.start)
    binary = b"\0\0\0\0" in sample.start[:512]
    if binary or sample.members or text.lstrip()[:1] in {"<", "{", "[", "%"}:
        return
    lines = text.splitlines()
    for number, line in enumerate(lines[:_FIRST_LINES], start=1):
        mark = max(SEPARATORS, key=line.count)
        if line.count(mark) >= MAX_COLUMNS:
            raise BadInput(f"line {number}", _MANY_COLUMNS, WIDEST)
        if line.count(mark) >= _SOME_COLUMNS and max(map(len, line.split(mark))) > _LONGEST:
            raise BadInput(f"line {number}", _LONG_CELL, _SHORTER)
    if len(lines) == 1 and len(sample.start) >= SAMPLE_BYTES:
        raise BadInput("line 1", _LONG_LINE, _SHORTER_LINE)


def find_lighting_export(source: BinaryIO) -> Export | None:
    """The lighting export whose columns a workbook has, its sheets as CSV. None: none.

    BadInput for a sheet of lights whose name says that they are none in use: `Points à déposer`.
    """
    found = export_of(source, map(get_format, _EXPORTS))
    if found is not None and found.format.name == inventory_csv.NAME:
        stop_at_titles((f"sheet {name}", name) for name in found.sheets)
        for text in found.comments:
            if find_other_comment(text):
                found.report.find(checks.OTHER_LIGHTS, text[:80])
    return found


_FORM = re.compile(r"(?i)(?:mod[eè]les?|template|gabarit|formulaire|vierge|exemple)s?")
"""What the file of one of our templates is called before it is filled."""
_INVENTORIES = frozenset({
    inventory_csv.NAME, inventory_geojson.NAME, inventory_geopackage.NAME, inventory_shapefile.NAME,
    light_points.FORMAT.name,
})  # fmt: skip


def report_names(
    found: Format, name: str, records: Iterator[Record], report: Report, *, sheets: Iterable[str]
) -> Iterator[Record]:
    """The *records*, with a doubt in *report* over a file, or *sheets*, by its name.

    It is called after no lights in use, or no measure; an inventory by a word that nobody listed
    and that is no place of its rows.
    """
    own = found.name in {light_points.FORMAT.name, monthly_energy.FORMAT.name}
    told = _FORM.sub(" ", name) if own else name
    if found.name == monthly_energy.FORMAT.name and is_named_after_others(told):
        report.find(checks.TITLE_CLAIMS, name[:80])
    if found.name not in _INVENTORIES:
        return records
    for sheet in filter(find_odd_words, sheets):
        report.find(checks.OTHER_LIGHTS, sheet[:80])
    stem = PurePath(told).stem
    if find_other_lights(told) or find_odd_file_word(stem):
        report.find(checks.OTHER_LIGHTS, name[:80])
        return records
    return check_places(records, list_place_words(stem), name, report)


_STARTS: tuple[tuple[bytes, Words], ...] = (
    (b"%PDF", Words("a PDF document")),
    (b"\xd0\xcf\x11\xe0", Words("an old Office document (XLS, DOC)")),
    (b"\x89PNG", Words("a PNG image")),
    (b"\xff\xd8\xff", Words("a JPEG image")),
    (b"\xff\xfe", Words("text in UTF-16; save the file as CSV UTF-8")),
    (b"\xfe\xff", Words("text in UTF-16; save the file as CSV UTF-8")),
    (b"\x28\xb5\x2f\xfd", Words("data packed by zstd")),
    (b"7z\xbc\xaf", Words("a 7z archive")),
    (b"SQLite format 3", Words("an SQLite or GeoPackage file")),
    (b"PAR1", Words("a Parquet file")),
    (b"<!doctype html", Words("an HTML page")),
    (b"<html", Words("an HTML page")),
    (b"<", Words("an XML document")),
    (b"{", Words("JSON of another kind")),
    (b"[", Words("JSON of another kind")),
)


def describe_sample(sample: Sample) -> str:
    """What the file seems to be, in words, when it is in no known format."""
    if sample.members:
        return _describe_archive(sample.members)
    start = sample.start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        return Words("an empty file")
    if start[:1] == b"{" and b'"FeatureCollection"' in start:
        return Words("a GeoJSON of things that no format knows")
    low = start[:64].lower()
    for first, what in _STARTS:
        if low.startswith(first.lower()):
            return what
    if b"\0" in start:
        return Words("binary data")
    line = next((one for one in sample.lines(50) if one.strip()), "")
    return line[:50]


def _describe_archive(members: tuple[str, ...]) -> str:
    if "[Content_Types].xml" in members:
        return Words("an Office document (XLSX, DOCX)")
    if "mimetype" in members:
        return Words("an OpenDocument file (ODS, ODT)")
    return f"an archive of {len(members)} files: {', '.join(members[:3])}"
