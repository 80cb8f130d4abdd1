"""What makes an impossible year possible: one requirement gives way, each confirmed by a solve."""

from collections.abc import Iterator
from dataclasses import dataclass

from synergie.maintenance.plan.study import _text as text
from synergie.maintenance.plan.study._again import Answer, Cancel, solve_again
from synergie.maintenance.plan.study._relaxed import (
    able_everywhere,
    drop_impossible_visits,
    drop_lateness_limits,
    extend_windows,
    more_days,
    opened,
)
from synergie.maintenance.records.maintenance import MaintenanceProblem
from synergie.maintenance.records.study import MaintenanceWay, MaintenanceWays
from synergie.plan.seconds import check_seconds
from synergie.schemas.plan import Phrase

_DAYS = (1, 2, 5, 10)
_WEEKS = (1, 2, 4, 8)


@dataclass(frozen=True, slots=True)
class _Try:
    kind: str
    problem: MaintenanceProblem | None
    said: Phrase


@check_seconds
def ways_out(
    problem: MaintenanceProblem, *, most: int = 4, limit_s: float = 60, cancel: Cancel = None
) -> MaintenanceWays:
    """Why *problem* has no plan, and up to *most* ways to make it possible, the cheapest first.

    Of a requirement that gives by degrees (crew-days, weeks), the least degree that is enough is
    told. Both are empty when there is a plan.
    """
    now = solve_again(problem, limit_s=limit_s / 4, cancel=cancel)
    if not now.conflicts:
        return MaintenanceWays(conflicts=(), ways=())
    found = [
        way
        for group in _iterate_try_groups(problem)
        if (way := _find_first_way(group, limit_s / 12, cancel))
    ]
    found.sort(key=lambda way: (way.cost_eur, way.kind))
    return MaintenanceWays(conflicts=now.conflicts, ways=tuple(found[:most]))


def _find_first_way(group: Iterator[_Try], limit_s: float, cancel: Cancel) -> MaintenanceWay | None:
    """The first of a group, from the least change on, that has a plan."""
    for one in group:
        answer = Answer(None)
        if one.problem is not None:
            answer = solve_again(one.problem, limit_s=limit_s, cancel=cancel)
        if answer.plan is not None:
            return MaintenanceWay.model_validate(
                {
                    "kind": one.kind,
                    "said": one.said,
                    "cost_eur": answer.plan.objective_eur,
                    "proved": answer.proved,
                }
            )
    return None


def _iterate_try_groups(problem: MaintenanceProblem) -> Iterator[Iterator[_Try]]:
    yield _try_service_rules(problem)
    yield _try_closed_weeks(problem)
    yield _try_longer_windows(problem)
    for depot in problem.depots:
        yield (
            _Try(
                "crew_days",
                more_days(problem, depot.id, days),
                Phrase(text=text.WAY_DAYS, values=(str(days), depot.id)),
            )
            for days in _DAYS
        )
        crew = able_everywhere(problem, depot.id)
        yield iter([_Try("crew", crew, Phrase(text=text.WAY_CREW, values=(depot.id,)))])
    yield _try_without_visits(problem)


def _try_service_rules(problem: MaintenanceProblem) -> Iterator[_Try]:
    if problem.never_later_than_alone:
        free = problem.model_copy(update={"never_later_than_alone": False})
        yield _Try("service", free, Phrase(text=text.WAY_SERVICE))
    yield _Try("lateness", drop_lateness_limits(problem), Phrase(text=text.WAY_LATENESS))


def _try_closed_weeks(problem: MaintenanceProblem) -> Iterator[_Try]:
    count = sum(bool(visit.closed_weeks) for visit in problem.visits)
    said = Phrase(text=text.WAY_CLOSED, values=(str(count),))
    yield _Try("closed_weeks", opened(problem), said)


def _try_longer_windows(problem: MaintenanceProblem) -> Iterator[_Try]:
    for weeks in _WEEKS:
        then, count = extend_windows(problem, weeks)
        said = Phrase(text=text.WAY_WINDOWS, values=(str(count), str(weeks)))
        yield _Try("windows", then, said)


def _try_without_visits(problem: MaintenanceProblem) -> Iterator[_Try]:
    then, names = drop_impossible_visits(problem)
    values = (str(len(names)), ", ".join(names)[:200] or "–")
    yield _Try("left_out", then, Phrase(text=text.WAY_LEFT_OUT, values=values))
