"""A budget to read and to vote on: its sentences, a document, a workbook."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from io import BytesIO

from synergie.budget.records.budget import (
    BudgetForecast,
    BudgetOmission,
    BudgetRow,
    CostEffects,
    CostExplanation,
)
from synergie.budget.records.line import BudgetActual, BudgetActualRow, UnknownCost
from synergie.calendar import load_time_zone
from synergie.errors import BadInput
from synergie.formats.checks import N_
from synergie.formats.csv_text import join_rows
from synergie.formats.french import build_french_translator
from synergie.reports.document import Document, Fact, Figure, Items, Paragraph, Section, Table
from synergie.reports.figure.bars import DotPair, DotPairs
from synergie.reports.figure.columns import Columns, Series
from synergie.reports.figure.picture import Cell, build_figure
from synergie.reports.language import choose_text, choose_texts
from synergie.reports.ods import MEDIA_TYPE, list_csv_rows, write_ods
from synergie.reports.sheets import Sheet, build_columns, write
from synergie.reports.written import (
    format_count,
    format_energy,
    format_euros,
    format_number,
    format_percent,
    format_quantity,
    short_date,
    typeset_text,
)

type Translate = Callable[[str], str]

_LEFT_OUT = {
    "energy": ("énergie non prévue", "energy not foreseen"),
    "euros": ("coût non prévu", "cost not foreseen"),
}


def describe_forecast(forecast: BudgetForecast) -> str:
    """The year in one sentence: half the chances, one in ten, and why it changes."""
    eur = forecast.total.eur
    if eur is None:
        text = choose_text(
            f"{forecast.year} : {format_energy(float(forecast.total.kwh.p50))}, sans euros :"
            " aucun prix n’est donné.",
            f"{forecast.year}: {format_energy(float(forecast.total.kwh.p50))}, without euros:"
            " no price is given.",
        )
        return typeset_text(text)
    least = choose_text("au moins ", "at least ") if forecast.total.partial else ""
    middle, high = format_euros(eur.p50, 0), format_euros(eur.p90, 0)
    text = choose_text(
        f"{forecast.year} : {least}{middle} (une chance sur dix de dépasser {high})",
        f"{forecast.year}: {least}{middle} (one chance in ten to pass {high})",
    )
    return typeset_text(f"{text}{_describe_effects(forecast)}.")


def _describe_effects(forecast: BudgetForecast) -> str:
    found = forecast.effects
    if found is None or not found.reference_eur:
        return ""
    parts = (
        (choose_text("prix", "price"), found.price),
        (choose_text("climat et usage", "weather and use"), found.weather),
        (choose_text("travaux", "works"), found.works),
    )
    whole = sum((amount for _, amount in parts), Decimal(0)) / found.reference_eur
    told = ", ".join(
        f"{name} {_format_signed_percent(amount / found.reference_eur)}" for name, amount in parts
    )
    changed = _format_signed_percent(whole)
    return choose_text(
        f" ; {changed} sur les douze derniers mois connus : {told}",
        f"; {changed} on the last twelve months known: {told}",
    )


def _format_signed_percent(share: Decimal) -> str:
    sign = "+" if share >= 0 else "−"
    return f"{sign}{format_percent(abs(share), 1)}"


def describe_reserve(forecast: BudgetForecast) -> str:
    """What to vote: half the chances, and a reserve up to one chance in ten."""
    eur = forecast.total.eur
    if eur is None:
        return ""
    reserve = format_euros(eur.p90 - eur.p50, 0)
    return typeset_text(
        choose_text(
            f"À voter : {format_euros(eur.p50, 0)}, et {reserve} de réserve.",
            f"To vote: {format_euros(eur.p50, 0)}, and {reserve} of reserve.",
        )
    )


def describe_estimated_days(forecast: BudgetForecast) -> str:
    """How many days of the weather are means of other years; "": none."""
    if not forecast.estimated_days:
        return ""
    text = choose_text(" (jours non mesurés : {})", " (days not measured: {})")
    return typeset_text(text.format(format_number(forecast.estimated_days)))


def describe_left_out(points: Iterable[BudgetOmission], translate: Translate) -> tuple[str, ...]:
    """One sentence a point that is not foreseen, with its reason in the reader's language."""
    return tuple(
        typeset_text(
            f"{one.point} ({choose_text(*_LEFT_OUT[one.what])}): "
            + BadInput(one.place, one.found, one.expected).tell(translate)
        )
        for one in points
    )


_MOST_NAMED = 5


