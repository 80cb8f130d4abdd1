"""What the plain tables show of themselves to the conformance suite."""

from datetime import date
from io import BytesIO

from synergie.formats._csv import FRENCH, OPEN, Dialect, table_of, write_table
from tests.formats.cases import Case
from tests.formats.frames.made import (
    BARE_ENERGY,
    CURVE,
    ENERGY,
    PARIS,
    POINT,
    SITE,
    half_hours,
    written,
)

_SUMMER = date(2026, 6, 10)
_PERIODS = "periods are civil dates: a clock change does not move them"


def _spoilt(data: bytes, old: bytes, new: bytes) -> bytes:
    """*data* with its first *old* made *new*: one wrong row."""
    assert old in data
    return data.replace(old, new, 1)


def _curves(name: str, value: bytes, wrong: bytes) -> Case:
    data = written([CURVE, half_hours(_SUMMER)], name)
    return Case(
        format=name,
        name="courbes-ouvert.csv" if name == "curves-csv" else "courbes-tableur.csv",
        data=data,
        records=2,
        bad=_spoilt(data, value, wrong),
        day=lambda day: written([half_hours(day)], name),
        day_steps=48,
    )


def _energies(name: str, value: bytes, wrong: bytes) -> Case:
    data = written([ENERGY, BARE_ENERGY], name)
    return Case(
        format=name,
        name="energies-ouvert.csv" if name == "monthly-csv" else "energies-tableur.csv",
        data=data,
        records=2,
        bad=_spoilt(data, value, wrong),
        skips={"clock": _PERIODS},
    )


def _arrow(name: str, data: bytes) -> Case:
    return Case(
        format=name,
        name=f"courbes.{name}",
        data=data,
        records=2,
        day=lambda day: written([half_hours(day)], name),
        day_steps=48,
        skips={"refuse": "cells are typed: a wrong one is made in test_parquet.py by pyarrow"},
    )


def _tables(name: str, dialect: Dialect, value: bytes, wrong: bytes) -> Case:
    sink = BytesIO()
    sites = [SITE, SITE.model_copy(update={"external_id": "EP-2"})]
    write_table(sites, table_of(SITE), sink, dialect, tz=PARIS)
    return Case(
        format=name,
        name="sites-ouvert.csv" if name == "tables-csv" else "sites-tableur.csv",
        data=sink.getvalue(),
        records=2,
        bad=_spoilt(sink.getvalue(), value, wrong),
        skips={"clock": "no table here has civil days"},
    )


CASES = [
    _tables("tables-csv", OPEN, b",450.5,", b",45 0,"),
    _tables("tables-csv-fr", FRENCH, b";450,5;", b";450.5;"),
    Case(
        format="operat-preparation",
        name="operat-preparation-tableur.csv",
        data=written([ENERGY, SITE], "operat-preparation"),
        records=1,
        skips={
            "clock": _PERIODS,
            "refuse": "one row a file here: wrong ones are made in test_operat_preparation.py",
        },
    ),
    _curves("curves-csv", b",1.25,", b",1.2.5,"),
    _curves("curves-csv-fr", b";1,25;", b";1.25;"),
    _energies("monthly-csv", b",1234.567,", b",12 34,"),
    _energies("monthly-csv-fr", b";1234,567;", b";1234.567;"),
    Case(
        format="workbook",
        name="synergie.xlsx",
        data=written([CURVE, ENERGY, BARE_ENERGY, POINT], "workbook"),
        records=4,
        day=lambda day: written([half_hours(day)], "workbook"),
        day_steps=48,
        skips={"refuse": "the file is packed: wrong cells are made in test_workbook.py"},
    ),
    Case(
        format="data-package",
        name="synergie.zip",
        data=written([CURVE, ENERGY, BARE_ENERGY, POINT], "data-package"),
        records=4,
        day=lambda day: written([half_hours(day)], "data-package"),
        day_steps=48,
        skips={"refuse": "the file is packed: wrong cells are made in test_data_package.py"},
    ),
    _arrow("parquet", written([CURVE, half_hours(_SUMMER)], "parquet")),
    _arrow("arrow", written([CURVE, half_hours(_SUMMER)], "arrow")),
]
