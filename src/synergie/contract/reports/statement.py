"""A statement as a document: its sentence, two pictures, points, adjustments, members."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from synergie.contract.plan.months import MonthSaving, list_month_savings
from synergie.contract.records.statement import PointSaving, SavingsReport
from synergie.contract.reports.words import (
    describe_carbon,
    describe_due,
    describe_saving,
    describe_state,
)
from synergie.reports.document import Document, Fact, Figure, Items, Paragraph, Section, Table
from synergie.reports.figure.columns import Columns, Series
from synergie.reports.figure.lines import Lines
from synergie.reports.figure.picture import Cell, build_figure
from synergie.reports.language import choose_text, choose_texts
from synergie.reports.written import (
    format_euros,
    format_interval,
    format_number,
    format_quantity,
    short_date,
)

type Translate = Callable[[str], str]


def build_document(
    report: SavingsReport,
    translate: Translate,
    *,
    first: int = 0,
    most: int | None = None,
    names: Mapping[str, str] = MappingProxyType({}),
) -> Document:
    """The whole statement; *translate* gives the remarks in the reader's language.

    *most*: with more points than these it is told without pictures by month (a month costs what the
    year does), that many points from *first* on, and it says so. *names*: of organisations.
    """
    contract, year = report.inputs.plan.contract, report.inputs.year
    period = format_interval(year.from_date, year.to_date)
    sites = {one.id: one.name for one in contract.points}
    pictures: tuple[Figure, ...] = ()
    if most is None or len(report.points) <= most:
        months = list_month_savings(report)
        pictures = (_draw_year(months), _draw_sum(report, months))
    return Document(
        title=f"{contract.title} ({contract.id})",
        lead=describe_saving(report),
        banner=None,
        dated=period,
        facts=(
            Fact(label=choose_text("Économie", "Saving"), value=_kwh(report.saved_kwh)),
            Fact(label=choose_text("Garantie", "Guaranteed"), value=_kwh(report.guaranteed_kwh)),
            Fact(label=choose_text("Valeur", "Worth"), value=format_euros(report.saved_eur)),
            Fact(label=choose_text("Résultat", "Result"), value=describe_state(report)),
        ),
        sections=(
            Section(
                "economie",
                choose_text("Ce qui a été économisé", "What was saved"),
                (Paragraph(describe_due(report)), _list_sums(report), *pictures),
            ),
            Section(
                "points",
                choose_text("Par point", "By point"),
                list_points(report.points, sites, translate, first=first, most=most),
            ),
            Section(
                "ajustements",
                choose_text("Ajustements", "Adjustments"),
                (_list_adjustments(report, names),),
            ),
            Section(
                "membres", choose_text("Par membre", "By member"), (_list_members(report, names),)
            ),
            Section("preuve", choose_text("Preuve", "Proof"), (_describe_proof(report),)),
        ),
    )


def _kwh(value: object) -> str:
    return format_quantity(float(str(value)), "kWh")


def _list_sums(report: SavingsReport) -> Table:
    """Guaranteed, saved, settled, in energy, money and emissions, with the factors of these."""
    heads = choose_texts(
        ("", ""), ("kWh", "kWh"), ("EUR", "EUR"), ("kg CO2", "kg CO2")
    )  # fmt: skip
    names = choose_texts(
        ("garanti", "guaranteed"), ("économisé", "saved"), ("±", "±"),
        ("dû par l’exploitant", "due by the operator"),
    )  # fmt: skip
    due_eur = report.shortfall_eur - report.bonus_eur
    values = (
        (report.guaranteed_kwh, report.guaranteed_eur, report.guaranteed_kgco2),
        (report.saved_kwh, report.saved_eur, report.saved_kgco2),
        (report.half_width_kwh, report.half_width_eur, report.half_width_kgco2),
        (report.due_kwh, due_eur, report.due_kgco2),
    )
    rows = tuple(
        (name, _number(kwh), "–" if eur is None else format_euros(eur), _number(carbon))
        for name, (kwh, eur, carbon) in zip(names, values, strict=True)
    )
    factors = " ; ".join(map(describe_carbon, report.inputs.plan.contract.prices))
    caption = choose_text(f"Énergie, argent, CO2. {factors}", f"Energy, money, CO2. {factors}")
    return Table(caption, heads, rows, frozenset({1, 2, 3}))


def _number(value: Decimal | None) -> str:
    return "–" if value is None else format_number(value)


def _draw_year(months: Sequence[tuple[date, MonthSaving | None]]) -> Figure:
    """Measured columns, the adjusted baseline as a tick whose text has its interval."""
    summary = choose_text(
        "Barres : mesuré. Traits : référence ajustée ; son intervalle est dans le tableau.",
        "Bars: measured. Ticks: adjusted baseline; its interval is in the table.",
    )
    rows = tuple((short_date(day), *_describe_month(one)) for day, one in months)
    heads = choose_texts(
        ("mois", "month"), ("référence ajustée, kWh", "adjusted baseline, kWh"),
        ("± kWh", "± kWh"), ("mesuré, kWh", "measured, kWh"),
    )  # fmt: skip
    chart = Columns(
        title=choose_text("Mesuré et référence ajustée", "Measured and adjusted baseline"),
        steps=[short_date(day) for day, _ in months],
        labels=[f"{day:%m}" for day, _ in months],
        series=[
            Series(heads[3], tuple(_make_cell(one.measured if one else None) for _, one in months))
        ],
        before=Series(
            heads[1],
            tuple(
                _make_cell(one.adjusted if one else None, one.half_width if one else 0.0)
                for _, one in months
            ),
        ),
        heads=heads[0],
        unit="kWh",
    )
    table = Table(summary, heads, rows, frozenset({1, 2, 3}))
    return build_figure(chart, summary=summary, table=table)


def _make_cell(value: Decimal | None, half: float = 0.0) -> Cell:
    if value is None:
        return Cell(None, "–", "unknown")
    told = format_quantity(value, "kWh")
    return Cell(float(value), f"{told} ± {format_number(half)}" if half else told)


def _describe_month(one: MonthSaving | None) -> tuple[str, str, str]:
    if one is None:
        return "–", "–", "–"
    return (
        format_number(one.adjusted),
        format_number(one.half_width) if one.half_width else "–",
        format_number(one.measured),
    )


def _draw_sum(report: SavingsReport, months: Sequence[tuple[date, MonthSaving | None]]) -> Figure:
    """Savings as they add up, against the guarantee as the adjusted baseline adds up."""
    whole = sum(float(one.adjusted) for _, one in months if one is not None) or 1.0
    saved, share = 0.0, 0.0
    sums: list[tuple[float, float]] = []
    rows: list[tuple[str, ...]] = []
    for day, one in months:
        if one is not None:
            saved += float(one.adjusted - one.measured)
            share += float(one.adjusted) / whole
        guaranteed = share * float(report.guaranteed_kwh)
        sums.append((saved, guaranteed))
        rows.append((short_date(day), format_number(saved), format_number(guaranteed)))
    summary = choose_text(
        "Trait plein : économie cumulée. Tirets : garantie.",
        "Solid line: saving as it adds up. Dashes: the guarantee.",
    )
    heads = choose_texts(
        ("mois", "month"), ("économie, kWh", "saving, kWh"), ("garantie, kWh", "guarantee, kWh")
    )
    chart = Lines(
        title=choose_text("Économie cumulée et garantie", "Saving as it adds up, and guarantee"),
        steps=[short_date(day) for day, _ in months],
        labels=[f"{day:%m}" for day, _ in months],
        series=[
            Series(name, tuple(Cell(pair[n], format_quantity(pair[n], "kWh")) for pair in sums))
            for n, name in enumerate(heads[1:])
        ],
        heads=heads[0],
        unit="kWh",
    )
    table = Table(summary, heads, tuple(rows), frozenset({1, 2}))
    return build_figure(chart, summary=summary, table=table)


def list_points(
    points: Sequence[PointSaving],
    names: Mapping[str, str],
    translate: Translate,
    *,
    first: int = 0,
    most: int | None = None,
) -> tuple[Table | Items | Paragraph, ...]:
    """What each of *points* saved, and what a reader must know; *names* of their sites."""
    heads = choose_texts(
        ("point", "point"), ("référence, kWh", "baseline, kWh"), ("ajustements", "adjustments"),
        ("mesuré", "measured"), ("économie", "saving"), ("±", "±"), ("valeur", "worth"),
        ("jours", "days"),
    )  # fmt: skip
    shown = points[first:][:most]
    blocks: list[Table | Items | Paragraph] = [
        Table(
            choose_text("Économie de chaque point", "Saving of each point"),
            heads,
            tuple(_describe_point(one, names.get(one.point, "")) for one in shown),
            frozenset(range(1, 8)),
        )
    ]
    if len(points) > len(shown):
        low, high, count = first + 1, first + len(shown), format_number(len(points))
        text = choose_text(
            f"Points {low} à {high} sur {count}, sans les dessins par mois.",
            f"Points {low} to {high} of {count}, without the pictures by month.",
        )
        blocks.append(Paragraph(text))
    said = tuple(
        f"{names.get(one.point, one.point)} : {remark.tell(translate)}"
        for one in shown
        for remark in one.remarks
    )
    if said:
        blocks.append(Items(choose_text("À savoir", "To know"), said))
    return tuple(blocks)


def _describe_point(one: PointSaving, name: str) -> tuple[str, ...]:
    return (
        f"{name} ({one.point.partition(':')[2]})",
        format_number(one.baseline_kwh),
        format_number(one.adjustment_kwh),
        format_number(one.measured_kwh),
        format_number(one.saved_kwh),
        "–" if one.half_width_kwh is None else format_number(one.half_width_kwh),
        format_euros(one.saved_eur),
        f"{one.known_days}/{one.days}",
    )


def _list_adjustments(report: SavingsReport, names: Mapping[str, str]) -> Table | Paragraph:
    if not report.inputs.adjustments:
        return Paragraph(choose_text("Aucun ajustement.", "No adjustment."))
    heads = choose_texts(
        ("numéro", "number"), ("point", "point"), ("jours", "days"), ("motif", "reason"),
        ("d’accord", "agreed"),
    )  # fmt: skip
    rows = tuple(
        (
            one.id,
            one.point.partition(":")[2],
            format_interval(one.span.from_date, one.span.to_date),
            one.reason,
            ", ".join(names.get(each, each) for each in one.agreed_by)
            or choose_text("personne", "nobody"),
        )
        for one in report.inputs.adjustments
    )
    return Table(choose_text("Faits datés", "Dated facts"), heads, rows)


def _list_members(report: SavingsReport, names: Mapping[str, str]) -> Table:
    heads = choose_texts(
        ("membre", "member"), ("économie, kWh", "saving, kWh"), ("valeur", "worth"),
        ("kg CO2", "kg CO2"), ("dû par l’exploitant", "due by the operator"),
    )  # fmt: skip
    rows = tuple(
        (
            names.get(one.member, one.member),
            format_number(one.saved_kwh),
            format_euros(one.saved_eur),
            format_number(one.saved_kgco2),
            format_euros(one.due_eur),
        )
        for one in report.members
    )
    caption = choose_text("Part de chaque membre", "Part of each member")
    return Table(caption, heads, rows, frozenset({1, 2, 3, 4}))


def _describe_proof(report: SavingsReport) -> Paragraph:
    parties = ", ".join(one.party for one in report.signatures)
    signed = choose_text(
        f"Signé par {parties}." if parties else "Signé par personne.",
        f"Signed by {parties}." if parties else "Signed by nobody.",
    )
    return Paragraph(
        choose_text(
            f"Empreinte {report.digest}. {signed} Le fichier du relevé suffit à tout recalculer :"
            " synergie contract verify.",
            f"Digest {report.digest}. {signed} The file of the statement is enough to compute all"
            " again: synergie contract verify.",
        )
    )
