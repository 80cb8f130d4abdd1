"""Registers as R15 and C15 tell them: one element a class, an index or an energy of the period.

`Classe_Mesure` 1 is an index, 2 the energy since the reading before (formats.md §3.2); 3 to 6
share out a collective self-consumption and are passed over. Indexes are in kWh.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import NamedTuple
from xml.etree.ElementTree import Element
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from synergie.calendar import day_bounds
from synergie.errors import BadInput
from synergie.formats._points import parse_exact_number
from synergie.formats.checks import N_
from synergie.formats.enedis._flow import Epochs, parse_civil_date, scale_value
from synergie.formats.report import Report
from synergie.schemas.faults import faults
from synergie.schemas.readings.quality import Quality
from synergie.schemas.readings.register_reading import Grid, RegisterQuantity, RegisterReading
from synergie.schemas.series import Direction, Unit

GRIDS: dict[str, Grid] = {
    "Classe_Temporelle_Distributeur": "distributor",
    "Classe_Temporelle": "supplier",
}
"""Whose registers each element holds."""
CALENDARS: dict[Grid, tuple[str, ...]] = {
    "distributor": ("Id_Calendrier_Distributeur",),
    "supplier": ("Id_Calendrier", "Id_Calendrier_Fournisseur", "Id_Structure_Horosaisonniere"),
}
"""Elements that name the calendar of a grid; the first one that is there counts."""
INDEX, ENERGY = "1", "2"
"""What `Classe_Mesure` says a value is."""

_UNITS: dict[str, tuple[RegisterQuantity, Unit]] = {
    "kWh": ("active_energy", "kWh"),
    "Wh": ("active_energy", "Wh"),
    "kVA": ("apparent_power_max", "kVA"),
    "VA": ("apparent_power_max", "VA"),
}
_NATURES: dict[str, Quality] = {
    "": "measured", "REEL": "measured", "ESTI": "estimated", "ESTIME": "estimated",
    "CORR": "corrected", "CORRIGE": "corrected", "REGU": "corrected", "REGULARISE": "corrected",
}  # fmt: skip
_DIRECTIONS: dict[str, Direction] = {"": "import", "0": "import", "1": "export"}
_MOST = 10**12
_DIGITS = 15
_INDEX = "an index, a number from 0"
_ENERGY = N_("an energy, a number")
_KNOWN_UNIT = "kWh or Wh, kVA or VA"
_SENSE = "0 (drawn from the grid) or 1 (fed into it)"
_FACTOR = "a factor from 0.000001 to 1,000,000"


class Dial(NamedTuple):
    """One register of a reading."""

    grid: Grid
    kind: str
    """`Classe_Mesure`."""
    code: str
    rank: str
    meter: str
    quantity: RegisterQuantity
    unit: Unit
    direction: Direction
    value: Decimal
    """The index, or the energy; its reading coefficient is in it."""
    before: Decimal | None
    """The index of the reading before. None: not told."""
    through_zero: Decimal
    """What the dial lost by passing through zero; 0 when it did not."""

    @property
    def rise(self) -> Decimal | None:
        """Energy between the two indexes."""
        return None if self.before is None else self.value - self.before + self.through_zero


def read_child_text(element: Element, *names: str) -> str:
    """Text of the first of the children *names* that is there; empty when none is."""
    for name in names:
        found = element.findtext(name)
        if found is not None and found.strip():
            return found.strip()
    return ""


def iterate_dials(releve: Element) -> Iterator[tuple[Element, Grid]]:
    """The registers of a reading, each with its grid."""
    for child in releve:
        if child.tag in GRIDS:
            yield child, GRIDS[child.tag]


def read_dial(element: Element, grid: Grid, report: Report) -> Dial | None:
    """One register; None when it is passed over with a remark. BadInput when it is wrong."""
    kind, unit = read_child_text(element, "Classe_Mesure"), read_child_text(element, "Unite_Mesure")
    if kind not in {INDEX, ENERGY}:
        report.note("registers of Classe_Mesure {} are passed over", kind)
        return None
    known = _UNITS.get(unit)
    if known is None and "VAR" in unit.upper():
        report.note("registers in {} are passed over: inductive or capacitive is not told", unit)
        return None
    if known is None:
        raise BadInput("/Unite_Mesure", unit, _KNOWN_UNIT, "unit-unknown")
    direction = _DIRECTIONS.get(read_child_text(element, "Sens_Mesure"))
    if direction is None:
        raise BadInput("/Sens_Mesure", read_child_text(element, "Sens_Mesure"), _SENSE)
    value, before, through_zero = _read_dial_numbers(element, kind, report)
    return Dial(
        grid,
        kind,
        read_child_text(element, "Id_Classe_Temporelle"),
        read_child_text(element, "Rang_Cadran"),
        read_child_text(element, "Num_Serie"),
        *known,
        direction,
        value,
        before,
        through_zero,
    )


def _read_dial_numbers(
    element: Element, kind: str, report: Report
) -> tuple[Decimal, Decimal | None, Decimal]:
    """The value, the one before, and what passing through zero took away."""
    value = _parse_dial_number(read_child_text(element, "Valeur"), "/Valeur", signed=kind == ENERGY)
    if kind == ENERGY:
        return value, None, Decimal(0)
    earlier = read_child_text(element, "Valeur_Precedent")
    before = _parse_dial_number(earlier, "/Valeur_Precedent", signed=False) if earlier else None
    digits = read_child_text(element, "Nb_Chiffres_Cadran")
    passed = read_child_text(element, "Indicateur_Passage_A_Zero") == "1"
    lost = _compute_rollover(digits) if passed and digits else Decimal(0)
    factor = _parse_factor(read_child_text(element, "Coefficient_Lecture"))
    if factor == 1:
        return value, before, lost
    report.note("indexes were multiplied by their reading coefficient {}", factor)
    value = scale_value(value, factor, "/Valeur")
    if before is not None:
        before = scale_value(before, factor, "/Valeur_Precedent")
    return value, before, lost * factor


def _parse_dial_number(told: str, where: str, *, signed: bool) -> Decimal:
    expected = _ENERGY if signed else _INDEX
    value = Decimal(parse_exact_number(told, where, _ENERGY if signed else _INDEX, most=_MOST))
    if value < 0 and not signed:
        raise BadInput(where, told, expected)
    return value


def _compute_rollover(digits: str) -> Decimal:
    """Ten to the number of *digits* of the dial."""
    if not (digits.isascii() and digits.isdigit() and 0 < int(digits[:4]) <= _DIGITS):
        raise BadInput("/Nb_Chiffres_Cadran", digits, "a number of digits from 1 to 15")
    return Decimal(10) ** int(digits)


def _parse_factor(told: str) -> Decimal:
    if not told:
        return Decimal(1)
    value = Decimal(parse_exact_number(told, "/Coefficient_Lecture", _FACTOR, most=10**6))
    if value <= 0:
        raise BadInput("/Coefficient_Lecture", told, _FACTOR)
    return value


class Moments:
    """When readings were taken: a time with its offset, or a civil date, which is its start."""

    def __init__(self, tz: ZoneInfo) -> None:
        self.tz, self._epochs = tz, Epochs()

    def at(self, told: str, where: str) -> datetime:
        """The moment, UTC; BadInput at *where* when it is none."""
        try:
            if len(told) == len("2026-11-25"):
                return day_bounds(parse_civil_date(told, where), self.tz)[0]
            return datetime.fromtimestamp(self._epochs[told], UTC)
        except BadInput as fault:
            raise BadInput(where, told, fault.expected) from fault

    def day(self, moment: datetime) -> date:
        """The civil day of *moment*."""
        return moment.astimezone(self.tz).date()


def derive_index_quality(nature: str) -> Quality:
    """Of `Nature_Index`; a code that is not known is `suspect`."""
    return _NATURES.get(nature.upper(), "suspect")


def build_register_reading(one: Dial, value: Decimal, about: dict[str, object]) -> RegisterReading:
    """An index as a record; *about* is what the reading says. BadInput when it cannot be one."""
    try:
        return RegisterReading.model_validate(
            {
                "quantity": one.quantity,
                "direction": one.direction,
                "unit": one.unit,
                "grid": one.grid,
                "register_class": one.code or None,
                "register_rank": one.rank or None,
                "meter": one.meter or None,
                "value": value,
                **about,
            }
        )
    except ValidationError as error:
        raise faults(error)[0] from error
