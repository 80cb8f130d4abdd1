"""The park by kind of lamp, and what was taken for granted."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import get_args

from synergie.park.plan import _text
from synergie.park.plan._lamps import Schedules
from synergie.park.plan._sites import Site
from synergie.park.plan._tickets import OpenFaults, unnamed_out
from synergie.park.plan.models import What, yearly_rate
from synergie.park.plan.sales import purchasable_until
from synergie.park.records.park import FailureModel, FaultReport, LampState, Technology
from synergie.schemas.assets.light_point import SourceType
from synergie.schemas.plan import Phrase

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
