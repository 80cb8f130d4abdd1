"""The words that inventories put into their cells, and the code of EclExt v1.1 that each means."""

import re
import unicodedata
from collections.abc import Mapping

from synergie.formats.columns import load_columns, load_synonyms
from synergie.formats.text import normalize_column_name

TABLES = load_columns("synergie.formats.lighting")
"""Columns of inventories, works, supports and circuits, with the heads they are known by."""
SYNONYMS = load_synonyms("synergie.formats.lighting")
LAMPS = SYNONYMS["lamps"]
"""Words for lamps, as `plain` writes them. A cell may hold several of one meaning."""

_PHRASES: tuple[tuple[str, str], ...] = (
    (r"sodium (?:a )?(?:haute|ht) p\w*|sodium h ?p|high pressure sodium|s h p|h p s", "SHP"),
    (r"sodium (?:a )?(?:basse|bs) p\w*|sodium b ?p|low pressure sodium|s b p|l p s", "SBP"),
    (r"(?:iodures?|halogenures?) metalliques?|metal hal\w+|cosmo ?white|halogenure\w*", "IM"),
    (r"ballons? fluo\w*|vapeurs? (?:de )?mercure|mercury vapou?r", "VM"),
    (r"tubes? fluo\w*|fluo compacte?s?|lampes? fluo\w*", "FLUO"),
    (r"diodes? (?:electro ?)?lumi\w*|electro ?luminescen\w+|light emitting diodes?", "LED"),
)

SUPPORTS = SYNONYMS["supports"]
"""EclExt support: MAT mast, POT pole, MUR wall, CAT catenary, OUV structure, SOL ground."""

STRUCTURES = SYNONYMS["structures"]
"""EclExt structure: LANT lantern, PROJ floodlight, EN recessed, BOR bollard, APP wall light."""

USAGES: dict[str, str] = {
    code.lower(): code
    for code in ("A", "B1", "B2", "B3", "B4", "C", "D", "E", "F", "G", "PU", "IN", "AU", "XX")
}
ADAPTIVE: dict[str, str] = {code.lower(): code for code in ("AV", "CO", "EN", "TG", "AU", "XX")}

FLAGS: dict[str, bool] = dict.fromkeys(
    ("oui", "o", "vrai", "true", "t", "yes", "y", "1"), True
) | dict.fromkeys(("non", "n", "faux", "false", "f", "no", "0"), False)
"""Words for yes and no."""

BLANKS = (
    "", "N/A", "#N/A", "NA", "NC", "ND", "NR", "NaN", "null", "<Null>", "none", "-", "--", "?",
    "Not Specified", "Not Available", "Non renseigné", "Non renseignée", "Non-renseigné",
    "Non communiqué", "à compléter",
)  # fmt: skip
"""Cells that mean "not known" in inventories whose mapping is proposed."""
NOT_KNOWN = frozenset({"inconnu", "inconnue", "unknown", "indetermine", "indeterminee", "xx"})
"""Words for a figure or a date that the owner does not know, as `plain` writes them."""

_LETTERS = re.compile(r"[a-z]+")


def find_lamp_code(cell: str, own: Mapping[str, str]) -> str | None:
    """The code of the lamp that *cell* tells of; *own* words come first.

    `SHP 150 W`, `Iodure métallique céramique`, `LED45` tell of one kind. None when it tells of
    none, or of two (`HPS/Induction`): which one burns is not known.
    """
    word = normalize_column_name(cell)
    code = own.get(word) or LAMPS.get(word)
    if code is not None:
        return code
    text, codes = _normalize_spaces(cell), set[str]()
    for phrase, meant in _PHRASES:
        rest = re.sub(rf"\b(?:{phrase})\b", " ", text)
        if rest != text:
            codes.add(meant)
            text = rest
    codes |= {LAMPS[part] for part in text.split() if LAMPS.get(part, "XX") not in ("AU", "XX")}
    return codes.pop() if len(codes) == 1 else None


def _normalize_spaces(cell: str) -> str:
    """The words of *cell* in lower case without accents, one space between them."""
    spread = unicodedata.normalize("NFKD", cell[:200].casefold())
    kept = "".join(letter for letter in spread if not unicodedata.combining(letter))
    return " ".join(_LETTERS.findall(kept))
