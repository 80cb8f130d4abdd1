"""Light points as they stand: age, hours of light, failures to expect."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from synergie.calendar import load_time_zone
from synergie.park.plan._assets import Key, Point
from synergie.park.plan._history import History
from synergie.park.plan._sites import Site
from synergie.park.plan.models import YEAR_DAYS, What
from synergie.park.plan.night import ALL_NIGHT, Course, NightHours, find_night_course, hours_of_year
from synergie.park.plan.risks import expected_failures_of, renewals_between
from synergie.park.plan.sales import purchasable_until
from synergie.park.records.park import FailureModel, LampState
from synergie.schemas.assets.location import Location


@dataclass
class Schedules:
    """The course of the night of each light point; counts what is assumed."""

    night: NightHours
    as_of: datetime
    counts: Counter[str] = field(default_factory=Counter)
    """How many follow a profile that is not known (`profile`), or an assumed one (`assumed`)."""
    _courses: dict[Key, Course] = field(default_factory=dict)

    @cached_property
    def tz(self) -> ZoneInfo:
        """The zone of civil days."""
        return load_time_zone(self.night.zone_name)

    @cached_property
    def today(self) -> date:
        """The civil day of the state."""
        return self.as_of.astimezone(self.tz).date()

    def hours(self, one: Point, place: Location) -> float:
        """Hours of light a year."""
        return hours_of_year(place, self.today.year, self._course(one), self.night)

    def _course(self, one: Point) -> Course:
        own = self.night.owners.get(one.organisation, self.night)
        name = one.record.night_profile
        if name is not None and name in own.profiles:
            return self._profile((one.organisation, name), own)
        if one.record.night_off:
            self.counts["assumed"] += 1
            return Course(off_spans=(self.night.switch_off,))
        if name is not None:
            self.counts["profile"] += 1
        return ALL_NIGHT

    def _profile(self, key: Key, own: NightHours) -> Course:
        if key not in self._courses:
            self._courses[key] = find_night_course(own.profiles[key[1]], own.ranges, self.today)
        return self._courses[key]


@dataclass(frozen=True, slots=True)
class Life:
    """How old the lamp of a light point is, and what that means."""

    hours_year: float
    age_years: float | None
    burned: float | None
    of_lamp: bool
    """Whether the age is that of the lamp, not of the luminaire."""


def compute_lamp_lives(
    sites: Iterable[Site], history: History, schedules: Schedules
) -> dict[Key, Life]:
    """The life of the lamp of each light point: since it was renewed, or else installed."""
    found: dict[Key, Life] = {}
    for site in sites:
        for one in site.points:
            key = (one.organisation, one.record.external_id)
            hours = schedules.hours(one, site.location)
            born, of_lamp = history.born(key, one.record.installed_on, schedules.today)
            age = None if born is None else (schedules.today - born).days / YEAR_DAYS
            burned = None if age is None else age * hours
            found[key] = Life(hours, age, burned, of_lamp)
    return found


def compute_lamp_failures(
    sites: Iterable[Site], found: Mapping[Key, Life], models: Mapping[What, FailureModel]
) -> dict[Key, float]:
    """Failures to expect in the next year of each light point whose age and model are known."""
    groups: dict[tuple[What, bool], list[Key]] = defaultdict(list)
    for one in (one for site in sites for one in site.points):
        key, kind = (one.organisation, one.record.external_id), one.record.source_type
        if kind is not None and kind in models and found[key].burned is not None:
            groups[kind, found[key].of_lamp].append(key)
    out: dict[Key, float] = {}
    for (what, of_lamp), keys in groups.items():
        burned = [found[key].burned or 0.0 for key in keys]
        ahead = [found[key].hours_year for key in keys]
        expect = expected_failures_of if of_lamp else renewals_between
        values = expect(models[what], burned, ahead)
        out.update(zip(keys, map(float, values), strict=True))
    return out


def build_lamp_state(
    one: Point, life: Life, failures_year: float | None, *, place: Location | None, is_out: bool
) -> LampState:
    """One light point as it stands."""
    record = one.record
    return LampState(
        light_point=record.external_id,
        source_type=record.source_type,
        power_w=record.power_w,
        location=place,
        age_years=None if life.age_years is None else round(life.age_years, 3),
        age_of_lamp=life.of_lamp,
        burn_hours_year=round(life.hours_year, 1),
        burned_hours=None if life.burned is None else round(life.burned, 0),
        failures_year=None if failures_year is None else round(failures_year, 6),
        purchasable_until=purchasable_until(record.source_type),
        is_out=is_out,
    )
