"""A purchase told in all its ways: what is known of it, what came of it, what was asked."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, get_args

from synergie.purchase.plan.sharing import share_game
from synergie.purchase.records.plan import NotPriced, RefusedOffer
from synergie.purchase.records.purchase import (
    AloneCost,
    DeliveryPeriod,
    PurchaseMember,
    Reservation,
    SupplierLimit,
)
from synergie.purchase.reports.words import Brief
from synergie.reports.plans import SourceFile
from synergie.schemas.plan import Phrase
from synergie.schemas.sharing import CoalitionCost, CostGame, NotShared, SharingStudy
from tests.reports.purchases import NOW, bought
from tests.reports.test_purchase_brief import with_plan, with_problem
from tests.reports.test_purchase_study import _sharing, _study

UNTIL = datetime(2026, 11, 24, 13, 30, tzinfo=UTC)
RESERVATIONS: tuple[Reservation, ...] = ("L2113-12", "L2113-13", "L2113-13-1")


def whole() -> Brief:
    """All that can be known of one, in words that are English where a caller gives them."""
    made = bought()
    return replace(
        made,
        banner="All of it is synthetic.",
        assumptions=("One year is bought.",),
        group="Achats du Bassin",
        sources=(
            SourceFile(name="perimetre.xlsx", what="perimeter", sha256="ab" * 32, modified=NOW),
            SourceFile(name="offres.csv", what="offers", sha256="cd" * 32),
        ),
        command="synergie plan purchase probleme.json",
        study=_study(made),
        sharing=_sharing(made),
    )


def names(brief: Brief) -> list[str]:
    """What people named or typed in it."""
    lots = [lot.name for lot in brief.problem.lots]
    mandates = [one.mandate or "" for one in brief.problem.members]
    files = [one.name for one in brief.sources]
    suppliers = [offer.supplier for offer in brief.problem.offers]
    return [*brief.names.values(), *lots, *suppliers, *mandates, *files, brief.group]


def ways() -> dict[str, Callable[[Brief], Brief]]:
    """By name: what makes of a whole purchase one that is told otherwise."""
    return {
        "whole": lambda brief: brief,
        "sparse": sparse,
        "blind": blind,
        "unproved": lambda one: with_plan(one, status="feasible", gap=0.012),
        "no-proof": lambda one: with_plan(one, bound_eur=None, gap=None),
        "near": near,
        "silent": silent,
        "one-silent": one_silent,
        "nothing": nothing,
        "inside": inside,
        "loser": loser,
        "refused": refused,
        "asked": asked,
        "moving": moving,
        "many": many,
        "no-regret": no_regret,
        "no-departure": no_departure,
        "empty-core": empty_core,
        "unsettled-core": unsettled_core,
        "stopped": stopped,
    }


def sparse(one: Brief) -> Brief:
    """Nothing is known but the problem and its plan."""
    bare = with_problem(one, members=(), award_at=None)
    return replace(
        bare, study=None, sharing=None, comparison=None, perimeter=(), sources=(), made_at=None,
        banner=None, command=None, assumptions=(),
    )  # fmt: skip


def blind(one: Brief) -> Brief:
    """A member that cannot buy alone: nothing is compared."""
    first, *others = one.plan.members
    gone = first.model_copy(update={"alone_eur": None, "gain_eur": None})
    return with_plan(one, baseline_eur=None, least_gain=None, members=(gone, *others))


def near(one: Brief) -> Brief:
    """Proved to within something, and a choice that is close."""
    award = one.plan.awards[0].model_copy(update={"flips_at_percent": 0.25, "tier": 1})
    return with_plan(one, gap=0.0005, awards=(award,))


def silent(one: Brief) -> Brief:
    """No offer that is taken says until when it holds."""
    awards = tuple(a.model_copy(update={"expires_at": None}) for a in one.plan.awards)
    return with_plan(one, awards=awards, decide_before=None, lines=())


def one_silent(one: Brief) -> Brief:
    """All but one say it; the awards name no runner-up: the lines of the plan do."""
    plain = {"runner_up": None, "runner_up_eur": None}
    first, *rest = one.plan.awards
    told = [a.model_copy(update=plain | {"expires_at": UNTIL}) for a in rest]
    quiet = first.model_copy(update=plain | {"expires_at": None, "to_next_mwh": None})
    return with_plan(one, awards=(quiet, *told), decide_before=UNTIL)


def nothing(one: Brief) -> Brief:
    """No lot is awarded."""
    lots = one.problem.lots
    left = with_plan(one, awards=(), lines=())
    found = left.comparison
    assert found is not None and lots
    bare = tuple(lot.model_copy(update={"offers": ()}) for lot in found.lots)
    return replace(left, comparison=found.model_copy(update={"lots": bare}))


def inside(one: Brief) -> Brief:
    """Nobody stays out, and every lot that there is has its award."""
    places = tuple(place for place in one.plan.places if place.offer is not None)
    lots = {award.lot for award in one.plan.awards}
    some = tuple(lot for lot in one.problem.lots if lot.id in lots)
    offers = tuple(offer for offer in one.problem.offers if offer.lot in lots)
    short = with_problem(with_plan(one, places=places), lots=some, offers=offers)
    priced = with_plan(short, not_priced=())
    return replace(priced, perimeter=one.perimeter[1:2])


def loser(one: Brief) -> Brief:
    """Somebody pays more than alone, and so do all together."""
    first, *others = one.plan.members
    worse = first.model_copy(update={"gain_eur": Decimal(-5)})
    assert one.plan.baseline_eur is not None
    less = one.plan.objective_eur - 1
    return with_plan(one, members=(worse, *others), least_gain=worse.member, baseline_eur=less)


def refused(one: Brief) -> Brief:
    """Offers refused for every reason, and more missing prices than a page names."""
    offers = one.problem.offers
    kinds = get_args(RefusedOffer.model_fields["kind"].annotation)
    some = tuple(
        RefusedOffer(
            offer=offers[i].id, where=f"/offers/{i}", kind=kind,
            reason=Phrase(text="ended at {}", values=("2026-11-24T13:30:00+00:00",)),
            who="the supplier",
        )
        for i, kind in enumerate(kinds)
    )  # fmt: skip
    cells = tuple(
        NotPriced(offer=offers[-1].id, tariff_code=f"BTINFCU{n}", time_class=name, tier=1)
        for n in range(12)
        for name in ("HPH", "HCH")
    )
    return with_plan(one, refused=some, not_priced=cells, awards=one.plan.awards[-1:])


def asked(one: Brief) -> Brief:
    """Everything that can be asked of a lot, a supplier and a member."""
    lots = tuple(
        lot.model_copy(update={
            "green_share": 0.5, "reserved": RESERVATIONS[i % 3], "min_awards": 2,
            "max_awards": None,
        })
        for i, lot in enumerate(one.problem.lots)
    )  # fmt: skip
    supplier = one.problem.offers[0].supplier
    limits = SupplierLimit(supplier=supplier, max_lots=1, max_mwh=Decimal(900), min_mwh=Decimal(10))
    problem: dict[str, Any] = {
        "lots": lots, "limits": (limits,), "nobody_pays_more": False, "may_leave": False,
        "green_share": 0.25, "members": (PurchaseMember(id=one.plan.members[0].member),),
        "alone_tier": "first",
        "alone": (AloneCost(member=one.plan.members[0].member, lot=lots[0].id, eur=Decimal(1),
                            source="contract"),),
    }  # fmt: skip
    costs = (Phrase(text="{} lots more for {} would save {} EUR", values=("1", "lot-1", "12.50")),)
    return with_plan(with_problem(one, **problem), binding=costs)


def moving(one: Brief) -> Brief:
    """Prices that follow an index, over a delivery of two years, looked at on a day."""
    offers = tuple(
        o.model_copy(update={"pricing": kind, "index": "Cal-27", "valid_until": UNTIL})
        for o, kind in zip(
            one.problem.offers,
            ["indexed", "block_spot"] * len(one.problem.offers),
            strict=False,
        )
    )
    delivery = DeliveryPeriod.model_validate_json('{"starts":"2027-01-01","ends":"2029-01-01"}')
    found = one.comparison
    assert found is not None
    lots = tuple(
        lot.model_copy(update={"offers": tuple(
            o.model_copy(update={
                "pricing": "indexed", "index": "Cal-27", "valid_until": UNTIL, "state": state,
                "remarks": (Phrase(text="it holds only {} days", values=("3",)),),
            })
            for o, state in zip(
                lot.offers,
                ("not_green", "no_tier", "not_yet_valid", "expired", "not_priced") * 4,
                strict=False,
            )
        )})
        for lot in found.lots
    )  # fmt: skip
    made = with_problem(one, offers=offers, delivery=delivery, award_at=UNTIL)
    return replace(made, comparison=found.model_copy(update={"lots": lots}))


def many(one: Brief) -> Brief:
    """More awards than the first page names."""
    return with_plan(one, awards=one.plan.awards * 5)


def no_regret(one: Brief) -> Brief:
    """No case in which the plan would be regretted, and flips that nothing makes."""
    study = one.study
    assert study is not None
    cases = tuple(case.model_copy(update={"regret_eur": None}) for case in study.cases)
    flips = tuple(
        flip.model_copy(update={
            "rival": None, "rival_costs_more_eur": None, "fewer_mwh": None,
            "more_mwh": Decimal(7), "rival_must_fall_eur_per_mwh": Decimal(2),
        })
        for flip in study.flips
    )  # fmt: skip
    calm = study.stability.model_copy(update={"worst_regret_eur": None, "worst": None})
    changed = {"cases": cases, "flips": flips, "stability": calm}
    return replace(one, study=study.model_copy(update=changed))


def no_departure(one: Brief) -> Brief:
    """Departures that cost the others nothing, or leave no plan; flips without a volume."""
    study = one.study
    assert study is not None
    costs = None, Decimal(0)
    out = tuple(
        leaving.model_copy(update={"difference_eur": cost, "pay_more": 1, "lots": ()})
        for leaving, cost in zip(study.departures, costs, strict=True)
    )
    flips = tuple(flip.model_copy(update={"fewer_mwh": None}) for flip in study.flips)
    return replace(
        one, study=study.model_copy(update={"departures": out, "flips": flips, "cases": ()})
    )


def empty_core(one: Brief) -> Brief:
    """Whatever the sharing, some would rather leave; one method cannot serve."""
    return replace(one, sharing=_empty(one))


def _empty(one: Brief) -> SharingStudy:
    members = [member.member for member in one.plan.members[:3]]
    sizes = {1: 100, 2: 100, 3: 190}
    some = [(i,) for i in range(3)] + [(0, 1), (0, 2), (1, 2), (0, 1, 2)]
    costs = tuple(
        CoalitionCost(members=tuple(members[i] for i in few), eur=Decimal(sizes[len(few)]))
        for few in some
    )
    return share_game(CostGame(members=tuple(members), costs=costs))


def unsettled_core(one: Brief) -> Brief:
    """Nobody knows whether a sharing satisfies all; what was estimated says so."""
    study = _empty(one)
    sharings = tuple(
        sharing.model_copy(update={
            "departures": (), "in_core": None, "exact": False, "nobody_pays_more": False,
        })
        for sharing in study.sharings
    )  # fmt: skip
    missing = NotShared(method="scrb", reason=Phrase(text="a cost is missing"))
    changed = {"core_empty": None, "sharings": sharings, "not_shared": (missing,)}
    return replace(one, sharing=study.model_copy(update=changed))


def stopped(one: Brief) -> Brief:
    """Stopped by its time; energies of several years, one of them partial, one unknown."""
    run = one.plan.run.model_copy(update={"stop": "time"})
    first, second, third, *rest = one.perimeter
    assert first.reference is not None and second.reference is not None
    partial = first.reference.model_copy(update={"method": "partial"})
    older = second.reference.model_copy(update={"to_date": datetime(2025, 7, 1, tzinfo=UTC).date()})
    rows = (
        first.model_copy(update={"reference": partial}),
        second.model_copy(update={"reference": older}),
        third.model_copy(update={"reference": None}),
        *rest,
    )
    return replace(with_plan(one, run=run), perimeter=rows)
