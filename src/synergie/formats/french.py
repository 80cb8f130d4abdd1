"""The French of the sentences that are shown as they are: reasons of refusals, freshness."""

from collections.abc import Callable
from functools import cache
from gettext import GNUTranslations
from importlib.resources import files


@cache
def french() -> Callable[[str], str]:
    """From a constant English text to its French, out of the catalogue that the wheel carries."""
    path = files("synergie").joinpath("locale", "fr", "LC_MESSAGES", "synergie.mo")
    with path.open("rb") as source:
        return GNUTranslations(source).gettext
