"""The words that inventories put into their cells, and the code of EclExt v1.1 that each means."""

import re
import unicodedata
from collections.abc import Mapping

from synergie.formats.text import normalize_column_name

LAMPS: dict[str, str] = {
    "led": "LED", "leds": "LED", "dled": "LED",
    "shp": "SHP", "hps": "SHP", "shpt": "SHP", "sap": "SHP", "nah": "SHP", "nav": "SHP",
    "son": "SHP", "sont": "SHP", "hpsv": "SHP",
    "sbp": "SBP", "lps": "SBP", "sox": "SBP", "lpsv": "SBP",
    "im": "IM", "mh": "IM", "hit": "IM", "hqi": "IM", "cdm": "IM", "cdmt": "IM", "cpo": "IM",
    "cpot": "IM", "cosmo": "IM", "cosmopolis": "IM", "iodure": "IM", "iodures": "IM",
    "vm": "VM", "bf": "VM", "hpl": "VM", "hql": "VM",
    "ind": "IND", "induction": "IND",
    "fluo": "FLUO", "fluorescent": "FLUO", "fluorescente": "FLUO", "fluorescence": "FLUO",
    "fluocompact": "FLUO", "fluocompacte": "FLUO", "tubefluo": "FLUO",
    "hal": "HAL", "halogene": "HAL", "halogen": "HAL", "halogenes": "HAL",
    "inc": "INC", "incand": "INC", "incandescent": "INC", "incandescente": "INC",
    "incandescence": "INC",
    "xen": "XEN", "xenon": "XEN",
    "mercure": "VM", "mercury": "VM",
    "au": "AU", "autre": "AU", "other": "AU",
    "xx": "XX", "inconnu": "XX", "inconnue": "XX", "unknown": "XX",
}  # fmt: skip
"""Words for lamps, as `plain` writes them. A cell may hold several of one meaning."""

_PHRASES: tuple[tuple[str, str], ...] = (
    (r"sodium (?:a )?(?:haute|ht) p\w*|sodium h ?p|high pressure sodium|s h p|h p s", "SHP"),
    (r"sodium (?:a )?(?:basse|bs) p\w*|sodium b ?p|low pressure sodium|s b p|l p s", "SBP"),
    (r"(?:iodures?|halogenures?) metalliques?|metal hal\w+|cosmo ?white|halogenure\w*", "IM"),
    (r"ballons? fluo\w*|vapeurs? (?:de )?mercure|mercury vapou?r", "VM"),
    (r"tubes? fluo\w*|fluo compacte?s?|lampes? fluo\w*", "FLUO"),
    (r"diodes? (?:electro ?)?lumi\w*|electro ?luminescen\w+|light emitting diodes?", "LED"),
)

SUPPORTS: dict[str, str] = {
    "mat": "MAT", "mats": "MAT", "candelabre": "MAT", "candelabres": "MAT", "mast": "MAT",
    "column": "MAT",
    "pot": "POT", "poteau": "POT", "poteaubois": "POT", "poteaubeton": "POT", "utilitypole": "POT",
    "mur": "MUR", "facade": "MUR", "wall": "MUR", "murale": "MUR", "mural": "MUR",
    "surfacade": "MUR", "enfacade": "MUR",
    "cat": "CAT", "catenaire": "CAT", "cable": "CAT", "suspendu": "CAT", "suspension": "CAT",
    "catenary": "CAT", "caten": "CAT",
    "sol": "SOL", "ausol": "SOL", "encastreausol": "SOL", "ground": "SOL",
    "ouv": "OUV", "ouvrage": "OUV", "ouvragedart": "OUV", "pont": "OUV", "tunnel": "OUV",
    "bus": "BUS", "abribus": "BUS", "ens": "ENS", "enseigne": "ENS", "pan": "PAN",
    "panneau": "PAN", "au": "AU", "autre": "AU", "other": "AU", "xx": "XX", "inconnu": "XX",
    "unknown": "XX",
}  # fmt: skip
"""EclExt support: MAT mast, POT pole, MUR wall, CAT catenary, OUV structure, SOL ground."""

STRUCTURES: dict[str, str] = {
    "app": "APP", "applique": "APP", "luminaireenapplique": "APP",
    "bor": "BOR", "borne": "BOR", "bornelumineuse": "BOR", "bollard": "BOR",
    "bl": "BL", "boule": "BL", "col": "COL", "colonne": "COL", "colonnelumineuse": "COL",
    "en": "EN", "encastre": "EN", "encastres": "EN", "spotencastre": "EN",
    "lant": "LANT", "lanterne": "LANT", "lantern": "LANT",
    "proj": "PROJ", "projecteur": "PROJ", "floodlight": "PROJ",
    "regl": "REGL", "reglette": "REGL", "tube": "TUBE", "vasq": "VASQ", "vasque": "VASQ",
    "au": "AU", "autre": "AU", "other": "AU", "xx": "XX", "inconnu": "XX", "unknown": "XX",
}  # fmt: skip
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
