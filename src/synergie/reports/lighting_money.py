"""Money year by year, who pays, and why the bill falls less than the energy."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby

from synergie.reports.bars import Bar, bars
from synergie.reports.document import Block, Figure, Paragraph, Section, Table
from synergie.reports.lighting_brief import LightingBrief
from synergie.reports.lighting_table import groups
from synergie.reports.lighting_words import UNKNOWN, amount, change
from synergie.reports.written import euros, number, percent
from synergie.schemas.lighting_effects import ScenarioEffects, YearMoney


def money_section(brief: LightingBrief) -> Section:
    """The money beside the table of effects."""
    blocks: list[Block] = [
        *_whole(brief), *_years(brief), *_fit(brief), *_bodies(brief),
    ]  # fmt: skip
    if not blocks:
        told = "Aucun montant n'est connu : ni prix d'énergie, ni prix de travaux."
        blocks = [Paragraph(told)]
    return Section("argent", "L'argent, année par année", tuple(blocks))


def _whole(brief: LightingBrief) -> Iterator[Block]:
    told = brief.criteria.get("net_present_cost")
    values = {
        one.scenario: value
        for one in brief.shown
        if (value := brief.value(one.scenario, "net_present_cost")) is not None
    }
    if told is None or not values:
        return
    drawing = bars(
        "Coût complet de chaque scénario",
        [Bar(brief.full(key), value, amount(told, value)) for key, value in values.items()],
    )
    rules = brief.study.rules
    text = (
        f"Travaux, factures et entretien sur {number(rules.horizon_years)} ans à partir de "
        f"{rules.starts}, ramenés à aujourd'hui à {percent(rules.discount_rate)} par an ; hors "
        "taxes."
    )
    rows = tuple((brief.full(key), amount(told, value)) for key, value in values.items())
    table = Table("Coût complet", ("Scénario", "Coût complet"), rows, frozenset({1}))
    yield Figure(text, drawing, table)


def _years(brief: LightingBrief) -> Iterator[Block]:
    """One table for six scenarios: what each year takes, works in brackets."""
    if not any(one.years for one in brief.shown):
        return
    for group in groups(brief):
        marks = [brief.mark(one.scenario) for one in group]
        by_year = {one.scenario: {year.year: year for year in one.years} for one in group}
        years = sorted({year for known in by_year.values() for year in known})
        rows = []
        for year in years:
            told = [by_year[one.scenario].get(year) for one in group]
            rows.append((str(year), *map(_year, told)))
            if any(one is not None and one.investment_eur != 0 for one in told):
                rows.append((f"{year}, dont travaux", *map(_works, told)))
        yield Table(
            "Dépense de chaque année, en euros d'aujourd'hui hors taxes",
            ("Année", *marks),
            tuple(_alike(rows)),
            frozenset(range(1, len(marks) + 1)),
        )


def _alike(rows: list[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """Years one after another that cost the same, as one row: 2028 à 2041."""
    for cells, same in groupby(rows, key=lambda row: row[1:]):
        names = [row[0] for row in same]
        yield (names[0] if len(names) == 1 else f"{names[0]} à {names[-1]}", *cells)


def _year(one: YearMoney | None) -> str:
    total = None if one is None else year_total(one)
    return UNKNOWN if total is None else number(total)


def _works(one: YearMoney | None) -> str:
    return UNKNOWN if one is None or one.investment_eur is None else number(one.investment_eur)


def year_total(one: YearMoney) -> Decimal | None:
    """All that a year takes. None: a part of it is not known."""
    parts = (one.investment_eur, one.bill_eur, one.upkeep_eur)
    known = [part for part in parts if part is not None]
    return sum(known, Decimal(0)) if len(known) == len(parts) else None


def _fit(brief: LightingBrief) -> Iterator[Block]:
    """Energy falls; the bill falls less, and less again where option and power stay."""
    rows = tuple(row for one in brief.shown[1:] for row in _fit_row(brief, one))
    if not rows:
        return
    yield Paragraph(
        "L'énergie baisse plus que la facture : l'abonnement et une part du réseau se paient à la "
        "puissance souscrite, quelle que soit la consommation. Ajuster l'option et la puissance "
        "après les travaux rattrape une partie de l'écart ; sans cet ajustement, l'économie est "
        "plus faible."
    )
    heads = (
        "Scénario", "Énergie", "Facture, puissance et option inchangées",
        "Facture, puissance et option ajustées", "Gagné par l'ajustement", "Armoires comptées",
    )  # fmt: skip
    yield Table("Énergie et facture, contre aujourd'hui", heads, rows)


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
        yield (
            brief.full(one.scenario),
            change(float(energy[1]), float(energy[0])) or UNKNOWN,
            f"{euros(kept, 0)} ({change(float(kept), float(before))})",
            f"{euros(fitted, 0)} ({change(float(fitted), float(before))})",
            euros(kept - fitted, 0),
            f"{number(many)} sur {number(len(one.cabinets))}",
        )


def _bodies(brief: LightingBrief) -> Iterator[Block]:
    rows = tuple(
        (
            brief.full(one.scenario),
            brief.body(one.body),
            UNKNOWN if one.investment_eur is None else euros(one.investment_eur, 0),
            UNKNOWN if one.bill_eur is None else euros(one.bill_eur, 0),
        )
        for one in brief.comparison.bodies
        if any(one.scenario == shown.scenario for shown in brief.shown)
    )
    if rows:
        heads = ("Scénario", "Organisme", "Travaux", "Facture d'une année après")
        yield Table("Qui paie quoi, hors taxes", heads, rows, frozenset({2, 3}))
