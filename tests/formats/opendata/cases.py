"""What the open formats show of themselves to the conformance suite."""

from tests.formats.cases import Case
from tests.formats.frames.made import BARE_POINT, CABINET, POINT, SUPPORT, written

_NO_TIME = "a description of things, without steps of time"

CASES = [
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
