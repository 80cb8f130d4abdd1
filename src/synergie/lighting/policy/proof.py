"""Whether a comparison that somebody else computed holds: each sum anew, no numpy. Pure.

Money is added exactly; what is told as a float (energy, indicators) to the last digits of one.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from math import isclose

from synergie.lighting.policy.holdings import Holdings
from synergie.lighting.records.effects import (
    Indicator,
    LightingComparison,
    LightingCriterion,
    ScenarioEffects,
)
from synergie.lighting.records.study import LightingStudy
from synergie.schemas.plan_bytes import digest

_NEAR = 1e-9
_KWH_ROUNDED = 0.0005
"""Energy of a time class may be rounded to the watt-hour, half of it up or down."""
_KWH_PER_MWH = 1000


def faults(
    problem: LightingStudy, comparison: LightingComparison, held: Holdings
) -> tuple[str, ...]:
    """What is wrong with *comparison* as one of *problem*; empty when it holds.

    It shows that the comparison is of this study and its sums add up: communes and cabinets to the
    whole, cabinets to what each body pays. It does not show that an effect is right: comparing
    again does, and gives the same bytes.
    """
    return tuple(_iterate_reference_faults(problem, comparison)) or (
        *_iterate_dominance_faults(comparison),
        *(
            f"{effects.scenario}: {wrong}"
            for effects in comparison.scenarios
            for wrong in (
                *_iterate_indicator_faults(effects),
                *_iterate_sum_faults(comparison, effects, held),
            )
        ),
    )


def _iterate_reference_faults(
    problem: LightingStudy, comparison: LightingComparison
) -> Iterator[str]:
    """What the comparison names and the problem does not know, or leaves out."""
    if comparison.study_digest != digest(problem) or comparison.study != problem.name:
        yield "its digest is not that of the study"
    names = [one.id for one in problem.scenarios]
    if [one.scenario for one in comparison.scenarios] != names:
        yield "its scenarios are not those of the study"
        return
    communes = {one.insee_code for one in problem.communes}
    cabinets = Counter(one.id for one in problem.cabinets)
    for effects in comparison.scenarios:
        told = Counter(one.insee_code for one in effects.communes)
        if not told.keys() <= communes or max(told.values(), default=1) > 1:
            yield f"{effects.scenario}: not communes of the study, each once"
        if Counter(one.cabinet for one in effects.cabinets) != cabinets:
            yield f"{effects.scenario}: not each cabinet of the study once"
    yield from _strange_words(comparison, set(names))
    payers = Counter((one.scenario, one.body) for one in comparison.bodies)
    bodies = {one.body for one in problem.cabinets}
    if payers != Counter((scenario, body) for scenario in names for body in bodies):
        yield "not each body that pays once for each scenario"


def _strange_words(comparison: LightingComparison, names: set[str]) -> Iterator[str]:
    criteria = Counter(one.criterion for one in comparison.criteria)
    if max(criteria.values(), default=1) > 1:
        yield "a criterion is told twice"
    for effects in comparison.scenarios:
        for some in (effects.indicators, *(one.indicators for one in effects.communes)):
            told = Counter(one.criterion for one in some)
            if not told.keys() <= criteria.keys() or max(told.values(), default=1) > 1:
                yield f"{effects.scenario}: not the criteria that are told, each once"
    apart = {*comparison.excluded, *(one.scenario for one in comparison.dominated)}
    if not apart | {one.by for one in comparison.dominated} <= names:
        yield "a scenario is excluded or dominated that is none of the study"


def _iterate_indicator_faults(effects: ScenarioEffects) -> Iterator[str]:
    """Each effect alone: an unknown one says so, a known one lies in its range."""
    for one in (*effects.indicators, *(i for c in effects.communes for i in c.indicators)):
        if one.value is None:
            if one.unknown is None:
                yield f"{one.criterion}: not known, and nothing says why"
            continue
        low = one.value if one.low is None else one.low
        high = one.value if one.high is None else one.high
        if not low <= one.value <= high:
            yield f"{one.criterion}: outside its own range"


def _iterate_sum_faults(
    comparison: LightingComparison, effects: ScenarioEffects, held: Holdings
) -> Iterator[str]:
    yield from _iterate_money_faults(comparison, effects, held)
    yield from _iterate_energy_faults(effects, held)
    yield from _by_commune(effects, held)


def _iterate_money_faults(
    comparison: LightingComparison, effects: ScenarioEffects, held: Holdings
) -> Iterator[str]:
    """Bills by cabinet make those by body, and these the whole; works by body make the whole."""
    pays = {one.body: one for one in comparison.bodies if one.scenario == effects.scenario}
    owner = {one: body for body, some in held.cabinets.items() for one in some}
    bills: dict[str, list[Decimal | None]] = defaultdict(list)
    for cabinet in effects.cabinets:
        bills[owner[cabinet.cabinet]].append(cabinet.bill_eur)
    for body, one in pays.items():
        if one.bill_eur is not None and one.bill_eur != _sum_known_amounts(bills[body]):
            yield f"bill of {body}: its cabinets do not make it"
    whole = {one.criterion: one for one in effects.indicators}
    told = _sum_known_amounts(one.bill_eur for one in pays.values())
    yield from _iterate_total_faults("bill", whole, told)
    if not held.loose:
        yield from _iterate_total_faults(
            "investment", whole, _sum_known_amounts(one.investment_eur for one in pays.values())
        )


def _iterate_total_faults(
    criterion: LightingCriterion, whole: Mapping[LightingCriterion, Indicator], told: Decimal | None
) -> Iterator[str]:
    """The effect on the whole is the sum of what bodies pay, and known only when they all are."""
    if criterion not in whole:
        return
    value = whole[criterion].value
    if value is not None and (told is None or not _is_nearly_equal(value, float(told))):
        yield f"{criterion}: what the bodies pay does not make it"


def _iterate_energy_faults(effects: ScenarioEffects, held: Holdings) -> Iterator[str]:
    """Energy by time class and cabinet makes that of the whole."""
    whole = next((one.value for one in effects.indicators if one.criterion == "energy"), None)
    if whole is None or held.loose:
        return
    rows = [row.kwh for one in effects.cabinets for row in one.energy]
    slack = _KWH_ROUNDED * (len(rows) + 1) / _KWH_PER_MWH
    if abs(whole - float(sum(rows, Decimal(0))) / _KWH_PER_MWH) > slack + _NEAR * abs(whole):
        yield "energy: the cabinets do not make it"


_ADDED: tuple[LightingCriterion, ...] = ("energy", "upward_flux")
"""What is added up over communes whatever the engine; more stands in `lighting_sums`."""


def _by_commune(effects: ScenarioEffects, held: Holdings) -> Iterator[str]:
    """Where each luminaire has a commune and each commune is known, they make the whole."""
    if held.unplaced:
        return
    whole = {one.criterion: one.value for one in effects.indicators}
    for criterion in _ADDED:
        value = whole.get(criterion)
        rows = {
            one.insee_code: found.value
            for one in effects.communes
            for found in one.indicators
            if found.criterion == criterion
        }
        if value is None or not held.counts.keys() <= rows.keys():
            continue
        known = [one for one in rows.values() if one is not None]
        if len(known) == len(rows) and not _is_nearly_equal(value, sum(known)):
            yield f"{criterion}: the communes do not make it"


def _iterate_dominance_faults(comparison: LightingComparison) -> Iterator[str]:
    """One beats another only where it is as good on all that both tell, and once better."""
    better = {
        one.criterion: one.direction for one in comparison.criteria if one.direction != "constraint"
    }
    values = {
        effects.scenario: {one.criterion: one.value for one in effects.indicators}
        for effects in comparison.scenarios
    }
    left_out = set(comparison.not_compared)
    for one in comparison.dominated:
        worse, best = values[one.scenario], values[one.by]
        gains = [
            _compute_gain(best.get(name), worse.get(name), direction)
            for name, direction in better.items()
            if name not in left_out
        ]
        known = [gain for gain in gains if gain is not None]
        if min(known, default=0) < 0 or max(known, default=0) <= 0:
            yield f"{one.scenario}: {one.by} does not beat it"


def _compute_gain(best: float | None, worse: float | None, direction: str) -> float | None:
    if best is None or worse is None:
        return None
    return worse - best if direction == "min" else best - worse


def _sum_known_amounts(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The sum; None when one is not known."""
    found = Decimal(0)
    for one in amounts:
        if one is None:
            return None
        found += one
    return found


def _is_nearly_equal(one: float, other: float) -> bool:
    return isclose(one, other, rel_tol=_NEAR, abs_tol=_NEAR)
