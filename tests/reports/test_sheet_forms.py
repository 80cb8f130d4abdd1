"""How cells of a workbook look: amounts and years as the reader of its language writes them."""

from decimal import Decimal
from html import unescape
from io import BytesIO
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest

from synergie.lighting.reports.workbook import build_workbook_sheets
from synergie.reports.language import Language, use_language
from synergie.reports.sheets import Column, Sheet, write
from tests.reports.lighted import whole


def _forms(language: Language) -> set[str]:
    """The number formats of a small workbook, without the mark of their language."""
    table = Sheet("A", (Column("a", "year"), Column("b", "euros")), [(2027, Decimal("1234.5"))])
    sink = BytesIO()
    with use_language(language):
        write([table], sink, ZoneInfo("Europe/Paris"))
    styles = ZipFile(sink).read("xl/styles.xml").decode()
    codes = [one.partition('"')[0] for one in styles.split('formatCode="')[1:]]
    return {unescape(one).partition("]")[2] for one in codes}


@pytest.mark.parametrize(("language", "euros"), [("fr", '#,##0.00\\ "€"'), ("en", '"€"#,##0.00')])
def test_an_amount_bears_its_sign_where_the_language_has_it(language: Language, euros: str) -> None:
    forms = _forms(language)
    assert euros in forms
    assert len([one for one in forms if "€" in one]) == 1


def test_a_year_has_no_thousands() -> None:
    assert "0" in _forms("fr") & _forms("en")
    columns = {c.head: c.kind for one in build_workbook_sheets(whole()) for c in one.columns}
    assert columns["Année"] == "year"
