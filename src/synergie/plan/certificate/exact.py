"""A model in exact rationals: each float is the shortest decimal that it prints as.

Costs and volumes are decimals of fewer than 17 digits, which that gives back to the digit; what a
certificate proves is the model of those decimals, not of their floats.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, lcm

from synergie.plan.solver import Model

PRICES = 10**9
"""Prices of rows are taken as multiples of its inverse: any prices bound the cost (weak duality),
and a billionth loses less than a thousandth of a cent on the instances of the benchmark."""
_CENTS = 100


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a column may be: both ends included."""

    low: Fraction
    high: Fraction


@dataclass(frozen=True, slots=True)
class Part:
    """Columns that no row ties to others, and the rows among them."""

    columns: tuple[int, ...]
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ExactModel:
    """Costs, factors and ends of rows as whole numbers over one denominator."""

    scale: int
    """The denominator of all of them."""
    costs: tuple[int, ...]
    bounds: tuple[Bounds, ...]
    whole: tuple[bool, ...]
    rows: tuple[tuple[tuple[int, int], ...], ...]
    """Terms of each row: column, factor."""
    lows: tuple[int | None, ...]
    highs: tuple[int | None, ...]

    def cost_of(self, column: int) -> Fraction:
        """EUR for one of *column*."""
        return Fraction(self.costs[column], self.scale)

    def get_end(self, row: int, price: int) -> int | None:
        """The end of *row* that *price* presses on; None when it has none there."""
        return self.lows[row] if price > 0 else self.highs[row]

    def compute_reduced(
        self, part: Part, prices: Mapping[int, int], *, costs: bool
    ) -> dict[int, int]:
        """What each column of *part* costs less what *prices* pay it, over `scale * PRICES`.

        *costs* False takes all costs as 0. Columns of which nothing is left are not in it.
        """
        reduced = {j: self.costs[j] * PRICES if costs else 0 for j in part.columns}
        for row, price in prices.items():
            for column, factor in self.rows[row]:
                reduced[column] -= price * factor
        return {column: rest for column, rest in reduced.items() if rest}

    def compute_bound(
        self, part: Part, prices: Mapping[int, int], box: Mapping[int, Bounds], *, costs: bool
    ) -> Fraction:
        """The least cost of *part* that *prices* of rows prove inside *box* (weak duality).

        *prices* are multiples of 1 / `PRICES` and press on ends that are there. With *costs*
        False a bound above 0 proves that nothing is feasible (Farkas).
        """
        total = Fraction(sum(n * (self.get_end(i, n) or 0) for i, n in prices.items()))
        for column, rest in self.compute_reduced(part, prices, costs=costs).items():
            inside = box.get(column, self.bounds[column])
            total += rest * (inside.low if rest > 0 else inside.high)
        return total / (self.scale * PRICES)

    def is_in_cents(self, part: Part) -> bool:
        """Whether every plan of *part* costs whole cents."""
        return all(
            self.whole[j] and not self.costs[j] * _CENTS % self.scale
            for j in part.columns
            if self.costs[j]
        )

    def round_bound(self, part: Part, bound: Fraction) -> Fraction:
        """*bound* up to the next whole cent where every plan of *part* costs whole cents."""
        return Fraction(ceil(bound * _CENTS), _CENTS) if self.is_in_cents(part) else bound


def build_exact_model(model: Model) -> ExactModel:
    """*model* in whole numbers over their least common denominator."""
    costs = [_read_decimal(column.cost) for column in model.columns]
    rows = [[(j, _read_decimal(f)) for j, f in _sum_terms(row.terms)] for row in model.rows]
    lows = [None if row.low is None else _read_decimal(row.low) for row in model.rows]
    highs = [None if row.high is None else _read_decimal(row.high) for row in model.rows]
    ends = [end for end in (*lows, *highs) if end is not None]
    factors = [factor for row in rows for _, factor in row]
    scale = lcm(*(number.denominator for number in (*costs, *ends, *factors)))
    return ExactModel(
        scale=scale,
        costs=tuple(int(cost * scale) for cost in costs),
        bounds=tuple(Bounds(_read_decimal(c.low), _read_decimal(c.high)) for c in model.columns),
        whole=tuple(column.integer for column in model.columns),
        rows=tuple(tuple((j, int(f * scale)) for j, f in row) for row in rows),
        lows=tuple(None if low is None else int(low * scale) for low in lows),
        highs=tuple(None if high is None else int(high * scale) for high in highs),
    )


def _read_decimal(number: float) -> Fraction:
    return Fraction(repr(float(number)))


def _sum_terms(terms: tuple[tuple[int, float], ...]) -> list[tuple[int, float]]:
    """Each column once, as a row of a solver takes it."""
    sums: dict[int, float] = {}
    for column, factor in terms:
        sums[column] = sums.get(column, 0.0) + factor
    return [(column, factor) for column, factor in sums.items() if factor]


def list_parts(exact: ExactModel, loose: frozenset[int]) -> list[Part]:
    """Columns by what ties them when the rows *loose* are left out, in the order of the first."""
    over = list(range(len(exact.costs)))

    def find_root(column: int) -> int:
        while over[column] != column:
            over[column] = over[over[column]]
            column = over[column]
        return column

    kept = [i for i in range(len(exact.rows)) if i not in loose and exact.rows[i]]
    for i in kept:
        first = find_root(exact.rows[i][0][0])
        for column, _ in exact.rows[i]:
            over[find_root(column)] = first
    columns: dict[int, list[int]] = {}
    rows: dict[int, list[int]] = {}
    for column in over:
        columns.setdefault(find_root(column), [])
    for column in range(len(over)):
        columns[find_root(column)].append(column)
    for i in kept:
        rows.setdefault(find_root(exact.rows[i][0][0]), []).append(i)
    return [Part(tuple(mine), tuple(rows.get(root, ()))) for root, mine in columns.items()]
