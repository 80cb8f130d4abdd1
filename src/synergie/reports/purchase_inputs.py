"""Where the figures of a purchase come from: files, reference years with their method and age."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal

from synergie.reports.document import Block, Items, Paragraph, Section, Table
from synergie.reports.french import interval, number, quantity, short_date
from synergie.reports.purchase_words import Brief, age, count
from synergie.schemas.perimeter import PerimeterRow, ReferenceMethod, ReferenceYear

METHODS: Mapping[ReferenceMethod, str] = {
    "computed_12m": "calculée sur 12 mois",
    "partial": "somme partielle, non extrapolée",
    "declared": "déclarée",
}
"""How the energy of a reference year was found, in words."""


def inputs_section(brief: Brief) -> Section:
    """Freshness and source of each input."""
    blocks: list[Block] = [_validity(brief), *_surveyed(brief), *_sources(brief)]
    return Section("donnees", "D'où viennent les données", tuple(blocks))


def _validity(brief: Brief) -> Paragraph:
    offers = brief.problem.offers
    told = sum(offer.valid_until is not None for offer in offers)
    at = brief.problem.award_at
    seen = (
        f" Validité regardée le {brief.when(at)}."
        if at is not None
        else " La validité n'a pas été regardée : aucun moment d'attribution n'est donné."
    )
    return Paragraph(
        f"{count(len(offers), 'offre reçue', 'offres reçues')}, dont {number(told)} avec une durée "
        f"de validité.{seen}"
    )


def _surveyed(brief: Brief) -> Iterator[Block]:
    """The energies of the perimeter: by method, with their period and age."""
    if not brief.perimeter:
        yield Paragraph(
            "Les énergies sont celles du problème donné ; d'où elles viennent n'y est pas dit."
        )
        return
    found: dict[str, list[PerimeterRow]] = defaultdict(list)
    for row in brief.perimeter:
        found[METHODS[row.reference.method] if row.reference else "inconnue"].append(row)
    rows = tuple(
        (name, number(len(rows)), _energy(rows), _period(brief, rows))
        for name, rows in sorted(found.items())
    )
    heads = ("Énergie de référence", "Points de livraison", "Énergie", "Période et âge")
    yield Table("Énergies du périmètre", heads, rows, frozenset({1, 2}))


def _energy(rows: list[PerimeterRow]) -> str:
    kwh = sum((row.reference.total_kwh for row in rows if row.reference), Decimal(0))
    return quantity(kwh / 1000, "MWh", 1)


def _period(brief: Brief, rows: list[PerimeterRow]) -> str:
    """The days that the energies are of; the oldest and the newest when they differ."""
    years = [row.reference for row in rows if row.reference]
    dated = sorted({_days(year) for year in years if year.from_date and year.to_date})
    if not dated:
        return "non dite"
    start, end = dated[0]
    if len(dated) == 1:
        return f"{interval(start, end)}{age(end, brief.made_at)}"
    ends = sorted(end for _, end in dated)
    first, last = (short_date(one - timedelta(days=1)) for one in (ends[0], ends[-1]))
    return f"années qui finissent du {first} au {last}{age(ends[0], brief.made_at)} au plus"


def _days(year: ReferenceYear) -> tuple[date, date]:
    return year.from_date or date.min, year.to_date or date.max


def _sources(brief: Brief) -> Iterator[Block]:
    if not brief.sources:
        return
    rows = tuple(
        (
            one.name,
            one.what,
            "non dite" if one.modified is None else brief.when(one.modified),
            one.sha256,
        )
        for one in brief.sources
    )
    heads = ("Fichier", "Contenu", "Dernière modification", "Empreinte SHA-256")
    yield Table("Fichiers lus", heads, rows)


def again_section(brief: Brief) -> Section:
    """What it takes to run the plan again and get the same bytes."""
    run = brief.plan.run
    told = [
        f"Empreinte du problème (SHA-256, RFC 8785) : {brief.plan.inputs_digest}",
        f"Programme : synergie {run.synergie} ; solveur : {run.solver}",
        f"Graine : {run.seed} ; fils de calcul : {run.threads} ; nœuds : {number(run.nodes)}",
        f"Temps de calcul : {quantity(run.seconds, 's', 1)}",
    ]
    if run.stop == "time":
        told.append("Arrêté par la limite de temps : ce calcul ne se refait pas à l'octet près.")
    else:
        told.append("Le même problème redonne le même plan, à l'octet près hors temps de calcul.")
    blocks: list[Block] = [Items("Ce qui a servi", tuple(told))]
    if brief.command is not None:
        blocks.append(Paragraph(f"Commande : {brief.command}"))
    return Section("refaire", "Refaire ce calcul", tuple(blocks))
