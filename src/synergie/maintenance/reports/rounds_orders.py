"""Traffic orders and works of others, found by the place and the day they hold for."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from synergie.park.records.crew import CrewBook, LocalTime, OtherWorks, RoadOrder
from synergie.reports.language import Pair, choose_text
from synergie.reports.written import FIXED, short_date

_RULES: dict[str, Pair] = {
    "only": ("travail permis seulement", "work allowed only"),
    "never": ("travail interdit", "work forbidden"),
}


class Orders:
    """Those of a crew book, by cabinet and by commune: each stop looks at its own."""

    def __init__(self, book: CrewBook | None) -> None:
        self._cabinets = defaultdict[str, list[RoadOrder | OtherWorks]](list)
        self._communes = defaultdict[str, list[RoadOrder | OtherWorks]](list)
        all_told: list[RoadOrder | OtherWorks] = []
        if book is not None:
            all_told = [*book.road_orders, *book.other_works]
        for one in all_told:
            for cabinet in dict.fromkeys(one.cabinets):
                self._cabinets[cabinet].append(one)
            if not one.cabinets and one.insee_code is not None:
                self._communes[one.insee_code].append(one)

    def at(self, assets: Iterable[str], commune: str | None, day: date) -> tuple[str, ...]:
        """What holds for *assets* of *commune* on *day*: orders first, then works of others."""
        found = [one for asset in dict.fromkeys(assets) for one in self._cabinets.get(asset, ())]
        found += self._communes.get(commune or "", ())
        held = [one for one in found if one.from_day <= day <= one.to_day]
        told = sorted(held, key=lambda one: (isinstance(one, OtherWorks), one.id))
        return tuple(dict.fromkeys(map(_describe_order, told)))


def _describe_order(one: RoadOrder | OtherWorks) -> str:
    if isinstance(one, OtherWorks):
        until = short_date(one.to_day)
        return choose_text(
            f"Visite groupée avec les travaux {one.id} ({one.by}), jusqu'au {until}.",
            f"Visit grouped with the works {one.id} ({one.by}), until {until}.",
        )
    rule, hours, until = (
        choose_text(*_RULES[one.rule]),
        _describe_order_hours(one),
        short_date(one.to_day),
    )
    return choose_text(
        f"Arrêté de circulation {one.id} : {rule} {hours}, jusqu'au {until} inclus.",
        f"Traffic order {one.id}: {rule} {hours}, until {until} inclusive.",
    )


def _describe_order_hours(one: RoadOrder) -> str:
    if one.from_time is None and one.to_time is None:
        return choose_text("toute la journée", "all day")
    begin, end = (
        _format_clock_time(one.from_time or "00:00"),
        _format_clock_time(one.to_time or "24:00"),
    )
    return choose_text(f"de {begin} à {end}", f"from {begin} to {end}")


def _format_clock_time(time: LocalTime) -> str:
    """A time of the day as people write it: 07 h 30, 07:30."""
    return choose_text(f"{time[:2]}{FIXED}h{FIXED}{time[3:]}", time)
