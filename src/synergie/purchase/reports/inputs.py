"""Where the figures of a purchase come from: files, reference years with their method and age."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal

from synergie.purchase.reports.words import Brief, age
from synergie.reports.document import Block, Items, Paragraph, Section, Table
from synergie.reports.language import Pair, say
from synergie.reports.written import count, interval, number, quantity, short_date
from synergie.schemas.assets.perimeter import PerimeterRow, ReferenceMethod, ReferenceYear
from synergie.schemas.plan import Run

METHODS: Mapping[ReferenceMethod, Pair] = {
    "computed_12m": ("calculée sur 12 mois", "computed over 12 months"),
    "partial": ("somme partielle, non extrapolée", "partial sum, not extrapolated"),
    "declared": ("déclarée", "declared"),
}
"""How the energy of a reference year was found, in words."""


def inputs_section(brief: Brief) -> Section:
    """Freshness and source of each input."""
    blocks: list[Block] = [_validity(brief), *_surveyed(brief), *_sources(brief)]
    title = say("D'où viennent les données", "Where the data come from")
    return Section("donnees", title, tuple(blocks))


def _validity(brief: Brief) -> Paragraph:
    offers = brief.problem.offers
    told = sum(offer.valid_until is not None for offer in offers)
    at = brief.problem.award_at
    seen = say(
        "La validité n'a pas été regardée : aucun moment d'attribution n'est donné.",
        "Validity was not checked: no date of award is given.",
    )
    if at is not None:
        when = brief.when(at)
        seen = say(f"Validité regardée le {when}.", f"Validity checked on {when}.")
    received = count(
        len(offers), say("offre reçue", "offer received"), say("offres reçues", "offers received")
    )
    dated = number(told)
    start = say(
        f"{received}, dont {dated} avec une durée de validité.",
        f"{received}, of which {dated} with a period of validity.",
    )
    return Paragraph(f"{start} {seen}")


def _surveyed(brief: Brief) -> Iterator[Block]:
    """The energies of the perimeter: by method, with their period and age."""
    if not brief.perimeter:
        yield Paragraph(
            say(
                "Les énergies sont celles du problème donné ; d'où elles viennent n'y est pas dit.",
                "The energies are those of the given problem; where they come from is not told.",
            )
        )
        return
    found: dict[str, list[PerimeterRow]] = defaultdict(list)
    unknown = say("inconnue", "unknown")
    for row in brief.perimeter:
        found[say(*METHODS[row.reference.method]) if row.reference else unknown].append(row)
    rows = tuple(
        (name, number(len(rows)), _energy(rows), _period(brief, rows))
        for name, rows in sorted(found.items())
    )
    heads = (
        say("Énergie de référence", "Reference energy"),
        say("Points de livraison", "Delivery points"),
        say("Énergie", "Energy"),
        say("Période et âge", "Period and age"),
    )
    caption = say("Énergies du périmètre", "Energies of the perimeter")
    yield Table(caption, heads, rows, frozenset({1, 2}))


def _energy(rows: list[PerimeterRow]) -> str:
    kwh = sum((row.reference.total_kwh for row in rows if row.reference), Decimal(0))
    return quantity(kwh / 1000, "MWh", 1)


def _period(brief: Brief, rows: list[PerimeterRow]) -> str:
    """The days that the energies are of; the oldest and the newest when they differ."""
    years = [row.reference for row in rows if row.reference]
    dated = sorted({_days(year) for year in years if year.from_date and year.to_date})
    if not dated:
        return say("non dite", "not told")
    start, end = dated[0]
    if len(dated) == 1:
        return f"{interval(start, end)}{age(end, brief.made_at)}"
    ends = sorted(end for _, end in dated)
    first, last = (short_date(one - timedelta(days=1)) for one in (ends[0], ends[-1]))
    old = age(ends[0], brief.made_at)
    return say(
        f"années qui finissent du {first} au {last}{old} au plus",
        f"years that end from {first} to {last}{old} at most",
    )


def _days(year: ReferenceYear) -> tuple[date, date]:
    return year.from_date or date.min, year.to_date or date.max


def _sources(brief: Brief) -> Iterator[Block]:
    if not brief.sources:
        return
    rows = tuple(
        (
            one.name,
            one.what,
            say("non dite", "not told") if one.modified is None else brief.when(one.modified),
            one.sha256,
        )
        for one in brief.sources
    )
    heads = (
        say("Fichier", "File"), say("Contenu", "Content"),
        say("Dernière modification", "Last modified"), say("Empreinte SHA-256", "SHA-256 digest"),
    )  # fmt: skip
    yield Table(say("Fichiers lus", "Files read"), heads, rows)


def again_section(brief: Brief) -> Section:
    """What it takes to run the plan again and get the same bytes."""
    told = (*_programs(brief), *_repeatable(brief.plan.run))
    blocks: list[Block] = [Items(say("Ce qui a servi", "What was used"), told)]
    if brief.command is not None:
        command = brief.command
        blocks.append(Paragraph(say(f"Commande : {command}", f"Command: {command}")))
    return Section("refaire", say("Refaire ce calcul", "Run this computation again"), tuple(blocks))


def _programs(brief: Brief) -> Iterator[str]:
    run, digest = brief.plan.run, brief.plan.inputs_digest
    yield say(
        f"Empreinte du problème (SHA-256, RFC 8785) : {digest}",
        f"Digest of the problem (SHA-256, RFC 8785): {digest}",
    )
    yield say(
        f"Programme : synergie {run.synergie} ; solveur : {run.solver}",
        f"Program: synergie {run.synergie}; solver: {run.solver}",
    )
    nodes = number(run.nodes)
    yield say(
        f"Graine : {run.seed} ; fils de calcul : {run.threads} ; nœuds : {nodes}",
        f"Seed: {run.seed}; threads: {run.threads}; nodes: {nodes}",
    )


def _repeatable(run: Run) -> Iterator[str]:
    seconds = quantity(run.seconds, "s", 1)
    yield say(f"Temps de calcul : {seconds}", f"Time of computation: {seconds}")
    if run.stop == "time":
        yield say(
            "Arrêté par la limite de temps : ce calcul ne se refait pas à l'octet près.",
            "Stopped by the time limit: this computation does not give the same bytes again.",
        )
    else:
        yield say(
            "Le même problème redonne le même plan, à l'octet près hors temps de calcul.",
            "The same problem gives the same plan again, byte for byte but for the time taken.",
        )
