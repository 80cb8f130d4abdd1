"""From the constant English sentences of the house to the language that is spoken.

Apart from `language`, which every command line loads: the catalogue comes with all formats.
"""

from collections.abc import Callable

from synergie.formats.french import build_french_translator
from synergie.reports.language import get_language


def build_translator() -> Callable[[str], str]:
    """From an English text of the house to the language spoken here."""
    return build_french_translator() if get_language() == "fr" else str
