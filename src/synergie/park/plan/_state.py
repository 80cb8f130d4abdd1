"""The state of a park at a moment, from what its owners declare."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple, get_args

from synergie.park.plan import _text
from synergie.park.plan import models as failure_models
from synergie.park.plan._aside import Aside
from synergie.park.plan._assets import Assets, Key, Point
from synergie.park.plan._history import build_history
from synergie.park.plan._lamps import (
    Life,
    Schedules,
    build_lamp_state,
    compute_lamp_failures,
    compute_lamp_lives,
)
from synergie.park.plan._moments import convert_to_day
from synergie.park.plan._sites import (
    Box,
    Site,
    Sites,
    drop_duplicate_records,
    drop_future_inspections,
    merge_cabinet_rows,
    select_standing_points,
    sites,
)
from synergie.park.plan._tickets import (
    OpenFaults,
    build_fault_reports,
    open_faults,
    out_points,
    repair_hours,
    unnamed_out,
)
from synergie.park.plan._watch import Watch, find_owner_watches
from synergie.park.plan._works import Work, select_works
from synergie.park.plan.models import YEAR_HOURS, What, yearly_rate
from synergie.park.plan.night import NightHours
from synergie.park.plan.owned import Owned
from synergie.park.plan.risks import expected_failures
from synergie.park.plan.sales import purchasable_until
from synergie.park.records.crew import ServiceTarget
from synergie.park.records.park import (
    CabinetState,
    FailureModel,
    FaultReport,
    LampState,
    ParkState,
    Technology,
)
from synergie.schemas.assets.light_point import SourceType
from synergie.schemas.assets.work_order import WorkOrder
from synergie.schemas.plan import Phrase
from synergie.units import InseeCode

# The park by kind of lamp, and what was taken for granted.

_KINDS: tuple[SourceType, ...] = get_args(SourceType.__value__)


def build_technologies(
    lamps: Iterable[LampState], models: Mapping[What, FailureModel]
) -> tuple[Technology, ...]:
    """The lamps by kind, in the order of EclExt; those of unknown kind last."""
    groups: dict[SourceType | None, list[LampState]] = {}
    for one in lamps:
        groups.setdefault(one.source_type, []).append(one)
    order = [*_KINDS, None]
    return tuple(_build_technology(kind, groups[kind], models) for kind in order if kind in groups)


def _build_technology(
    kind: SourceType | None, lamps: Sequence[LampState], models: Mapping[What, FailureModel]
) -> Technology:
    ages = [one.age_years for one in lamps if one.age_years is not None]
    model = None if kind is None else models.get(kind)
    return Technology(
        source_type=kind,
        count=len(lamps),
        out=sum(one.is_out for one in lamps),
        mean_age_years=round(sum(ages) / len(ages), 2) if ages else None,
        age_known=len(ages),
        failures_year=None if model is None else round(_compute_yearly_failures(lamps, model), 3),
        purchasable_until=purchasable_until(kind),
    )


def _compute_yearly_failures(lamps: Iterable[LampState], model: FailureModel) -> float:
    """By age where it is known, else at the long-run rate."""
    return sum(
        yearly_rate(model, one.burn_hours_year) if one.failures_year is None else one.failures_year
        for one in lamps
    )


def list_park_notes(
    sites: Sequence[Site],
    found: OpenFaults,
    told: Sequence[FaultReport],
    lamps: Sequence[LampState],
    *,
    schedules: Schedules,
    models: Mapping[What, FailureModel],
    with_cabinet: int,
) -> tuple[Phrase, ...]:
    """What was taken for granted, and what is not known."""
    derived = sum(site.record is None for site in sites)
    moved = sum(site.record is not None and not site.location_told for site in sites)
    ages, unnamed = sum(one.age_years is None for one in lamps), unnamed_out(found.rows)
    luminaires = sum(one.age_years is not None and not one.age_of_lamp for one in lamps)
    assumed = sum(not one.severity_told for one in told)
    counts = schedules.counts
    from_at, to_at = (time[:5] for time in schedules.night.switch_off)
    said = (
        (derived, _text.CABINETS_TOLD_BY_POINTS, (derived,)),
        (moved, _text.PLACED_BY_POINTS, (moved,)),
        (counts["assumed"], _text.SWITCH_OFF, (counts["assumed"], from_at, to_at)),
        (counts["profile"], _text.UNKNOWN_PROFILE, (counts["profile"],)),
        (len(lamps) - ages, _text.PAST_AS_NOW, ()),
        (ages, _text.UNKNOWN_AGE, (ages,)),
        (luminaires, _text.AGE_OF_LUMINAIRE, (luminaires,)),
        (assumed, _text.SEVERITY_ASSUMED, (assumed, len(told))),
        (found.closed_by_repair, _text.CLOSED_BY_REPAIR, (found.closed_by_repair,)),
        (found.hung_near, _text.HUNG_NEAR, (found.hung_near,)),
        (with_cabinet, _text.OUT_WITH_CABINET, (with_cabinet,)),
        (unnamed, _text.OUT_UNNAMED, (unnamed,)),
    )
    held = tuple(_build_phrase(text, *values) for is_so, text, values in said if is_so)
    return (*held, *_describe_unmodelled_lamps(lamps, models))


def burn_source(schedules: Schedules) -> Phrase:
    """What the hours of light stand on."""
    return _build_phrase(_text.BURN_SUN, schedules.today.year, f"{schedules.night.lit_below_deg:g}")


def _describe_unmodelled_lamps(
    lamps: Iterable[LampState], models: Mapping[What, FailureModel]
) -> Iterator[Phrase]:
    kinds = Counter(one.source_type for one in lamps)
    for kind in _KINDS:
        if not kinds[kind]:
            continue
        if kind not in models:
            yield _build_phrase(_text.NO_MODEL, kind, kinds[kind])
        elif models[kind].failures_missing:
            yield _build_phrase(_text.MODELS_TO_COME, kind, models[kind].failures_missing)
    if kinds[None]:
        yield _build_phrase(_text.UNKNOWN_KIND, kinds[None])


def _build_phrase(text: str, *values: object) -> Phrase:
    return Phrase(text=text, values=tuple(map(str, values)))


class _ParkInputs(NamedTuple):
    """All that holds."""

    sites: Sites
    works: list[Work]
    watches: Mapping[str, Watch]
    found: OpenFaults
    lives: Mapping[Key, Life]
    failures: Mapping[Key, float]
    out: Mapping[Key, bool]
    models: Mapping[What, FailureModel]
    schedules: Schedules


def state(
    cabinets: Sequence[Box], light_points: Sequence[Point],
    work_orders: Sequence[Owned[WorkOrder]], *, as_of: datetime,
    targets: Sequence[ServiceTarget] = (), models: Sequence[FailureModel] | None = None,
    night: NightHours | None = None, communes: Mapping[str, InseeCode] | None = None,
) -> ParkState:  # fmt: skip
    """The park at *as_of* (aware): ages, hours of light, failures to expect, faults open.

    *targets*: those of the contracts; `targets.assumed` where none is told. *models*: of `learn`;
    None: `models.assumed`. *communes*: where the assets of an owner stand that tell no commune.
    What cannot be used is in `set_aside` with the reason; the rest stands.
    """
    aside = Aside()
    schedules = Schedules(night or NightHours(), as_of)
    held = failure_models.index_models_by_kind(
        failure_models.assumed() if models is None else models
    )
    boxes = list(
        drop_future_inspections(merge_cabinet_rows(cabinets, aside), schedules.today, aside)
    )
    points = list(
        select_standing_points(drop_duplicate_records(light_points, aside), schedules.today, aside)
    )
    placed = sites(boxes, points, aside, communes=communes or {})
    assets = Assets.of(boxes, points)
    done = select_works(work_orders, assets, as_of=as_of, tz=schedules.tz, aside=aside)
    found = open_faults(done, placed, aside)
    held_since = find_owner_watches(done, as_of)
    told = build_history(done, assets, schedules.tz, held_since)
    ages = compute_lamp_lives(placed.rows, told, schedules)
    expected = compute_lamp_failures(placed.rows, ages, held)
    out = out_points(found.rows)
    ground = _ParkInputs(placed, done, held_since, found, ages, expected, out, held, schedules)
    return _build_park_state(ground, as_of, targets, aside)


def _build_park_state(
    ground: _ParkInputs, as_of: datetime, targets: Sequence[ServiceTarget], aside: Aside
) -> ParkState:
    boxes = tuple(_iterate_cabinet_states(ground))
    lamps = [one for box in boxes for one in box.lamps]
    told = build_fault_reports(ground.found.rows, targets)
    hours = repair_hours(ground.works)
    with_cabinet = sum(
        ground.out.get((box.organisation, one.light_point), False)
        for box in boxes
        for one in box.lamps
    )
    return ParkState(
        as_of=as_of,
        cabinets=boxes,
        tickets=told,
        technologies=build_technologies(lamps, ground.models),
        models=tuple(sorted(ground.models.values(), key=lambda one: one.technology)),
        out_share=_out_share(lamps, unnamed_out(ground.found.rows)),
        burn_hours_source=burn_source(ground.schedules),
        set_aside=tuple(aside.rows),
        notes=(
            *list_park_notes(
                ground.sites.rows, ground.found, told, lamps,
                schedules=ground.schedules, models=ground.models, with_cabinet=with_cabinet,
            ),
            *_describe_silent_owners(ground),
        ),
        repair_hours=None if hours is None else Decimal(str(round(hours, 2))),
    )  # fmt: skip


def _out_share(lamps: Sequence[LampState], unnamed: int) -> float | None:
    """Share of light points out, with those whose ticket names only their cabinet."""
    if not lamps:
        return None
    return round(min(1.0, (sum(one.is_out for one in lamps) + unnamed) / len(lamps)), 6)


def _describe_silent_owners(ground: _ParkInputs) -> Iterator[Phrase]:
    """The owners whose tickets stopped long ago."""
    for owner, watch in sorted(ground.watches.items()):
        if watch.is_over:
            last = convert_to_day(watch.ends, ground.schedules.tz)
            yield Phrase(text=_text.TICKETS_STOP, values=(owner, last.isoformat()))


def _iterate_cabinet_states(ground: _ParkInputs) -> Iterator[CabinetState]:
    model = ground.models.get("cabinet")
    rate = None if model is None else round(expected_failures(model, 0, YEAR_HOURS), 6)
    for site in ground.sites.rows:
        record = site.record
        yield CabinetState(
            cabinet=site.key[1],
            organisation=site.key[0],
            insee_code=site.insee_code,
            location=site.location,
            location_told=site.location_told,
            network_mix=None if record is None else record.network_mix,
            inspected_on=None if record is None else record.inspected_on,
            failures_year=rate,
            lamps=tuple(_iterate_lamp_states(site, ground)),
        )


def _iterate_lamp_states(site: Site, ground: _ParkInputs) -> Iterator[LampState]:
    for one in site.points:
        key = (one.organisation, one.record.external_id)
        yield build_lamp_state(
            one,
            ground.lives[key],
            ground.failures.get(key),
            place=ground.sites.places.get(key),
            is_out=key in ground.out,
        )
