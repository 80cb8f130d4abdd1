"""Which columns hold the numbers that are meant: all candidates are weighed, none wins unproved."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from statistics import median_low
from typing import NamedTuple

from synergie.errors import BadInput
from synergie.formats.checks import N_
from synergie.formats.tables import _evidence as evidence
from synergie.formats.tables import _sample as sample
from synergie.formats.tables._cells import month_of, parse_amount, parse_year, strip_cell_text
from synergie.formats.tables._fields import (
    COSTS,
    NUMBERS,
    Found,
    TableStart,
    compare_dials,
)
from synergie.formats.tables._heading import (
    NO_ENERGY,
    Heading,
    is_denied,
    parse_heading,
    plain_symbols,
)
from synergie.formats.tables._labels import is_total
from synergie.formats.tables._words import find_name_meaning, normalize_words
from synergie.schemas.readings.table_profile import ENERGIES, Layout, TableProfile

SURE, WEAK = 0.9, 0.3
"""Least score of what is read unasked, and most of what stands beside it."""
_OF_QUALITY = re.compile(r"(?i)[(\[]?\b(?:estim|pr[ée]v|r[ée]el|provisoire)\w*\.?[)\]]?")
"""What stands behind a month and says how its energy is known."""
_OF_MONTHS = re.compile(
    r"(total |somme |cumul )?(t|q|s|trim\w*|semestre|sem)? ?[1-4]?(er|e|eme)? ?(trim\w*|semestre)?"
    r"( ?(19|20)?\d\d)?( [km]?wh)?"
)
"""Names of quarters and halves, which are sums of the months beside."""
_OF_YEARS = re.compile(r"\b(annuel(le)?s?|an|annual|yearly)\b")
_OF_OTHER_TIME = re.compile(
    r"\b(?:jours?|journees?|diurnes?|ete|estivale?s?|hiver|hivernale?s?)\b"
    r"|(?<![\w-])[a-z] ?- ?[1-9]\d?\b"
)
"""A span that no month is, a class of hours by its span, or a period before (`A-1`, `P-12`)."""
_LEAST_PART, _MOST_PART = Decimal("0.01"), Decimal("0.995")
"""Of what dials differ by; less is another unit."""
_OF_HOURS = re.compile(r"\b(?:heures?|h|hours?|durees?|jours?|days?)\b")
_SCALES = tuple(map(Decimal, ("1", "1000", "0.001")))
_SUMS = frozenset({"register", "running_sum"})
_NO_ENERGY = frozenset({"price", "amount", "ratio"})
"""What a class may be told in beside its energy: `HP (€)`."""
_ROWS = sample.COMPARED
_FEW = 3
_SHOWN = 3

_WHO = frozenset({"supply_point", "name", "commune"})
_ONE_MONTH = "one column a month, or a head that tells the two apart"
_ONE_TABLE = "one table a sheet: what stands beside it is a sheet or a file of its own"
_UNTOLD = N_("the name says no quantity that is read")
_REASONS = {
    "price": N_("a price"),
    "amount": N_("an amount of money"),
    "component": N_("a part of the bill"),
    "ratio": N_("a ratio"),
    "coefficient": N_("a coefficient"),
    "statistic": N_("a statistic of the period"),
    "forecast": N_("forecast, estimated or set: not measured"),
    "previous": N_("another period"),
    "reactive": N_("reactive energy"),
    "loss": N_("losses or primary energy"),
    "self_consumed": N_("consumed where it was produced: it never passes the meter of the grid"),
    "production": N_("produced, which is not fed in"),
    "power": N_("a power"),
    "apparent": N_("a power"),
    "register": N_("what a dial shows"),
    "running_sum": N_("a running sum"),
    "volume": N_("a volume"),
    "unknown": _UNTOLD,
}


class ColumnTold(NamedTuple):
    """What one column was taken for, and why."""

    name: str
    role: str
    """The field it is read as, or what its name says it is."""
    score: float
    """How surely, 0 to 1."""
    why: str
    """English."""
    read: bool


@dataclass(slots=True)
class Candidates:
    """The columns that may hold the energy or the power of a row, and what speaks for each."""

    seen: TableStart
    found: Found
    layout: Layout
    profile: TableProfile
    """How numbers are written, as far as it is told."""
    forced: Mapping[int, str] = field(default_factory=dict)
    doubtful: list[int] = field(default_factory=list)
    """Those of which one is to be chosen; empty: nothing is open."""
    groups: list[tuple[int, ...]] = field(default_factory=list)
    """The same by class and flow: of each group one is chosen."""
    why: dict[int, str] = field(default_factory=dict)
    scores: dict[int, float] = field(default_factory=dict)
    dials: dict[int, Decimal] = field(default_factory=dict)
    """How many times a column is what dials beside differ by."""

    def choose(self) -> None:
        """Leave one column of values a class and flow in `found`; the others are told or asked."""
        self._costs()
        self.dials = compare_dials(self.seen)
        if self.layout in {"points", "wide_months"}:
            self._other_months()
            return
        groups: dict[tuple[str | None, str], list[int]] = {}
        for at in self._fitting():
            told = self.found[at]
            groups.setdefault((told.tariff_class, self.flow(at)), []).append(at)
        for some in groups.values():
            self._choose_column(some)

    def _costs(self) -> None:
        """Put aside costs of another year than the rows, or of a year where rows are none."""
        years, whole = self.years(), self._has("month", "from_date", "date")
        for at in [at for at, told in self.found.items() if told.field in COSTS]:
            name = self.seen.head.names[at]
            other = years and self.head(at).year not in {None, *years}
            if at not in self.forced and (
                other or (whole and _OF_YEARS.search(normalize_words(name)))
            ):
                self._leave(at, _REASONS["previous"])

    def _fitting(self) -> Iterator[int]:
        """Value columns of a dimension that the layout reads; the others are put aside."""
        values = [at for at, told in self.found.items() if told.field == "value"]
        heads = {at: self.head(at) for at in values}
        for at in values:
            if at in self.forced or self.dials.get(at) == 1:
                yield at
                continue
            why = self._aside(at, heads)
            if why is None:
                yield at
            else:
                self._leave(at, why)

    def _aside(self, at: int, heads: Mapping[int, Heading]) -> str | None:
        head, others = heads[at], [one for place, one in heads.items() if place != at]
        if head.role in _SUMS and any(one.role not in _SUMS | {"production"} for one in others):
            return _REASONS[head.role]
        if head.role in _NO_ENERGY:
            return _REASONS[head.role]
        if self.layout == "periods" and head.unit is not None and head.unit not in ENERGIES:
            return _REASONS["power"]
        if head.role == "production" and any(one.role != "production" for one in others):
            return _REASONS["production"]
        if self.layout == "curve" and head.role == "energy" and head.unit is None:
            return None
        return self._of_another_time(head)

    def _of_another_time(self, head: Heading) -> str | None:
        """Why an energy a day, or of another year, is none of the row's period."""
        by_day = self._is_by_day() and not self._has("datetime", "time")
        fits = {"month": self._has("month"), "day": by_day, "hour": self.layout == "curve"}
        if head.lapse is not None and not fits.get(head.lapse):
            return N_("an energy of another length than the row's period")
        years = self.years()
        if head.year is not None and years and years != {head.year}:
            return _REASONS["previous"]
        return None

    def _is_by_day(self) -> bool:
        return self.layout == "curve" or not self._has("month", "year", "from_date")

    def _has(self, *fields: str) -> bool:
        return any(told.field in fields for told in self.found.values())

    def years(self) -> set[int]:
        """The years of the rows, as far as their dates or the months of the head tell."""
        names = self.seen.head.names if self.layout == "wide_months" else ()
        out = {one[0] for name in names if (one := month_of(name)) and one[0] is not None}
        for at, told in self.found.items():
            if told.field in {"from_date", "date", "datetime", "month", "year"}:
                for cell in self.seen.column(at)[:_ROWS]:
                    text = strip_cell_text(cell)
                    month = month_of(text) if isinstance(cell, str) else None
                    if month is not None and month[0] is not None:
                        out.add(month[0])
                    elif told.field == "year" and (year := parse_year(text)) is not None:
                        out.add(year)
                    elif (day := sample.read(cell)) is not None:
                        out.add(day.year)
        return out

    def _choose_column(self, some: Sequence[int]) -> None:
        self._weigh(some)
        if self._is_decided(some):
            return
        kept = self._settled(some) if len(some) > 1 else self._find_proof(some[0])
        if kept is not None:
            for at in some:
                if at != kept:
                    self._leave(
                        at, self.why.get(at, N_("its numbers follow from those of the column read"))
                    )
            return
        if self.scores[some[0]]:
            self.doubtful += some
            self.groups.append(tuple(some))
        else:
            self._leave(some[0], self.why[some[0]])

    def _weigh(self, some: Sequence[int]) -> None:
        for at in some:
            score = 1.0 if at in self.forced else self.head(at).score
            if self.head(at).role == "unknown" and at not in self.forced:
                score = 1.0  # `P` or `Total` among classes: their sum is compared row by row
            if at not in self.forced and self.head(at).role in _SUMS and self.layout == "periods":
                score, self.why[at] = min(score, 0.5), _REASONS[self.head(at).role]
            if at not in self.forced and self._tells_other_time(at):
                score, self.why[at] = min(score, 0.8), N_("its name may tell another time")
            if at not in self.forced and _LEAST_PART < self.dials.get(at, 1) < _MOST_PART:
                score, self.why[at] = min(score, 0.5), N_("less than its dials beside differ by")
            if self.dials.get(at) == 1:
                score, self.why[at] = 1.0, N_("what the dials beside differ by")
            if at not in self.forced and (why := self._find_doubt(at)) is not None:
                score, self.why[at] = min(score, 0.5), why
            self.scores[at] = score

    def _find_doubt(self, at: int) -> str | None:
        """What its numbers, or columns beside, say against an energy.

        Hours times a number that is the same for all rows of a point are no measure; an energy that
        is twice its ratio times what that is of has another unit, or another ratio.
        """
        if self._n_periods() > _FEW and evidence.is_constant(self.numbers(at)):
            return N_("the same number in every row")
        heads = {one: self.head(one) for one in range(len(self.seen.head.names)) if one != at}
        ratios = [one for one, head in heads.items() if _is_ratio(head)]
        times = [
            one for one in heads if _OF_HOURS.search(normalize_words(self.seen.head.names[one]))
        ]
        pairs = [(one, other) for one in {*ratios, *times} for other in heads if one != other]
        for one, other in pairs if self.layout == "periods" else ():
            if not (self._is_numeric(one) and self._is_numeric(other)):
                continue
            told = self.numbers(one), self.numbers(other)
            factor = evidence.find_product_factor(*told, self.numbers(at))
            if factor is None:
                continue
            if one in times and self._is_of_points(told[1]):
                return N_("hours or days times one number of its point: it was computed")
            if one in ratios and not any(evidence.is_near(factor, scale) for scale in _SCALES):
                return N_("another number than the ratio beside makes it")
        return None

    def _is_of_points(self, numbers: evidence.Numbers) -> bool:
        """Whether all rows of a point have the same one of *numbers*."""
        who = [at for at, told in self.found.items() if told.field in _WHO]
        points: dict[tuple[str, ...], set[Decimal | None]] = {}
        for cells, number in zip(self.seen.below(), numbers, strict=False):
            key = tuple(strip_cell_text(cells[at]) for at in who if at < len(cells))
            points.setdefault(key, set()).add(number)
        return all(len(some) == 1 for some in points.values())

    def _tells_other_time(self, at: int) -> bool:
        """Whether the name of an energy may tell a time that no row is of: `kWh de jour`, `A-1`."""
        bare = self.found[at].tariff_class is None and self.layout == "periods"
        name = plain_symbols(self.seen.head.names[at])
        return bare and not self._is_by_day() and _OF_OTHER_TIME.search(name) is not None

    def _n_periods(self) -> int:
        """How many periods a table of periods tells; 0 for another."""
        if self.layout != "periods":
            return 0
        times = [at for at, told in self.found.items() if told.field in {"month", "from_date"}]
        return max(
            (len(set(map(strip_cell_text, self.seen.column(at)))) for at in times), default=0
        )

    def _is_decided(self, some: Sequence[int]) -> bool:
        ranked = sorted(some, key=lambda at: -self.scores[at])
        sure = self.scores[ranked[0]] >= SURE
        forced = [at for at in some if at in self.forced]
        if len(forced) == 1:
            ranked = [*forced, *(at for at in ranked if at not in forced)]
            sure = True
        elif len(ranked) > 1 and self.scores[ranked[1]] > WEAK:
            return False
        if sure:
            for at in ranked[1:]:
                self._leave(at, N_("another column was chosen"))
        return sure

    def _find_proof(self, at: int) -> int | None:
        """*at* where its price and cost, or its classes, prove that it is the energy of the row.

        Where classes that are sure are there and it is not their sum, it is put aside.
        """
        mine = self.numbers(at)
        classes = [
            self.numbers(one)
            for one, told in self.found.items()
            if told.field == "value" and told.tariff_class and self.head(one).score >= SURE
        ]
        if self.found[at].tariff_class is None and len(classes) > 1:
            if evidence.is_sum(mine, classes):
                self.why[at] = N_("the sum of the other columns")
                return at
            self.scores[at], self.why[at] = 0.0, N_("another number than its classes together")
            return None
        if self._sums_to_total(at):
            self.why[at] = N_("the sum of the classes is the whole")
            return at
        prices = [self.numbers(one) for one in self._of_role("price")]
        costs = [self.numbers(one) for one, told in self.found.items() if told.field in COSTS]
        if any(evidence.is_product(mine, a, b) for a in prices for b in costs):
            self.why[at] = N_("times the price it is the amount")
            return at
        return None

    def _sums_to_total(self, at: int) -> bool:
        """Whether a class and all others are together the one energy that is surely all of it."""
        values = {one: told for one, told in self.found.items() if told.field == "value"}
        whole = [one for one, told in values.items() if told.tariff_class is None]
        sure = len(whole) == 1 and self.head(whole[0]).score >= SURE
        if self.found[at].tariff_class is None or not sure:
            return False
        parts = [self.numbers(one) for one in values if one not in whole]
        return len(parts) > 1 and evidence.is_sum(self.numbers(whole[0]), parts)

    def _of_role(self, role: str) -> Iterator[int]:
        names = self.seen.head.names
        return (at for at, one in enumerate(names) if parse_heading(one).role == role)

    def _settled(self, some: Sequence[int]) -> int | None:
        """The column that the numbers prove; None when they prove none."""
        numbers = {at: self.numbers(at) for at in some}
        for at in some:
            rest = [numbers[one] for one in some if one != at]
            if len(rest) > 1 and evidence.is_sum(numbers[at], rest):
                self.why[at] = N_("the sum of the other columns")
                return at
        same = self._same(some, numbers)
        if len(same) == 1:
            return same[0]
        others = [
            self.numbers(at)
            for at in range(len(self.seen.head.names))
            if at not in same and self._is_numeric(at)
        ]
        proved = [at for at in same if evidence.is_factor_of_others(numbers[at], others)]
        if len(proved) == 1:
            self.why[proved[0]] = N_("times the price it is the amount")
            return proved[0]
        return None

    def _same(self, some: Sequence[int], numbers: Mapping[int, evidence.Numbers]) -> list[int]:
        """*some* without those that tell the same again in another unit; the finest stays."""
        left = sorted(some, key=lambda at: _rank_unit_fineness(self.head(at)))
        out: list[int] = []
        for at in left:
            expected = [_list_unit_factors(self.head(at), self.head(one)) for one in out]
            again = any(
                evidence.find_ratio(numbers[at], numbers[one]) in wanted
                for one, wanted in zip(out, expected, strict=True)
            )
            if not again:
                out.append(at)
        return out

    def _leave(self, at: int, why: str) -> None:
        self.found.pop(at, None)
        self.why[at] = why

    def _other_months(self) -> None:
        """BadInput for two columns of one month: of two, none is taken unproved."""
        if self.layout != "wide_months":
            return
        names = self.seen.head.names
        self._stop_at_other_table()
        for at, name in enumerate(names):
            if at not in self.forced and self._may_be_month(at, name):
                raise BadInput(
                    f"/{name}", name, "the name of a month, or the answer role:COLUMN=ignore"
                )
            stem, mark, rank = name.rpartition(" (")
            if mark and rank.rstrip(")").isdecimal() and month_of(stem) and at not in self.forced:
                raise BadInput(f"/{name}", name, _ONE_MONTH)

    def _stop_at_other_table(self) -> None:
        """BadInput where the months begin again, or after points of their own: a table beside."""
        before: dict[int, set[int | None]] = {}
        for at, name in enumerate(self.seen.head.names):
            told, column = month_of(name), find_name_meaning(name)
            if told is not None and at not in self.forced:
                years = before.setdefault(told[1], set())
                if years and (told[0] in years or None in {told[0], *years}):
                    raise BadInput(f"/{name}", name, _ONE_MONTH)
                years.add(told[0])
            elif before and column is not None and column.field in _WHO and self._goes_on(at):
                raise BadInput(f"/{name}", name, _ONE_TABLE)

    def _goes_on(self, at: int) -> bool:
        """Whether months stand behind a column."""
        return any(month_of(name) for name in self.seen.head.names[at + 1 :])

    def _may_be_month(self, at: int, name: str) -> bool:
        """Whether a column of numbers stands between months, and its name says nothing of it."""
        if at not in self.found and _tells_month(name) and self._is_numeric(at):
            return True
        after = [i for i, one in enumerate(self.seen.head.names) if month_of(one)]
        if at in self.found or not after[0] < at < after[-1] or month_of(name):
            return False
        if _OF_MONTHS.fullmatch(normalize_words(name)):
            return False
        return (
            parse_heading(name).role == "unknown" and not is_denied(name) and self._is_numeric(at)
        )

    def head(self, at: int) -> Heading:
        """What the name of the column says."""
        return parse_heading(self.seen.head.names[at])

    def role(self, at: int) -> str:
        """What the column was said to be, else what its name says."""
        return self.forced.get(at) or self.head(at).role

    def flow(self, at: int) -> str:
        """The way that its energy goes."""
        role = self.role(at)
        return role if role in {"injected", "production"} else "drawn"

    def _is_numeric(self, at: int) -> bool:
        told = self.found.get(at)
        if told is not None and told.field not in NUMBERS:
            return False
        column = self.seen.column(at)
        return bool(column) and sample.share(column, sample.is_number) > sample.MOST

    def numbers(self, at: int, way: TableProfile | None = None) -> list[Decimal | None]:
        """The numbers of a column, row by row, written that *way*; None where none can be read."""
        out: list[Decimal | None] = []
        for cells in self.seen.below()[:_ROWS]:
            try:
                read = parse_amount(cells[at], "", way or self.profile) if at < len(cells) else None
                out.append(read)
            except BadInput:
                out.append(None)
        return out

    def usual(self, places: Sequence[int]) -> Decimal | None:
        """The middle one of the sizes of the numbers of some columns; None when all are zero."""
        sizes = [abs(one) for at in places for one in self.numbers(at) if one]
        return median_low(sizes) if sizes else None

    def describe_column(self, at: int) -> str:
        """The column, its first numbers, and the sum of those looked at."""
        numbers = [one for one in self.numbers(at) if one is not None]
        first = "; ".join(f"{one:f}" for one in numbers[:_SHOWN])
        return f"“{self.seen.head.names[at]}”: {first}… (Σ {sum(numbers, Decimal(0)):f})"

    def describe_columns(self) -> tuple[ColumnTold, ...]:
        """Every column of the head: what it is taken for, and why."""
        return tuple(self._describe_role(at, name) for at, name in enumerate(self.seen.head.names))

    def _describe_role(self, at: int, name: str) -> ColumnTold:
        head, found = parse_heading(name), self.found.get(at)
        if found is not None:
            score = self.scores.get(at, 1.0)
            return ColumnTold(
                name,
                found.field,
                score,
                self.why.get(at, N_("its name says so")),
                at not in self.doubtful,
            )
        if self.layout == "wide_months" and month_of(name):
            return ColumnTold(name, "value", 1.0, N_("a month"), True)
        why = self.why.get(at) or _REASONS.get(head.role, _UNTOLD)
        return ColumnTold(name, head.role, head.score, why, False)


