"""Energy of each day of points from stored readings: one's own, or what agreements open by day.

A day without one of its steps is unknown, as in a file; nothing is read without a permit.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from synergie.calendar import day_bounds, day_of
from synergie.contract.plan.daily_energies import collect_daily_energies
from synergie.contract.records.contract import ContractSpan
from synergie.contract.records.mv_plan import PointEnergies
from synergie.contract.storage.points import find_point, list_point_series
from synergie.errors import BadInput, NotAllowed
from synergie.exchange.door import authorize_list, decide_with_consents
from synergie.measure.energies import ONE_VALUE
from synergie.policy import Ask, Permit, Principal, permit_party
from synergie.policy.trust.versions import find_ruling_version
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.storage.assets.held import find_series_in_permit
from synergie.storage.readings.facts import FactQuery, list_facts
from synergie.storage.readings.readings import list_period_runs
from synergie.storage.store import Session
from synergie.storage.trust.agreements.agreements import agreement_page

ASK = Ask(dataset="consumption", curve=True, granularity="day")
"""What is asked of an agreement: energies of days."""
_KWH_A_UNIT = {"Wh": Decimal("0.001"), "kWh": Decimal(1)}
_MICRO = Decimal("0.000001")
_PAGE = 200
_DAY = timedelta(days=1)

type _Days = dict[date, Decimal]


@dataclass(frozen=True, slots=True)
class StoredEnergies:
    """Energies of points, and under which agreement which series told them."""

    energies: tuple[PointEnergies, ...]
    reads: tuple[tuple[Permit, tuple[str, ...]], ...]
    """Each permit of an agreement, with the series or points that it opened."""
    sources: Mapping[str, str]
    """Whose readings those of each point are; one that nobody has is left out."""


def authorize_readings(
    session: Session, caller: Principal, agreements: Sequence[str], *, now: datetime
) -> list[Permit]:
    """One's own data first, then each of *agreements*. NotFound, NotAllowed as for a list."""
    names: list[str | None] = [None, *agreements]
    return [authorize_list(session, caller, ASK, agreement=one, now=now) for one in names]


def list_party_permits(session: Session, who: str, *, now: datetime) -> list[Permit]:
    """What agreements open to the organisation *who* by day, whoever their owner is."""
    side = Principal(client_id=who, organisation=who, scopes=frozenset())
    permit = permit_party(side, action="read", now=now)
    found: list[Permit] = []
    after = ""
    while page := agreement_page(permit, session, after=after, limit=_PAGE):
        after = page[-1][-1].id
        for versions in page:
            one = find_ruling_version(versions, now)
            if one.terms.recipient != who:
                continue
            try:
                found.append(decide_with_consents(session, side, one, ASK, now=now))
            except NotAllowed:
                continue
    return found


def is_point_open(permits: Iterable[Permit], session: Session, key: str, owner: str | None) -> bool:
    """Whether one of *permits* opens what *owner* has of the delivery point *key*.

    *owner* None: nobody's readings are told of it, whoever has it may open it.
    """
    return any(
        find_point(permit, session, key) is not None or list_point_series(permit, session, key)
        for permit in permits
        if owner in {None, permit.owner}
    )


def read_daily_energies(
    permits: Sequence[Permit],
    session: Session,
    keys: Iterable[str],
    span: ContractSpan,
    *,
    now: datetime,
) -> StoredEnergies:
    """Energy of the days of *span* at each of *keys*, by the first permit that opens some.

    A point without any known day is left out. BadInput: two values of one day, energy fed in.
    """
    energies: list[PointEnergies] = []
    reads: list[tuple[Permit, tuple[str, ...]]] = []
    sources: dict[str, str] = {}
    for key in keys:
        for permit in permits:
            days, names = _read_point(permit, session, key, span, now=now)
            if permit.scope == "agreement" and names:
                reads.append((permit, names))
            if days:
                energies.append(_build_energies(key, days, span))
                sources[key] = permit.owner
                break
    return StoredEnergies(tuple(energies), tuple(reads), sources)


def _build_energies(key: str, days: _Days, span: ContractSpan) -> PointEnergies:
    count = (span.to_date - span.from_date).days
    values = [days.get(span.from_date + n * _DAY) for n in range(count)]
    return PointEnergies(point=key, first_day=span.from_date, values=values)


def _read_point(
    permit: Permit, session: Session, key: str, span: ContractSpan, *, now: datetime
) -> tuple[_Days, tuple[str, ...]]:
    """Its days by its curves, else by energies of single days; and the things that told them."""
    days: _Days = {}
    found = list_point_series(permit, session, key)
    for series in found:
        for day, kwh in _read_series(permit, session, series, span, now=now).items():
            if days.setdefault(day, kwh) != kwh:
                raise BadInput(key, day.isoformat(), ONE_VALUE)
    point = find_point(permit, session, key)
    if days or point is None:
        return days, tuple(found)
    subject = key if permit.scope == "own" else point
    query = FactQuery(kind="period_energy", subject=subject)
    told = [one.record for one in list_facts(permit, session, query, after="", limit=None)]
    daily = [one for one in told if isinstance(one, PeriodEnergy) and _is_of_day(one)]
    for one in collect_daily_energies(_name_point(daily, key), [key]):
        for n, energy in enumerate(one.values):
            day = one.first_day + n * _DAY
            if energy is not None and span.from_date <= day < span.to_date:
                days[day] = energy
    return days, (*found, point)


def _is_of_day(one: PeriodEnergy) -> bool:
    return one.to_date - one.from_date == _DAY


def _name_point(records: Iterable[PeriodEnergy], key: str) -> list[PeriodEnergy]:
    """With the point that they were asked for: to a recipient its number is not told."""
    return [one.model_copy(update={"supply_point": key}) for one in records]


def _read_series(
    permit: Permit, session: Session, series: str, span: ContractSpan, *, now: datetime
) -> _Days:
    found = find_series_in_permit(permit, session, series)
    factor = None if found is None or found.summing is None else _KWH_A_UNIT.get(found.summing.unit)
    if found is None or factor is None:
        return {}
    low, high = day_bounds(span.from_date, found.tz)[0], day_bounds(span.to_date, found.tz)[0]
    _, _, runs = list_period_runs(permit, session, found, (low, high), bucket="day", now=now)
    days: _Days = {}
    for run in runs:
        qualities = [name for n, name in run.quality or () for _ in range(n)]
        day = day_of(datetime.fromtimestamp(run.start_s, ZoneInfo("UTC")), found.tz)
        for n, value in enumerate(run.values):
            whole = not qualities or qualities[n] != "partial"
            if value is not None and whole and span.from_date <= day < span.to_date:
                days[day] = (Decimal(str(value)) * factor).quantize(_MICRO, ROUND_HALF_UP)
            day += _DAY
    return days
