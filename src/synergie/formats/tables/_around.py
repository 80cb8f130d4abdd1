"""What stands around the rows of a template of energies: titles, columns that are not ours."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal

from synergie.formats import checks
from synergie.formats.report import Place, Report
from synergie.formats.tables._claims import find_title_claims
from synergie.formats.tables._heading import is_only, parse_heading
from synergie.formats.tables._labels import is_no_sum, is_total
from synergie.formats.tables._row import CANCELLED, KIND, OTHERS
from synergie.formats.tables._words import normalize_words
from synergie.formats.tables.titles import find_unknown_qualifier
from synergie.schemas.readings.period_energy import PeriodEnergy

_PARTS = Decimal("0.005")
"""Share by which a total may differ from its parts."""
_INDEX = re.compile(r"\bindex(es)?\b")


def look_above(
    titles: Sequence[str], names: Sequence[str], years: Collection[int], report: Report
) -> None:
    """Find titles that say another unit or another thing than energies of their periods, in kWh."""
    text = " ".join(titles)
    if parse_heading(text).unit not in {None, "kWh"}:
        report.find(checks.NOTE_OTHER_UNIT, text[:80])
    words = set(normalize_words(" ".join(names)).split())
    told = [shown for _, shown in find_title_claims(titles, "", names, years)]
    told += [one[:80] for one in titles if find_unknown_qualifier(one, words)]
    if told or _INDEX.search(normalize_words(text)):
        report.find(checks.TITLE_CLAIMS, told[0] if told else text[:80])


def other_quantity(beside: Mapping[str, str]) -> str | None:
    """What the row is of by a column of kinds (`Budget`, `Annulée`); None: of energy."""
    kinds = (told for name, told in beside.items() if told and KIND.search(normalize_words(name)))
    return next(
        (one for one in kinds if CANCELLED.fullmatch(normalize_words(one)) or is_only(one, OTHERS)),
        None,
    )


class Totals:
    """Rows that are called a total of those above: held against these, and not kept."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self._above: list[PeriodEnergy] = []
        self._since = 0
        """Where the rows below the last total begin."""

    def take(self, some: Sequence[PeriodEnergy], place: Place) -> bool:
        """Whether a row is a total, or a mean; it counts among those above where it is none."""
        name = normalize_words(some[0].name) if some and some[0].supply_point is None else ""
        if not is_total(name) and not is_no_sum(name):
            self._above += some
            return False
        self.report.find(checks.TOTAL_ROW, place=place)
        self.report.totals += 1
        for one in some if is_total(name) else ():
            self._compare(one, place)
        self._since = len(self._above)
        return True

    def _compare(self, total: PeriodEnergy, place: Place) -> None:
        sums = [
            _sum_energies_inside(total, some) for some in (self._above, self._above[self._since :])
        ]
        told = total.energy_kwh
        if told is not None and all(abs(told - one) > _PARTS * abs(told) + 1 for one in sums):
            self.report.find(checks.PARTS_DIFFER, total.name, sums[0], told, place=place)


def _sum_energies_inside(total: PeriodEnergy, some: Iterable[PeriodEnergy]) -> Decimal:
    """The energy of *some* in the period, direction and class of a total."""
    return sum(
        (
            one.energy_kwh or Decimal(0)
            for one in some
            if total.from_date <= one.from_date and one.to_date <= total.to_date
            and (one.direction, one.tariff_class) == (total.direction, total.tariff_class)
        ),
        Decimal(0),
    )  # fmt: skip
