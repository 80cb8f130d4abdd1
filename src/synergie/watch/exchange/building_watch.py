"""One look at the stored curve of a building: what its new days tell, by which rules."""

import re
from collections.abc import Callable
from datetime import date

from pydantic import TypeAdapter

from synergie.calendar import day_bounds, load_time_zone
from synergie.calendar.holidays import (
    TABLE,
    find_region,
    find_school_zone,
    is_school_holiday,
    public_holidays,
    school_span,
)
from synergie.errors import BadInput
from synergie.measure.watch.building_judging import (
    BuildingJudgement,
    BuildingState,
    BuildingSupply,
    find_first_needed,
    judge_building,
)
from synergie.policy import Permit
from synergie.storage.store import Session
from synergie.watch.exchange.park import is_electric
from synergie.watch.exchange.stored_curve import read_stored_curve
from synergie.watch.storage.alerts import UnwatchedSeries

BUILDING: TypeAdapter[BuildingState] = TypeAdapter(BuildingState)
"""What was learned of a building, to JSON and back."""
_VA = 1000
_SCHOOL = re.compile(
    r"\b([ée]coles?|maternelle|[ée]l[ée]mentaire|coll[èe]ge|lyc[ée]e|scolaire)\b", re.IGNORECASE
)
"""Names of sites that are empty in school holidays; a town hall works then."""


def judge_stored_building(
    permit: Permit, session: Session, series: UnwatchedSeries, state: BuildingState | None
) -> BuildingJudgement | None:
    """What the days after those that *state* judged tell. None: there is no new whole day.

    BadInput: no curve of an hour or finer is there, or none of a whole day.
    """
    first = None if state is None else find_first_needed(state)
    zone = load_time_zone(series.point.time_zone)
    since = None if first is None else day_bounds(first, zone)[0]
    curve = read_stored_curve(permit, session, series.id, since=since)
    if curve is None:
        if state is not None:
            return None
        raise BadInput("/series", "another", "power drawn, or energy, of an hour or finer")
    try:
        judged = judge_building(curve, state, build_building_supply(series))
    except BadInput:
        if state is not None:
            return None
        raise
    return None if state is not None and judged.state.judged == state.judged else judged


def build_building_supply(series: UnwatchedSeries) -> BuildingSupply:
    """What is declared of the point of *series* and its site.

    The base is that of electricity: heat and gas follow the weather. Holidays are those of schools:
    a site whose name says so, in a commune that is known.
    """
    kva, site = series.point.subscribed_power_kva, series.site
    electric = is_electric(series.record.supply_point)
    commune = None if site is None or not _SCHOOL.search(site.name) else site.insee_code
    region = find_region(commune or "")
    return BuildingSupply(
        subscribed_va=None if kva is None or not electric else float(kva) * _VA,
        has_base=electric,
        is_holiday=None if commune is None else _choose_holidays(commune),
        is_public=lambda day: day in public_holidays(day.year, region),
    )


def _choose_holidays(commune: str) -> Callable[[date], bool] | None:
    """School holidays of *commune*, of the days that the table tells. None: of no zone."""
    zone = find_school_zone(commune)
    if zone is None:
        return None
    first, last = school_span()
    return lambda day: first <= day < last and is_school_holiday(zone, day)


def find_old_calendar(supply: BuildingSupply, judged: date) -> BadInput | None:
    """Why holidays of *judged* are not looked at: the table ends before. None: they are."""
    if supply.is_holiday is None or judged < school_span()[1]:
        return None
    return BadInput(TABLE, judged, "a day of the school years in the table")
