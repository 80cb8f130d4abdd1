"""The year of a lighting cabinet without a meter's curve: the sun, and when its lamps are off."""

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from synergie.cli.extras import needs
from synergie.cli.place import parse_option_place

if TYPE_CHECKING:
    from synergie.energy.records.power import OffPeakWindow
    from synergie.energy.records.tariff import ClassKwh


class Lamps(NamedTuple):
    """What the command line tells of a cabinet."""

    watts: int
    place: str | None
    """`48.77,6.13`: latitude and longitude."""
    off: tuple[tuple[str, str], ...]
    """When its lamps are off, local times."""


def year_of(lamps: Lamps, windows: "tuple[OffPeakWindow, ...]", on: date) -> "tuple[ClassKwh, ...]":
    """Energy by time class of the twelve months before *on*."""
    from synergie.energy.records.power import DimmedSpan, LightingUse
    from synergie.energy.records.tariff import ClassKwh

    place = parse_option_place("--place", lamps.place or "")
    with needs("plan"):
        from synergie.energy.plan.power.burn import burn_load
        from synergie.energy.plan.power.curves import Reading
    use = LightingUse(
        installed_w=lamps.watts,
        latitude=place.latitude,
        longitude=place.longitude,
        dimmed=tuple(DimmedSpan(starts=a, ends=b) for a, b in lamps.off),
    )
    found = burn_load(use, on, Reading(windows))
    return tuple(ClassKwh(time_class=one.time_class, kwh=one.kwh) for one in found.classes)
