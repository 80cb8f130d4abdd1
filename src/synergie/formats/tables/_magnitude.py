"""Whether energies are as much as their power can give, as those beside, and as they cost."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from statistics import median

from synergie.formats import checks
from synergie.formats.report import Report
from synergie.formats.tables._span import Span

MOST_KWH_MONTH = Decimal(250_000)
"""What no building takes in a month (formats.md §13): more is asked about."""
LEAST_KWH_MONTH, LEAST_EXACT = Decimal(11), Decimal(100)
"""What a point of 3 kVA takes at a two-hundredth of its power, and where most have three decimals,
as MWh have that are told to the kWh: less is asked about."""
_MARGIN, _HOURS = Decimal("1.5"), Decimal("729.6")
_MANY = 0.05
_HUNDREDFOLD = 100
_DECIMALS = 3
_CHEAP, _DEAR = Decimal("0.02"), Decimal(2)
_LEAST_PRICE, _MOST_PRICE = Decimal("0.005"), Decimal(3)
"""EUR/kWh."""
_FINE = 2
_FEW = 3
_BESIDE = 20
"""Times that others take more than a point whose numbers alone have decimals."""
_MOST_DAYS = 300
_THOUSAND, _ALIKE, _PART, _NONE = 1000, 8, 4, Decimal(0)


def find_implausible_energies(series: Sequence[Sequence[Span]], report: Report) -> set[int]:
    """What the energies of each point and class are against their power and one another.

    The records that are suspect, by their identity.
    """
    spans = [span for some in series for span in some if span.kwh]
    _report_tiny_energies(spans, report)
    whole = [span.monthly for some in series if _is_whole(some) for span in some if span.kwh]
    usual = median(whole) if whole else Decimal(0)
    for some in series:
        _under_beside(some, usual, report)
    for some in series:
        _report_mixed_units(some, report)
    _report_units_of_periods(series, report)
    _report_unlikely_costs(spans, report)
    return _find_excessive_energies(spans, report) | _find_prices_apart(series, report)


def _find_prices_apart(series: Sequence[Sequence[Span]], report: Report) -> set[int]:
    """Energies of a point that cost twenty times what those of the others do, or a twentieth.

    A point that takes little has a dear kWh, but no bills of the size of others'.
    """
    told = [[span for span in some if span.price and span.one.cost_eur] for some in series]
    costs = {
        at: (
            median(s.price or _NONE for s in some),
            median(abs(s.kwh * (s.price or _NONE)) for s in some),
        )
        for at, some in enumerate(told)
        if len(some) >= _FEW
    }
    apart = set[int]()
    usual, size = (median([some[at] for some in costs.values()] or [_NONE]) for at in (0, 1))
    for at, (price, cost) in costs.items() if len(costs) >= _FEW else ():
        if usual > price * _BESIDE or (price > usual * _BESIDE and cost * _PART > size):
            first = told[at][0]
            named = first.one.name, f"{price:.3f}", f"{usual:.3f}"
            report.find(checks.PRICE_APART, *named, place=first.place)
            apart |= {id(span.one) for span in series[at]}
    return apart


def _report_mixed_units(some: Sequence[Span], report: Report) -> None:
    """Energies with decimals that are a thousandth of those of the same point without."""
    whole = [span for span in some if span.kwh and not span.places]
    fine = [span for span in some if span.kwh and span.places >= _FINE]
    if not whole or not fine:
        return
    usual, less = median(span.monthly for span in whole), median(span.monthly for span in fine)
    if usual / _ALIKE <= less * _THOUSAND <= usual * _ALIKE:
        first = fine[0]
        report.find(checks.UNDER_THE_USUAL, f"{usual:.0f}", f"{less:f}", place=first.place)


def _report_units_of_periods(series: Sequence[Sequence[Span]], report: Report) -> None:
    """Periods in which each point has a thousandth of what it has else; a year of one point, too.

    A month of one point may be one in which it was closed.
    """
    told: dict[tuple[date, date], list[Span]] = defaultdict(list)
    small: dict[tuple[date, date], list[tuple[Span, Decimal]]] = defaultdict(list)
    for some in series:
        filled = [span for span in some if span.kwh > 0]
        most = max((span.monthly for span in filled), default=_NONE)
        large = [span.monthly for span in filled if span.monthly * _HUNDREDFOLD > most]
        for span in filled if len(filled) >= _FEW else ():
            key, usual = (span.one.from_date, span.one.to_date), median(large)
            told[key].append(span)
            if usual / _ALIKE <= span.monthly * _THOUSAND <= usual * _ALIKE:
                small[key].append((span, usual))
    for key, some_small in small.items():
        span, usual = some_small[0]
        if len(some_small) == len(told[key]) > 1 or span.days > _MOST_DAYS:
            named = f"{usual:.0f}", f"{span.monthly:f}"
            report.find(checks.UNDER_THE_USUAL, *named, place=span.place, times=len(some_small))
            return


def _report_unlikely_costs(spans: Sequence[Span], report: Report) -> None:
    """Energies of which each costs what no energy costs: a column is none of what it says."""
    prices = [price for span in spans if (price := span.price) is not None]
    if len(prices) < _FEW or any(_LEAST_PRICE <= price <= _MOST_PRICE for price in prices):
        return
    report.find(checks.COST_UNLIKELY, f"{median(prices):.3f}", place=spans[0].place)


def _find_excessive_energies(spans: Sequence[Span], report: Report) -> set[int]:
    """Energies above what their power, or any building, can take."""
    above = [span for span in spans if span.monthly > _compute_most_energy(span)]
    if not above:
        return set()
    worst = max(above, key=lambda span: span.monthly / _compute_most_energy(span))
    check = checks.OVER_THE_USUAL if worst.kva is None else checks.OVER_POSSIBLE
    args = (worst.one.name, f"{worst.monthly:.0f}", *([] if worst.kva is None else [worst.kva]))
    if len(above) > _MANY * len(spans) or worst.monthly > _HUNDREDFOLD * _compute_most_energy(
        worst
    ):
        report.find(check, *args, place=worst.place, times=len(above))
        return set()
    limit = f"{_compute_most_energy(worst):.0f} kWh"
    report.find(
        checks.ABSURD_VALUE, f"{worst.monthly:.0f} kWh", limit, place=worst.place, times=len(above)
    )
    return {id(span.one) for span in above}


def _compute_most_energy(span: Span) -> Decimal:
    """What the point can take in a month, kWh."""
    if span.kva is None or span.kva <= 0:
        return MOST_KWH_MONTH
    return span.kva * _MARGIN * _HOURS


def _report_tiny_energies(spans: Sequence[Span], report: Report) -> None:
    """All energies tiny, and with decimals: MWh under a head of kWh, or a lost thousand."""
    exact = sum(span.places == _DECIMALS for span in spans) * 2 > len(spans)
    fine = sum(bool(span.places) for span in spans) * 2 > len(spans)
    usual = median(span.monthly for span in spans) if fine else LEAST_KWH_MONTH
    least = LEAST_EXACT if exact or usual < LEAST_KWH_MONTH else LEAST_KWH_MONTH
    if _is_tiny(spans, lambda _: least):
        middle = median(span.monthly for span in spans)
        report.find(checks.UNDER_THE_USUAL, least, f"{middle:f}", place=spans[0].place)


def _is_whole(some: Sequence[Span]) -> bool:
    """Whether a point has many energies, and none with decimals."""
    return len(some) >= _FEW and not any(span.places for span in some)


def _under_beside(some: Sequence[Span], usual: Decimal, report: Report) -> None:
    """One point's energies tiny by its power, or beside others without decimals.

    *usual*: the middle one of those others, brought to a month; zero where there are none.
    """
    filled = [span for span in some if span.kwh]
    if any(span.kva for span in filled):
        is_under = _is_tiny(filled, _compute_least_energy)
    else:
        is_under = _is_far_below(filled, usual)
    if is_under:
        middle = median(span.monthly for span in filled)
        report.find(
            checks.UNDER_THE_USUAL,
            f"{_compute_least_energy(filled[0]):.0f}",
            f"{middle:f}",
            place=filled[0].place,
        )


def _is_far_below(some: Sequence[Span], usual: Decimal) -> bool:
    """Whether one point's energies have decimals, and are a small part of others without."""
    fine = sum(bool(span.places) for span in some)
    if len(some) < _FEW or fine * 2 < len(some) or all(_is_priced(span) for span in some):
        return False
    return median(span.monthly for span in some) * _BESIDE < usual


def _compute_least_energy(span: Span) -> Decimal:
    """A two-hundredth of what its power can give in a month, kWh."""
    return LEAST_KWH_MONTH if not span.kva else span.kva * _HOURS / 200


def _is_tiny(spans: Sequence[Span], least: Callable[[Span], Decimal]) -> bool:
    """Whether all are below what is *least*, some with decimals, and not all have a price."""
    if len(spans) < _FEW or any(span.monthly > least(span) for span in spans):
        return False
    if all(_is_priced(span) for span in spans):
        return False
    return any(0 < span.places <= _DECIMALS for span in spans)


def _is_priced(span: Span) -> bool:
    """Whether its cost is what so much energy costs."""
    return span.price is not None and _CHEAP <= span.price <= _DEAR
