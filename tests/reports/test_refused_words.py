"""Where a refused row stands, in the language of a page; a file that is sent back stays French."""

from synergie.formats.french import french
from synergie.reports.language import told_in
from synergie.reports.refused import column, motive
from synergie.schemas.readings.file_report import RefusedLine

LINE = RefusedLine(
    line=4, column="record 3, line 12, /points/2, Segment", value="x", reason="a number",
    code="type",
)  # fmt: skip


def test_the_place_of_an_item_is_told_in_the_language_of_the_page() -> None:
    assert column(LINE) == "élément 3, ligne 12, /points/2, Segment"
    with told_in("en"):
        assert column(LINE) == "record 3, line 12, /points/2, Segment"


def test_the_motive_in_a_file_is_french_whatever_the_page_speaks() -> None:
    told = motive(LINE, french())
    assert told.startswith(
        "ligne 4, colonne « élément 3, ligne 12, /points/2, Segment » : « x » lu"
    )
    with told_in("en"):
        assert motive(LINE, french()) == told
