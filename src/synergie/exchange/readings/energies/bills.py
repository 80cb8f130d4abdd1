"""Periods of energy that bills and flows tell, made into one source; nothing counts twice."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import pairwise

from synergie.exchange._reference import ALL, FAMILIES, Source, Stretch, joules_of
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.readings.quality import WORST_FIRST, Quality
from synergie.schemas.readings.register_reading import Grid

_SAME = {"HPE": "HPB", "HCE": "HCB", "PM": "POINTE", "P": "POINTE"}
"""Bills write HPE and HCE for what TURPE 7 calls HPB and HCB (domain.md §4.2)."""
_KNOWN = frozenset().union(*FAMILIES)

GRIDS: Mapping[Grid | None, str] = {
    "distributor": " (distributeur)", "supplier": " (fournisseur)", None: "",
}  # fmt: skip
"""What is said after the name of a format whose classes are of one calendar."""
RANKS: Mapping[Grid | None, int] = {"distributor": 0, None: 1, "supplier": 2}
"""Which of two calendars of the same energy goes first."""

ESTIMATES = frozenset({"estimated", "reconstructed", "partial"})
"""Qualities of an energy that nobody read."""

type Span = tuple[date, date]


def tariff_class(name: str | None) -> str:
    """The class as the perimeter names it: HPE is HPB. `ALL` for all together."""
    if name is None:
        return ALL
    upper = name.strip().upper()
    return _SAME.get(upper, upper)


def is_known(name: str) -> bool:
    """Whether the perimeter has a column for the class."""
    return name in _KNOWN


@dataclass(slots=True)
class Bills:
    """Periods of one point, from one source and one grid."""

    name: str
    rank: int
    told: dict[Span, dict[str, PeriodEnergy]] = field(default_factory=dict)
    back: dict[Span, dict[str, dict[Decimal, PeriodEnergy]]] = field(default_factory=dict)
    """Energies that were taken back, by class and amount: an exact repeat counts once."""
    replaced: int = 0
    """Periods told twice, with two energies: the better one holds."""
    overlapping: int = 0
    """Periods that overlap others and were passed over."""
    disagreeing: int = 0
    """Periods whose classes do not add up to their total."""

    def add(self, one: PeriodEnergy) -> None:
        """One more period."""
        span, name = (one.from_date, one.to_date), tariff_class(one.tariff_class)
        if one.energy_kwh is not None and one.energy_kwh < 0:
            self.back.setdefault(span, {}).setdefault(name, {})[one.energy_kwh] = one
            return
        classes = self.told.setdefault(span, {})
        known = classes.get(name)
        if known is None or known.energy_kwh is None:
            classes[name] = one
        elif one.energy_kwh is not None and one.energy_kwh != known.energy_kwh:
            self.replaced += 1
            if _rank_quality(one.quality) >= _rank_quality(known.quality):
                classes[name] = one

    def source(self, *, longest: bool = False) -> Source | None:
        """All of it in order; None when nothing was measured.

        Of periods that overlap a reading holds before an estimate, then the shorter; *longest*: the
        longer.
        """
        stretches = [self._stretch(span, classes) for span, classes in self.told.items()]
        kept = self._apart(stretches, -1 if longest else 1)
        if not any(one.measured for one in kept):
            return None
        corrections = [
            Stretch(
                *span, {name: joules_of(sum(some, Decimal(0))) for name, some in classes.items()}
            )
            for span, classes in self.back.items()
        ]
        return Source(self.name, kept, corrections, self.rank)

    def _stretch(self, span: Span, classes: Mapping[str, PeriodEnergy]) -> Stretch:
        """The classes of one period, or its total where it has no classes."""
        energies = {name: one.energy_kwh for name, one in classes.items()}
        total = energies.pop(ALL, None)
        parts = energies or {ALL: total}
        if any(kwh is None for kwh in parts.values()):
            if total is None:
                return Stretch(*span, {}, 0)
            parts = {ALL: total}
        exact = {name: joules_of(kwh) for name, kwh in parts.items() if kwh is not None}
        if total is not None and sum(exact.values()) != joules_of(total):
            self.disagreeing += 1
        return Stretch(*span, exact)

    def _apart(self, stretches: Iterable[Stretch], shorter: int) -> list[Stretch]:
        """Those that do not overlap, in the order in which they hold (*shorter*: 1, or -1)."""

        def order(one: Stretch) -> tuple[bool, bool, int, date]:
            told = self.told[one.start, one.end].values()
            guessed = any(each.quality in ESTIMATES for each in told)
            return not one.measured, guessed, shorter * one.days, one.start

        ordered = sorted(stretches, key=order)
        if _has_no_overlap(sorted(ordered, key=lambda one: one.start)):
            return sorted(ordered, key=lambda one: one.start)
        kept: list[Stretch] = []
        for one in ordered:
            if any(one.inside(other.start, other.end) for other in kept):
                self.overlapping += 1
            else:
                kept.append(one)
        return sorted(kept, key=lambda one: one.start)


def _has_no_overlap(stretches: list[Stretch]) -> bool:
    return all(a.end <= b.start for a, b in pairwise(stretches))


def _rank_quality(quality: Quality) -> int:
    """How far a value holds against another of the same period: a correction beats its original."""
    return len(WORST_FIRST) if quality == "corrected" else WORST_FIRST.index(quality)