def _is_ratio(head: Heading) -> bool:
    """Whether its numbers are an energy over something: a m², a bed, a day."""
    return (head.role == "ratio" and head.lapse is None) or head.lapse == "day"


def _tells_month(name: str) -> bool:
    """Whether *name* is a month and words that do not say that its energy is none of it."""
    text = normalize_words(name)
    if month_of(name) or parse_heading(name).role not in {"unknown", "energy", "forecast"}:
        return False
    if (
        is_total(text)
        or NO_ENERGY.search(text)
        or (is_denied(name) and not _OF_QUALITY.search(name))
    ):
        return False
    some = name.split()
    parts = (some[:-1], some[1:], some[:1], some[-1:])
    return any(month_of(" ".join(part)) for part in parts if part)


def _rank_unit_fineness(head: Heading) -> int:
    return {"Wh": 0, "kWh": 1, None: 2, "MWh": 3}.get(head.unit, 2)


def _list_unit_factors(one: Heading, other: Heading) -> set[Decimal]:
    """How many times *one* the numbers of *other* may be, by their units."""
    scale = {"Wh": 0, "kWh": 3, "MWh": 6}
    if one.unit in scale and other.unit in scale:
        return {Decimal(10) ** (scale[one.unit] - scale[other.unit])}
    return {Decimal(1), Decimal(1000), Decimal("0.001")}
