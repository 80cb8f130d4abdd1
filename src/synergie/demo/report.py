"""The report of a demonstration: what people take away from it, as one file."""

from collections import Counter
from collections.abc import Callable
from functools import partial

from synergie.calendar import load_time_zone
from synergie.contract.reports.statement import build_document
from synergie.demo.outcome import Outcome
from synergie.demo.refusals import Refusal
from synergie.maintenance.reports.maintenance import maintenance_section
from synergie.maintenance.samples.maintenance import MAINTENANCE_ASSUMPTIONS
from synergie.purchase.reports.purchase import purchase_section
from synergie.purchase.samples.purchase import TENDER_ASSUMPTIONS
from synergie.reports.assets.territory import Months, Spot, Zone, months_section, territory_section
from synergie.reports.document import Document, Fact, Items, Paragraph, Section
from synergie.reports.exchange import (
    Accord,
    Age,
    Answer,
    Deposit,
    exchange_section,
    freshness_section,
)
from synergie.reports.french import format_energy, format_euros, format_moment, format_number
from synergie.reports.language import use_language
from synergie.reports.page import html
from synergie.samples import ASSUMPTIONS, YEAR
from synergie.schemas.series import Series
from synergie.schemas.trust.agreement import Agreement

_BANNER = (
    "Les noms, codes et populations des communes sont réels. Points lumineux, armoires, points de "
    "livraison, courbes, prix, fournisseurs et syndicats sont fictifs, pour la démonstration."
)
_OPENS = {
    ("consumption", "month"): "consommations, au mois",
    ("consumption", "day"): "consommations, au jour",
    ("assets", "month"): "armoires et points lumineux",
}
_STATES = {"active": "en vigueur", "revoked": "révoqué"}


def render_demo_report(outcome: Outcome, tell: Callable[[str], str]) -> str:
    """The report as the text of an HTML file; *tell* gives the French of the plans' sentences.

    It is French whatever is spoken.
    """
    with use_language("fr"):
        return _render_sections(outcome, tell)


def _render_sections(outcome: Outcome, tell: Callable[[str], str]) -> str:
    at = format_moment(outcome.made_at, load_time_zone("Europe/Paris"))
    sections = (
        _build_territory_section(outcome),
        _build_months_section(outcome),
        _build_freshness_section(outcome),
        _build_exchange_section(outcome),
        purchase_section(
            outcome.purchase_problem,
            outcome.purchase,
            names=outcome.names,
            assumptions=TENDER_ASSUMPTIONS,
            tell=tell,
            certified=outcome.certified,
        ),
        maintenance_section(
            outcome.maintenance_problem,
            outcome.maintenance,
            names=outcome.names,
            assumptions=MAINTENANCE_ASSUMPTIONS,
            tell=tell,
        ),
        _build_contract_section(outcome, tell),
        Section(
            "hypotheses", "Ce que la démonstration suppose", (Items("Le territoire", ASSUMPTIONS),)
        ),
    )
    return html(
        Document(
            title="Bassin de Pompey : trois organisations, un échange, deux plans",
            lead=(
                "Ce que trois collectivités gagnent à partager leurs données sous des accords "
                "signés, et ce que chacune garde pour elle."
            ),
            banner=_BANNER,
            dated=f"Données de l'année {YEAR}. Rapport du {at}.",
            facts=_build_key_facts(outcome),
            sections=sections,
        )
    )


def _build_contract_section(outcome: Outcome, tell: Callable[[str], str]) -> Section:
    """The saving, its two pictures, and each member's part."""
    told = build_document(outcome.contract.report, tell, names=outcome.names)
    found = {one.anchor: one.blocks for one in told.sections}
    blocks = (Paragraph(told.lead), *found["economie"], *found["membres"], *found["preuve"])
    return Section("contrat", f"Contrat de performance, {told.dated}", blocks)


def _build_key_facts(outcome: Outcome) -> tuple[Fact, ...]:
    gain = partial(format_euros, decimals=0)
    purchase, upkeep = outcome.purchase, outcome.maintenance
    facts = [
        Fact(label="Points lumineux", value=format_number(len(outcome.park.light_points))),
        Fact(label="Points de livraison", value=format_number(len(outcome.points))),
        Fact(label="Mesures échangées", value=format_number(outcome.readings)),
        Fact(label="Éclairage sur l'année", value=format_energy(_lighting_kwh(outcome))),
    ]
    if purchase.baseline_eur is not None:
        saved = purchase.baseline_eur - purchase.objective_eur
        facts.append(Fact(label="Achat groupé, de moins par an", value=gain(saved)))
    if upkeep.baseline_eur is not None:
        saved = upkeep.baseline_eur - upkeep.objective_eur
        facts.append(Fact(label="Entretien commun, de moins", value=gain(saved)))
    return tuple(facts)


