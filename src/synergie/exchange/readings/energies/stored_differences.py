"""Energies of a file beside what is stored for the same points: found before anything is kept.

A file alone is judged by `formats`; here it meets the store. An energy that differs from the one
stored for the same point and period is kept suspect, and so is the other; an estimate never takes
the place of a reading; a period over others that are stored is held against their sum; energies
many times those of the year before stop the file until somebody says that they are right.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import batched
from statistics import median
from typing import NamedTuple

from pydantic import BaseModel

from synergie.exchange.readings.energies.stored_classes import parts_that_differ
from synergie.exchange.readings.energies.stored_overlaps import (
    Parts,
    has_common_day,
    is_apart,
    is_estimate,
    is_inside,
    months_of,
)
from synergie.exchange.readings.energies.stored_rises import rises_over
from synergie.formats import checks
from synergie.policy import Permit
from synergie.schemas.file_source import FileSource
from synergie.schemas.readings.file_report import FileReport, Finding
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.storage.assets.owned import SUPPLY_POINTS
from synergie.storage.readings.deposits import files_of_batches
from synergie.storage.readings.facts import holding_facts
from synergie.storage.store import Session

_TIMES, _LEAST, _UNIT = 20, 3, 200
"""Times the year before, of that many periods at least; and of fewer, which only a unit makes."""
_BEFORE = timedelta(days=800)
"""How long before a file's periods those begin that are compared with them."""
_AT_ONCE, _POINTS, _SHOWN = 10_000, 200, 20
"""Energies and points that are in memory at once; findings of a check that are told one by one."""

type _Key = tuple[object, ...]


class StoredEnergy(NamedTuple):
    """An energy that is stored, and the file it came in."""

    one: PeriodEnergy
    source: FileSource


@dataclass(slots=True)
class Differences:
    """What a file tells otherwise than the store."""

    suspect: set[str] = field(default_factory=set)
    """Keys of energies of the file that are kept as suspect."""
    left_out: set[str] = field(default_factory=set)
    """Keys of which a reading is stored: the file's estimates of them are not kept."""
    older: dict[str, StoredEnergy] = field(default_factory=dict)
    """Stored energies that stay beside them, by key: suspect, too."""
    findings: list[Finding] = field(default_factory=list)

    def mark(self, records: Iterable[BaseModel]) -> Iterator[BaseModel]:
        """*records*, those that differ as suspect, and after them the stored ones likewise."""
        for one in records:
            key = one.external_id if isinstance(one, PeriodEnergy) else None
            if key in self.suspect:
                yield one.model_copy(update={"quality": "suspect"})
            elif key not in self.left_out or not is_estimate(one):
                yield one
        for other in self.older.values():
            yield other.one.model_copy(update={"quality": "suspect"})

    def beside(self, report: FileReport) -> FileReport:
        """*report* with the findings, the gravest first."""
        order = ("block", "refusal", "warning", "information")
        every = sorted(
            (*self.findings, *report.findings), key=lambda one: order.index(one.severity)
        )
        return report.model_copy(update={"findings": tuple(every)})


