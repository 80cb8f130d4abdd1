"""Curves and an inventory out of files, watched cabinet by cabinet, and tickets of what lasts.

Nothing here opens a file.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from synergie.calendar.holidays import SchoolZone, is_school_holiday, public_holidays
from synergie.energy.exchange.power_curves import curve_of, is_curve
from synergie.energy.plan.power.curves import Curve, join_curve_runs
from synergie.errors import BadInput
from synergie.formats import Record
from synergie.measure.watch.building_judging import BuildingSupply, judge_building
from synergie.measure.watch.judging import begin_watch, judge_nights
from synergie.measure.watch.nights import Nights, cut_nights
from synergie.measure.watch.state import Ending, Finding, Judgement, Supply
from synergie.measure.watch.testable import list_untestable
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.work_order import WorkOrder
from synergie.schemas.file_source import FileSource
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.units import Provenance
from synergie.watch.exchange.tickets import build_ticket, name_ticket
from synergie.watch.records.report import (
    FaultName,
    NotTestable,
    WatchAlert,
    WatchedCabinet,
    count_nights,
)
from synergie.watch.reports.sentences import describe_check, describe_finding

type Place = tuple[float, float]

_SINGLE_PHASE_VA = 12_000
"""The most that one phase is subscribed for (NF C 14-100): above, a supply has three."""
_VA = 1000
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Watched:
    """One delivery point: what is told of it, and what its picture needs."""

    told: WatchedCabinet
    nights: Nights
    judged: Judgement | None
    """None: its nights taught nothing."""


@dataclass(slots=True)
class Park:
    """Everything that was read."""

    runs: dict[str, list[Curve]] = field(default_factory=lambda: defaultdict(list))
    """Runs of curves by delivery point."""
    cabinets: dict[str, CabinetRecord] = field(default_factory=dict)
    """Cabinets by delivery point."""
    watts: dict[str, list[int | None]] = field(default_factory=lambda: defaultdict(list))
    """Power of the lamps by cabinet; None: not told."""

    provenance: dict[str, Provenance] = field(default_factory=dict)
    """Of the curve of each delivery point."""
    works: dict[str, WorkOrder] = field(default_factory=dict)
    """Tickets and works by number, as crews brought them back."""
    school_zone: SchoolZone | None = None
    """Zone of school holidays of the buildings. None: their holidays are not looked at."""

    def learn(self, record: Record, _source: FileSource | None = None) -> None:
        """What *record* says a cabinet or a lamp is."""
        if isinstance(record, CabinetRecord) and record.supply_point is not None:
            self.cabinets[record.supply_point] = record
        elif isinstance(record, LightPointRecord) and record.cabinet is not None:
            self.watts[record.cabinet].append(record.power_w)
        elif isinstance(record, WorkOrder):
            self.works[record.external_id] = record

    def measure(self, record: Record, _label: str) -> None:
        """What *record* says a point drew."""
        if isinstance(record, MeterCurve) and is_curve(record):
            self.runs[record.supply_point].append(curve_of(record))
            self.provenance[record.supply_point] = record.provenance

    def watch_all(
        self, place: Place | None, price: Decimal | None, tell: Callable[[str], str] = str
    ) -> Iterator[Watched]:
        """Every curve, by delivery point. *place*: of cabinets that tell none.

        BadInput: a place that nobody tells, or a curve of no whole night.
        """
        for key in sorted(self.runs):
            cabinet = self.cabinets.get(key)
            yield self._watch(key, _find_place(key, cabinet, place), price, tell)

    def _watch(
        self, key: str, place: Place, price: Decimal | None, tell: Callable[[str], str]
    ) -> Watched:
        curve, cabinet = join_curve_runs(self.runs[key]), self.cabinets.get(key)
        nights = cut_nights(curve.start, curve.step_s, curve.watts, place=place, zone=curve.zone)
        last = nights.grid.find_day(nights.grid.nights - 1)
        name = None if cabinet is None else cabinet.external_id
        told = WatchedCabinet(
            supply_point=key,
            cabinet=name,
            insee_code=None if cabinet is None else cabinet.insee_code,
            provenance=self.provenance[key],
            first_night=nights.grid.first,
            last_night=last,
        )
        try:
            state = begin_watch(nights)
        except BadInput as fault:
            alerts, base = ((), None) if cabinet else self._watch_building(key, curve, last, price)
            why = "; ".join(one.tell(tell) for one in (fault, base) if one is not None)
            fields = {"untaught": why, "alerts": alerts}
            return Watched(told.model_copy(update=fields), nights, None)
        judged = judge_nights(nights, state, self._find_supply(cabinet))
        expected = state.expected
        waits = list_untestable(
            expected, nights.grid.find_day(nights.grid.nights), place=place, zone=curve.zone
        )
        taught = {
            "watts": round(expected.watts, 1),
            "control": expected.control,
            "alerts": tuple(
                self._add_works(name, one)
                for one in _build_alerts(
                    name or key,
                    judged.findings,
                    judged.endings,
                    judged=judged.state.judged,
                    price=price,
                )
            ),
            "not_testable": tuple(NotTestable(test=one.test, until=one.until) for one in waits),
        }
        return Watched(told.model_copy(update=taught), nights, judged)

    def _watch_building(
        self, key: str, curve: Curve, last: date, price: Decimal | None
    ) -> tuple[tuple[WatchAlert, ...], BadInput | None]:
        """Rises of its base, a dead meter, and its use in school holidays when a zone is told.

        With why its base tells nothing; None: it does. BadInput: no whole day, or days that the
        table of holidays lacks.
        """
        zone = self.school_zone
        supply = BuildingSupply(
            has_base=is_electric(key),
            is_holiday=None if zone is None else lambda day: is_school_holiday(zone, day),
            is_public=lambda day: day in public_holidays(day.year),
        )
        judged = judge_building(curve, None, supply)
        alerts = tuple(
            _build_alerts(key, judged.findings, judged.endings, judged=last, price=price)
        )
        return alerts, judged.untaught

    def _add_works(self, cabinet: str | None, alert: WatchAlert) -> WatchAlert:
        """*alert* with the number of its ticket, and when it was mended."""
        if cabinet is None:
            return alert
        ticket = name_ticket(cabinet, alert.fault, alert.first_night)
        done = None if ticket is None or ticket not in self.works else self.works[ticket].done_at
        day = done.date() if isinstance(done, datetime) else done
        return alert.model_copy(update={"ticket": ticket, "done_on": day})

    def _find_supply(self, cabinet: CabinetRecord | None) -> Supply:
        """What is declared of it."""
        if cabinet is None:
            return Supply()
        return build_supply(cabinet, self.watts.get(cabinet.external_id, []))


def build_supply(cabinet: CabinetRecord, lamps: Sequence[int | None]) -> Supply:
    """What is declared of *cabinet*; a lamp whose power is not told leaves the sum unknown."""
    kva, known = cabinet.subscribed_power_kva, [one for one in lamps if one is not None]
    most = None if kva is None else float(kva) * _VA
    return Supply(
        subscribed_va=most,
        declared_w=float(sum(known)) if lamps and len(known) == len(lamps) else None,
        three_phase=None if most is None else most > _SINGLE_PHASE_VA,
    )


def _find_place(key: str, cabinet: CabinetRecord | None, place: Place | None) -> Place:
    if cabinet is not None and cabinet.location is not None:
        return cabinet.location.longitude, cabinet.location.latitude
    if place is None:
        raise BadInput(key, "none", "a cabinet with its place, or --place")
    return place


def _build_alerts(
    name: str,
    findings: Iterable[Finding],
    endings: Iterable[Ending],
    *,
    judged: date | None,
    price: Decimal | None,
) -> Iterator[WatchAlert]:
    ends = {(one.fault, one.first_night): one for one in endings}
    for found in sorted(findings, key=lambda one: (one.first_night, one.fault)):
        end = ends.get((found.fault, found.first_night))
        last = judged or found.said_night
        yield _build_alert(name, found, last if end is None else end, price)


def _build_alert(
    name: str, found: Finding, last: Ending | date, price: Decimal | None
) -> WatchAlert:
    """*last*: how it ended, or the last night that was judged."""
    end = last if isinstance(last, Ending) else None
    until = last if isinstance(last, date) else last.last_night - timedelta(days=1)
    if found.fault == "holidays":
        until = found.said_night
    nights = max(count_nights(found.first_night, until), 1)
    kwh = sum_energy(found.fault, found.kwh_night, nights)
    return WatchAlert(
        fault=found.fault,
        first_night=found.first_night,
        said_night=found.said_night,
        ended_night=None if end is None else end.last_night,
        value=round(found.value, 1),
        expected=round(found.expected, 1),
        unit=found.unit,
        nights=nights,
        kwh_night=None if found.kwh_night is None else round(found.kwh_night, 2),
        kwh=kwh,
        eur=price_energy(kwh, price),
        sure=found.sure,
        sentence=describe_finding(name, found),
        check=describe_check(found),
    )


def sum_energy(fault: FaultName, kwh_night: float | None, nights: int) -> float | None:
    """Energy of all nights. None: none is known, or that of weekdays alone is (holidays)."""
    return None if kwh_night is None or fault == "holidays" else round(kwh_night * nights, 1)


def is_electric(key: str) -> bool:
    """Whether a delivery point is of electricity; the base of another energy is its heating."""
    return key.startswith("prm:")


def price_energy(kwh: float | None, price: Decimal | None) -> str | None:
    """EUR of energy lost, rounded once; light that is missing has no price."""
    if kwh is None or kwh <= 0 or price is None:
        return None
    return str((Decimal(repr(kwh)) * price).quantize(_CENT, ROUND_HALF_UP))


def build_tickets(
    cabinets: Iterable[WatchedCabinet], known: Mapping[str, WorkOrder]
) -> Iterator[WorkOrder]:
    """A ticket of each alert that lasts and is a crew's, of cabinets that are named.

    *known*: tickets and works that are there already, by number; they get no other.
    """
    for one in cabinets:
        for alert in one.alerts:
            if alert.ticket is None or alert.ended_night is not None or alert.ticket in known:
                continue
            yield build_ticket(
            alert.ticket,
            alert.fault,
            reported_on=alert.said_night, cabinet=one.cabinet, insee_code=one.insee_code,
                provenance=one.provenance,
            )  # fmt: skip