def describe_left_out_groups(
    points: Iterable[BudgetOmission], translate: Translate
) -> tuple[str, ...]:
    """One sentence a reason, with how many points it holds for and the first of them."""
    groups: dict[tuple[str, str], list[str]] = {}
    for one in points:
        groups.setdefault((one.what, one.expected), []).append(one.point.partition(":")[2])
    return tuple(
        _describe_group(choose_text(*_LEFT_OUT[what]), translate(expected), names)
        for (what, expected), names in groups.items()
    )


def _describe_group(what: str, expected: str, names: Sequence[str]) -> str:
    many = format_count(len(names), choose_text("point", "point"), choose_text("points", "points"))
    told = ", ".join(names[:_MOST_NAMED]) + (", …" if len(names) > _MOST_NAMED else "")
    text = choose_text(
        f"{many}, {what} ; attendu : {expected}. {told}",
        f"{many}, {what}; expected: {expected}. {told}",
    )
    return typeset_text(text)


_UNKNOWN = {
    "not_stored": N_("no such delivery point is stored"),
    "vat": N_("its bills do not tell VAT as the budget does: no euros"),
}


def describe_unknown_costs(points: Iterable[UnknownCost], translate: Translate) -> tuple[str, ...]:
    """One sentence a point without figures, or with bills that do not count."""
    return tuple(f"{one.point}: {translate(_UNKNOWN[one.reason])}" for one in points)


def describe_actual(found: BudgetActual) -> str:
    """What is known of the year against what was voted, in one sentence."""
    row, year = found.total, found.year
    if row.actual_eur is None and row.actual_kwh is None:
        text = choose_text(
            f"{year} : aucune consommation connue de ces points.",
            f"{year}: no use of these points is known.",
        )
        return typeset_text(text)
    euros = row.actual_eur is not None
    known, n = (
        (format_euros(row.actual_eur, 0), row.known_eur)
        if row.actual_eur is not None
        else (format_energy(float(row.actual_kwh or 0)), row.known_kwh)
    )
    voted_amount = row.voted_eur if euros else row.voted_kwh
    voted = choose_text("budget inconnu", "budget unknown")
    if voted_amount is not None:
        told = format_euros(voted_amount, 0) if euros else format_energy(float(voted_amount))
        voted = choose_text(f"{told} votés", f"{told} voted")
    months = f"{format_number(n)}/{format_number(row.of)}"
    text = choose_text(
        f"{year} : {known} connus (mois de points : {months}), {voted}.",
        f"{year}: {known} known (months of points: {months}), {voted}.",
    )
    return typeset_text(text)


def describe_waiting(many: int) -> str:
    """That some curves are not counted yet; "": all are."""
    if not many:
        return ""
    text = choose_text(
        f"Années de courbes que le serveur n’a pas encore comptées : {many} ; leurs mois sont"
        " inconnus pour l’instant.",
        f"Years of curves that the server has not counted yet: {many}; their months are unknown"
        " for now.",
    )
    return typeset_text(text)


_MOST_DRAWN = 20


def draw_actual(found: BudgetActual) -> Figure | None:
    """Voted and known, a row a service, in euros where some are known. None: no service.

    What is not known whole is drawn as incomplete; what is unknown is hatched.
    """
    rows = [one for one in found.rows if one.service and not one.point and one.month is None]
    euros = found.total.actual_eur is not None or (
        found.total.actual_kwh is None and any(one.voted_eur is not None for one in rows)
    )
    pairs = [_build_pair(one, euros=euros, many=len({r.member for r in rows}) > 1) for one in rows]
    if not pairs:
        return None
    unit = "€" if euros else "kWh"
    chart = DotPairs(
        title=describe_actual(found),
        pairs=pairs[:_MOST_DRAWN],
        names=choose_texts(
            (f"voté, {unit}", f"voted, {unit}"), (f"connu, {unit}", f"known, {unit}")
        ),
        heads=choose_texts(("service", "service"), ("écart", "difference")),
        unit=unit,
    )
    return build_figure(chart)


def _build_pair(row: BudgetActualRow, *, euros: bool, many: bool) -> DotPair:
    voted, actual, gap, known = (
        (row.voted_eur, row.actual_eur, row.gap_eur, row.known_eur)
        if euros
        else (row.voted_kwh, row.actual_kwh, row.gap_kwh, row.known_kwh)
    )
    told = choose_text("mois connus", "months known")
    text = f"{format_number(known)}/{format_number(row.of)} {told}"
    if gap is not None:
        text = _format_amount(gap, euros=euros, signed=True)
    elif voted is None:
        text = choose_text("budget inconnu", "budget unknown")
    name = f"{row.member} · {row.service}" if many else str(row.service)
    return DotPair(
        name,
        _make_cell(voted, euros=euros),
        _make_cell(actual, euros=euros, whole=known == row.of),
        text,
    )


