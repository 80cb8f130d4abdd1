"""The open-data catalogue and the night-sky CSV: what harvesters read, and no more than we know."""

import csv
import io
import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from synergie.errors import BadInput
from synergie.formats import Record, read, write
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.readings.profile import Profile
from tests.formats.frames.made import ABOUT, BARE_POINT, CABINET, CURVE, POINT, PROFILE, written

ADDRESS = "https://donnees.example/pompey"
PUBLISHED = Profile(about=ABOUT.model_copy(update={"address": ADDRESS}))
YEAR = PeriodEnergy(
    name="N",
    from_date=date(2026, 1, 1),
    to_date=date(2027, 1, 1),
    energy_kwh=Decimal(1),
    provenance="synthetic",
)


def catalogue(records: list[Record], profile: Profile = PUBLISHED) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(written(records, "dcat-ap", profile))
    return told


def test_the_catalogue_says_who_when_and_why_it_is_late() -> None:
    told = catalogue([POINT])
    assert told["@type"] == "dcat:Catalog"
    assert told["dct:title"] == {"@language": "fr", "@value": ABOUT.title}
    assert told["dct:modified"]["@value"] == "2026-11-24T09:00:00Z"
    assert told["dct:publisher"]["dct:identifier"] == "245400601"
    (dataset,) = told["dcat:dataset"]
    assert "En retard de 9 jours" in dataset["dct:description"]["@value"]


def test_the_context_stands_inline_and_knows_every_prefix() -> None:
    told = catalogue([POINT, YEAR])
    context = told["@context"]
    assert isinstance(context, dict)

    def names(value: Any) -> set[str]:
        if isinstance(value, list):
            return set().union(*map(names, value))
        if not isinstance(value, dict):
            return set()
        mine = {key for key in value if not key.startswith("@")} | {value.get("@type", "dct:")}
        return mine.union(*(names(part) for key, part in value.items() if key != "@context"))

    assert {name.partition(":")[0] for name in names(told)} <= set(context)


def test_a_place_is_a_geometry_and_codes_are_keywords() -> None:
    points: list[Record] = [POINT, CABINET]
    lights, cabinets = catalogue(points)["dcat:dataset"]
    assert lights["dct:spatial"]["locn:geometry"]["@value"].startswith(
        "POLYGON((6.131997474859 48.799021378374, "
    )
    assert "01004" in lights["dcat:keyword"]
    assert "54430" in cabinets["dcat:keyword"]
    assert "54430" not in json.dumps(cabinets["dct:spatial"])


def test_the_period_is_that_of_the_measures() -> None:
    (energies,) = catalogue([YEAR])["dcat:dataset"]
    assert energies["dct:temporal"] == {
        "@type": "dct:PeriodOfTime",
        "dcat:startDate": {"@type": "xsd:date", "@value": "2026-01-01"},
        "dcat:endDate": {"@type": "xsd:date", "@value": "2026-12-31"},
    }
    assert "dct:spatial" not in energies
    (curves,) = catalogue([CURVE])["dcat:dataset"]
    assert {curves["dct:temporal"][f"dcat:{e}Date"]["@value"] for e in ("start", "end")} == {
        "2026-10-25"
    }


def test_a_distribution_has_its_address_and_licence_or_is_not_told() -> None:
    (lights,) = catalogue([POINT])["dcat:dataset"]
    (file,) = lights["dcat:distribution"]
    assert file["dcat:accessURL"] == {"@id": f"{ADDRESS}/light_points-ouvert.csv"}
    assert file["dct:license"]["@id"].startswith("https://www.etalab.gouv.fr/licence-ouverte")
    (lights,) = catalogue([POINT], PROFILE)["dcat:dataset"]
    assert "dcat:distribution" not in lights


def test_a_catalogue_is_read_as_one_without_records() -> None:
    with read(written([POINT, CABINET], "dcat-ap")) as result:
        assert result.format == "dcat-ap"
        assert list(result.records) == []
        assert next(iter(result.report.notes)).args == ("2",)
    with pytest.raises(BadInput):
        read(b'{"a": 1}', format="dcat-ap")


def test_a_catalogue_of_nobody_is_not_written() -> None:
    with pytest.raises(BadInput, match="about"):
        write([POINT], io.BytesIO(), format="dcat-ap", profile=Profile())


def test_the_night_sky_file_has_the_verified_fields_with_commas_and_dots() -> None:
    data = written([POINT], "darkskylab-csv").decode()
    rows = list(csv.DictReader(io.StringIO(data)))
    assert rows == [{"insee": "01004", "lat": "48.799021378374", "lon": "6.131997474859"}]


def test_a_night_sky_file_with_more_fields_is_read() -> None:
    data = b"insee,lat,lon,other\n54430,48.77,6.13,x\n,48.78,6.14,\n54430,,6.1,\n"
    with read(data) as result:
        assert result.format == "darkskylab-csv"
        records: list[Any] = list(result.records)
        report = result.report
    assert [(one.external_id, one.insee_code, one.location.latitude) for one in records] == [
        ("1", "54430", 48.77),
        ("2", None, 48.78),
    ]
    assert [(line, fault.where) for line, fault in report.refused] == [(4, "/lat")]


def test_a_point_without_place_is_on_no_night_sky_map() -> None:
    with pytest.raises(BadInput, match="LightPointRecord"):
        written([BARE_POINT], "darkskylab-csv")
