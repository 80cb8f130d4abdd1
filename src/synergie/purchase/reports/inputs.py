"""Where the figures of a purchase come from: files, reference years with their method and age."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal

from synergie.purchase.reports.words import Brief, describe_age
from synergie.reports.document import Block, Items, Paragraph, Section, Table
from synergie.reports.language import Pair, choose_text
from synergie.reports.written import (
    format_count,
    format_interval,
    format_number,
    format_quantity,
    short_date,
)
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
    blocks: list[Block] = [
        _build_validity_paragraph(brief),
        *_iterate_survey_blocks(brief),
        *_iterate_source_blocks(brief),
    ]
    title = choose_text("D'où viennent les données", "Where the data come from")
    return Section("donnees", title, tuple(blocks))


def _build_validity_paragraph(brief: Brief) -> Paragraph:
    offers = brief.problem.offers
    told = sum(offer.valid_until is not None for offer in offers)
    at = brief.problem.award_at
    seen = choose_text(
        "La validité n'a pas été regardée : aucun moment d'attribution n'est donné.",
        "Validity was not checked: no date of award is given.",
    )
    if at is not None:
        when = brief.when(at)
        seen = choose_text(f"Validité regardée le {when}.", f"Validity checked on {when}.")
    received = format_count(
        len(offers),
        choose_text("offre reçue", "offer received"),
        choose_text("offres reçues", "offers received"),
    )
    dated = format_number(told)
    start = choose_text(
        f"{received}, dont {dated} avec une durée de validité.",
        f"{received}, of which {dated} with a period of validity.",
    )
    return Paragraph(f"{start} {seen}")


def _iterate_survey_blocks(brief: Brief) -> Iterator[Block]:
    """The energies of the perimeter: by method, with their period and age."""
    if not brief.perimeter:
        yield Paragraph(
            choose_text(
                "Les énergies sont celles du problème donné ; d'où elles viennent n'y est pas dit.",
                "The energies are those of the given problem; where they come from is not told.",
            )
        )
        return
    found: dict[str, list[PerimeterRow]] = defaultdict(list)
    unknown = choose_text("inconnue", "unknown")
    for row in brief.perimeter:
        found[choose_text(*METHODS[row.reference.method]) if row.reference else unknown].append(row)
    rows = tuple(
        (
            name,
            format_number(len(rows)),
            _format_survey_energy(rows),
            _describe_survey_period(brief, rows),
        )
        for name, rows in sorted(found.items())
    )
    heads = (
        choose_text("Énergie de référence", "Reference energy"),
        choose_text("Points de livraison", "Delivery points"),
        choose_text("Énergie", "Energy"),
        choose_text("Période et âge", "Period and age"),
    )
    caption = choose_text("Énergies du périmètre", "Energies of the perimeter")
    yield Table(caption, heads, rows, frozenset({1, 2}))


def _format_survey_energy(rows: list[PerimeterRow]) -> str:
    kwh = sum((row.reference.total_kwh for row in rows if row.reference), Decimal(0))
    return format_quantity(kwh / 1000, "MWh", 1)


def _describe_survey_period(brief: Brief, rows: list[PerimeterRow]) -> str:
    """The days that the energies are of; the oldest and the newest when they differ."""
    years = [row.reference for row in rows if row.reference]
    dated = sorted({_read_year_days(year) for year in years if year.from_date and year.to_date})
    if not dated:
        return choose_text("non dite", "not told")
    start, end = dated[0]
    if len(dated) == 1:
        return f"{format_interval(start, end)}{describe_age(end, brief.made_at)}"
    ends = sorted(end for _, end in dated)
    first, last = (short_date(one - timedelta(days=1)) for one in (ends[0], ends[-1]))
    old = describe_age(ends[0], brief.made_at)
    return choose_text(
        f"années qui finissent du {first} au {last}{old} au plus",
        f"years that end from {first} to {last}{old} at most",
    )


def _read_year_days(year: ReferenceYear) -> tuple[date, date]:
    return year.from_date or date.min, year.to_date or date.max


def _iterate_source_blocks(brief: Brief) -> Iterator[Block]:
    if not brief.sources:
        return
    rows = tuple(
        (
            one.name,
            one.what,
            choose_text("non dite", "not told")
            if one.modified is None
            else brief.when(one.modified),
            one.sha256,
        )
        for one in brief.sources
    )
    heads = (
        choose_text("Fichier", "File"),
        choose_text("Contenu", "Content"),
        choose_text("Dernière modification", "Last modified"),
        choose_text("Empreinte SHA-256", "SHA-256 digest"),
    )
    yield Table(choose_text("Fichiers lus", "Files read"), heads, rows)


def again_section(brief: Brief) -> Section:
    """What it takes to run the plan again and get the same bytes."""
    told = (*_iterate_program_lines(brief), *_iterate_repeat_lines(brief.plan.run))
    blocks: list[Block] = [Items(choose_text("Ce qui a servi", "What was used"), told)]
    if brief.command is not None:
        command = brief.command
        blocks.append(Paragraph(choose_text(f"Commande : {command}", f"Command: {command}")))
    return Section(
        "refaire", choose_text("Refaire ce calcul", "Run this computation again"), tuple(blocks)
    )


def _iterate_program_lines(brief: Brief) -> Iterator[str]:
    run, digest = brief.plan.run, brief.plan.inputs_digest
    yield choose_text(
        f"Empreinte du problème (SHA-256, RFC 8785) : {digest}",
        f"Digest of the problem (SHA-256, RFC 8785): {digest}",
    )
    yield choose_text(
        f"Programme : synergie {run.synergie} ; solveur : {run.solver}",
        f"Program: synergie {run.synergie}; solver: {run.solver}",
    )
    nodes = format_number(run.nodes)
    yield choose_text(
        f"Graine : {run.seed} ; fils de calcul : {run.threads} ; nœuds : {nodes}",
        f"Seed: {run.seed}; threads: {run.threads}; nodes: {nodes}",
    )


def _iterate_repeat_lines(run: Run) -> Iterator[str]:
    seconds = format_quantity(run.seconds, "s", 1)
    yield choose_text(f"Temps de calcul : {seconds}", f"Time of computation: {seconds}")
    if run.stop == "time":
        yield choose_text(
            "Arrêté par la limite de temps : ce calcul ne se refait pas à l'octet près.",
            "Stopped by the time limit: this computation does not give the same bytes again.",
        )
    else:
        yield choose_text(
            "Le même problème redonne le même plan, à l'octet près hors temps de calcul.",
            "The same problem gives the same plan again, byte for byte but for the time taken.",
        )