def _make_cell(value: Decimal | None, *, euros: bool, whole: bool = True) -> Cell:
    if value is None:
        return Cell(None, choose_text("inconnu", "unknown"), "unknown")
    text = _format_amount(value, euros=euros)
    if not whole:
        text = choose_text(f"au moins {text}", f"at least {text}")
    return Cell(float(value), text, "measured" if whole else "estimated")


def _format_amount(value: Decimal, *, euros: bool, signed: bool = False) -> str:
    told = format_euros(abs(value), 0) if euros else format_quantity(abs(value), "kWh")
    sign = "−" if value < 0 else "+" if signed else ""
    return f"{sign}{told}"


def draw_forecast(forecast: BudgetForecast) -> Figure:
    """The months foreseen, as likely above as below; the interval is in the table."""
    rows = [one for one in forecast.rows if one.month and one.service is None and one.point is None]
    euros = forecast.total.eur is not None
    unit = "€" if euros else "kWh"
    ranges = [one.eur if euros else one.kwh for one in rows]
    heads = (
        choose_text("mois", "month"),
        choose_text(f"{unit}, une chance sur dix de moins", f"{unit}, one in ten less"),
        f"{unit}",
        choose_text(f"{unit}, une chance sur dix de plus", f"{unit}, one in ten more"),
    )
    names = [f"{one.month:02}" for one in rows]
    spans = [
        [_make_cell(None if each is None else getattr(each, p), euros=euros) for each in ranges]
        for p in ("p10", "p50", "p90")
    ]
    table = Table(
        describe_forecast(forecast),
        heads,
        tuple(
            (name, *(cell.text for cell in cells))
            for name, *cells in zip(names, *spans, strict=True)
        ),
        frozenset({1, 2, 3}),
    )
    chart = Columns(
        title=describe_forecast(forecast),
        steps=names,
        series=[Series(choose_text("une chance sur deux", "one chance in two"), tuple(spans[1]))],
        before=Series(heads[3], tuple(spans[2])),
        heads=heads[0],
        unit=unit,
    )
    return build_figure(chart, table=table)


def build_budget_document(forecast: BudgetForecast, translate: Translate) -> Document:
    """The sheet of the vote: the sentence, months, services, points, what is left out."""
    services = [one for one in forecast.rows if one.service and not one.point and not one.month]
    points = [one for one in forecast.rows if one.point and not one.month]
    months = [
        one for one in forecast.rows if one.month and one.service is None and one.point is None
    ]
    vat = choose_text("TTC", "with VAT") if forecast.vat_included else choose_text("HT", "ex VAT")
    sections = [
        Section(
            "annee",
            choose_text("Ce qu’il faut voter", "What to vote"),
            (Paragraph(describe_reserve(forecast) or describe_forecast(forecast)),
             _build_table(choose_text("Par mois", "By month"), months)),
        ),
        Section("services", choose_text("Par service", "By service"),
                (_build_table(choose_text("Services", "Services"), services),)),
        Section("points", choose_text("Par point", "By point"),
                (_build_table(choose_text("Points", "Points"), points),)),
    ]  # fmt: skip
    lost = describe_left_out(forecast.left_out, translate)
    if lost:
        title = choose_text("Ce qui n’y est pas", "What is not in it")
        sections.append(Section("absents", title, (Items(title, lost),)))
    estimated = describe_estimated_days(forecast)
    years = format_count(
        len(forecast.weather_years),
        choose_text("année de météo", "year of weather"),
        choose_text("années de météo", "years of weather"),
    )
    return Document(
        title=f"{forecast.title} {forecast.year}",
        lead=describe_forecast(forecast),
        banner=None,
        dated=short_date(forecast.known_until),
        facts=(
            Fact(label=choose_text("Énergie", "Energy"),
                 value=format_energy(float(forecast.total.kwh.p50))),
            Fact(label=choose_text(f"Coût {vat}", f"Cost {vat}"),
                 value=_format_middle(forecast.total)),
            Fact(label=choose_text("Connu jusqu’au", "Known until"),
                 value=short_date(forecast.known_until)),
            Fact(label=choose_text("Météo", "Weather"), value=f"{years}{estimated}"),
        ),
        sections=tuple(sections),
    )  # fmt: skip


def _format_middle(row: BudgetRow) -> str:
    return "?" if row.eur is None else format_euros(row.eur.p50, 0)


