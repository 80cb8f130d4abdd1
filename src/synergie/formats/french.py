"""The French of the sentences that are shown as they are: reasons of refusals, freshness."""

import gzip
from collections.abc import Callable
from functools import cache
from gettext import GNUTranslations
from importlib.resources import files


@cache
def _load_catalogue() -> GNUTranslations:
    path = files("synergie").joinpath("locale", "fr", "LC_MESSAGES", "synergie.mo.gz")
    with path.open("rb") as packed, gzip.open(packed) as source:
        return GNUTranslations(source)


@cache
def list_catalogue_texts() -> tuple[str, ...]:
    """Every English text of the catalogue, in its order."""
    found: dict[object, str] = vars(_load_catalogue())["_catalog"]
    return tuple(text for text in found if isinstance(text, str) and text)


def build_french_translator() -> Callable[[str], str]:
    """From a constant English text to its French, out of the catalogue that the wheel carries."""
    return _load_catalogue().gettext
