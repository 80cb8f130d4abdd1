"""How the energies of rows were found, by the words of a column: measured, estimated, not known."""

import re
from collections.abc import Sequence

from synergie.formats.tables._heading import is_denied, list_unknown_words
from synergie.formats.values import normalize_words
from synergie.schemas.readings.quality import Quality

_QUALITIES: tuple[tuple[str, Quality], ...] = (
    ("estim", "estimated"),
    ("profil", "estimated"),
    ("regul", "corrected"),
    ("rectif", "corrected"),
    ("corrig", "corrected"),
    ("reconst", "reconstructed"),
    ("reel", "measured"),
    ("releve", "measured"),
    ("mesure", "measured"),
    ("telereleve", "measured"),
    ("actual", "measured"),
)

_NATURES = re.compile(
    r"\w\w?|auto|cyclique|periodiques?|special\w*|mise|service|resiliation|changement|fournisseur"
    r"|normale?|definitive?|valide\w*|oui|non|vrai|faux|yes|true|false|ordinaire|courante?|unique"
)
"""Words of how a reading came about that say nothing against it, and codes."""
_MOST_WORDS, _MOST_KINDS, _LEAST = 3, 6, 0.3


def find_quality(told: str) -> Quality | None:
    """How a value was found, by the word of its table; None: the word does not say it."""
    plain = normalize_words(told)
    return next((quality for start, quality in _QUALITIES if start in plain), None)


def is_unknown_nature(told: str) -> bool:
    """Whether *told* says how a value was found in words that nobody listed: `Nominé`."""
    return find_quality(told) is None and bool(list_unknown_words(normalize_words(told), _NATURES))


def tells_natures(cells: Sequence[str]) -> bool:
    """Whether the cells of a column say how energies were found, whatever its name is.

    Not where one says that its row is no energy of the period: then that is what is told.
    """
    kinds = set(cells)
    if any(find_quality(one) is None and is_denied(one) for one in kinds):
        return False
    if len(kinds) > _MOST_KINDS or any(len(one.split()) > _MOST_WORDS for one in kinds):
        return False
    return sum(find_quality(one) is not None for one in cells) > _LEAST * len(cells)
