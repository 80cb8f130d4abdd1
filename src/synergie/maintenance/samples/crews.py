"""The crew book of the Bassin de Pompey: three bodies, three depots, six crews.

Bodies, depots, crews, orders and works are made for demonstration; durations and costs are
assumed, for no source was found (domain.md §9.2).
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from synergie.park.records.crew import (
    Crew,
    CrewBook,
    OtherWorks,
    PartCount,
    RoadOrder,
    ServiceTarget,
    TaskRule,
    WorkDepot,
)
from synergie.samples.communes import COMMUNES, ENERGY, EPCI, LIGHTING
from synergie.schemas.assets.location import Location

_HOMES = ((EPCI, "champigneulles"), (ENERGY, "pompey"), (LIGHTING, "liverdun"))
"""Whose crews, and where they start from."""
_HOUR_EUR = Decimal(130)
_PLATFORM = "platform"
_ASSUMED = "assumed"
_PRACTICE = "practice: one sixth of the lamps a year (SYDEV)"
_LAW = "décret 2010-1016, a year assumed"


def crew_book() -> CrewBook:
    """Six crews: in each depot one with an aerial platform, and one on three days a week."""
    return CrewBook(
        holidays="metropole",
        school_zone="B",
        depots=tuple(_build_work_depot(owner, place) for owner, place in _HOMES),
        crews=tuple(
            crew for owner, place in _HOMES for crew in _iterate_sample_crews(owner, place)
        ),
        road_orders=(_ORDER,),
        other_works=(_WORKS,),
        targets=_TARGETS,
        rules=_RULES,
        late_share=0.15,
    )


def _build_work_depot(owner: str, place: str) -> WorkDepot:
    home = next(commune for commune in COMMUNES if commune.id == place)
    return WorkDepot(
        id=f"depot-{place}",
        organisation=owner,
        name=f"Dépôt de {home.name}",
        location=Location(longitude=home.longitude, latitude=home.latitude),
    )


def _iterate_sample_crews(owner: str, place: str) -> Iterator[Crew]:
    yield Crew(
        id=f"nacelle-{place}",
        organisation=owner,
        depot=f"depot-{place}",
        skills=(_PLATFORM,),
        carries=(PartCount(part="lamp-SHP-150", count=60),),
        days_off=(date(2027, 12, 24),),
        hour_eur=_HOUR_EUR,
        km_eur=Decimal(0),
        overtime_minutes=30,
    )
    yield Crew(
        id=f"visite-{place}",
        organisation=owner,
        depot=f"depot-{place}",
        skills=(_PLATFORM,),
        weekdays=(2, 3, 4),
        hour_eur=_HOUR_EUR,
        km_eur=Decimal(0),
    )


_ORDER = RoadOrder(
    id="arrete-2027-041",
    insee_code="54430",
    rule="only",
    from_day=date(2027, 4, 5),
    to_day=date(2027, 4, 30),
    from_time="09:00",
    to_time="15:30",
)
_WORKS = OtherWorks(
    id="eau-2027-3",
    insee_code="54215",
    by="Syndicat des eaux fictif",
    from_day=date(2027, 3, 1),
    to_day=date(2027, 4, 2),
    saves_eur=Decimal(40),
)
_TARGETS = (
    ServiceTarget(
        severity="danger", max_delay_hours=Decimal(2), penalty_eur_day=Decimal(500),
        source=_ASSUMED,
    ),
    ServiceTarget(
        severity="street", max_delay_hours=Decimal(24), penalty_eur_day=Decimal(150),
        source=_ASSUMED,
    ),
    ServiceTarget(
        severity="point", max_delay_hours=Decimal(72), penalty_eur_day=Decimal(30),
        source=_ASSUMED,
    ),
    ServiceTarget(
        severity="minor", max_delay_hours=Decimal(720), penalty_eur_day=Decimal(5),
        source=_ASSUMED,
    ),
)  # fmt: skip
_RULES = (
    TaskRule(task="inspection", every_months=12, minutes_cabinet=45, source=_LAW),
    TaskRule(
        task="group_relamping", every_months=72, minutes_cabinet=0, minutes_light_point=12,
        skills=(_PLATFORM,), source=_PRACTICE,
    ),
    TaskRule(
        task="cleaning", every_months=36, minutes_cabinet=0, minutes_light_point=6,
        skills=(_PLATFORM,), source=_ASSUMED,
    ),
    TaskRule(
        task="repair", every_months=None, minutes_cabinet=45, minutes_light_point=25,
        source=_ASSUMED,
    ),
)  # fmt: skip
