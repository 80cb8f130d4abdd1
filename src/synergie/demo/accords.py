"""The agreements of the demonstration: drafted and signed by their owner, signed by the reader."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from synergie.client import Client
from synergie.samples import ENERGY, EPCI, LIGHTING, YEAR
from synergie.samples.night import year_bounds
from synergie.schemas.trust.agreement import (
    Agreement,
    Dataset,
    Granularity,
    Period,
    Purpose,
    Selector,
    Terms,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementRequest:
    """One agreement to make."""

    key: str
    """How the story calls it."""
    title: str
    owner: str
    recipient: str
    dataset: Dataset
    granularity: Granularity
    purpose: Purpose
    lighting_only: bool = False
    """Only the delivery points of street lighting."""


WANTED: tuple[AgreementRequest, ...] = (
    AgreementRequest(
        key="purchase-epci",
        title="Achat groupé d'électricité : points de la communauté de communes",
        owner=EPCI,
        recipient=ENERGY,
        dataset="consumption",
        granularity="month",
        purpose="joint_purchase",
    ),
    AgreementRequest(
        key="purchase-lighting",
        title="Achat groupé d'électricité : points du syndicat d'éclairage",
        owner=LIGHTING,
        recipient=ENERGY,
        dataset="consumption",
        granularity="month",
        purpose="joint_purchase",
    ),
    AgreementRequest(
        key="maintenance-epci",
        title="Entretien en commun : armoires de la communauté de communes",
        owner=EPCI,
        recipient=LIGHTING,
        dataset="assets",
        granularity="month",
        purpose="joint_maintenance",
    ),
    AgreementRequest(
        key="maintenance-energy",
        title="Entretien en commun : armoires du syndicat d'énergie",
        owner=ENERGY,
        recipient=LIGHTING,
        dataset="assets",
        granularity="month",
        purpose="joint_maintenance",
    ),
    AgreementRequest(
        key="monitoring",
        title="Suivi de l'éclairage, jour par jour",
        owner=EPCI,
        recipient=LIGHTING,
        dataset="consumption",
        granularity="day",
        purpose="energy_monitoring",
        lighting_only=True,
    ),
    AgreementRequest(
        key="contract-lighting",
        title="Contrat de performance : éclairage du syndicat, jour par jour",
        owner=LIGHTING,
        recipient=ENERGY,
        dataset="consumption",
        granularity="day",
        purpose="energy_monitoring",
        lighting_only=True,
    ),
    AgreementRequest(
        key="contract-epci",
        title="Contrat de performance : éclairage de la communauté de communes, jour par jour",
        owner=EPCI,
        recipient=ENERGY,
        dataset="consumption",
        granularity="day",
        purpose="energy_monitoring",
        lighting_only=True,
    ),
)
"""What the three organisations agree on, in order."""


_ENERGY = "code de l'énergie, articles L.111-73 et D.111-52 et suivants"
_LIGHTING = "code général des collectivités territoriales, article L.2212-2 (éclairage des voies)"


def sign_all(clients: Mapping[str, Client], *, now: datetime) -> dict[str, Agreement]:
    """Each wanted agreement, drafted and proposed by its owner, accepted by its recipient."""
    return {wanted.key: _sign_agreement(wanted, clients, now=now) for wanted in WANTED}


def _sign_agreement(
    wanted: AgreementRequest, clients: Mapping[str, Client], *, now: datetime
) -> Agreement:
    owner, recipient = clients[wanted.owner], clients[wanted.recipient]
    draft = owner.draft(build_demo_terms(wanted, _list_covered_items(wanted, owner), now=now))
    owner.propose(draft.id)
    return recipient.accept(draft.id)


def _list_covered_items(wanted: AgreementRequest, owner: Client) -> Sequence[str]:
    """Identifiers of what the agreement covers, as the server gave them to their owner."""
    if wanted.dataset == "assets":
        return [cabinet.id for cabinet in owner.cabinets()]
    return [
        point.id
        for point in owner.supply_points()
        if not wanted.lighting_only or point.usage == "public_lighting"
    ]


def build_demo_terms(wanted: AgreementRequest, items: Sequence[str], *, now: datetime) -> Terms:
    """The terms of *wanted* over *items*: the year of the demonstration, for two years."""
    start, end = year_bounds(YEAR)
    chosen = tuple(items)
    assets = wanted.dataset == "assets"
    return Terms(
        owner=wanted.owner,
        recipient=wanted.recipient,
        title=wanted.title,
        datasets=(wanted.dataset,),
        selector=Selector(cabinets=chosen) if assets else Selector(supply_points=chosen),
        granularity=wanted.granularity,
        purpose=wanted.purpose,
        legal_basis="public_task",
        legal_reference=_LIGHTING if assets else _ENERGY,
        data_period=Period(start=start, end=end),
        valid_from=now - timedelta(minutes=1),
        valid_until=now + timedelta(days=730),
        retention_days=365,
    )
