"""What the codes of Enedis mean: points, quantities, directions, natures (formats.md §3.3).

Codes only: labels come damaged in real flows, and say INCONNU for calendars that are known.
"""

from synergie.errors import BadInput
from synergie.formats import checks
from synergie.schemas.readings.quality import WORST_FIRST, Quality
from synergie.schemas.series import Direction, Quantity
from synergie.units import Provenance

PRM_DIGITS = 14
FIRST_YEAR, LAST_YEAR = 1950, 2200
"""A time outside is a mistake."""

_LOST_ZERO = (
    "14 digits; the zero in front was probably lost in a spreadsheet: set the column to Text"
)
_NATURES: dict[str, Quality] = {
    "B": "measured", "R": "measured", "C": "corrected", "D": "corrected", "E": "estimated",
    "H": "reconstructed", "P": "reconstructed", "S": "partial", "T": "partial", "F": "partial",
    "G": "partial",
}  # fmt: skip
_STATES: dict[str, Quality] = {
    "1": "partial", "5": "partial", "6": "reconstructed", "8": "suspect", "9": "suspect",
    "10": "reconstructed", "11": "partial",
}  # fmt: skip
POWERS: dict[str, Quantity] = {
    "PA": "active_power", "EA": "active_power", "PRI": "reactive_inductive",
    "ERI": "reactive_inductive", "PRC": "reactive_capacitive", "ERC": "reactive_capacitive",
    "E": "voltage",
}  # fmt: skip
"""Quantities of a load curve. R4x writes EA, ERI and ERC where R63 writes PA, PRI and PRC."""
DIRECTIONS: dict[str, Direction] = {"CONS": "import", "PROD": "export"}


def parse_prm(text: str, where: str) -> str:
    """*text* as a PRM of 14 digits; BadInput at *where* otherwise (a lost zero is told)."""
    digits = text.isascii() and text.isdigit()
    if digits and len(text) == PRM_DIGITS:
        return text
    lost = digits and len(text) == PRM_DIGITS - 1
    code = checks.BAD_IDENTIFIER.code
    raise BadInput(where, text, _LOST_ZERO if lost else "a PRM of 14 digits, as text", code)


def derive_provenance(code: str) -> Provenance:
    """`synthetic` for a PRM that begins with 99 (none is given out), else `partner`."""
    return "synthetic" if code.startswith("99") else "partner"


def derive_quality(
    nature: str | None, likelihood: str | None = None, state: str | None = None
) -> Quality:
    """The worst that a point's codes tell (GUI.0497 §6.3, GUI.0503 §4.2): `n`, `iv` and `ec`.

    An unknown code is `suspect`; none at all is `measured`.
    """
    told: set[Quality] = {"measured"}
    if nature:
        told.add(_NATURES.get(nature, "suspect"))
    if likelihood == "2":
        told.add(_STATES.get(state or "", "measured"))
    elif likelihood not in (None, "", "0"):
        told.add("suspect")
    return next(one for one in WORST_FIRST if one in told)