def _build_table(caption: str, rows: Iterable[BudgetRow]) -> Table:
    heads = choose_texts(
        ("Quoi", "What"), ("kWh", "kWh"), ("€, une chance sur dix de moins", "€, one in ten less"),
        ("€", "€"), ("€, une chance sur dix de plus", "€, one in ten more"),
    )  # fmt: skip
    return Table(caption, heads, tuple(map(_describe_row, rows)), frozenset({1, 2, 3, 4}))


def _describe_row(row: BudgetRow) -> tuple[str, ...]:
    name = row.point or " · ".join(one for one in (row.member, row.service) if one)
    if row.month:
        name = f"{row.month:02}"
    least = choose_text(" (au moins)", " (at least)") if row.partial else ""
    money = ("?", "?", "?")
    if row.eur is not None:
        low, middle, high = (
            format_euros(one, 0) for one in (row.eur.p10, row.eur.p50, row.eur.p90)
        )
        money = low, middle, high
    return (f"{name}{least}", format_number(row.kwh.p50), *money)


def build_budget_sheets(forecast: BudgetForecast, translate: Translate) -> Iterator[Sheet]:
    """The workbook of the vote: a line a member, service, point and month; what is left out."""
    columns = build_columns(
        ("Membre", "Member", "text"), ("Service", "Service", "text"), ("Point", "Point", "text"),
        ("Mois", "Month", "whole"), ("kWh P10", "kWh P10", "energy"),
        ("kWh P50", "kWh P50", "energy"), ("kWh P90", "kWh P90", "energy"),
        ("€ P10", "€ P10", "euros"), ("€ P50", "€ P50", "euros"), ("€ P90", "€ P90", "euros"),
        ("Incomplet", "Partial", "text"),
    )  # fmt: skip
    every = (forecast.total, *forecast.rows)
    yield Sheet(f"Budget {forecast.year}", columns, (_list_cells(one) for one in every))
    left = build_columns(
        ("Point non prévu", "Point not foreseen", "text"), ("Pourquoi", "Why", "long")
    )
    told = zip(forecast.left_out, describe_left_out(forecast.left_out, translate), strict=True)
    yield Sheet(choose_text("Non prévu", "Not foreseen"), left, ((a.point, b) for a, b in told))


SHEET_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": MEDIA_TYPE,
    "csv": "text/csv",
}
"""Media type of each file of the sheet of the vote."""


def write_budget_sheets(
    forecast: BudgetForecast, form: str, translate: Translate | None = None
) -> bytes:
    """The sheet of the vote as *form*, one of `SHEET_TYPES`; *translate* None: into French.

    CSV holds its first table. MissingExtra("frames") for XLSX.
    """
    sheets, sink = build_budget_sheets(forecast, translate or build_french_translator()), BytesIO()
    if form == "csv":
        rows = list_csv_rows(next(sheets))
        return join_rows(rows, separator=";").encode("utf-8-sig")
    (write_ods if form == "ods" else write)(sheets, sink, load_time_zone("Europe/Paris"))
    return sink.getvalue()


def _list_cells(row: BudgetRow) -> tuple[str | int | Decimal | None, ...]:
    money = (None, None, None) if row.eur is None else (row.eur.p10, row.eur.p50, row.eur.p90)
    partial = choose_text("au moins", "at least") if row.partial else None
    energies = row.kwh.p10, row.kwh.p50, row.kwh.p90
    return (row.member, row.service, row.point, row.month, *energies, *money, partial)


def describe_explanation(found: CostExplanation) -> str:
    """Why a year cost more, or less: amounts that add up to the cent."""
    one = found.total
    change = one.after_eur - one.before_eur
    more = choose_text("de plus", "more") if change >= 0 else choose_text("de moins", "less")
    parts = ", ".join(f"{name} {_format_signed_euros(eur)}" for name, eur in list_effects(one))
    return typeset_text(
        choose_text(
            f"{found.after} : {format_euros(abs(change))} {more} qu’en {found.before} : {parts}.",
            f"{found.after}: {format_euros(abs(change))} {more} than in {found.before}: {parts}.",
        )
    )


def list_effects(one: CostEffects) -> tuple[tuple[str, Decimal], ...]:
    """Each reason in words, with its euros."""
    names = choose_texts(
        ("climat", "weather"), ("usage", "use"), ("prix", "price"), ("périmètre", "perimeter")
    )
    return tuple(zip(names, (one.weather, one.use, one.price, one.perimeter), strict=True))


def _format_signed_euros(amount: Decimal) -> str:
    return f"{'+' if amount >= 0 else '−'}{format_euros(abs(amount))}"
