"""What a purchase costs as sheets: each lot's award, each member in each lot, each member."""

from collections.abc import Mapping, Sequence

from synergie.purchase.records.plan import Award, Place
from synergie.purchase.reports.words import Brief
from synergie.reports.language import choose_text
from synergie.reports.plans import describe_sharing_method
from synergie.reports.sheets import Column, Head, Sheet, Value, build_columns

_AWARD: tuple[Head, ...] = (
    ("Lot", "Lot", "text"),
    ("Nom du lot", "Name of the lot", "text"),
    ("Offre", "Offer", "text"),
    ("Fournisseur", "Supplier", "text"),
    ("Tranche", "Tier", "whole"),
    ("Volume (MWh/an)", "Volume (MWh/year)", "energy"),
    ("Marge avant la tranche du dessous (MWh)", "Margin above the tier below (MWh)", "energy"),
    ("Manque pour la suivante (MWh)", "Short of the next tier (MWh)", "energy"),
    ("Coût (€)", "Cost (€)", "euros"),
    ("Offre suivante", "Next best offer", "text"),
    ("Suivante : surcoût (€)", "Next best: extra cost (€)", "euros"),
    ("Bascule à (% de hausse)", "Changes at (% rise)", "price"),
    ("Valable jusqu'au", "Valid until", "instant"),
)
_PLACE: tuple[Head, ...] = (
    ("Membre", "Member", "text"),
    ("Nom du membre", "Name of the member", "text"),
    ("Lot", "Lot", "text"),
    ("Nom du lot", "Name of the lot", "text"),
    ("Achète à", "Buys from", "text"),
    ("Volume (MWh/an)", "Volume (MWh/year)", "energy"),
    ("Fourniture (€)", "Supply (€)", "euros"),
    ("Frais de marché (€)", "Contract costs (€)", "euros"),
    ("Coordonnateur (€)", "Coordinator (€)", "euros"),
    ("Coût (€)", "Cost (€)", "euros"),
    ("Seul (€)", "Alone (€)", "euros"),
    ("Gain (€)", "Gain (€)", "euros"),
)
_SHARE: tuple[Head, ...] = (
    ("Membre", "Member", "text"),
    ("Nom du membre", "Name of the member", "text"),
    ("Mandat", "Mandate", "text"),
    ("Seul (€)", "Alone (€)", "euros"),
    ("Ensemble (€)", "Together (€)", "euros"),
    ("Gain (€)", "Gain (€)", "euros"),
    ("Gain (%)", "Gain (%)", "share"),
)


def awards_sheet(brief: Brief) -> Sheet:
    """A lot a row: who wins it, and what would turn it."""
    rows = [_build_award_cells(brief, one) for one in brief.plan.awards]
    return Sheet(choose_text("Attribution", "Awards"), build_columns(*_AWARD), rows)


def _build_award_cells(brief: Brief, one: Award) -> Sequence[Value]:
    return (
        one.lot, brief.lots[one.lot], one.offer, one.supplier, one.tier, one.volume_mwh,
        one.above_floor_mwh, one.to_next_mwh, one.cost_eur, one.runner_up, one.runner_up_eur,
        one.flips_at_percent, one.expires_at,
    )  # fmt: skip


def members_sheet(brief: Brief) -> Sheet:
    """A member in a lot a row: what it pays, alone and together."""
    suppliers = {offer.id: offer.supplier for offer in brief.problem.offers}
    alone = choose_text("seul", "alone")
    rows = [
        _build_place_cells(brief, one, alone if one.offer is None else suppliers[one.offer])
        for one in brief.plan.places
    ]
    return Sheet(choose_text("Membres", "Members"), build_columns(*_PLACE), rows)


def _build_place_cells(brief: Brief, one: Place, supplier: str) -> Sequence[Value]:
    cost = one.supply_eur + one.fee_eur + one.coordinator_eur
    return (
        one.member, brief.member(one.member), one.lot, brief.lots[one.lot], supplier,
        one.volume_mwh, one.supply_eur, one.fee_eur, one.coordinator_eur, cost, one.alone_eur,
        None if one.alone_eur is None else one.alone_eur - cost,
    )  # fmt: skip


def sharing_sheet(brief: Brief) -> Sheet:
    """A member a row, all its lots together, with its share by each method."""
    mandates = {one.id: one.mandate for one in brief.problem.members}
    sharings = brief.sharing.sharings if brief.sharing else ()
    shares: list[Mapping[str, Value]] = [
        {one.member: one.share_eur for one in sharing.shares} for sharing in sharings
    ]
    by_method = (Column(f"{describe_sharing_method(one.method)} (€)", "euros") for one in sharings)
    rows = [
        (
            one.member, brief.member(one.member), mandates.get(one.member), one.alone_eur,
            one.cost_eur, one.gain_eur,
            one.gain_eur / one.alone_eur if one.gain_eur is not None and one.alone_eur else None,
            *(share.get(one.member) for share in shares),
        )
        for one in brief.plan.members
    ]  # fmt: skip
    return Sheet(choose_text("Partage", "Sharing"), (*build_columns(*_SHARE), *by_method), rows)
