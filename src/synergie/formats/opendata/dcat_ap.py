"""A DCAT-AP catalogue in JSON-LD: what a harvester such as data.gouv.fr reads of our files.

Its context stands inline: a remote one is fetched by the reader. Places are geometries, the only
form that data.gouv.fr reads; INSEE codes are keywords. It tells of files and holds no record.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from synergie.calendar import load_time_zone
from synergie.errors import BadInput, Words
from synergie.formats._csv import Table, table_of
from synergie.formats._json import read_document
from synergie.formats.format import Format, Record, Sample
from synergie.formats.report import Report
from synergie.schemas.about import About
from synergie.schemas.publication.licences import LICENCES
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.profile import Profile

CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "locn": "http://www.w3.org/ns/locn#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "gsp": "http://www.opengis.net/ont/geosparql#",
}
_LICENCE = LICENCES["etalab-2.0"].address
_FILE_TYPE = "http://publications.europa.eu/resource/authority/file-type/CSV"
_FREQUENCY = "http://publications.europa.eu/resource/authority/frequency/IRREG"
_TITLED = "what the catalogue says of itself: its title (About)"
_CATALOGUE = "a DCAT catalogue in JSON-LD"
_MOST_CODES = 200


@dataclass(slots=True)
class _Dataset:
    """What is found of one table while its records pass; the records are not kept."""

    table: Table
    rows: int = 0
    first: date | None = None
    last: date | None = None
    codes: set[str] = field(default_factory=set)
    box: list[float] = field(default_factory=list)

    def add(self, record: Any, tz: ZoneInfo) -> None:
        """One more record."""
        self.rows += 1
        for day in _iterate_end_days(record, tz):
            self.first = min(self.first or day, day)
            self.last = max(self.last or day, day)
        if code := getattr(record, "insee_code", None):
            self.codes.add(code)
        if place := getattr(record, "location", None):
            lon, lat = place.longitude, place.latitude
            box = self.box or [lon, lat, lon, lat]
            self.box = [min(box[0], lon), min(box[1], lat), max(box[2], lon), max(box[3], lat)]


def _iterate_end_days(record: Any, tz: ZoneInfo) -> Iterator[date]:
    """The first and the last civil day of a measure, both included."""
    ends: list[Any] = [getattr(record, name, None) for name in ("from_date", "instant")]
    if (until := getattr(record, "to_date", None)) is not None:
        ends.append(until - timedelta(days=1))
    if isinstance(record, MeterCurve):
        ends = [record.start, record.end and record.end - timedelta(microseconds=1)]
    for end in ends:
        if isinstance(end, datetime):
            yield end.astimezone(tz).date()
        elif end is not None:
            yield end


def _sniff_catalogue(sample: Sample) -> float:
    """1.0 for JSON that names a catalogue."""
    json_like = sample.start.lstrip(b"\xef\xbb\xbf \r\n\t").startswith((b"{", b"["))
    return 1.0 if json_like and b"dcat:Catalog" in sample.start else 0.0


def _read_catalogue(source: BinaryIO, _: Profile) -> tuple[Iterator[Record], Report]:
    """No record: a catalogue tells of files. How many datasets it names is a remark.

    BadInput when the file is no catalogue.
    """
    report = Report()
    told = read_document(source)
    if not isinstance(told, dict) or told.get("@type") != "dcat:Catalog":
        raise BadInput("file", type(told).__name__, _CATALOGUE)
    datasets = told.get("dcat:dataset")
    found = len(datasets) if isinstance(datasets, list) else 0
    report.note("a catalogue holds no record; it names datasets: {}", found)
    return iter(()), report


def _write_catalogue(records: Iterable[Record], sink: BinaryIO, profile: Profile) -> None:
    """One catalogue, a dataset a kind of record; memory does not grow with the records.

    BadInput when the profile does not say what the catalogue is of (`about`).
    """
    if profile.about is None:
        raise BadInput("/about", Words("nothing"), _TITLED)
    tz, datasets = load_time_zone(profile.time_zone), dict[str, _Dataset]()
    for record in records:
        table = table_of(record)
        datasets.setdefault(table.name, _Dataset(table)).add(record, tz)
    body = json.dumps(
        _build_catalogue(profile.about, datasets.values()), ensure_ascii=False, indent=2
    )
    sink.write(f"{body}\n".encode())


def _build_catalogue(about: About, datasets: Iterable[_Dataset]) -> dict[str, Any]:
    base = about.address or f"urn:synergie:{about.siren or 'export'}"
    return {
        "@context": CONTEXT,
        "@id": base,
        "@type": "dcat:Catalog",
        "dct:title": _mark_as_french(about.title),
        "dct:description": _mark_as_french(about.freshness or about.title),
        "dct:language": {"@id": "http://publications.europa.eu/resource/authority/language/FRA"},
        **_build_shared_fields(about),
        "dcat:dataset": [_build_dataset(about, base, one) for one in datasets],
    }


def _build_shared_fields(about: About) -> dict[str, Any]:
    """Publisher and date, said of the catalogue and of each dataset."""
    told: dict[str, Any] = {}
    if about.publisher is not None:
        agent = {"@type": "foaf:Agent", "foaf:name": about.publisher}
        told["dct:publisher"] = agent | ({"dct:identifier": about.siren} if about.siren else {})
    if about.as_of is not None:
        text = f"{about.as_of.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        told["dct:modified"] = {"@type": "xsd:dateTime", "@value": text}
    return told


def _build_dataset(about: About, base: str, one: _Dataset) -> dict[str, Any]:
    title = f"{about.title} : {one.table.title.lower()}"
    facts = (about.freshness, about.source and f"Source : {about.source}")
    said = " ".join(f"{fact.rstrip('.')}." for fact in facts if fact)
    told: dict[str, Any] = {
        "@id": f"{base}#{one.table.name}",
        "@type": "dcat:Dataset",
        "dct:identifier": f"{base}#{one.table.name}",
        "dct:title": _mark_as_french(title),
        "dct:description": _mark_as_french(said or title),
        "dcat:keyword": [one.table.title.lower(), "énergie", *sorted(one.codes)[:_MOST_CODES]],
        "dct:accrualPeriodicity": {"@id": _FREQUENCY},
        **_build_shared_fields(about),
    }
    if about.contact is not None:
        told["dcat:contactPoint"] = {"@type": "vcard:Organization", "vcard:fn": about.contact}
    if one.first is not None and one.last is not None:
        told["dct:temporal"] = {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": {"@type": "xsd:date", "@value": one.first.isoformat()},
            "dcat:endDate": {"@type": "xsd:date", "@value": one.last.isoformat()},
        }
    if one.box:
        told["dct:spatial"] = _build_rectangle(one.box)
    if about.licence is not None:
        told["dct:license"] = _build_licence(about.licence)
    if about.address is not None:
        told["dcat:distribution"] = [_build_distribution(about, one)]
    return told


def _build_distribution(about: About, one: _Dataset) -> dict[str, Any]:
    url = f"{(about.address or '').rstrip('/')}/{one.table.name}-ouvert.csv"
    told: dict[str, Any] = {
        "@id": url,
        "@type": "dcat:Distribution",
        "dct:title": _mark_as_french(f"{one.table.title} (CSV)"),
        "dcat:accessURL": {"@id": url},
        "dcat:downloadURL": {"@id": url},
        "dcat:mediaType": "text/csv",
        "dct:format": {"@id": _FILE_TYPE},
    }
    return told | ({"dct:license": _build_licence(about.licence)} if about.licence else {})


def _build_licence(name: str) -> Any:
    return {"@id": _LICENCE} if "licence ouverte" in name.casefold() else name


def _mark_as_french(text: str) -> dict[str, str]:
    return {"@language": "fr", "@value": text}


def _build_rectangle(box: list[float]) -> dict[str, Any]:
    """The rectangle around the points, as WKT; longitude first."""
    west, south, east, north = box
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    ring = ", ".join(f"{lon} {lat}" for lon, lat in corners)
    return {
        "@type": "dct:Location",
        "locn:geometry": {"@type": "gsp:wktLiteral", "@value": f"POLYGON(({ring}))"},
    }


FORMAT = Format(
    name="dcat-ap",
    title="Catalogue of open data (DCAT-AP, JSON-LD)",
    sniff=_sniff_catalogue,
    read=_read_catalogue,
    write=_write_catalogue,
)
