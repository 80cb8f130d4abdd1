"""What the open formats show of themselves to the conformance suite."""

from tests.formats.cases import Case
from tests.formats.frames.made import BARE_POINT, CABINET, INDEX, POINT, PROFILE, SUPPORT, written

PLACED = BARE_POINT.model_copy(update={"location": CABINET.location})
_NO_TIME = "a description of things, without steps of time"


def _entities(name: str, right: bytes, wrong: bytes) -> Case:
    data = written([POINT, CABINET, INDEX], name)
    assert right in data
    return Case(
        format=name,
        name="eclairage.jsonld",
        data=data,
        records=3,
        bad=data.replace(right, wrong, 1),
        skips={"clock": _NO_TIME},
    )


CASES = [
    _entities("ngsi-ld", b'"value": "PL-001"', b'"value": ""'),
    _entities("ngsi-ld-keyvalues", b'"synergie:power_w": 70', b'"synergie:power_w": -70'),
    Case(
        format="darkskylab-csv",
        name="points.csv",
        data=written([POINT, PLACED], "darkskylab-csv"),
        records=2,
        bad=written([POINT, PLACED], "darkskylab-csv").replace(b",48.77,", b",148.77,"),
        skips={"clock": _NO_TIME},
    ),
    Case(
        format="dcat-ap",
        name="catalog.jsonld",
        data=written([POINT, CABINET, INDEX], "dcat-ap"),
        records=0,
        profile=PROFILE,
        skips={
            "clock": _NO_TIME,
            "refuse": "a catalogue tells of files: it has no row that could be refused",
            "idempotent": "a catalogue tells of files: nothing of it is stored",
        },
    ),
    Case(
        format="geopackage",
        name="eclairage.gpkg",
        data=written([POINT, BARE_POINT, CABINET, SUPPORT], "geopackage"),
        records=4,
        skips={
            "clock": _NO_TIME,
            "refuse": "cells are in a database: wrong ones are made in test_geopackage.py",
        },
    ),
]
