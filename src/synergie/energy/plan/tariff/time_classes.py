"""Names of time classes, as tariffs, bills and price schedules write them."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from synergie.errors import BadInput

CLASSES = ("BASE", "HP", "HC", "POINTE", "HPH", "HCH", "HPB", "HCB")
"""Every class of the French network tariffs, in the order bills write them."""

_LOW_SEASON = range(4, 11)
"""April to October."""
_SEASONS = {"HPH": False, "HCH": False, "POINTE": False, "HPB": True, "HCB": True}
"""Whether a class of a season is of the low one; the others are of the whole year."""
_PEAK_MONTHS, _SUNDAY = (12, 1, 2), 6
"""When the fixed peak of HTA is."""
_ALIASES = {
    "B": "BASE",
    "HPE": "HPB",
    "HCE": "HCB",
    "P": "POINTE",
    "PTE": "POINTE",
    "PF": "POINTE",
    "PM": "POINTE",
    "HPLE": "HP",
    "HCLE": "HC",
}
"""TURPE 7 writes HPB and HCB; invoices and price schedules still write HPE and HCE."""

_COARSER = {
    "BASE": frozenset({"BASE", "HP", "HC", "POINTE", "HPH", "HCH", "HPB", "HCB"}),
    "HP": frozenset({"HP", "POINTE", "HPH", "HPB"}),
    "HC": frozenset({"HC", "HCH", "HCB"}),
    "HPH": frozenset({"HPH", "POINTE"}),
}
"""What may be added up into a class; the others hold only themselves."""


def time_class_name(told: str) -> str:
    """The class that *told* names, whatever its case or alias; unknown names in capitals."""
    name = told.strip().upper().replace(" ", "").replace("_", "")
    return _ALIASES.get(name, name)


@lru_cache(maxsize=8192)
def count_class_days(option: str, name: str, begins: date, ends: date) -> int:
    """How many days of [begins, ends) have the class *name* in the calendar of the grid.

    HPH and HCH are of November to March, HPB and HCB of April to October. The fixed peak of HTA is
    of December to February and not on Sundays; the mobile one, and the peak of a connection up to
    250 kVA, which is billed as HPH, are of November to March. Other classes are there every day.
    """
    low = _SEASONS.get(name)
    if low is None:
        return (ends - begins).days
    days = (begins + timedelta(days=n) for n in range((ends - begins).days))
    if name == "POINTE" and option.startswith("HTA") and "PM" not in option:
        return sum(day.month in _PEAK_MONTHS and day.weekday() != _SUNDAY for day in days)
    return sum((day.month in _LOW_SEASON) == low for day in days)


def regroup_energy(energy: Mapping[str, Decimal], classes: tuple[str, ...]) -> dict[str, Decimal]:
    """*energy* added up into *classes*; every class has its value, zero when nothing was told.

    HPH and HPB make HP, all make BASE. BadInput: an energy that no class of the option can hold
    (a total under a four-class option cannot be told apart).
    """
    found = dict.fromkeys(classes, Decimal(0))
    for told, amount in energy.items():
        name = time_class_name(told)
        target = name if name in found else _find_coarser_class(name, classes)
        if target is None:
            raise BadInput(f"/energy/{told}", told, _EXPECTED)
        found[target] += amount
    return found


_EXPECTED = "a time class of its tariff option; a total cannot be told apart into classes"


def _find_coarser_class(name: str, classes: tuple[str, ...]) -> str | None:
    holders = [one for one in classes if name in _COARSER.get(one, frozenset())]
    return holders[0] if holders else None
