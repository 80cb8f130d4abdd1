"""What a member is told of the life of a contract, and of a forward curve. Pure."""

from collections.abc import Iterator
from decimal import Decimal

from synergie.errors import BadInput
from synergie.purchase.plan.execution import compute_tunnel_use
from synergie.purchase.records.forward import ForwardStudy
from synergie.purchase.records.market import (
    BasePrice,
    ForwardPart,
    ForwardRecord,
    LotExecution,
    MarketRecord,
    TunnelDay,
)


def narrow_market(market: MarketRecord, member: str) -> MarketRecord:
    """The contracts that *member* is in: its own volume and moves, prices, and the days to keep."""
    return MarketRecord(
        contracts=tuple(
            _narrow_contract(one, member)
            for one in market.contracts
            if any(each.member == member for each in one.members)
        )
    )


def _narrow_contract(one: LotExecution, member: str) -> LotExecution:
    mine = tuple(each for each in one.members if each.member == member)
    terms = {"volume_mwh": mine[0].mwh, "tunnel": None, "maximum_mwh": None}
    return one.model_copy(
        update={
            "terms": one.terms.model_copy(update=terms),
            "members": mine,
            "moves": tuple(move for move in one.moves if move.member == member),
            "bought_mwh": Decimal(0),
        }
    )


def list_tunnel_days(market: MarketRecord) -> tuple[TunnelDay, ...]:
    """From which days on the volume of each contract, of all members, stands where."""
    return tuple(day for one in market.contracts for day in _iterate_tunnel_days(one))


def _iterate_tunnel_days(one: LotExecution) -> Iterator[TunnelDay]:
    before = None
    for day in sorted({one.terms.starts, *(move.day for move in one.moves)}):
        state = compute_tunnel_use(one.terms, one.moves, day).state
        if state != before:
            yield TunnelDay(lot=one.terms.lot, day=day, state=state)
        before = state


def value_forward(record: ForwardRecord) -> ForwardStudy:
    """The offers of *record* side by side. BadInput: a curve or a load of other hours, no load."""
    import numpy as np  # noqa: PLC0415 (a server starts without it)

    from synergie.purchase.plan.forward.study import Load, value_offers  # noqa: PLC0415 (numpy)
    from synergie.purchase.plan.hedge.axis import Axis  # noqa: PLC0415 (numpy)

    axis = Axis.of(record.problem.delivery, record.problem.energy)
    loads = np.array(record.load_mw, dtype=np.float64)
    if len(loads) != len(axis.starts):
        found = f"{len(loads)} hours, not {len(axis.starts)}"
        raise BadInput("/load_mw", found, "as many hours as the delivery has")
    if not loads.any():
        raise BadInput("/load_mw", 0, "a load above zero in some hour")
    if record.annual_mwh is None:
        load = Load.of_series(loads, record.load_name)
    else:
        load = Load.of_profile(axis, loads, record.load_name, float(record.annual_mwh))
    return value_offers(record.problem, record.curve, load)


def build_forward_part(record: ForwardRecord, study: ForwardStudy) -> ForwardPart:
    """The curve alone: its mean by civil year."""
    return ForwardPart(
        delivery=record.problem.delivery,
        energy=record.problem.energy,
        quoted_on=study.quoted_on,
        source=study.source,
        years=tuple(
            BasePrice(year=one.year, eur_per_mwh=one.base_eur_per_mwh)
            for one in study.years
            if one.year is not None
        ),
    )
