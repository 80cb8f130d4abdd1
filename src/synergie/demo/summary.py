"""The summary of a demonstration as a person reads it on a terminal, in French."""

from pathlib import Path

from synergie.calendar import load_time_zone
from synergie.contract.reports.words import describe_due, describe_saving
from synergie.demo.outcome import Outcome
from synergie.demo.partners import Partner
from synergie.purchase.records.plan import PurchasePlan
from synergie.reports.french import (
    format_energy,
    format_euros,
    format_moment,
    format_number,
    format_percent,
    typeset_french,
)
from synergie.reports.language import use_language
from synergie.samples import LIGHTING, YEAR, Territory
from synergie.schemas.plan import Plan


def format_summary(outcome: Outcome) -> str:
    """A dozen lines: the territory, the exchange, what was refused, both plans, the report."""
    lines = [
        "Bassin de Pompey, données synthétiques",
        *_format_territory(outcome.whole),
        "Échange",
        f"  {format_number(outcome.readings)} mesures de {YEAR} déposées par trois organisations",
        *(f"  accord : {agreement.terms.title}" for agreement in outcome.agreements),
        f"  lecture au jour accordée : {format_number(outcome.days_read)} jours lus",
        f"  refus : {outcome.refusal.text}",
        f"  révocation : {outcome.revocation.text}",
        f"  remise signée : {format_number(outcome.handover.rows)} armoires, vérifiées hors ligne",
        f"    synergie verify {outcome.handover.folder}",
        "Alertes de l'éclairage",
        *(f"  {one.sentence}" for one in outcome.lamps.alerts),
        f"  ticket d'entretien : {outcome.lamps.ticket.ticket}",
        f"  tournée du {outcome.lamps.round.day:%d/%m/%Y} : {_describe_closure(outcome)}",
        "Contrat de performance",
        *_format_contract(outcome),
        "Achat groupé",
        *_format_plan(outcome.purchase, outcome.names, certified=outcome.certified),
        f"    synergie plan verify {outcome.purchase_folder}",
        *_format_offer_deadline(outcome.purchase),
        "Entretien commun",
        *_format_plan(outcome.maintenance, outcome.names),
        f"  {format_number(outcome.maintenance.crew_days)} jours d'équipe",
        f"Rapport : {outcome.report}",
        f"Durée : {format_number(outcome.seconds, 1)} s",
        "Pour essayer les pages et déposer un fichier : synergie sandbox",
    ]
    return typeset_french("\n".join(lines))


def _describe_closure(outcome: Outcome) -> str:
    return "alerte close" if outcome.lamps.closed.state == "closed" else "alerte encore ouverte"


def _format_contract(outcome: Outcome) -> list[str]:
    with use_language("fr"):
        told = outcome.contract.report
        contract = told.inputs.plan.contract
        parties = " et ".join(outcome.names[one.party] for one in told.signatures)
        parts = ", ".join(
            f"{outcome.names[one.member]} {format_number(one.saved_kwh)} kWh"
            for one in told.members
        )
        whole = (
            f"  {contract.title} : référence de {format_number(len(contract.points))} armoires,"
            f" plan et relevé de {YEAR} signés par {parties}"
        )
        return [
            whole,
            f"  {describe_saving(told)}",
            f"  {describe_due(told)}",
            f"  part de chacun : {parts}",
            f"    synergie contract verify {outcome.statement}",
        ]


def _format_territory(whole: Territory) -> list[str]:
    counts = (
        (len(whole.communes), "communes"),
        (len(whole.light_points), "points lumineux"),
        (len(whole.cabinets), "armoires"),
        (len(whole.supply_points), "points de livraison"),
    )
    return [
        f"  {', '.join(f'{format_number(count)} {what}' for count, what in counts)}",
        f"  éclairage : {format_energy(whole.lighting_kwh())} par an",
    ]


def _format_plan(plan: Plan, names: dict[str, str], *, certified: bool = False) -> list[str]:
    lines = [f"  coût : {format_euros(plan.objective_eur)} par an hors taxes"]
    if plan.baseline_eur is not None:
        gain = plan.baseline_eur - plan.objective_eur
        lines.append(
            f"  chacun de son côté : {format_euros(plan.baseline_eur)}"
            f", soit {format_euros(gain)} de moins "
            f"ensemble ({format_percent(gain / plan.baseline_eur)})"
        )
    if plan.gap is not None and plan.bound_eur is not None:
        reached = "borne atteinte" if plan.status == "proved" else "borne non atteinte"
        proof = "optimal, certificat à l'appui" if certified else reached
        lines.append(
            f"  {proof} : rien sous {format_euros(plan.bound_eur)}, "
            f"écart au plus {format_percent(plan.gap, 2)}"
        )
    gains = {m.member: m.gain_eur for m in plan.members if m.gain_eur is not None}
    if plan.least_gain is not None:
        name = names.get(plan.least_gain, plan.least_gain)
        lines.append(f"  gagne le moins : {name}, {format_euros(gains[plan.least_gain])}")
    return lines


def _format_offer_deadline(plan: PurchasePlan) -> list[str]:
    """Until when the offers that are taken hold, and which were refused."""
    lines = []
    if plan.decide_before is not None:
        lines.append(
            "  à décider avant le "
            f"{format_moment(plan.decide_before, load_time_zone('Europe/Paris'))}"
        )
    if plan.refused:
        lines.append(f"  offres refusées : {', '.join(one.offer for one in plan.refused)}")
    return lines


def how_to_call(url: str, partner: Partner) -> str:
    """The lines of Python that call the server that was left up, with the keys that were made."""
    return f"""\
Le serveur reste à l'écoute : {url} (Ctrl-C pour l'arrêter).
Documentation : {url}/docs

from synergie import Auth, Client

auth = Auth.from_files(
    key={_quote_path(partner.key)},
    signing_key={_quote_path(partner.signing_key)},
    client_id="{partner.client_id}",
    organisation="{partner.organisation.id}",
    issuer="{url}",
)
with Client("{url}", auth) as client:
    for agreement in client.agreements():
        print(agreement.state, agreement.terms.title)
"""


def _quote_path(path: Path) -> str:
    return repr(str(path))


CALLER = LIGHTING
"""The organisation whose keys the example uses: the one that reads the most."""
