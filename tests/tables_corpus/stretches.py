"""Periods that one cell tells, or the name of a column: quarters, halves, weeks, some months."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import batched, cycle
from random import Random

from tests.tables_corpus.ordinary import case
from tests.tables_corpus.rules import ruled
from tests.tables_corpus.sheets import CSV, FRENCH, ODS, XLSX, Row
from tests.tables_corpus.truth import Case, Truth
from tests.tables_corpus.world import MONTHS, bills, prm

type Label = Callable[[date, date], str]
"""How a period is written, from its first and its last day."""
type Stretch = tuple[str, str, date, date, Decimal]
"""Point, site, first day, the day after the last, kWh."""

_TITLE: Row = ["Consommations électriques (kWh)"]


def _rank(first: date, months: int) -> int:
    return (first.month - 1) // months + 1


def _th(rank: int) -> str:
    return "1er" if rank == 1 else f"{rank}ème"


def _named(day: date) -> str:
    return MONTHS[day.month - 1]


FORMS: tuple[tuple[int, Label], ...] = (
    (3, lambda a, b: f"T{_rank(a, 3)} {a.year}"),
    (3, lambda a, b: f"{_th(_rank(a, 3))} trimestre {a.year}"),
    (3, lambda a, b: f"{a.year}-T{_rank(a, 3)}"),
    (3, lambda a, b: f"Q{_rank(a, 3)} {a.year}"),
    (3, lambda a, b: f"{_rank(a, 3)}T{a.year}"),
    (3, lambda a, b: f"{a:%m/%Y}-{b:%m/%Y}"),
    (3, lambda a, b: f"{_named(a)} {a.year} – {_named(b)} {b.year}"),
    (6, lambda a, b: f"S{_rank(a, 6)} {a.year}"),
    (6, lambda a, b: f"{_th(_rank(a, 6))} semestre {a.year}"),
    (6, lambda a, b: f"de {_named(a)} à {_named(b)} {a.year}"),
    (2, lambda a, b: f"{_named(a)}-{_named(b)} {a.year}"),
    (2, lambda a, b: f"{_named(a)} et {_named(b)} {a.year}"),
    (2, lambda a, b: f"{a:%m}-{b:%m/%Y}"),
    (2, lambda a, b: f"bimestre {_rank(a, 2)} {a.year}"),
)  # fmt: skip
DATES: tuple[Label, ...] = (
    lambda a, b: f"{a:%d/%m/%Y} - {b:%d/%m/%Y}",
    lambda a, b: f"du {a:%d/%m/%Y} au {b:%d/%m/%Y}",
    lambda a, b: f"{a:%d/%m/%Y}-{b:%d/%m/%Y}",
    lambda a, b: f"{a:%Y-%m-%d} au {b:%Y-%m-%d}",
)
HEADS = ("Période", "Période de consommation", "Trimestre")


def stretches_of(draw: Random, months: int, years: int = 1) -> list[Stretch]:
    """Some points, each with the energies of as many months together."""
    return [
        (
            part[0].point,
            part[0].site,
            part[0].start,
            part[-1].end,
            sum((b.kwh for b in part), Decimal()),
        )
        for some in batched(bills(draw, 3, 12 * years, 2025 - years + 1), 12 * years)
        for part in batched(some, months)
    ]


def known(some: Sequence[Stretch]) -> Truth:
    """Their energies."""
    return Truth(energy={(p, "import", a, b): kwh for p, _, a, b, kwh in some})


def _label(form: Label, one: Stretch) -> str:
    return form(one[2], one[3] - timedelta(days=1))


def _wide(
    some: Sequence[Stretch], form: Label, size: int, *, total: int | None = None
) -> list[Row]:
    more = [] if total is None else ["Total 2025"]
    rows: list[Row] = [_TITLE, ["PRM", "Site", *(_label(form, o) for o in some[:size]), *more]]
    for group in batched(some, size):
        kwh = [one[4] for one in group]
        sums = [] if total is None else [sum(kwh) + total]
        rows.append([group[0][0], group[0][1], *kwh, *sums])
    return rows


def _long(some: Sequence[Stretch], form: Label, head: str = "Période") -> list[Row]:
    rows: list[Row] = [["PRM", "Site", head, "Consommation (kWh)"]]
    return rows + [[o[0], o[1], _label(form, o), o[4]] for o in some]


def forms(draw: Random) -> Iterator[Case]:
    """Each way to write a period, in rows and as columns."""
    dialects = cycle((CSV, XLSX, FRENCH[1], ODS))
    for variant, (months, form) in enumerate(FORMS):
        some = stretches_of(draw, months)
        rows = _long(some, form, HEADS[variant % 3 if months == 3 else 0])
        yield case("a period in one cell", f"Conso {variant}", rows, known(some), next(dialects))
        rows = _wide(some, form, 12 // months)
        yield case("periods as columns", f"Conso {variant}", rows, known(some), next(dialects))
    for variant, form in enumerate(DATES):
        some = stretches_of(draw, 1 + variant % 2)
        rows = _long(some, form)
        yield case("two days in one cell", f"Conso {variant}", rows, known(some), next(dialects))
    for variant, text in enumerate(("S{:02} 2025", "2025-W{:02}", "Semaine {} 2025")):
        point, told = prm(draw), Truth()
        rows = [["PRM", "Semaine", "Consommation (kWh)"]]
        for week in range(1, 11):
            first, kwh = date.fromisocalendar(2025, week, 1), Decimal(draw.randrange(90, 300))
            rows.append([point, text.format(week), kwh])
            told.energy[point, "import", first, first + timedelta(days=7)] = kwh
        yield case("a week in one cell", f"Conso {variant}", rows, told, next(dialects))


def beside(draw: Random) -> Iterator[Case]:
    """Totals among them; halves of two years; euros under the same periods; months beside."""
    rule, (months, form) = "a total of periods", FORMS[0]
    for total, told in ((None, "quiet"), (0, "quiet"), (4000, "block")):
        some = stretches_of(draw, months)
        yield ruled(rule, told, _wide(some, form, 4, total=total), known(some), XLSX)
    some = stretches_of(draw, months)
    rows = _long(some, form)
    for at in (12, 8, 4):
        sums = sum(one[4] for one in some[at - 4 : at])
        rows.insert(at + 1, [some[at - 1][0], some[at - 1][1], "Total", sums])
    yield ruled(rule, "quiet", rows, known(some))
    halves, two = FORMS[7][1], stretches_of(draw, 6, 2)
    yield case("halves of two years", "Conso", _wide(two, halves, 4), known(two))
    some = stretches_of(draw, months)
    rows = _wide(some, form, 4)
    rows[1] = [*rows[1], *(f"T{n} 2025 (€)" for n in range(1, 5))]
    rows[2:] = [[*row, *(Decimal(90 + n) for n in range(4))] for row in rows[2:]]
    yield ruled("euros under the same periods", "block", rows, Truth())
    each = stretches_of(draw, 1)
    rows = [["PRM", "Mois", "Trimestre", "Consommation (kWh)"]]
    rows += [[o[0], f"{o[2]:%m/%Y}", form(o[2], o[2]), o[4]] for o in each]
    yield case("a quarter beside its months", "Conso", rows, known(each), XLSX)
    rows = [["PRM", "Trimestre", "Consommation (kWh)"]]
    rows += [[o[0], _rank(o[2], 3), o[4]] for o in stretches_of(draw, 3)]
    yield ruled("numbers of quarters", "block", rows, Truth())


def stretches(draw: Random) -> Iterator[Case]:
    """Every one."""
    for family in (forms, beside):
        yield from family(draw)
