"""The cost of a year shared by the methods of "Buy together": every coalition priced by a solve."""

from collections.abc import Iterator
from itertools import combinations

from synergie.errors import BadInput
from synergie.maintenance.plan.study._again import Cancel, solve_again
from synergie.maintenance.records.maintenance import MaintenanceProblem
from synergie.plan.seconds import check_seconds
from synergie.plan.sharing.study import share_game
from synergie.schemas.sharing import CoalitionCost, CostGame, SharingStudy

MOST = 8
"""Organisations of which every coalition is priced: 255 solves."""


@check_seconds
def share(
    problem: MaintenanceProblem, *, limit_s: float = 60, cancel: Cancel = None
) -> SharingStudy:
    """What each organisation pays by each method, and who would rather leave.

    The rules in proportion to energy and to delivery points are left out: neither is told here.
    A coalition has the visits and the crews of its members, and no others. Raises BadInput for
    more than 8 organisations, and what `maintenance.solve` raises.
    """
    names = list_sharing_organisations(problem)
    if len(names) > MOST:
        raise BadInput("/depots", f"{len(names)} organisations", f"at most {MOST}")
    coalitions = list(_iterate_coalitions(names))
    each = limit_s / len(coalitions)
    costs = tuple(
        CoalitionCost(
            members=members,
            eur=solve_again(
                _select_members_problem(problem, members), limit_s=each, cancel=cancel
            ).cost,
        )
        for members in coalitions
    )
    return share_game(CostGame(members=names, costs=costs))


def list_sharing_organisations(problem: MaintenanceProblem) -> tuple[str, ...]:
    """Who has visits to make or crews to send."""
    owners = {visit.organisation for visit in problem.visits}
    return tuple(sorted(owners | {depot.organisation for depot in problem.depots}))


def _iterate_coalitions(names: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for size in range(1, len(names) + 1):
        yield from combinations(names, size)


def _select_members_problem(
    problem: MaintenanceProblem, members: tuple[str, ...]
) -> MaintenanceProblem:
    """The problem of *members* alone, as one organisation."""
    visits = tuple(
        visit.model_copy(update={"organisation": members[0]})
        for visit in problem.visits
        if visit.organisation in members
    )
    depots = tuple(
        depot.model_copy(update={"organisation": members[0]})
        for depot in problem.depots
        if depot.organisation in members
    )
    keys = {visit.id or visit.cabinet for visit in visits}
    return problem.model_copy(
        update={
            "visits": visits,
            "depots": depots,
            "never_later_than_alone": False,
            "promised": tuple(one for one in problem.promised if one.visit in keys),
        }
    )