@dataclass(slots=True)
class Comparison:
    """The energies of one file, one after another, against the store of the permit's owner."""

    permit: Permit
    session: Session
    tell: Callable[[str], str]
    confirmed: frozenset[str]
    """Codes of the doubts that somebody said are right."""
    found: Differences = field(default_factory=Differences)
    _ratios: dict[str, list[float]] = field(default_factory=dict)
    _totals: dict[_Key, tuple[StoredEnergy, Parts]] = field(default_factory=dict)
    """Stored periods over shorter ones of the file, by key, source and calendar of those."""
    _findings: dict[str, list[Finding]] = field(default_factory=dict)

    def compare(self, records: Iterable[BaseModel]) -> Differences:
        """What all *records* tell otherwise than the store."""
        energies = (one for one in records if isinstance(one, PeriodEnergy) and one.supply_point)
        for some in batched(energies, _AT_ONCE):
            by_point: dict[str, list[PeriodEnergy]] = {}
            for one in some:
                by_point.setdefault(str(one.supply_point), []).append(one)
            for keys in batched(by_point, _POINTS):
                self._beside([one for key in keys for one in by_point[key]], keys)
        for other, parts in self._totals.values():
            if self._judge_parts(parts):
                self.found.older[parts.outer.external_id] = other
        self._judge_years()
        self.found.findings = [one for some in self._findings.values() for one in some]
        return self.found

    def _beside(self, some: Sequence[PeriodEnergy], keys: Sequence[str]) -> None:
        """*some*, which are of the points *keys*, beside what is stored of these."""
        stored = self._stored(keys, min(one.from_date for one in some) - _BEFORE)
        periods, months = (
            _group_energies_by(stored, _get_stored_period_key),
            _group_energies_by(stored, _get_month_key),
        )
        near: dict[_Key, list[StoredEnergy]] = {}
        for other in stored:
            for day in months_of(other.one):
                near.setdefault((*_get_energy_key(other.one), day), []).append(other)
        for one in some:
            for other in periods.get(_get_stored_period_key(one), ()):
                self._same_period(one, other)
            for other in months.get(_get_month_key(one, back=1), ()):
                self._year_before(one, other.one)
            self._overlap(one, near)
        self._classes(some, stored)
        for rise in rises_over(some, [other.one for other in stored]):
            self._doubt(checks.RISES_OVER_STORED, rise.point, rise.first, rise.last, rise.most)

    def _classes(self, some: Sequence[PeriodEnergy], stored: Sequence[StoredEnergy]) -> None:
        """Totals of the file beside stored classes of their period, and the other way round."""
        known = {other.one.external_id: other for other in stored}
        older = [other.one for other in stored]
        for total, classes, kwh in parts_that_differ(some, older):
            self._contradict([total], [known[one.external_id] for one in classes], kwh)
        for total, classes, _ in parts_that_differ(older, some):
            self._contradict(classes, [known[total.external_id]], total.energy_kwh)

    def _contradict(
        self, some: Sequence[PeriodEnergy], others: Sequence[StoredEnergy], kwh: Decimal | None
    ) -> None:
        """Energies of the file and stored ones tell another sum of one period."""
        new = {one.external_id for one in some}
        if new & self.found.suspect:
            return  # told of the total, or of the classes, already
        self.found.suspect |= new
        for other in others:
            if other.one.external_id not in new and other.one.quality != "suspect":
                self.found.older[other.one.external_id] = other
        mine = sum((one.energy_kwh or Decimal(0) for one in some), Decimal(0))
        origin, kept = _get_file_origin(others[0].source), self.tell(checks.BOTH_KEPT)
        self._find(checks.DIFFERS_FROM_STORED, some[0], mine, kwh, *origin, kept)

    def _stored(self, keys: Sequence[str], first: date) -> list[StoredEnergy]:
        """What is stored of the points *keys* and begins on *first* or later."""
        points = sorted(SUPPLY_POINTS.load_ids(self.permit, self.session, keys).values())
        kinds, since = ("period_energy",), datetime.combine(first, time(), UTC)
        facts = list(holding_facts(self.permit, self.session, kinds, points, since=since))
        files = files_of_batches(self.permit, self.session, (batch for *_, batch in facts))
        told = ((PeriodEnergy.model_validate_json(body), files[batch]) for *_, body, batch in facts)
        return [StoredEnergy(one, file.source_of(one.source)) for one, file in told]

    def _same_period(self, one: PeriodEnergy, other: StoredEnergy) -> None:
        old, same = other.one, other.one.external_id == one.external_id
        if same and is_estimate(one) and old.energy_kwh is not None and not is_estimate(old):
            self.found.left_out.add(one.external_id)
            self._find(checks.ESTIMATE_LEFT_OUT, one, one.energy_kwh, old.energy_kwh)
            return
        if not _has_energy_difference(one, old) or _is_replacement(one, old):
            if same and old.quality == "suspect" and one.energy_kwh == old.energy_kwh:
                self.found.suspect.add(one.external_id)  # the same again settles nothing
            return
        self.found.suspect.add(one.external_id)
        if not same and old.quality != "suspect":
            self.found.older[old.external_id] = other
        energies = one.energy_kwh, old.energy_kwh
        kept = self.tell(checks.NEW_HOLDS if same else checks.BOTH_KEPT)
        origin = _get_file_origin(other.source)
        self._find(checks.DIFFERS_FROM_STORED, one, *energies, *origin, kept)

    def _overlap(self, one: PeriodEnergy, near: dict[_Key, list[StoredEnergy]]) -> None:
        """A period of the file beside stored ones that have days in common with it."""
        reach = (
            other for day in months_of(one) for other in near.get((*_get_energy_key(one), day), ())
        )
        inside: dict[_Key, Parts] = {}
        for key, other in {each.one.external_id: each for each in reach}.items():
            if not has_common_day(one, other.one) or (
                one.tariff_class and one.grid != other.one.grid
            ):
                continue
            if is_inside(other.one, one):
                told = other.one.source, other.one.grid
                inside.setdefault(told, Parts(one)).add([other.one])
            elif is_inside(one, other.one):
                new = other, Parts(other.one)
                self._totals.setdefault((key, one.source, one.grid), new)[1].add([one])
            else:
                self._find(checks.OVERLAPS_STORED, one, other.one.from_date, other.one.to_date)
        for parts in inside.values():
            if self._judge_parts(parts):
                self.found.suspect.add(one.external_id)

    def _judge_parts(self, parts: Parts) -> bool:
        """Whether the total is suspect. One whose parts do not fill it is told."""
        if parts.contradict:
            self._find(checks.TOTAL_OVER_STORED, parts.outer, parts.outer.energy_kwh, parts.kwh)
        elif parts.lack > 0:
            self._find(checks.PARTS_OF_TOTAL, parts.outer, parts.days)
        return parts.contradict

    def _year_before(self, one: PeriodEnergy, old: PeriodEnergy) -> None:
        if one.energy_kwh and old.energy_kwh and one.energy_kwh > 0 and old.energy_kwh > 0:
            ratio = float(_compute_daily_energy(one) / _compute_daily_energy(old))
            self._ratios.setdefault(str(one.supply_point), []).append(ratio)

    def _judge_years(self) -> None:
        for point, ratios in self._ratios.items():
            times = median(ratios)
            limit = _TIMES if len(ratios) >= _LEAST else _UNIT
            if not 1 / limit <= times <= limit:
                self._doubt(checks.FAR_FROM_YEAR_BEFORE, point, f"{times:.4g}", len(ratios))

    def _doubt(self, check: checks.Check, point: str, *told: object) -> None:
        """A finding that stops the file until somebody says that it is right."""
        if check.code in self.confirmed:
            check = replace(check, severity="warning")
        self._add(check, point, point, *told)

    def _find(self, check: checks.Check, one: PeriodEnergy, *told: object) -> None:
        """A finding about the period of *one*."""
        self._add(check, one.supply_point, one.supply_point, one.from_date, one.to_date, *told)

    def _add(self, check: checks.Check, place: str | None, *told: object) -> None:
        """One more finding; past the first ones of a check the last bears how many there are."""
        some = self._findings.setdefault(check.code, [])
        if len(some) == _SHOWN:
            some[-1] = some[-1].model_copy(update={"times": some[-1].times + 1})
            return
        some.append(
            Finding(
                code=check.code,
                severity=check.severity,
                times=1,
                place=place,
                text=self.tell(check.says).format(*told),
                action=self.tell(check.action) if check.action else "",
            )
        )


