"""What a sandbox holds beside the data: a maintenance plan, a comparison, an agreement to sign."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from synergie.client import Client
from synergie.lighting.plan.compare import compare
from synergie.lighting.records.exchange import JointStudyRecord
from synergie.lighting.records.options import OptionsRecord
from synergie.lighting.records.study import LightingStudy
from synergie.lighting.samples.study import study
from synergie.maintenance.plan import year as maintenance
from synergie.maintenance.records.campaign import CampaignRecord
from synergie.maintenance.samples.maintenance import iterate_upkeep, maintenance_problem
from synergie.samples import ENERGY, EPCI, LIGHTING
from synergie.schemas.trust.agreement import Agreement, Dataset, Period, Purpose, Selector, Terms

_TASK = "code général des collectivités territoriales, article L.2212-2 (éclairage des voies)"
_ENERGY_LAW = "code de l'énergie, articles L.111-73 et D.111-52 et suivants"


def to_sign(clients: Mapping[str, Client], *, now: datetime) -> Agreement:
    """An agreement that the energy syndicate proposed, and that the community has not signed."""
    owner = clients[ENERGY]
    points = tuple(point.id for point in owner.supply_points())[:5]
    terms = _build_cabinet_terms(
        ENERGY, EPCI, "Suivi mensuel de cinq points de livraison partagés", "consumption",
        selector=Selector(supply_points=points), purpose="energy_monitoring", law=_ENERGY_LAW,
        now=now,
    )  # fmt: skip
    draft = owner.draft(terms)
    return owner.propose(draft.id)


def plan_together(clients: Mapping[str, Client], *, now: datetime) -> str:
    """A joint maintenance of the three, computed and proposed to each; its identifier."""
    syndicate = clients[LIGHTING]
    record = CampaignRecord(name="Entretien en commun", reference="Convention d'essai")
    campaign = syndicate.campaigns.create(record)
    syndicate.campaigns.invite(campaign.id, sorted(clients))
    opened = _open_cabinets(clients, "Entretien en commun", "joint_maintenance", now=now)
    found = []
    for body in sorted(clients):
        agreement = opened.get(body)
        cabinets = list(syndicate.cabinets(agreement=agreement))
        points = list(syndicate.light_points(agreement=agreement))
        found += list(iterate_upkeep(body, cabinets, points))
    problem = maintenance_problem(found).model_copy(update={"starts_on": _monday_after(now)})
    run = syndicate.campaigns.compute(campaign.id, problem, maintenance.solve)
    syndicate.campaigns.propose(campaign.id, run.id)
    return campaign.id


def _monday_after(now: datetime) -> date:
    """The Monday of the week that begins after the next four: crews are told ahead."""
    day = now.date() + timedelta(weeks=5)
    return day - timedelta(days=day.weekday())


def compare_together(clients: Mapping[str, Client], *, fast: bool, now: datetime) -> str:
    """The six scenarios of lighting, compared and proposed to each; the study's identifier."""
    syndicate = clients[LIGHTING]
    made = study(fast=fast)
    record = JointStudyRecord(name="Éclairer mieux", reference="Convention d'essai")
    joint = syndicate.lighting_studies.create(record)
    syndicate.lighting_studies.invite(joint.id, sorted(clients))
    syndicate.lighting_studies.publish_options(joint.id, _select_study_options(made))
    _open_cabinets(clients, "Éclairer mieux", "lighting_planning", now=now)
    kept = syndicate.lighting_studies.compute(joint.id, made, compare)
    syndicate.lighting_studies.propose(joint.id, kept.id)
    return joint.id


def _select_study_options(made: LightingStudy) -> OptionsRecord:
    """What the study takes beside what is done today."""
    new = [one for one in made.schedules if one.id != "full-night"]
    return OptionsRecord(
        retrofits=made.retrofits, schedules=tuple(new), source="données d'essai, fictives"
    )


def _open_cabinets(
    clients: Mapping[str, Client], title: str, purpose: Purpose, *, now: datetime
) -> dict[str, str]:
    """Each body's cabinets opened to the lighting syndicate; the agreement of each body."""
    opened = {}
    for body, client in clients.items():
        if body == LIGHTING:
            continue
        cabinets: Sequence[str] = [cabinet.id for cabinet in client.cabinets()]
        terms = _build_cabinet_terms(
            body, LIGHTING, title, "assets", "work_orders",
            selector=Selector(cabinets=tuple(cabinets)), purpose=purpose, law=_TASK, now=now,
        )  # fmt: skip
        draft = client.draft(terms)
        client.propose(draft.id)
        opened[body] = clients[LIGHTING].accept(draft.id).id
    return opened


def _build_cabinet_terms(
    owner: str,
    recipient: str,
    title: str,
    *datasets: Dataset,
    selector: Selector,
    purpose: Purpose,
    law: str,
    now: datetime,
) -> Terms:
    kinds: Iterable[Dataset] = datasets
    return Terms(
        owner=owner,
        recipient=recipient,
        title=title,
        datasets=tuple(kinds),
        selector=selector,
        granularity="month",
        purpose=purpose,
        legal_basis="public_task",
        legal_reference=law,
        data_period=Period(start=now - timedelta(days=3 * 365)),
        valid_from=now - timedelta(minutes=1),
        valid_until=now + timedelta(days=730),
        retention_days=365,
    )
