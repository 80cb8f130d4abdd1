"""Money year by year, who pays, and why the bill falls less than the energy."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby

from synergie.lighting.records.effects import ScenarioEffects, YearMoney
from synergie.lighting.reports.brief import LightingBrief
from synergie.lighting.reports.table import groups
from synergie.lighting.reports.words import (
    format_criterion_amount,
    format_relative_change,
    select_column_heads,
    unknown,
)
from synergie.reports.document import Block, Paragraph, Section, Table
from synergie.reports.figure.bars import Bar, Bars
from synergie.reports.figure.picture import build_figure
from synergie.reports.language import choose_text
from synergie.reports.written import format_count, format_euros, format_number, format_percent


def money_section(brief: LightingBrief) -> Section:
    """The money beside the table of effects."""
    blocks: list[Block] = [
        *_iterate_net_cost_blocks(brief),
        *_iterate_year_blocks(brief),
        *_iterate_refit_blocks(brief),
        *_iterate_body_blocks(brief),
    ]
    if not blocks:
        told = choose_text(
            "Aucun montant n'est connu : ni prix d'énergie, ni prix de travaux.",
            "No amount is known: neither a price of energy nor a price of works.",
        )
        blocks = [Paragraph(told)]
    title = choose_text("L'argent, année par année", "The money, year by year")
    return Section("argent", title, tuple(blocks))


def _iterate_net_cost_blocks(brief: LightingBrief) -> Iterator[Block]:
    told = brief.criteria.get("net_present_cost")
    values = {
        one.scenario: value
        for one in brief.scenarios_in_play_first
        if (value := brief.value(one.scenario, "net_present_cost")) is not None
    }
    if told is None or not values:
        return
    rows = tuple(
        (brief.full(key), format_criterion_amount(told, value)) for key, value in values.items()
    )
    cost = choose_text("Coût complet", "Whole-life cost")
    heads = (choose_text("Scénario", "Scenario"), cost)
    chart = Bars(
        title=choose_text("Coût complet de chaque scénario", "Whole-life cost of each scenario"),
        bars=[
            Bar(brief.full(key), value, format_criterion_amount(told, value))
            for key, value in values.items()
        ],
        heads=heads,
        unit="€",
    )
    table = Table(cost, heads, rows, frozenset({1}))
    yield build_figure(chart, summary=_describe_cost_horizon(brief), table=table)


def _describe_cost_horizon(brief: LightingBrief) -> str:
    """What the whole-life cost is of."""
    rules = brief.study.rules
    years, rate = (
        format_count(rules.horizon_years, choose_text("an", "year")),
        format_percent(rules.discount_rate),
    )
    return choose_text(
        f"Travaux, factures et entretien sur {years} à partir de {rules.starts}, ramenés à "
        f"aujourd'hui à {rate} par an ; hors taxes.",
        f"Works, bills and upkeep over {years} from {rules.starts} on, discounted to today "
        f"at {rate} a year; excluding VAT.",
    )


def _iterate_year_blocks(brief: LightingBrief) -> Iterator[Block]:
    """One table for six scenarios: what each year takes, works in brackets."""
    if not any(one.years for one in brief.scenarios_in_play_first):
        return
    for group in groups(brief):
        marks = [brief.mark(one.scenario) for one in group]
        yield Table(
            choose_text(
                "Dépense de chaque année, en euros d'aujourd'hui hors taxes",
                "Spending of each year, in today's euros excluding VAT",
            ),
            (choose_text("Année", "Year"), *marks),
            tuple(_merge_equal_years(_year_rows(group))),
            frozenset(range(1, len(marks) + 1)),
        )


def _year_rows(group: Sequence[ScenarioEffects]) -> list[tuple[str, ...]]:
    """A row a year, and one of its works where there are some."""
    by_year = {one.scenario: {year.year: year for year in one.years} for one in group}
    rows = []
    for year in sorted({year for known in by_year.values() for year in known}):
        told = [by_year[one.scenario].get(year) for one in group]
        rows.append((str(year), *map(_format_year_total, told)))
        if any(one is not None and one.investment_eur != 0 for one in told):
            works = choose_text(f"{year}, dont travaux", f"{year}, of which works")
            rows.append((works, *map(_format_year_works, told)))
    return rows


def _merge_equal_years(rows: list[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """Years one after another that cost the same, as one row: 2028 à 2041."""
    for cells, same in groupby(rows, key=lambda row: row[1:]):
        names = [row[0] for row in same]
        first, last = names[0], names[-1]
        whole = choose_text(f"{first} à {last}", f"{first} to {last}")
        yield (first if len(names) == 1 else whole, *cells)


def _format_year_total(one: YearMoney | None) -> str:
    total = None if one is None else year_total(one)
    return unknown() if total is None else format_number(total)


def _format_year_works(one: YearMoney | None) -> str:
    return (
        unknown()
        if one is None or one.investment_eur is None
        else format_number(one.investment_eur)
    )


def year_total(one: YearMoney) -> Decimal | None:
    """All that a year takes. None: a part of it is not known."""
    parts = (one.investment_eur, one.bill_eur, one.upkeep_eur)
    known = [part for part in parts if part is not None]
    return sum(known, Decimal(0)) if len(known) == len(parts) else None


def _iterate_refit_blocks(brief: LightingBrief) -> Iterator[Block]:
    """Energy falls; the bill falls less, and less again where option and power stay."""
    rows = tuple(row for one in brief.scenarios_in_play_first[1:] for row in _fit_row(brief, one))
    if not rows:
        return
    yield Paragraph(
        choose_text(
            "L'énergie baisse plus que la facture : l'abonnement et une part du réseau se paient "
            "à la puissance souscrite, quelle que soit la consommation. Ajuster l'option et la "
            "puissance après les travaux rattrape une partie de l'écart ; sans cet ajustement, "
            "l'économie est plus faible.",
            "Energy falls more than the bill: the standing charge and a part of the network are "
            "paid by subscribed power, whatever is consumed. Adjusting the option and the power "
            "after the works makes up for a part of the gap; without that the saving is smaller.",
        )
    )
    columns = select_column_heads(
        ("Scénario", "Énergie", "Facture, puissance et option inchangées",
         "Facture, puissance et option ajustées", "Gagné par l'ajustement", "Armoires comptées"),
        ("Scenario", "Energy", "Bill, power and option unchanged",
         "Bill, power and option adjusted", "Gained by adjusting", "Cabinets counted"),
    )  # fmt: skip
    caption = choose_text(
        "Énergie et facture, contre aujourd'hui", "Energy and bill, against today"
    )
    yield Table(caption, columns, rows)


def _fit_row(brief: LightingBrief, one: ScenarioEffects) -> Iterator[tuple[str, ...]]:
    """Of cabinets whose bills are known in both scenarios."""
    today = {each.cabinet: each for each in brief.today.cabinets}
    before, kept, fitted = Decimal(0), Decimal(0), Decimal(0)
    many = 0
    energy = [Decimal(0), Decimal(0)]
    for each in one.cabinets:
        past = today.get(each.cabinet)
        start = None if past is None else past.bill_as_subscribed_eur
        if (
            past is None
            or start is None
            or each.bill_eur is None
            or each.bill_as_subscribed_eur is None
        ):
            continue
        many += 1
        before += start
        kept += each.bill_as_subscribed_eur
        fitted += each.bill_eur
        energy[0] += sum((part.kwh for part in past.energy), Decimal(0))
        energy[1] += sum((part.kwh for part in each.energy), Decimal(0))
    if many:
        whole = format_number(len(one.cabinets))
        yield (
            brief.full(one.scenario),
            format_relative_change(float(energy[1]), float(energy[0])) or unknown(),
            f"{format_euros(kept, 0)} ({format_relative_change(float(kept), float(before))})",
            f"{format_euros(fitted, 0)} ({format_relative_change(float(fitted), float(before))})",
            format_euros(kept - fitted, 0),
            choose_text(f"{format_number(many)} sur {whole}", f"{format_number(many)} of {whole}"),
        )


def _iterate_body_blocks(brief: LightingBrief) -> Iterator[Block]:
    rows = tuple(
        (
            brief.full(one.scenario),
            brief.body(one.body),
            unknown() if one.investment_eur is None else format_euros(one.investment_eur, 0),
            unknown() if one.bill_eur is None else format_euros(one.bill_eur, 0),
        )
        for one in brief.comparison.bodies
        if any(one.scenario == shown.scenario for shown in brief.scenarios_in_play_first)
    )
    if rows:
        columns = select_column_heads(
            ("Scénario", "Organisme", "Travaux", "Facture d'une année après"),
            ("Scenario", "Body", "Works", "Annual bill afterwards"),
        )
        caption = choose_text("Qui paie quoi, hors taxes", "Who pays what, excluding VAT")
        yield Table(caption, columns, rows, frozenset({2, 3}))
