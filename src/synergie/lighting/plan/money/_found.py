"""The money of one scenario, from its columns."""

from collections.abc import Iterator
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from synergie.energy.records.power_plan import OptionCost
from synergie.energy.records.tariff import ClassKwh
from synergie.lighting.plan.measured import CLASSES, Floats, Measured
from synergie.lighting.plan.money import _text
from synergie.lighting.plan.money._bills import (
    Behind,
    Bill,
    compute_cabinet_bills,
    compute_stress_total,
    sum_lights_by_cabinet,
)
from synergie.lighting.plan.money._money import BodyMoney, CommuneMoney, Money
from synergie.lighting.plan.money._sums import (
    CENT,
    by_place,
    main_commune,
    round_to_cents,
    sum_known_amounts,
)
from synergie.lighting.plan.money._text import phrase
from synergie.lighting.plan.money._upkeep import upkeep
from synergie.lighting.plan.money._works import Works, compute_works
from synergie.lighting.plan.money._years import build_year_money, compute_present_costs, years_of
from synergie.lighting.records.effects import CabinetEffects
from synergie.lighting.records.study import Budget
from synergie.schemas.plan import Phrase

# Budgets that a scenario does not keep.


def over_budget(found: Measured, paid: Works) -> Iterator[Phrase]:
    """A sentence for each budget that does not hold; what is not known breaks none."""
    bodies = [one.body for one in found.study.cabinets]
    for budget in found.study.budgets:
        spent = sum_known_amounts(
            amount
            for (_commune, cabinet, year), amount in paid.eur.items()
            if (budget.year is None or budget.year == year)
            and (budget.body is None or (cabinet >= 0 and bodies[cabinet] == budget.body))
        )
        if spent is not None and spent > budget.eur:
            yield _describe_budget_overrun(budget, str(spent.quantize(CENT)))


def _describe_budget_overrun(budget: Budget, spent: str) -> Phrase:
    who = budget.body or _text.EVERYBODY
    if budget.year is None:
        return phrase(_text.BUDGET_ALL_YEARS, who, spent, budget.eur)
    return phrase(_text.BUDGET, who, spent, budget.year, budget.eur)


type Chosen = NDArray[np.bool_]

_WH = Decimal("0.001")


def money_of(found: Measured) -> Money:
    """Works, bills after the re-fit, upkeep and budgets; None, and why, where not known.

    Bills are those of `energy.plan.tariff` at the prices of `rules.on`; only cabinets behind which
    something changes are fitted again. Net present cost in euros of the first year.
    """
    held = sum_lights_by_cabinet(found)
    charged, paid, kept = compute_cabinet_bills(found, held), compute_works(found), upkeep(found)
    communes = _find_cabinet_communes(found)
    years = years_of(found, paid, charged, kept=kept, communes=communes)
    worth = compute_present_costs(years, found)
    after = [_read_bill_total(one.after) for one in charged]
    no_bill = _no_bill(found, held, charged)
    stressed = [
        None if one.after is None else compute_stress_total(found, one.after) for one in charged
    ]
    bare = no_bill is None
    return Money(
        cabinets=tuple(
            _build_cabinet_effects(found, n, held, one) for n, one in enumerate(charged)
        ),
        communes=_by_commune(found, charged, paid, communes=communes, worth=worth),
        investment_eur=paid.total(),
        bill_eur=sum_known_amounts(after) if bare else None,
        bill_as_subscribed_eur=sum_known_amounts(
            _read_bill_total(one.as_subscribed) for one in charged
        )
        if bare
        else None,
        bill_today_eur=sum_known_amounts(_read_bill_total(one.today) for one in charged)
        if bare
        else None,
        bill_stress_eur=sum_known_amounts(stressed) if bare else None,
        net_present_cost_eur=sum_known_amounts(worth) if bare else None,
        upkeep_eur=round_to_cents(float(kept.after.sum())),
        years=build_year_money(years, found),
        bodies=_compute_body_money(found, charged, paid),
        known=_compute_billed_share(found, charged),
        over_budget=tuple(over_budget(found, paid)),
        no_bill=no_bill,
        no_investment=paid.missing,
        no_upkeep=kept.missing or _no_life(found),
        assumptions=tuple(_iterate_money_assumptions(found)),
    )


def _read_bill_total(cost: OptionCost | None) -> Decimal | None:
    return None if cost is None else cost.bill.total_eur


def _find_cabinet_communes(found: Measured) -> list[int]:
    """Place of the commune of each cabinet: its own, else that of most of its luminaires."""
    places = {one.insee_code: n for n, one in enumerate(found.study.communes)}
    park = found.park
    most = main_commune(park.commune, park.cabinet, park.count, len(found.study.cabinets))
    return [
        places.get(one.insee_code or "", int(most[n])) for n, one in enumerate(found.study.cabinets)
    ]


def _build_cabinet_effects(found: Measured, place: int, held: Behind, one: Bill) -> CabinetEffects:
    energy, after = held.kwh[place], one.after
    return CabinetEffects(
        cabinet=found.study.cabinets[place].id,
        schedule=_find_cabinet_schedule(found, place),
        energy=() if np.isnan(energy).any() else _build_class_energies(energy),
        power_w=None if np.isnan(held.watts[place]) else float(held.watts[place]),
        tariff_code=None if after is None else after.tariff_code,
        subscribed_kva=None if after is None else float(max(each.kva for each in after.subscribed)),
        bill_eur=_read_bill_total(after),
        bill_as_subscribed_eur=_read_bill_total(one.as_subscribed),
    )


