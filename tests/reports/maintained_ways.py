"""Joint maintenances of every kind that a report can tell: good, bad, partly known, not at all."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import get_args

from synergie.maintenance.records.maintenance import Depot, MaintenancePlan, MaintenanceProblem
from synergie.maintenance.records.rounds import RoundsPlan
from synergie.maintenance.records.study import CrewDayWorth, FairnessPoint, MaintenanceStudy
from synergie.maintenance.reports.brief import MaintenanceBrief, Week
from synergie.park.records.crew import PartCount, RoadOrder
from synergie.reports.plans import SourceFile
from synergie.schemas.plan import MemberOutcome, Phrase, PlanLine
from synergie.schemas.sharing import MemberShare, Method, Sharing, SharingStudy
from tests.reports.maintained import COMMUNES, ENERGY, EPCI, MONDAY, NAMES, NOW, kept

TYPED = (
    *NAMES.values(), *COMMUNES.values(), "câble à nu au pied du mât", "rue entière éteinte",
    "Centre technique de Pompey", "Base de Liverdun", "Syndicat des eaux", "rue des Écoles",
    "Clé triangle. Entrer par le chemin de l'école.", "aucun lieu", "un lieu", "T-1 deux fois",
    "une fois", "Durées supposées.", "Tout est fictif.", "aucune équipe n'a le temps",
    "Aucune équipe n'a le temps.", "Groupée avec", "ligne 12", "ligne 4", "armoires.csv",
    "armoires", "le syndicat n'a rien envoyé depuis",
    "qui peut agir : la personne chargée du patrimoine", "2026-118", "Europe/Paris", "DOSSIER",
    "equipes.xlsx",
)  # fmt: skip
"""What people are called or typed in these."""


def ways() -> dict[str, MaintenanceBrief]:
    """Each of them, by what is particular about it."""
    made = kept()
    return {
        "whole": whole(made),
        "sparse": sparse(made),
        "crowded": crowded(made),
        "losing": _with(made, zones=_late(made), members=_losers(made)),
        "paying": _with(made, members=_losers(made), status="feasible"),
        "even": _with(made, baseline_eur=_plan(made).objective_eur),
        "single": _with(made, members=_plan(made).members[:1], least_gain=None),
        "unproved": replace(_with(made, status="feasible"), made_at=NOW + timedelta(days=200)),
        "calm": calm(made),
        "numbers": replace(made, problem=_problem(made).model_copy(update={"starts_on": None})),
        "year": replace(made, weeks=()),
        "week": replace(_week(made), problem=None, plan=None),
        "revised": revised(made),
        "nothing": MaintenanceBrief(made_at=NOW, tell=str),
    }


def whole(made: MaintenanceBrief) -> MaintenanceBrief:
    """With what binds each visit, a study, a year of its own promises."""
    bindings = ("whole crew-days in 54430", "crew-days of week 7", "closed weeks",
                "the week told before", "lateness of 54215", None)  # fmt: skip
    lines = [
        line.model_copy(update={"binding": binding})
        for line, binding in zip(_plan(made).lines, bindings, strict=False)
    ]
    lines.append(PlanLine(subject="Z-1", chosen="week 3", runner_up=None, difference_eur=None,
                          reason=Phrase(text="only week")))  # fmt: skip
    return replace(_with(made, lines=tuple(lines)), study=study(), on_call="03 99 00 00 00")


def study() -> MaintenanceStudy:
    """What crew-days are worth, fairer plans, other shares; with what was not found."""

    def worth(week: int | None, days: int, cost: int | None, *, proved: bool) -> CrewDayWorth:
        return CrewDayWorth(
            depot="ctm-pompey", week=week, days=days, proved=proved,
            cost_eur=None if cost is None else Decimal(cost),
            saves_eur=None if cost is None else Decimal(136), late=None if cost is None else 30,
        )  # fmt: skip

    return MaintenanceStudy(
        inputs_digest="ab" * 32, cost_eur=Decimal(7636),
        fairness=tuple(
            FairnessPoint(most_late=1.5, zone="54430", cost_eur=Decimal(7700), late=40, proved=p)
            for p in (True, False)
        ),
        crew_days=(
            worth(3, 1, 7500, proved=True), worth(None, -1, None, proved=True),
            worth(None, -2, None, proved=False),
        ),
        sharing=_sharing(), said=(Phrase(text="a day more saves"),),
        assumptions=(Phrase(text="each crew-day costs the same"),),
    )  # fmt: skip


def _sharing() -> SharingStudy:
    """Each way of sharing; every second one lacks a body."""
    shares = tuple(
        MemberShare(member=body, alone_eur=None, share_eur=Decimal(10), gain_eur=None,
                    gain_ratio=None)
        for body in (EPCI, ENERGY)
    )  # fmt: skip
    return SharingStudy(
        members=(EPCI, ENERGY), total_eur=Decimal(20), alone_eur=None, core_empty=None,
        epsilon_eur=None, blocking=(), not_shared=(), assumptions=(), inputs_digest="ab" * 32,
        sharings=tuple(
            Sharing(
                method=method, exact=True, shares=shares[: 1 + at % 2], before_rounding_eur=20.0,
                nobody_pays_more=True, in_core=None, departures=(), least_gain=None,
                most_gain=None,
            )
            for at, method in enumerate(get_args(Method.__value__))
        ),
    )  # fmt: skip


def sparse(made: MaintenanceBrief) -> MaintenanceBrief:
    """Neither a comparison nor a proof, nor a park, nor a service of each."""
    members = tuple(
        one.model_copy(update={"alone_eur": None, "gain_eur": None}) for one in _plan(made).members
    )
    bare = _with(made, baseline_eur=None, members=members, least_gain=None, crew_days_alone=None,
                 zones=(), bound_eur=None, gap=None, status="feasible")  # fmt: skip
    old = SourceFile(name="old.csv", what="armoires", sha256="cd" * 32,
                    modified=NOW - timedelta(days=40))  # fmt: skip
    unknown = SourceFile(name="new.csv", what="armoires", sha256="ef" * 32)
    return replace(bare, park=None, sources=(unknown, old), banner=None)


def crowded(made: MaintenanceBrief) -> MaintenanceBrief:
    """More than a page has room for: faults, reasons, depots, rows set aside."""
    park, plan, problem = made.park, _plan(made), _problem(made)
    assert park is not None
    tickets = tuple(
        park.tickets[0].model_copy(
            update={
                "ticket": f"T-{n}", "severity_told": n % 2 == 0, "fault": None,
                "severity": ("danger", "street", "point", "minor")[n % 4],
            }
        )
        for n in range(101)
    )  # fmt: skip
    lines = tuple(
        PlanLine(
            subject=str(plan.visits[n % 24].id), chosen=f"week {n % 12 + 1}", runner_up="week 2",
            difference_eur=Decimal(n), reason=Phrase(text="reason {}", values=(f"r{n}",)),
        )
        for n in range(70)
    )  # fmt: skip
    more = tuple(
        Depot(id=f"depot-{n}", organisation=EPCI, crew_days=(0,) * 12,
              day_costs=problem.depots[0].day_costs)
        for n in range(4)
    )  # fmt: skip
    bodies = tuple(
        MemberOutcome(member=f"m-{n}", cost_eur=Decimal(1), alone_eur=Decimal(2),
                      gain_eur=Decimal(1))
        for n in range(6)
    )  # fmt: skip
    return replace(
        _with(made, lines=lines, members=bodies, least_gain="m-1"),
        park=park.model_copy(update={"tickets": tickets, "technologies": park.technologies[:1],
                                     "notes": (Phrase(text="lamps of 2009"),)}),
        problem=problem.model_copy(update={"depots": (*problem.depots, *more),
                                           "never_later_than_alone": False}),
    )  # fmt: skip


def calm(made: MaintenanceBrief) -> MaintenanceBrief:
    """Nothing late, nothing set aside, nothing left out, no fault open."""
    plan, park = _plan(made), made.park
    assert park is not None
    week = made.weeks[0]
    rounds = week.plan.model_copy(update={"left_out": ()})
    visits = tuple(one.model_copy(update={"late_weeks": 0}) for one in plan.visits)
    return replace(
        _with(made, visits=visits), set_aside=(), made_at=NOW - timedelta(days=9),
        weeks=(Week(problem=week.problem, plan=rounds),), sources=(), command=None,
        park=park.model_copy(update={"set_aside": (), "tickets": (), "out_share": None,
                                     "repair_hours": None}),
    )  # fmt: skip


def revised(made: MaintenanceBrief) -> MaintenanceBrief:
    """A week told again: a stop is gone, faults of every kind, works and orders, every task."""
    week = made.weeks[0]
    tasks = ("repair", "inspection", "group_relamping", "cleaning", "led_conversion",
             "cabinet_visit", "other")  # fmt: skip
    stops = tuple(
        one.model_copy(
            update={
                "task": tasks[at % 7], "severity": ("danger", "street", "point", "minor")[at % 4],
                "skills": ("platform", "every-network", "rope"), "ticket": f"T-{at}",
                "parts": (*one.parts, PartCount(part="lamp-VM-80", count=3)),
                "insee_code": None if at % 5 == 0 else one.insee_code,
            }
        )
        for at, one in enumerate(week.problem.stops)
    )  # fmt: skip
    first, *others = week.plan.rounds
    fewer = first.model_copy(update={"stops": first.stops[:-1], "overtime_minutes": 70})
    plan = week.plan.model_copy(update={"rounds": (fewer, *others)})
    assert made.book is not None
    orders = (
        *made.book.road_orders,
        RoadOrder(id="V-2", cabinets=("A-54215-03",), rule="never", from_day=MONDAY,
                  to_day=MONDAY),
    )  # fmt: skip
    problem = week.problem.model_copy(update={"stops": stops})
    again = Week(problem=problem, plan=plan, revision=1, before=week.plan)
    return replace(made, weeks=(again,), book=made.book.model_copy(update={"road_orders": orders}))


def _week(made: MaintenanceBrief) -> MaintenanceBrief:
    week = made.weeks[0]
    changed: dict[str, object] = {"bound_eur": Decimal(4000), "baseline_eur": Decimal(5000)}
    plan: RoundsPlan = week.plan.model_copy(update=changed)
    return replace(made, weeks=(Week(problem=week.problem, plan=plan),))


def _late(made: MaintenanceBrief) -> tuple[object, ...]:
    first, second, *zones = _plan(made).zones
    return (
        first.model_copy(update={"late": 61}), second.model_copy(update={"late_alone": None}),
        *(one.model_copy(update={"late": 60}) for one in zones),
    )  # fmt: skip


def _losers(made: MaintenanceBrief) -> tuple[object, ...]:
    first, *members = _plan(made).members
    return first.model_copy(update={"gain_eur": Decimal(-1)}), *members


def _with(made: MaintenanceBrief, **changed: object) -> MaintenanceBrief:
    return replace(made, plan=_plan(made).model_copy(update=changed))


def _plan(made: MaintenanceBrief) -> MaintenancePlan:
    assert made.plan is not None
    return made.plan


def _problem(made: MaintenanceBrief) -> MaintenanceProblem:
    assert made.problem is not None
    return made.problem
