"""From the constant English sentences of the house to the language that is spoken.

Apart from `language`, which every command line loads: the catalogue comes with all formats.
"""

from collections.abc import Callable

from synergie.formats.french import french
from synergie.reports.language import spoken


def teller() -> Callable[[str], str]:
    """From an English text of the house to the language spoken here."""
    return french() if spoken() == "fr" else str
