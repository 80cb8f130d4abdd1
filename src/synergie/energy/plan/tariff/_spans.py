"""Periods of unchanged figures: what cuts a period, and which share of a year its parts are."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from synergie.energy.plan.tariff.tables import TableMissing, Tables


@dataclass(frozen=True, slots=True)
class Span[T]:
    """Civil days [begins, ends) over which *figure* holds."""

    begins: date
    ends: date
    figure: T
    gap: TableMissing | None = None
    """Why *figure* is that of an earlier day: an estimate."""

    @property
    def days(self) -> int:
        """How many days."""
        return (self.ends - self.begins).days


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The days that are billed, and how the tables are asked about them."""

    begins: date
    ends: date
    tables: Tables
    priced_on: date | None = None
    """Every day is priced as this one, and the period is one year. None: each day as itself."""
    estimates: bool = False
    """Whether the last figures go on where a table has none."""

    @property
    def days(self) -> int:
        """How many days."""
        return (self.ends - self.begins).days

    def spans[T](self, ask: Callable[[date], T], ends_of: Callable[[T], date]) -> list[Span[T]]:
        """The period cut where what *ask* answers about a day changes (`ends_of`: until when)."""
        if self.priced_on is not None:
            return [Span(self.begins, self.ends, ask(self.priced_on))]
        found: list[Span[T]] = []
        day = self.begins
        while day < self.ends:
            figure = ask(day)
            until = min(ends_of(figure), self.ends)
            found.append(Span(day, until, figure))
            day = until
        return found

    def spans_or_gaps[T](
        self, ask: Callable[[date], T], ends_of: Callable[[T], date]
    ) -> list[Span[T | TableMissing]]:
        """As `spans`; where a table has no figures, what says so stands in their place.

        Of an estimate the last figures stand there, and what says so beside them.
        """

        def ask_or_miss(day: date) -> T | TableMissing:
            try:
                return ask(day)
            except TableMissing as gap:
                return gap

        def end_of(figure: T | TableMissing) -> date:
            return figure.until if isinstance(figure, TableMissing) else ends_of(figure)

        return [self._estimate(span, ask) for span in self.spans(ask_or_miss, end_of)]

    def _estimate[T](
        self, span: Span[T | TableMissing], ask: Callable[[date], T]
    ) -> Span[T | TableMissing]:
        gap = span.figure
        if not self.estimates or not isinstance(gap, TableMissing) or gap.last is None:
            return span
        return Span(span.begins, span.ends, ask(gap.last), gap)

    def share(self, begins: date, ends: date) -> Decimal:
        """The days [begins, ends) as a share of the year's amount.

        Each day is a 365th, or a 366th in a leap year, so that a civil year is one amount; in a
        period that is priced as one day, each is the same share of it.
        """
        if self.priced_on is not None:
            return Decimal((ends - begins).days) / self.days
        return sum((Decimal(n) / of_year for n, of_year in _by_year(begins, ends)), Decimal(0))


def _by_year(begins: date, ends: date) -> Iterator[tuple[int, int]]:
    """How many of the days lie in each civil year, and how many days it has."""
    for year in range(begins.year, (ends - timedelta(days=1)).year + 1):
        first, after = date(year, 1, 1), date(year + 1, 1, 1)
        yield (min(ends, after) - max(begins, first)).days, (after - first).days


def intersect_spans[T, U](
    ones: list[Span[T]], others: list[Span[U]]
) -> Iterator[Span[tuple[T, U]]]:
    """The periods over which both figures hold."""
    for one in ones:
        for other in others:
            begins, ends = max(one.begins, other.begins), min(one.ends, other.ends)
            if begins < ends:
                yield Span(begins, ends, (one.figure, other.figure), one.gap or other.gap)
