"""A group purchase as a workbook: everything that stands behind the report, cell by cell."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import BinaryIO

from synergie.reports.purchase_answers import answers, unknowns
from synergie.reports.purchase_awards import limits
from synergie.reports.purchase_inputs import METHODS
from synergie.reports.purchase_sharing import METHODS as SHARINGS
from synergie.reports.purchase_sheets import offers_sheet, sensitivity_sheet
from synergie.reports.purchase_words import Brief
from synergie.reports.sheets import Column, Sheet, Value, write
from synergie.schemas.purchase import Lot, PurchasePoint
from synergie.schemas.purchase_plan import Award, Place

USAGES = {
    "public_lighting": "Éclairage public", "building": "Bâtiment", "water": "Eau",
    "charging": "Recharge", "other": "Autre",
}  # fmt: skip
"""Usages, in words."""
_CLASSES = ("HPH", "HCH", "HPB", "HCB", "HP", "HC", "BASE")


def write_purchase(brief: Brief, sink: BinaryIO) -> None:
    """The workbook of *brief* into *sink*. MissingExtra("frames")."""
    write(sheets(brief), sink, brief.tz)


def sheets(brief: Brief) -> tuple[Sheet, ...]:
    """Its sheets, in order."""
    return (
        _read_me(brief),
        _perimeter(brief),
        offers_sheet(brief),
        _awards(brief),
        _members(brief),
        _sharing(brief),
        sensitivity_sheet(brief),
        _assumptions(brief),
    )


def _read_me(brief: Brief) -> Sheet:
    told = [(one.question, f"{one.answer} {one.more}".strip()) for one in answers(brief).answers]
    run = brief.plan.run
    told += [
        ("Ce classeur", f"Montants en euros hors taxes {brief.span} ; heures de {brief.tz.key}."),
        ("Périmètre", "Un point de livraison par ligne, avec l'énergie de chaque classe."),
        ("Offres", "Une case de prix par ligne, avec ce qu'il est advenu de l'offre."),
        ("Attribution", "Qui gagne chaque lot, le suivant, et de combien."),
        ("Membres", "Un membre dans un lot par ligne : ce qu'il paie, seul et ensemble."),
        ("Partage", "Un membre par ligne, tous ses lots réunis."),
        ("Sensibilité", "Ce qui changerait si les volumes, les membres ou les offres changeaient."),
        ("Hypothèses", "Ce qui est supposé, exigé, ou n'était pas connu."),
        ("Empreinte du problème", brief.plan.inputs_digest),
        ("Programme", f"synergie {run.synergie} ; {run.solver}"),
        *((f"Fichier : {one.name}", f"{one.what}, SHA-256 {one.sha256}") for one in brief.sources),
    ]  # fmt: skip
    if brief.banner is not None:
        told.insert(0, ("Données synthétiques", brief.banner))
    return Sheet("Lisez-moi", (Column("Question"), Column(brief.group, "long")), told)


def _perimeter(brief: Brief) -> Sheet:
    used = {one.time_class for point in brief.problem.points for one in point.energy}
    classes = [*(name for name in _CLASSES if name in used), *sorted(used - set(_CLASSES))]
    columns = (
        Column("Point de livraison"), Column("Membre"), Column("Nom du membre"), Column("Lot"),
        Column("Segment"), Column("Usage"), Column("Formule tarifaire d'acheminement"),
        *(Column(f"{name} (MWh/an)", "energy") for name in classes),
        Column("Total (MWh/an)", "energy"), Column("Part verte demandée", "share"),
        Column("Entrée", "date"), Column("Sortie (non comprise)", "date"),
        Column("Énergie : méthode"), Column("Énergie : premier jour", "date"),
        Column("Énergie : jour après le dernier", "date"),
    )  # fmt: skip
    return Sheet("Périmètre", columns, _points(brief, classes))


def _points(brief: Brief, classes: Sequence[str]) -> Iterator[Sequence[Value]]:
    years = {row.supply_point.partition(":")[2]: row.reference for row in brief.perimeter}
    for point in brief.problem.points:
        energy = {one.time_class: one.mwh for one in point.energy}
        year = years.get(point.id)
        yield (
            point.id, point.member, brief.member(point.member),
            _lot_of(brief.problem.lots, point), point.market_segment,
            USAGES.get(point.usage, point.usage), point.tariff_code,
            *(energy.get(name) for name in classes),
            sum(energy.values(), Decimal(0)), point.green_share, point.entry, point.exit,
            None if year is None else METHODS[year.method],
            None if year is None else year.from_date, None if year is None else year.to_date,
        )  # fmt: skip


def _lot_of(lots: Sequence[Lot], point: PurchasePoint) -> str | None:
    takes = (
        lot.name
        for lot in lots
        if point.market_segment in lot.market_segments and point.usage in lot.usages
    )
    return next(takes, None)


def _awards(brief: Brief) -> Sheet:
    columns = (
        Column("Lot"), Column("Nom du lot"), Column("Offre"), Column("Fournisseur"),
        Column("Tranche", "whole"), Column("Volume (MWh/an)", "energy"),
        Column("Marge avant la tranche du dessous (MWh)", "energy"),
        Column("Manque pour la suivante (MWh)", "energy"), Column("Coût (€)", "euros"),
        Column("Offre suivante"), Column("Suivante : surcoût (€)", "euros"),
        Column("Bascule à (% de hausse)", "price"), Column("Valable jusqu'au", "instant"),
    )  # fmt: skip
    return Sheet("Attribution", columns, [_award(brief, one) for one in brief.plan.awards])


def _award(brief: Brief, one: Award) -> Sequence[Value]:
    return (
        one.lot, brief.lots[one.lot], one.offer, one.supplier, one.tier, one.volume_mwh,
        one.above_floor_mwh, one.to_next_mwh, one.cost_eur, one.runner_up, one.runner_up_eur,
        one.flips_at_percent, one.expires_at,
    )  # fmt: skip


def _members(brief: Brief) -> Sheet:
    columns = (
        Column("Membre"), Column("Nom du membre"), Column("Lot"), Column("Nom du lot"),
        Column("Achète à"), Column("Volume (MWh/an)", "energy"), Column("Fourniture (€)", "euros"),
        Column("Frais de marché (€)", "euros"), Column("Coordonnateur (€)", "euros"),
        Column("Coût (€)", "euros"), Column("Seul (€)", "euros"), Column("Gain (€)", "euros"),
    )  # fmt: skip
    return Sheet("Membres", columns, [_place(brief, one) for one in brief.plan.places])


def _place(brief: Brief, one: Place) -> Sequence[Value]:
    suppliers = {offer.id: offer.supplier for offer in brief.problem.offers}
    cost = one.supply_eur + one.fee_eur + one.coordinator_eur
    return (
        one.member, brief.member(one.member), one.lot, brief.lots[one.lot],
        "seul" if one.offer is None else suppliers[one.offer], one.volume_mwh, one.supply_eur,
        one.fee_eur, one.coordinator_eur, cost, one.alone_eur,
        None if one.alone_eur is None else one.alone_eur - cost,
    )  # fmt: skip


def _sharing(brief: Brief) -> Sheet:
    mandates = {one.id: one.mandate for one in brief.problem.members}
    sharings = brief.sharing.sharings if brief.sharing else ()
    shares = [{one.member: one.share_eur for one in sharing.shares} for sharing in sharings]
    columns = (
        Column("Membre"), Column("Nom du membre"), Column("Mandat"), Column("Seul (€)", "euros"),
        Column("Ensemble (€)", "euros"), Column("Gain (€)", "euros"), Column("Gain (%)", "share"),
        *(Column(f"{SHARINGS[one.method]} (€)", "euros") for one in sharings),
    )  # fmt: skip
    rows = [
        (
            one.member, brief.member(one.member), mandates.get(one.member), one.alone_eur,
            one.cost_eur, one.gain_eur,
            one.gain_eur / one.alone_eur if one.gain_eur is not None and one.alone_eur else None,
            *(share.get(one.member) for share in shares),
        )
        for one in brief.plan.members
    ]  # fmt: skip
    return Sheet("Partage", columns, rows)


def _assumptions(brief: Brief) -> Sheet:
    plan = brief.plan
    told = [
        *(("supposé", text) for text in brief.assumptions),
        *(("supposé", text) for text in brief.sentences((*plan.assumptions, *plan.baseline))),
        *(("exigé", text) for text in limits(brief).items),
        *(("exigence qui pèse", text) for text in brief.sentences(plan.binding)),
        *(("pas connu", text) for text in unknowns(brief)),
    ]
    return Sheet("Hypothèses", (Column("Nature"), Column("Énoncé", "long")), told)
