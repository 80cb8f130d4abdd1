"""Figures of what is used: months by use, years in kWh and in €, bills beside meters, top points.

Each is drawn of what its page has read. A year or a month that is known in part is striped, and
said so; comparisons are over the same months of the same points.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from synergie.exchange.readings.energies.month_tables import MonthTable, PointTotal, UseMonths
from synergie.exchange.readings.energies.year_tables import BillLine
from synergie.reports.document import Figure
from synergie.reports.figure.bars import Bar, Bars, DotPair, DotPairs
from synergie.reports.figure.cells import State, Strips
from synergie.reports.figure.columns import MOST_SERIES, Columns, Series
from synergie.reports.figure.picture import Cell, Quality, build_figure
from synergie.reports.figure.scale import MONTHS
from synergie.schemas.readings.year_table import YearLine, YearTable
from synergie.server.pages.assets._sites_view import USAGE
from synergie.server.pages.assets.years_view import (
    describe_year_energy,
    describe_year_extent,
    format_year_cost,
)
from synergie.server.pages.words import (
    Speech,
    format_energy,
    format_page_number,
    format_percent,
    short_date,
)

_TOP = 10
_FEWEST_USES = 2
_BILLS = 12
_MONTH = 31
"""Days of a month, at most."""
_SAME = Decimal("0.0005")


def build_month_figure(visit: Speech, table: MonthTable) -> Figure | None:
    """Twelve months by use, a year before as a tick; the title is the total. None: no month."""
    if not table.months:
        return None
    uses = _merge_uses(table.uses)
    chart = Columns(
        title=_describe_total(visit, table),
        steps=[name_month(visit, one) for one in table.months],
        labels=[visit.say(*MONTHS[one.month - 1]) for one in table.months],
        series=[
            Series(
                _name_uses(visit, group),
                tuple(_sum_cell(visit, group, n) for n in range(len(table.months))),
            )
            for group in uses
        ],
        before=Series(
            visit.say("un an plus tôt, mêmes points", "a year before, same points"),
            tuple(_make_cell(visit, one) for one in table.before),
        )
        if any(one is not None for one in table.before)
        else None,
        heads=visit.say("Mois", "Month"),
        unit="kWh",
        source=" ".join(
            filter(
                None,
                (
                    _describe_source(visit, table),
                    describe_missing_months(visit, table),
                ),
            )
        ),
    )
    return build_figure(chart)


def build_top_figure(visit: Speech, table: MonthTable) -> Figure | None:
    """The ten points that use most, each against the same months a year before. None: no month."""
    some = table.totals[:_TOP]
    whole = sum(one.wh for one in table.totals)
    if len(some) < 2 or not whole:  # noqa: PLR2004 (one alone is no comparison)
        return None
    share = Decimal(sum(one.wh for one in some)) / whole
    sites = Counter(one.point.site_name for one in some)
    shared = {name for name, n in sites.items() if n > 1}
    chart = Bars(
        title=visit.say(
            "Les points qui consomment le plus : {} sur {} font {} du total.",
            "The points that use most: {} of {} make {} of the total.",
            len(some),
            format_page_number(visit.lang, len(table.totals)),
            format_percent(visit.lang, share),
        ),
        bars=[_build_point_bar(visit, one, len(table.months), shared) for one in some],
        heads=(visit.say("Point de livraison", "Delivery point"), visit.say("Énergie", "Energy")),
        unit="kWh",
        source=_describe_source(visit, table),
    )
    return build_figure(chart)


def build_known_figure(visit: Speech, table: MonthTable) -> Figure | None:
    """Which months are known, use by use, up to the last closed one. None: no month."""
    if not table.months:
        return None
    silent = _list_silent_months(table)
    strips = [_build_use_strip(visit, one, len(silent)) for one in table.uses]
    title = describe_missing_months(visit, table) or visit.say(
        "Tous les mois sont connus.", "All months are known."
    )
    if silent:
        title = visit.say(
            "Rien depuis {} : mois inconnus depuis lors : {}.",
            "Nothing since {}: months unknown from then on: {}.",
            name_month(visit, table.months[-1]),
            format_page_number(visit.lang, len(silent)),
        )
    chart = Strips(
        title=title,
        steps=[name_month(visit, one) for one in (*table.months, *silent)],
        strips=strips,
        heads=(visit.say("Usage", "Use"), visit.say("Connu", "Known")),
        source=_describe_source(visit, table),
    )
    return build_figure(chart)


def build_year_figures(visit: Speech, table: YearTable) -> tuple[Figure, ...]:
    """Years in kWh, years in €, bills beside meters: those of which there is something to draw."""
    lines = [one for one in table.lines if one.direction == "import"]
    return tuple(_iterate_year_figures(visit, lines))


def build_use_figure(visit: Speech, uses: Iterable[tuple[str | None, YearTable]]) -> Figure | None:
    """What was paid for each use in the newest year that a bill tells; unknown uses by that word.

    None: one use alone, nothing paid, costs with and without VAT that do not compare, or something
    waits to be counted.
    """
    some = list(uses)
    costs = [
        (use, one)
        for use, table in some
        for one in table.lines
        if one.direction == "import" and one.cost_eur is not None
    ]
    year = max((one.year for _, one in costs), default=0)
    told = [(use, one) for use, one in costs if one.year == year]
    told.sort(key=lambda each: each[1].cost_eur or 0, reverse=True)
    alike = len({one.vat_included for _, one in told}) == 1
    if len({use for use, _ in told}) < _FEWEST_USES or not alike:
        return None
    if any(table.waiting for _, table in some):
        return None
    bars = []
    for use, one in told:
        name = _name_use(visit, use)
        if one.energy != "electricity":
            name = f"{name}, {describe_year_energy(visit, one)}"
        text = f"{format_year_cost(visit, one)}, {describe_year_extent(visit, one)}"
        bars.append(Bar(name, float(one.cost_eur or 0), text, _rate_line(one)))
    chart = Bars(
        title=visit.say(
            "Payé en {} par usage : surtout {}, {}.", "Paid in {} by use: mostly {}, {}.",
            year, bars[0].label, format_year_cost(visit, told[0][1]),
        ),
        bars=bars,
        heads=(visit.say("Usage", "Use"), visit.say("Coût", "Cost")),
        unit="€",
        source=visit.say("D'après factures et tableaux.", "By bills and tables."),
    )  # fmt: skip
    return build_figure(chart)


def _iterate_year_figures(visit: Speech, lines: Sequence[YearLine]) -> Iterator[Figure]:
    year = visit.say("Année", "Year")
    costs = [one for one in lines if one.cost_eur is not None]
    if costs:
        first = costs[0]
        chart = Bars(
            title=visit.say(
                "Payé en {} : {}, {}.", "Paid in {}: {}, {}.", first.year,
                format_year_cost(visit, first), describe_year_extent(visit, first),
            ),
            bars=[
                Bar(_name_line(visit, one), float(one.cost_eur or 0), format_year_cost(visit, one),
                    _rate_line(one))
                for one in costs
            ],
            heads=(year, visit.say("Coût", "Cost")),
            unit="€",
            source=visit.say("D'après factures et tableaux.", "By bills and tables."),
        )  # fmt: skip
        yield build_figure(chart)
    if len(lines) > 1 or any(one.origin != "curve" for one in lines):
        first = lines[0]
        chart = Bars(
            title=visit.say(
                "Consommé en {} : {}, d'après {} ; {}.", "Used in {}: {}, by {}; {}.", first.year,
                format_energy(visit.lang, float(first.energy_kwh)),
                describe_year_energy(visit, first), describe_year_extent(visit, first),
            ),
            bars=[_build_year_bar(visit, one) for one in lines],
            heads=(year, visit.say("Énergie", "Energy")),
            unit="kWh",
            source=visit.say("Les barres d'une même année disent la même énergie de plusieurs "
                             "façons ; rayé : une partie manque.",
                             "Bars of one year tell the same energy in several ways; striped: a "
                             "part is missing."),
        )  # fmt: skip
        yield build_figure(chart)
    yield from _iterate_bill_figures(visit, lines)


def _iterate_bill_figures(visit: Speech, lines: Sequence[YearLine]) -> Iterator[Figure]:
    """Years that both a bill and a meter tell whole, of the same points."""
    curves = {(one.year, one.energy): one for one in lines if one.origin == "curve"}
    both = [
        one for one in lines if one.gap_percent is not None and (one.year, one.energy) in curves
    ]
    if not both:
        return
    worst = max(both, key=lambda one: abs(one.gap_percent or 0))
    chart = DotPairs(
        title=visit.say(
            "Écart entre factures ou index et courbes : {} au plus, en {}.",
            "Gap between bills or indexes and curves: {} at most, in {}.",
            _format_gap(visit, worst), worst.year,
        ),
        pairs=[
            DotPair(
                _name_line(visit, one),
                _make_cell(visit, int(one.energy_kwh * 1000)),
                _make_cell(visit, int(curves[one.year, one.energy].energy_kwh * 1000)),
                _format_gap(visit, one),
            )
            for one in both
        ],
        names=(visit.say("factures ou index", "bills or indexes"), visit.say("courbes", "curves")),
        heads=(visit.say("Année", "Year"), visit.say("Écart", "Gap")),
        unit="kWh",
        source=visit.say("L'écart est celui des points que les deux disent en entier.",
                         "The gap is that of the points that both tell whole."),
    )  # fmt: skip
    yield build_figure(chart)


def build_bill_figure(visit: Speech, bills: Sequence[BillLine]) -> Figure | None:
    """The last bills of one point beside its meter, of the same days. None: none can be held."""
    source = next((one.source for one in bills if one.gap is not None), None)
    some = [one for one in bills if one.source == source][:_BILLS][::-1]
    held = [one for one in some if one.gap is not None]
    if not held:
        return None
    worst = max(held, key=lambda one: abs(one.gap or Decimal(0)))
    chart = DotPairs(
        title=visit.say(
            "Factures et compteur, mêmes jours : {}, {}.",
            "Bills and meter, same days: {}, {}.",
            _name_period(visit, worst), _format_bill_gap(visit, worst),
        ),
        pairs=[
            DotPair(
                _name_period(visit, one),
                _make_cell(visit, int(one.total.kwh * 1000)),
                _make_cell(visit, None if one.metered is None else int(one.metered * 1000)),
                _format_bill_gap(visit, one),
            )
            for one in some
        ],
        names=(visit.say("facture", "bill"), visit.say("compteur", "meter")),
        heads=(visit.say("Période", "Period"), visit.say("Écart", "Gap")),
        unit="kWh",
        source=visit.say(
            "Le plus grand écart des {} dernières périodes ({}). Compteur inconnu : un jour au "
            "moins n'est pas mesuré.",
            "The largest gap of the last {} periods ({}). Meter unknown: one day at least is not "
            "measured.",
            len(some), source,
        ),
    )  # fmt: skip
    return build_figure(chart)


def _name_period(visit: Speech, one: BillLine) -> str:
    """01/2025, or the days of a period that is no month."""
    last = one.end - timedelta(days=1)
    if one.start.day == 1 and one.end.day == 1 and (one.end - one.start).days <= _MONTH:
        return name_month(visit, one.start)
    return visit.say(
        "du {} au {}", "{} to {}", short_date(visit.lang, one.start), short_date(visit.lang, last)
    )


def _format_bill_gap(visit: Speech, one: BillLine) -> str:
    """By how much the bill is over or under the meter, in words."""
    if one.gap is None or one.metered is None:
        return visit.say("écart inconnu", "gap unknown")
    told = format_energy(visit.lang, float(abs(one.total.kwh - one.metered)))
    share = format_percent(visit.lang, abs(one.gap))
    if abs(one.gap) < _SAME:
        return visit.say("le même", "the same")
    if one.gap > 0:
        return visit.say("facturé {} de plus ({})", "billed {} more ({})", told, share)
    return visit.say("facturé {} de moins ({})", "billed {} less ({})", told, share)


def _build_year_bar(visit: Speech, one: YearLine) -> Bar:
    text = f"{format_energy(visit.lang, float(one.energy_kwh))}"
    if _rate_line(one) == "estimated":
        text = visit.say("{} (incomplet)", "{} (incomplete)", text)
    return Bar(_name_line(visit, one), float(one.energy_kwh), text, _rate_line(one))


def _rate_line(one: YearLine) -> Quality:
    return "measured" if one.whole_points == one.points and not one.estimated else "estimated"


def _name_line(visit: Speech, one: YearLine) -> str:
    return f"{one.year}, {describe_year_energy(visit, one)}"


def _format_gap(visit: Speech, one: YearLine) -> str:
    gap = one.gap_percent or 0.0
    told = f"{format_page_number(visit.lang, abs(gap), 1)}\u00a0%"
    if not gap:
        return told
    return visit.say("{} de plus", "{} more", told) if gap > 0 else visit.say(
        "{} de moins", "{} less", told
    )  # fmt: skip


def describe_missing_months(visit: Speech, table: MonthTable) -> str:
    """How many months of points are unknown; "": none."""
    whole = sum(one.of * len(one.known) for one in table.uses)
    missing = whole - sum(sum(one.known) for one in table.uses)
    if not missing:
        return ""
    return visit.say(
        "Mois de points qui manquent : {} sur {}.",
        "Months of points that are missing: {} of {}.",
        format_page_number(visit.lang, missing),
        format_page_number(visit.lang, whole),
    )


def _describe_total(visit: Speech, table: MonthTable) -> str:
    """The total, and how it changed over the same months of the same points."""
    total = format_energy(visit.lang, sum(one.wh for one in table.totals) / 1000)
    if describe_missing_months(visit, table):
        total = visit.say("{} (incomplet)", "{} (incomplete)", total)
    told = visit.say(
        "Électricité : {} de {} à {}", "Electricity: {} from {} to {}", total,
        name_month(visit, table.months[0]), name_month(visit, table.months[-1]),
    )  # fmt: skip
    if not table.before_wh:
        return visit.say("{} ; un an plus tôt : inconnu.", "{}; a year before: unknown.", told)
    change = _describe_change(visit, table.now_wh, table.before_wh)
    points = format_page_number(visit.lang, table.compared)
    return visit.say(
        "{}, {} qu'un an plus tôt (mêmes mois, mêmes points : {} sur {}).",
        "{}, {} than a year before (same months, same points: {} of {}).",
        told, change, points, format_page_number(visit.lang, len(table.totals)),
    )  # fmt: skip


def describe_month_change(visit: Speech, table: MonthTable) -> str:
    """How the total changed over the same months of the same points; "": nobody can say."""
    return _describe_change(visit, table.now_wh, table.before_wh) if table.before_wh else ""


def _describe_change(visit: Speech, now: int, before: int) -> str:
    change = Decimal(now - before) / before
    if abs(change) < _SAME:
        return visit.say("pas plus ni moins", "no more and no less")
    told = format_percent(visit.lang, abs(change))
    return visit.say("{} de plus", "{} more", told) if change > 0 else visit.say(
        "{} de moins", "{} less", told
    )  # fmt: skip


def _describe_source(visit: Speech, table: MonthTable) -> str:
    told = visit.say(
        "D'après les courbes, mois entiers jusqu'à {}.",
        "By the curves, whole months until {}.",
        name_month(visit, table.months[-1]),
    )
    if table.waiting:
        told += " " + visit.say(
            "Séries qui restent à compter : {}.", "Series still to be counted: {}.",
            format_page_number(visit.lang, table.waiting),
        )  # fmt: skip
    return told


def _merge_uses(uses: Sequence[UseMonths]) -> list[list[UseMonths]]:
    """At most four groups: the largest uses, and all others together."""
    ordered = sorted(uses, key=lambda one: -sum(wh or 0 for wh in one.wh))
    if len(ordered) <= MOST_SERIES:
        return [[one] for one in ordered]
    return [*([one] for one in ordered[: MOST_SERIES - 1]), ordered[MOST_SERIES - 1 :]]


def _name_uses(visit: Speech, group: Sequence[UseMonths]) -> str:
    if len(group) > 1:
        return visit.say("autres usages", "other uses")
    return _name_use(visit, group[0].usage)


def _name_use(visit: Speech, usage: str | None) -> str:
    return visit.say(*USAGE[usage]) if usage else visit.say("usage inconnu", "use unknown")


def _sum_cell(visit: Speech, group: Sequence[UseMonths], n: int) -> Cell:
    known = [wh for one in group if (wh := one.wh[n]) is not None]
    if not known:
        return _make_cell(visit, None)
    if sum(one.known[n] for one in group) == sum(one.of for one in group):
        return _make_cell(visit, sum(known))
    text = format_energy(visit.lang, sum(known) / 1000)
    return Cell(
        sum(known) / 1000, visit.say("{} (incomplet)", "{} (incomplete)", text), "estimated"
    )


def _make_cell(visit: Speech, wh: int | None) -> Cell:
    if wh is None:
        return Cell(None, format_energy(visit.lang, None), "unknown")
    return Cell(wh / 1000, format_energy(visit.lang, wh / 1000))


def _build_point_bar(
    visit: Speech, one: PointTotal, months: int, shared: Collection[str | None]
) -> Bar:
    """*shared*: names of sites that several of the points bear: the key tells these apart."""
    text = format_energy(visit.lang, one.wh / 1000)
    if one.before:
        text += f", {_describe_change(visit, one.wh, one.before)}"
    if one.months < months:
        text += visit.say(", {} mois sur {}", ", {} of {} months", one.months, months)
    name = one.point.site_name or one.point.key
    if one.point.site_name in shared and name != one.point.key:
        name = f"{name}, {one.point.key}"
    return Bar(name, one.wh / 1000, text, "measured" if one.months == months else "estimated")


def _list_silent_months(table: MonthTable) -> list[date]:
    """Closed months after the last of which something is known."""
    last = table.months[-1]
    counted = (last.year * 12 + last.month + n for n in range(table.silent))
    return [date(one // 12, one % 12 + 1, 1) for one in counted]


def _build_use_strip(
    visit: Speech, one: UseMonths, silent: int
) -> tuple[str, tuple[State, ...], str]:
    """Its months, then the *silent* ones after them."""
    states: tuple[State, ...] = tuple(
        "received" if n == one.of else "estimated" if n else "unknown" for n in one.known
    )
    words = visit.say(
        "points : {}", "points: {}", format_page_number(visit.lang, one.of)
    )  # fmt: skip
    unknown: State = "unknown"
    return _name_uses(visit, [one]), (*states, *(unknown,) * silent), words


def name_month(visit: Speech, one: date) -> str:
    """01/2025 or Jan 2025."""
    return f"{one:%m/%Y}" if visit.lang == "fr" else f"{one:%b %Y}"
