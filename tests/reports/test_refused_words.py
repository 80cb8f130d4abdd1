"""Where a refused row stands, in the language of a page; a file that is sent back stays French."""

from synergie.formats.french import build_french_translator
from synergie.reports.language import use_language
from synergie.reports.refused import Retold, column, describe_refusal
from synergie.schemas.readings.file_report import RefusedLine

LINE = RefusedLine(
    line=4, column="record 3, line 12, /points/2, Segment", value="x", reason="a number",
    code="type",
)  # fmt: skip


def test_the_place_of_an_item_is_told_in_the_language_of_the_page() -> None:
    assert column(LINE) == "élément 3, ligne 12, /points/2, Segment"
    with use_language("en"):
        assert column(LINE) == "record 3, line 12, /points/2, Segment"


def test_the_motive_in_a_file_is_french_whatever_the_page_speaks() -> None:
    told = describe_refusal(LINE, build_french_translator())
    assert told.startswith(
        "ligne 4, colonne « élément 3, ligne 12, /points/2, Segment » : « x » lu"
    )
    with use_language("en"):
        assert describe_refusal(LINE, build_french_translator()) == told


def test_a_sentence_that_fills_another_is_told_again_too_and_a_name_is_not() -> None:
    french = {
        "{} of {}; {}": "{} de {} ; {}",
        "{} is stored from {} otherwise": "{} est rangé autrement, d'après {}",
        "the new one counts": "le nouveau compte",
        "Total": "Somme",
    }
    retold = Retold(lambda text: french.get(text, text), tuple(french))
    assert (
        retold("the new one counts is stored from Total otherwise")
        == "le nouveau compte est rangé autrement, d'après Total"
    )