def _build_class_energies(energy: Floats) -> tuple[ClassKwh, ...]:
    return tuple(
        ClassKwh(time_class=name, kwh=Decimal(repr(float(kwh))).quantize(_WH))
        for name, kwh in zip(CLASSES, energy, strict=True)
    )


def _find_cabinet_schedule(found: Measured, place: int) -> str:
    """The schedule of most of its luminaires; that of today for a cabinet that feeds none."""
    rows = found.park.cabinet == place
    study = found.study
    if not rows.any():
        return study.cabinets[place].schedule or study.schedules[0].id
    counts = np.bincount(found.schedule[rows], found.park.count[rows])
    return study.schedules[int(counts.argmax())].id


def _by_commune(
    found: Measured, charged: list[Bill], paid: Works, *, communes: list[int],
    worth: list[Decimal | None],
) -> tuple[CommuneMoney, ...]:  # fmt: skip
    size, park = len(found.study.communes), found.park
    stressed = [
        None if one.after is None else compute_stress_total(found, one.after) for one in charged
    ]
    sums = [
        by_place(amounts, communes, size)
        for amounts in (
            [_read_bill_total(one.after) for one in charged],
            [_read_bill_total(one.today) for one in charged],
            stressed,
        )
    ]
    spent = by_place(list(paid.eur.values()), [commune for commune, _, _ in paid.eur], size)
    billed = np.array([one.after is not None for one in charged] + [False])[park.cabinet]
    return tuple(
        CommuneMoney(
            investment_eur=spent[n],
            bill_eur=sums[0][n] if _is_fully_billed(billed, park.commune == n) else None,
            bill_today_eur=sums[1][n] if _is_fully_billed(billed, park.commune == n) else None,
            bill_stress_eur=sums[2][n] if _is_fully_billed(billed, park.commune == n) else None,
            net_present_cost_eur=worth[n] if _is_fully_billed(billed, park.commune == n) else None,
            known=_compute_billed_part(park.count, billed, park.commune == n),
        )
        for n in range(size)
    )


def _is_fully_billed(billed: Chosen, here: Chosen) -> bool:
    return bool(billed[here].all())


def _compute_billed_part(count: Floats, billed: Chosen, here: Chosen) -> float:
    whole = count[here].sum()
    return float(count[here & billed].sum() / whole) if whole else 1.0


def _compute_billed_share(found: Measured, charged: list[Bill]) -> float:
    billed = np.array([one.after is not None for one in charged] + [False])[found.park.cabinet]
    return _compute_billed_part(found.park.count, billed, np.ones(len(billed), dtype=bool))


def _compute_body_money(found: Measured, charged: list[Bill], paid: Works) -> tuple[BodyMoney, ...]:
    names = sorted({one.body for one in found.study.cabinets})
    rank = {name: n for n, name in enumerate(names)}
    places = [rank[one.body] for one in found.study.cabinets]
    bill = by_place([_read_bill_total(one.after) for one in charged], places, len(names))
    spent: list[Decimal | None] = [Decimal(0)] * len(names)
    for (_commune, cabinet, _year), amount in paid.eur.items():
        if cabinet >= 0:
            held = spent[places[cabinet]]
            spent[places[cabinet]] = None if held is None or amount is None else held + amount
    return tuple(
        BodyMoney(body=name, investment_eur=spent[n], bill_eur=bill[n])
        for n, name in enumerate(names)
    )


def _no_bill(found: Measured, held: Behind, charged: list[Bill]) -> Phrase | None:
    """What keeps the bill of the whole out, the widest reason first."""
    size = len(charged)
    loose = float(found.park.count[found.park.cabinet < 0].sum())
    if loose:
        return phrase(_text.NO_CABINET, round(loose))
    names = {one.name for one in found.study.prices}
    without = sum(
        one.terms is None or one.terms.prices not in names for one in found.study.cabinets
    )
    if without:
        return phrase(_text.NO_TERMS, without, size)
    dim = int(np.isnan(held.kwh + held.kwh_today).any(axis=1).sum())
    if dim:
        return phrase(_text.NO_ENERGY, dim, size)
    bare = sum(one.after is None or one.today is None for one in charged)
    return phrase(_text.NOT_PRICED, bare, size) if bare else None


def _no_life(found: Measured) -> Phrase | None:
    for place in np.unique(found.retrofit[found.retrofit >= 0]):
        entry = found.study.retrofits[int(place)]
        if entry.life_years is None:
            return phrase(_text.NO_LIFE, entry.id)
    return None


def _iterate_money_assumptions(found: Measured) -> Iterator[Phrase]:
    rules, study = found.study.rules, found.study
    yield phrase(_text.REFIT)
    off_peak = sum(one.terms is not None and not one.terms.windows for one in study.cabinets)
    if off_peak:
        yield phrase(_text.OFF_PEAK, off_peak)
    used = {int(place) for place in np.unique(found.retrofit) if place >= 0}
    if rules.cee_eur_mwhc is None and any(study.retrofits[n].cee_kwhc for n in used):
        yield phrase(_text.NO_CEE)
    if (found.retrofit < 0).any():
        yield phrase(_text.STAYS)
    yield phrase(_text.END_OF_WORKS)
    if len(np.unique(found.year[found.year >= 0])) > 1:
        yield phrase(_text.PROPORTION)
