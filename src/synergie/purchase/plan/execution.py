"""How a contract of energy stands on a day: volume, switches, prices, bounds. Pure."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Literal

from synergie.calendar.civil import add_months
from synergie.purchase.plan.award.faults import phrase
from synergie.purchase.records.execution import (
    ExecutionReport,
    MarketExecution,
    MarketTerms,
    PriceCheck,
    PriceRevision,
    SiteMove,
    Step,
    SwitchStep,
    TunnelUse,
)
from synergie.schemas.plan import Phrase

ALERT = Decimal("0.8")
"""The part of a tunnel from which an alert is told."""
LONGEST = 4
"""Years that a framework agreement may last (CCP L2125-1)."""
type MarketDate = Literal["switch_notice", "switch", "price_revision", "supply_ends"]
_DATED_STEPS: dict[Step, MarketDate] = {"request": "switch_notice", "switch": "switch"}
_CENT = Decimal("0.01")
_NONE = Decimal(0)


def follow_market(market: MarketExecution, on: date) -> ExecutionReport:
    """How *market* stands on the day *on*: every amount by the terms it holds, none is assumed."""
    terms = market.terms
    return ExecutionReport(
        on=on,
        volume=compute_tunnel_use(terms, market.moves, on),
        switches=tuple(_iterate_switch_steps(terms, market.moves, on)),
        prices=tuple(_iterate_price_checks(market)),
        remarks=(*_iterate_bounds(market), *_iterate_revisions(market, on)),
    )


def compute_tunnel_use(terms: MarketTerms, moves: tuple[SiteMove, ...], on: date) -> TunnelUse:
    """The volume with entries and exits up to *on*, and what of it is paid for beside its price."""
    signs = {"entry": 1, "exit": -1}
    moved = sum((move.mwh * signs[move.kind] for move in moves if move.day <= on), _NONE)
    now = max(terms.volume_mwh + moved, _NONE)
    tunnel = terms.tunnel
    if tunnel is None:
        return TunnelUse(mwh=now, share=None, state="no_tunnel", due_eur=_NONE)
    over = now >= terms.volume_mwh
    width = Decimal(str(tunnel.above if over else tunnel.below)) * terms.volume_mwh
    distance = abs(now - terms.volume_mwh)
    beyond = max(distance - width, _NONE)
    price = tunnel.above_eur_per_mwh if over else tunnel.below_eur_per_mwh
    state = "outside" if beyond else "alert" if distance and distance >= ALERT * width else "inside"
    share = float(distance / width) if width else float(bool(distance))
    due = (beyond * price).quantize(_CENT, ROUND_HALF_UP)
    return TunnelUse.model_validate(
        {"mwh": now, "share": share, "state": state, "due_eur": max(due, _NONE)}
    )


def compute_revised_price(revision: PriceRevision, index_value: Decimal) -> Decimal:
    """P0 x (fixed + (1 - fixed) x I / I0), rounded halves up to the decimals of the contract."""
    fixed = Decimal(str(revision.fixed_share))
    moving = (1 - fixed) * index_value / revision.base_index
    unit = Decimal(1).scaleb(-revision.decimals)
    return (revision.base_eur_per_mwh * (fixed + moving)).quantize(unit, ROUND_HALF_UP)


def _iterate_switch_steps(
    terms: MarketTerms, moves: tuple[SiteMove, ...], on: date
) -> Iterator[SwitchStep]:
    """What comes next for each move; the steps are those of the grid operator, in their order."""
    for move in moves:
        if move.requested is None:
            by = move.day - timedelta(days=terms.notice_days)
            yield SwitchStep(point=move.point, step="request", by=by, late=on > by)
        elif move.switched is None:
            yield SwitchStep(point=move.point, step="switch", by=move.day, late=on > move.day)
        elif not move.index_known:
            yield SwitchStep(point=move.point, step="index", by=None, late=False)
        elif move.first_bill is None:
            yield SwitchStep(point=move.point, step="first_bill", by=None, late=False)


def _iterate_price_checks(market: MarketExecution) -> Iterator[PriceCheck]:
    """Prices that differ from the formula; of a firm price, from none: `_iterate_revisions`."""
    revision = market.terms.revision
    if revision is None:
        return
    for price in market.prices:
        expected = compute_revised_price(revision, price.index_value)
        if price.eur_per_mwh != expected:
            yield PriceCheck(
                starts=price.starts, expected_eur_per_mwh=expected, eur_per_mwh=price.eur_per_mwh
            )


def _iterate_bounds(market: MarketExecution) -> Iterator[Phrase]:
    """What the framework agreement does not allow, or what is nearly bought."""
    terms = market.terms
    starts, ends = terms.framework_starts, terms.framework_ends
    if starts and ends:
        if ends > _add_years(starts, LONGEST):
            yield phrase("the framework agreement lasts over {} years (CCP L2125-1)", LONGEST)
        if not starts <= terms.starts < ends:
            yield phrase("the contract is not concluded inside its framework agreement")
    if terms.maximum_mwh is None:
        return
    if market.bought_mwh > terms.maximum_mwh:
        over = market.bought_mwh - terms.maximum_mwh
        yield phrase("{} MWh were bought beyond the maximum of {} MWh", over, terms.maximum_mwh)
    elif market.bought_mwh >= ALERT * terms.maximum_mwh:
        left = terms.maximum_mwh - market.bought_mwh
        yield phrase("{} MWh are left of the maximum of {} MWh", left, terms.maximum_mwh)


def _iterate_revisions(market: MarketExecution, on: date) -> Iterator[Phrase]:
    """Prices of a firm contract that moved; revisions out of their period, or before date zero."""
    revision, prices = market.terms.revision, sorted(market.prices, key=lambda one: one.starts)
    if revision is None:
        if len({one.eur_per_mwh for one in prices}) > 1:
            yield phrase("the price is firm, and {} prices were billed", len(prices))
        return
    for before, after in pairwise(prices):
        if after.starts < add_months(before.starts, revision.months):
            yield phrase("the price was revised again on {}, before its period", after.starts)
    following = find_next_revision(market)
    if following is not None and following <= on:
        last = _get_last_price_day(market, revision)
        yield phrase("no price is told since {}: a revision was due on {}", last, following)


def find_next_revision(market: MarketExecution) -> date | None:
    """The first revision after the last price that is told; None: firm, or after its end."""
    revision = market.terms.revision
    if revision is None:
        return None
    following = add_months(_get_last_price_day(market, revision), revision.months)
    return following if following < market.terms.ends else None


def _get_last_price_day(market: MarketExecution, revision: PriceRevision) -> date:
    return max((one.starts for one in market.prices), default=revision.date_zero)


def list_market_dates(market: MarketExecution, on: date) -> list[tuple[MarketDate, date]]:
    """The days of *market* that are ahead, or have passed and are not done; none once it has ended.

    Of a notice and a switch each point, of a revision the next one, of the supply its last day.
    """
    terms, kinds = market.terms, _DATED_STEPS
    if terms.ends <= on:
        return []
    steps = _iterate_switch_steps(terms, market.moves, on)
    found = [(kinds[one.step], one.by) for one in steps if one.step in kinds and one.by is not None]
    following = find_next_revision(market)
    if following is not None:
        found.append(("price_revision", following))
    return [*found, ("supply_ends", terms.ends - timedelta(days=1))]


def _add_years(day: date, years: int) -> date:
    return add_months(day, 12 * years)
