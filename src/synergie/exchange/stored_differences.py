"""Energies of a file beside what is stored for the same points: found before anything is kept.

A file alone is judged by `formats`; here it meets the store. An energy that differs from the one
stored for the same point and period is kept suspect, and so is the other; one that is many times
that of the year before stops the file until somebody says that it is right.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import batched
from statistics import median
from typing import NamedTuple

from pydantic import BaseModel

from synergie.formats import checks
from synergie.policy import Permit
from synergie.schemas.file_report import FileReport, Finding
from synergie.schemas.file_source import FileSource
from synergie.schemas.period_energy import PeriodEnergy
from synergie.storage.deposits import files_of_batches
from synergie.storage.facts import holding_facts
from synergie.storage.owned import SUPPLY_POINTS
from synergie.storage.store import Session

_SHARE, _TIMES, _LEAST = Decimal("0.01"), 20, 3
"""Share by which two energies of one period may differ; times the year before; periods compared."""
_ESTIMATES = frozenset({"estimated", "reconstructed", "partial"})
_AT_ONCE, _SHOWN = 2_000, 20

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
    older: dict[str, StoredEnergy] = field(default_factory=dict)
    """Stored energies that stay beside them, by key: suspect, too."""
    findings: list[Finding] = field(default_factory=list)

    def mark(self, records: Iterable[BaseModel]) -> Iterator[BaseModel]:
        """*records*, those that differ as suspect, and after them the stored ones likewise."""
        for one in records:
            if isinstance(one, PeriodEnergy) and one.external_id in self.suspect:
                yield one.model_copy(update={"quality": "suspect"})
            else:
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
    confirmed: bool
    """Whether somebody said that energies far from the year before are right."""
    found: Differences = field(default_factory=Differences)
    _ratios: dict[str, list[float]] = field(default_factory=dict)
    _apart: int = 0

    def compare(self, records: Iterable[BaseModel]) -> Differences:
        """What all *records* tell otherwise than the store."""
        energies = (one for one in records if isinstance(one, PeriodEnergy) and one.supply_point)
        for some in batched(energies, _AT_ONCE):
            stored = self._stored({str(one.supply_point) for one in some})
            periods, months = _grouped(stored, _period), _grouped(stored, _month)
            for one in some if stored else ():
                for other in periods.get(_period(one), ()):
                    self._same_period(one, other)
                for other in months.get(_month(one, back=1), ()):
                    self._year_before(one, other.one)
        self._judge_years()
        return self.found

    def _stored(self, keys: set[str]) -> list[StoredEnergy]:
        points = SUPPLY_POINTS.known(self.permit, self.session, sorted(keys))
        kinds, found = ("period_energy",), list[StoredEnergy]()
        for some in batched(sorted(points.values()), 200):
            facts = list(holding_facts(self.permit, self.session, kinds, some))
            files = files_of_batches(self.permit, self.session, (batch for *_, batch in facts))
            for _, _, body, batch in facts:
                one, file = PeriodEnergy.model_validate_json(body), files[batch]
                source = FileSource(
                    deposit=file.deposit, file=file.name,
                    format=one.source or file.source or "api", received_at=file.received_at,
                )  # fmt: skip
                found.append(StoredEnergy(one, source))
        return found

    def _same_period(self, one: PeriodEnergy, other: StoredEnergy) -> None:
        old, same = other.one, other.one.external_id == one.external_id
        if not _differ(one, old) or _replaces(one, old):
            if same and old.quality == "suspect" and one.energy_kwh == old.energy_kwh:
                self.found.suspect.add(one.external_id)  # the same again settles nothing
            return
        self.found.suspect.add(one.external_id)
        if not same and old.quality != "suspect":
            self.found.older[old.external_id] = other
        self._apart += 1
        if self._apart <= _SHOWN:
            check, source = checks.DIFFERS_FROM_STORED, other.source
            day = "" if source.received_at is None else source.received_at.date().isoformat()
            told = (one.supply_point, one.energy_kwh, one.from_date, one.to_date, old.energy_kwh,
                    source.file or source.format, day)  # fmt: skip
            self._find(check, one.supply_point, *told)

    def _year_before(self, one: PeriodEnergy, old: PeriodEnergy) -> None:
        if one.energy_kwh and old.energy_kwh and one.energy_kwh > 0 and old.energy_kwh > 0:
            ratio = float(_daily(one) / _daily(old))
            self._ratios.setdefault(str(one.supply_point), []).append(ratio)

    def _judge_years(self) -> None:
        for point, ratios in self._ratios.items():
            times = median(ratios)
            if len(ratios) >= _LEAST and not 1 / _TIMES <= times <= _TIMES:
                check = checks.FAR_FROM_YEAR_BEFORE
                if self.confirmed:
                    check = replace(check, severity="warning")
                self._find(check, point, point, f"{times:.4g}", len(ratios))

    def _find(self, check: checks.Check, place: str | None, *told: object) -> None:
        finding = Finding(
            code=check.code,
            severity=check.severity,
            times=1,
            place=place,
            text=self.tell(check.says).format(*told),
            action=self.tell(check.action) if check.action else "",
        )
        if len(self.found.findings) < 2 * _SHOWN:
            self.found.findings.append(finding)


def _period(one: PeriodEnergy) -> _Key:
    return *_what(one), one.from_date, one.to_date


def _month(one: PeriodEnergy, *, back: int = 0) -> _Key:
    """The month of its middle, *back* years before: bills of two years seldom have one length."""
    middle = one.from_date + (one.to_date - one.from_date) / 2
    return *_what(one), middle.year - back, middle.month


def _what(one: PeriodEnergy) -> _Key:
    return one.supply_point, one.energy, one.direction, one.tariff_class


def _daily(one: PeriodEnergy) -> Decimal:
    return (one.energy_kwh or Decimal(0)) / (one.to_date - one.from_date).days


def _grouped(
    stored: Iterable[StoredEnergy], by: Callable[[PeriodEnergy], _Key]
) -> dict[_Key, list[StoredEnergy]]:
    found: dict[_Key, list[StoredEnergy]] = {}
    for other in stored:
        found.setdefault(by(other.one), []).append(other)
    return found


def _differ(one: PeriodEnergy, old: PeriodEnergy) -> bool:
    """Whether two energies of one period are more than 1 % apart; classes only in one calendar."""
    if one.energy_kwh is None or old.energy_kwh is None:
        return False
    if one.tariff_class is not None and one.grid != old.grid:
        return False
    return abs(one.energy_kwh - old.energy_kwh) > _SHARE * abs(old.energy_kwh)


def _replaces(one: PeriodEnergy, old: PeriodEnergy) -> bool:
    """Whether it is no contradiction: a correction, a credit, a measure where an estimate was."""
    corrects = one.quality == "corrected"
    measures = old.quality in _ESTIMATES and one.quality not in _ESTIMATES
    credit = (one.energy_kwh or 0) < 0 or (old.energy_kwh or 0) < 0
    return corrects or measures or credit