def _lighting_kwh(outcome: Outcome) -> float:
    return sum(one.kwh for one in outcome.points if one.point.usage == "public_lighting")


def _build_territory_section(outcome: Outcome) -> Section:
    names, communes = outcome.names, {c.insee_code: c for c in outcome.whole.communes}
    lamps = Counter((point.owner, point.cabinet) for point in outcome.park.light_points)
    kwh = _kwh_by_commune(outcome)
    spots = [
        Spot(
            title=cabinet.name or cabinet.external_id,
            commune=communes[cabinet.insee_code or ""].name,
            operator=names[cabinet.owner],
            light_points=lamps[cabinet.owner, cabinet.external_id],
            longitude=cabinet.location.longitude,
            latitude=cabinet.location.latitude,
        )
        for cabinet in outcome.park.cabinets
        if cabinet.location is not None
    ]
    spots.sort(key=lambda spot: (spot.commune, spot.title))
    counts = Counter(spot.commune for spot in spots)
    points = Counter(point.insee_code for point in outcome.park.light_points)
    zones = [
        Zone(
            name=commune.name,
            operator=names[commune.operator],
            longitude=commune.longitude,
            latitude=commune.latitude,
            light_points=points[code],
            cabinets=counts[commune.name],
            kwh=kwh.get(code),
        )
        for code, commune in communes.items()
    ]
    return territory_section(zones, spots)


def _kwh_by_commune(outcome: Outcome) -> dict[str, float]:
    """Lighting energy of each commune, by the delivery point that feeds each cabinet.

    That link is each owner's to know: it comes from what each declares of its own.
    """
    cabinets = (cabinet for holding in outcome.whole.holdings for cabinet in holding.cabinets)
    fed = {cabinet.supply_point: cabinet.insee_code or "" for cabinet in cabinets}
    found = Counter[str]()
    for one in outcome.points:
        if one.point.external_id in fed:
            found[fed[one.point.external_id]] += round(one.kwh)
    return {code: float(kwh) for code, kwh in found.items()}


def _build_months_section(outcome: Outcome) -> Section:
    holders = [holding.owner for holding in outcome.whole.holdings]
    series = [
        Months(holder=outcome.names[holder], kwh=tuple(_sum_holder_months(outcome, holder)))
        for holder in holders
    ]
    return months_section(series, YEAR)


def _sum_holder_months(outcome: Outcome, holder: str) -> list[float]:
    mine = [one.months_kwh for one in outcome.points if one.point.owner == holder]
    return [sum(months[i] for months in mine) for i in range(12)]


def _build_freshness_section(outcome: Outcome) -> Section:
    ages = [_compute_series_age(outcome, name, found) for name, found in outcome.series.items()]
    return freshness_section(ages, f"La démonstration ne dépose que l'année {YEAR}.")


def _compute_series_age(outcome: Outcome, holder: str, found: tuple[Series, ...]) -> Age:
    newest = max(found, key=lambda series: series.freshness.last_reading or series.updated_at)
    last = newest.freshness.last_reading
    return Age(
        organisation=outcome.names[holder],
        series=len(found),
        up_to_date=sum(series.freshness.state == "up_to_date" for series in found),
        last="aucune" if last is None else format_moment(last, load_time_zone("Europe/Paris")),
        reason=newest.freshness.reason,
    )


def _build_exchange_section(outcome: Outcome) -> Section:
    names = outcome.names
    deposits = [
        Deposit(
            organisation=names[sent.organisation],
            what=sent.what,
            received=sent.received,
            kept=sent.kept,
            refused=sent.refused,
        )
        for sent in outcome.sent
    ]
    return exchange_section(
        deposits,
        [_build_accord(agreement, names) for agreement in outcome.agreements],
        _build_refusal_answer(outcome.refusal),
        _build_refusal_answer(outcome.revocation),
    )


def _build_accord(agreement: Agreement, names: dict[str, str]) -> Accord:
    terms = agreement.terms
    return Accord(
        title=terms.title,
        owner=names[terms.owner],
        recipient=names[terms.recipient],
        opens=_OPENS[terms.datasets[0], terms.granularity],
        state=_STATES.get(agreement.state, agreement.state),
    )


def _build_refusal_answer(refusal: Refusal) -> Answer:
    return Answer(asked=refusal.asked, answered=f"{refusal.text}.")
