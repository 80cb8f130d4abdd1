"""A price forward curve of the hours of a delivery, from the rows of a file: whole or refused."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import numpy as np

from synergie.errors import BadInput, BadInputs, Words
from synergie.purchase.plan.award.faults import At, phrase
from synergie.purchase.plan.hedge.axis import PARIS, Axis, Floats
from synergie.purchase.records.fault import PurchaseFault
from synergie.purchase.records.forward import ForwardCurve
from synergie.purchase.records.purchase import DeliveryPeriod
from synergie.schemas.readings.forward_price import ForwardPrice

_HOUR = timedelta(hours=1)


def build_forward_curve(
    rows: Sequence[tuple[str, ForwardPrice]], axis: Axis, name: str
) -> ForwardCurve:
    """The curve of the hours of a delivery; rows beyond it are not looked at.

    *rows*: the place of each in the file *name*, and what it holds; of gas each may be of a gas
    day. BadInputs: an hour, or a gas day, without a row, or with two, by its time; rows of two
    quotations or sources, by their place.
    """
    inside = set(axis.starts)
    mine = [(place, row) for place, row in rows if row.start in inside]
    found = [row.start for _, row in mine]
    faults = [*_iterate_mixed_rows(mine), *_iterate_hour_faults(axis, found, name)]
    if faults:
        raise BadInputs(tuple(faults))
    prices = {row.start: row.eur_per_mwh for _, row in mine}
    first = mine[0][1]
    return ForwardCurve(
        quoted_on=first.quoted_on,
        source=first.source,
        starts=axis.starts[0],
        eur_per_mwh=tuple(_spread_over_hours(axis, prices)),
    )


def _iterate_mixed_rows(rows: Sequence[tuple[str, ForwardPrice]]) -> Iterator[PurchaseFault]:
    """The first row of another quotation, and of another source, than the first row's."""
    for field, expected in (
        ("quoted_on", phrase("one day of quotation in the file")),
        ("source", phrase("one source in the file")),
    ):
        for place, row in rows:
            if getattr(row, field) != getattr(rows[0][1], field):
                found = phrase("{}", getattr(row, field))
                yield At(f"{place}, /{field}", "form").fault(found, expected)
                break


def _iterate_hour_faults(
    axis: Axis, found: Sequence[datetime], name: str
) -> Iterator[PurchaseFault]:
    """Hours, or gas days, without a row, or with several, by their time in Paris."""
    count, by_day = Counter(found), _is_by_gas_day(axis, found)
    expected = phrase("one row for each hour of the delivery")
    if by_day:
        expected = phrase("one row for each gas day of the delivery")
    for start in axis.list_day_starts() if by_day else axis.starts:
        if count[start] != 1:
            local = start.astimezone(PARIS).isoformat(timespec="minutes")
            rows = phrase("{} rows", count[start]) if count[start] else phrase("no row")
            at = At(f"{name} {local}", "form")
            yield at.fault(rows, expected)


def _is_by_gas_day(axis: Axis, found: Sequence[datetime]) -> bool:
    """Whether each row is of a gas day: all of them begin one, in a delivery of such days."""
    is_gas = axis.starts[0].astimezone(PARIS).hour != 0
    return is_gas and set(found) <= set(axis.list_day_starts())


def _spread_over_hours[T](axis: Axis, values: Mapping[datetime, T]) -> Iterator[T]:
    """The value of each hour: its own, or that of its gas day."""
    value = values[axis.starts[0]]
    for start in axis.starts:
        value = values.get(start, value)
        yield value


def select_curve_prices(curve: ForwardCurve, axis: Axis) -> Floats:
    """The prices of the hours of a delivery. BadInput: the curve does not hold all of them."""
    skipped = int((axis.starts[0] - curve.starts) / _HOUR)
    if curve.starts + skipped * _HOUR != axis.starts[0] or skipped < 0:
        raise BadInput("/curve/starts", curve.starts.isoformat(), "the first hour of the delivery")
    prices = curve.eur_per_mwh[skipped : skipped + len(axis.starts)]
    if len(prices) < len(axis.starts):
        found = Words(f"{len(prices)} hours, not {len(axis.starts)}")
        raise BadInput("/curve/eur_per_mwh", found, "a price for each hour of the delivery")
    return np.array([float(price) for price in prices])


def order_load(axis: Axis, hours: Mapping[datetime, float], name: str) -> Floats:
    """MW of each hour of a delivery; of gas the file may tell those of gas days.

    BadInputs: an hour without one; BadInput: one below zero.
    """
    inside = [start for start in hours if axis.starts[0] <= start <= axis.starts[-1]]
    if faults := tuple(_iterate_hour_faults(axis, inside, name)):
        raise BadInputs(faults)
    inner = {start: hours[start] for start in inside}
    loads = np.array(list(_spread_over_hours(axis, inner)), dtype=np.float64)
    if not np.isfinite(loads).all() or (loads < 0).any():
        at = int(np.flatnonzero(~np.isfinite(loads) | (loads < 0))[0])
        local = axis.starts[at].astimezone(PARIS).isoformat(timespec="minutes")
        raise BadInput(f"{name} {local}", f"{loads[at]:g} MW", "a load of at least 0 MW")
    if not loads.any():
        raise BadInput(name, 0, "a load above zero in some hour")
    return loads


def scale_profile(axis: Axis, profile: Floats, annual_mwh: float) -> Floats:
    """MW of each hour: *profile* scaled to *annual_mwh* a year, in each civil year.

    A year of which the delivery has a part takes the energy of that part of its hours.
    """
    years = np.array([day.year for day in axis.days])
    found = np.zeros(len(profile))
    for year in np.unique(years):
        inside = years == year
        whole = DeliveryPeriod.model_validate(
            {"starts": f"{year}-01-01", "ends": f"{year + 1}-01-01"}
        )
        part = inside.sum() / len(Axis.of(whole).starts)
        total = profile[inside].sum()
        if not total > 0:
            raise BadInput(f"/profile/{year}", 0, "a load above zero in each year")
        found[inside] = profile[inside] * (annual_mwh * part / total)
    return found