def _get_file_origin(source: FileSource) -> tuple[str, str]:
    """The file of stored energies, and the day it came."""
    day = "" if source.received_at is None else source.received_at.date().isoformat()
    return source.file or source.format, day


def _get_stored_period_key(one: PeriodEnergy) -> _Key:
    return *_get_energy_key(one), one.from_date, one.to_date


def _get_month_key(one: PeriodEnergy, *, back: int = 0) -> _Key:
    """The month of its middle, *back* years before: bills of two years seldom have one length."""
    middle = one.from_date + (one.to_date - one.from_date) / 2
    return *_get_energy_key(one), middle.year - back, middle.month


def _get_energy_key(one: PeriodEnergy) -> _Key:
    return one.supply_point, one.energy, one.direction, one.tariff_class


def _compute_daily_energy(one: PeriodEnergy) -> Decimal:
    return (one.energy_kwh or Decimal(0)) / (one.to_date - one.from_date).days


def _group_energies_by(
    stored: Iterable[StoredEnergy], by: Callable[[PeriodEnergy], _Key]
) -> dict[_Key, list[StoredEnergy]]:
    found: dict[_Key, list[StoredEnergy]] = {}
    for other in stored:
        found.setdefault(by(other.one), []).append(other)
    return found


def _has_energy_difference(one: PeriodEnergy, old: PeriodEnergy) -> bool:
    """Whether two energies of one period are more than 1 % apart; classes only in one calendar."""
    if one.energy_kwh is None or old.energy_kwh is None:
        return False
    if one.tariff_class is not None and one.grid != old.grid:
        return False
    return is_apart(one.energy_kwh, old.energy_kwh)


def _is_replacement(one: PeriodEnergy, old: PeriodEnergy) -> bool:
    """Whether it is no contradiction: a correction, a credit, a reading beside an estimate."""
    corrects = one.quality == "corrected"
    credit = (one.energy_kwh or 0) < 0 or (old.energy_kwh or 0) < 0
    return corrects or credit or is_estimate(one) != is_estimate(old)
