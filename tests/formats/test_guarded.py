"""No text of ours begins a formula in a spreadsheet, wherever it is written; it is read back."""

import csv
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from synergie import formats
from synergie.formats._csv import FRENCH, text_of, value_of
from synergie.formats.columns import Column
from synergie.formats.formulas import escape_formula, unescape_formula
from synergie.formats.opendata.releases_csv import as_csv
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.site import SiteRecord
from synergie.schemas.publication.release import Release, ReleaseCell

LIVE = "=+-@\t\r\n\0\uff1d\uff0b\uff0d\uff20"
"""OWASP, CSV injection, and NUL, which some readers drop before they look."""
SEEN = [one for one in LIVE if one.isprintable()]
"""Those that a text of ours may hold."""


@pytest.mark.parametrize("first", LIVE)
def test_what_begins_a_formula_bears_an_apostrophe(first: str) -> None:
    assert escape_formula(f"{first}1+1") == f"'{first}1+1"


@given(st.text(alphabet=st.sampled_from(LIVE + "'a1"), max_size=4))
@example("''=1")
@example("'t Zand")
def test_what_is_guarded_is_read_back_and_begins_no_formula(text: str) -> None:
    assert unescape_formula(escape_formula(text)) == text
    assert not escape_formula(text).startswith(tuple(LIVE))
    column = Column("x", "text")
    assert value_of(text_of(text, column, FRENCH), column, FRENCH) == (text or None)


def test_a_negative_number_stays_a_number() -> None:
    assert text_of(Decimal("-12.5"), Column("x", "decimal"), FRENCH) == "-12,5"
    assert text_of(-3, Column("x", "whole"), FRENCH) == "-3"


@pytest.mark.parametrize("first", [*SEEN, "'"])
@pytest.mark.parametrize("name", ["light-points-csv-fr", "template-sites"])
def test_a_file_for_people_begins_no_formula_and_is_read_back(name: str, first: str) -> None:
    text = f"{first}1+1"
    record = (
        SiteRecord(external_id=text, name=text, kind="water", provenance="partner")
        if name == "template-sites"
        else LightPointRecord(external_id=text, luminaire_model=text, provenance="partner")
    )
    sink = io.BytesIO()
    formats.write([record], sink, format=name)
    rows = csv.reader(io.StringIO(sink.getvalue().decode("utf-8-sig")), delimiter=";")
    cells = [cell for row in rows for cell in row]
    assert f"'{text}" in cells
    assert [cell for cell in cells if cell.startswith(tuple(LIVE))] == []
    with formats.read(sink.getvalue()) as result:
        assert list(result.records) == [record]


@pytest.mark.parametrize("first", SEEN)
def test_a_release_for_all_begins_no_formula(first: str) -> None:
    told: dict[str, Any] = dict.fromkeys(ReleaseCell.model_fields)
    told |= {"name": f"{first}1+1", "energy_wh": -3}
    whole: dict[str, Any] = {"cells": (ReleaseCell.model_construct(**told),), "hidden": ()}
    release = Release.model_construct(**whole)
    (row,) = list(csv.reader(io.StringIO(as_csv(release))))[1:]
    assert (row[1], row[-2], row[-1]) == (f"'{first}1+1", "-3", "published")


def test_the_list_is_in_one_place(root: Path) -> None:
    named = [
        path.name
        for path in (root / "src").rglob("*.py")
        if '"=", "+"' in path.read_text(encoding="utf-8")
    ]
    assert named == ["formulas.py"]
