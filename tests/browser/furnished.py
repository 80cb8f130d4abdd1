"""What a sandbox lacks for each page to have something to show: made by its API and its forms."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx2

from synergie.budget.client.budgets import Budgets
from synergie.budget.records.line import BudgetLine
from synergie.client import Auth, Client
from synergie.lighting.records.voice import ConsultationRecord
from synergie.maintenance.records.campaign import CampaignRecord
from synergie.maintenance.records.campaign_rounds import CampaignRoundsRequest
from synergie.maintenance.records.run import CampaignPlanRequest
from synergie.purchase.records.group import PurchaseRecord
from synergie.purchase.records.market import ForwardRecord, MarketRecord
from synergie.samples import YEAR
from synergie.watch.client.alerts import Alerts
from tests.exchange.sums import scheme
from tests.server import buying
from tests.server.lighting import consulted
from tests.server.maintaining import plan_request, rounds_request

COORDINATOR = "syndicat-eclairage-fictif"
OWNER = "cc-bassin-de-pompey"
COMMUNES = ("54430", "54318", "54357")

_PATIENCE_S = 240
_FIELD = re.compile(r'name="(\w+)" value="([^"]*)"')


def furnish(house: dict[str, Any]) -> dict[str, str]:
    """A need, a publication, a consultation, and rounds of a plan in force; where they are."""
    _need(house["url"])
    with _client(house, OWNER) as owner, _client(house, COORDINATOR) as coordinator:
        coordinator.lighting_studies.publish_consultation(
            house["lighting_study"], ConsultationRecord.model_validate(consulted())
        )
        return {
            "sign": house["agreement_to_sign"],
            "contract": house["contract_to_sign"],
            "campaign": house["campaign"],
            "study": house["lighting_study"],
            **_rounds(coordinator),
            "bought": _market(coordinator),
            "alert": _alert(coordinator),
            "budget": _budget(coordinator),
            "link": link(house, "reader").removeprefix(house["url"]),
            **_publish(house, owner),
        }


def link(house: dict[str, Any], role: str, organisation: str = OWNER) -> str:
    """Where one of the sandbox's people logs in."""
    (found,) = [
        one["link"]
        for one in house["seats"]
        if one["role"] == role and one["organisation"] == organisation
    ]
    return str(found)


def _client(house: dict[str, Any], organisation: str) -> Client:
    folder = Path(house["folder"]) / "partenaires" / organisation
    auth = Auth.from_files(
        key=folder / "cle.json",
        client_id=f"{organisation}-demo",
        issuer=house["url"],
        signing_key=folder / "cle-signature.json",
        organisation=organisation,
    )
    return Client(house["url"], auth, timeout=60.0)


@contextmanager
def _browser(url: str) -> Iterator[httpx2.Client]:
    headers = {"Accept": "text/html", "Origin": url, "Sec-Fetch-Site": "same-origin"}
    with httpx2.Client(base_url=url, headers=headers, follow_redirects=True, timeout=60) as made:
        yield made


def _hidden(page: httpx2.Response) -> dict[str, str]:
    """The hidden fields of *page*."""
    assert page.status_code == 200, page.text[:2000]
    return {name: unescape(value) for name, value in _FIELD.findall(page.text)}


def _need(url: str) -> None:
    """Somebody without an account says what they would like to read."""
    with _browser(url) as anybody:
        typed = _hidden(anybody.get("/besoin")) | {
            "of": "Communauté de communes du Bassin de Pompey",
            "asker": "Université fictive",
            "asker_kind": "public_body",
            "purpose": "energy_monitoring",
            "why": "Comparer la nuit des communes.",
            "datasets": "consumption",
            "granularity": "month",
            "things": "L'éclairage de Pompey",
            "address": "etudes@exemple.test",
        }
        sent = anybody.post("/besoin", data=typed)
        assert "recu=" in str(sent.url), sent.text[:3000]


def _show(signer: httpx2.Client, scheme_id: str) -> None:
    """A figure on another site, and a view that the organisation shares."""
    typed = {"jeu": f"{scheme_id}-electricity", "sites": "https://www.ville.example"}
    shown = signer.post("/figures", data=_hidden(signer.get("/figures")) | typed)
    assert "&lt;iframe" in shown.text, shown.text[:3000]
    typed = {"adresse": "/sites?sort=-energie", "nom": "Les plus gros", "partagee": "1"}
    kept = signer.post("/vues", data=_hidden(signer.get("/sites")) | typed)
    assert "Les plus gros" in kept.text, kept.text[:3000]


def _publish(house: dict[str, Any], owner: Client) -> dict[str, str]:
    """The sums of a year, opened to everybody in the steps of a signer."""
    made = owner.aggregates.save_scheme("communes", scheme(*COMMUNES, own_points=True))
    typed = {
        "decoupage": made.id,
        "energie": "electricity",
        "periode": "2025",
        "titre": "Électricité des équipements publics",
        "description": "Ce que consomment les équipements publics, par commune.",
        "licence": "etalab-2.0",
        "contact": "service énergie, energie@exemple.test",
    }
    with _browser(house["url"]) as signer:
        signer.post("/entrer/lien", data=_hidden(signer.get(link(house, "signer"))))
        shown = _signature(signer, typed)[1] | {"how": "held", "confirm": "yes"}
        sent = signer.post("/publications", data=shown)
        assert "publie=" in str(sent.url), sent.text[:3000]
        _show(signer, made.id)
        query, _ = _signature(signer, typed | {"titre": "Électricité publique"})
    return {"query": urlencode(query), "dataset": sent.url.path.rpartition("/")[2]}


def _signature(
    signer: httpx2.Client, typed: dict[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """The page of the second step: its query, and the hidden fields of its form."""
    before = _hidden(signer.get("/publications/apercu", params=typed))
    signer.post("/publications/sommes", data=typed | {"_csrf": before["_csrf"]})
    seen = _hidden(signer.get("/publications/apercu", params=typed))["vu"]
    query = typed | {"vu": seen}
    return query, _hidden(signer.get("/publications/signature", params=query))


def _alert(coordinator: Client) -> str:
    """The first alert that the curves of the sandbox raise; the server looks every minute."""
    alerts: Alerts = coordinator.alerts  # type: ignore[attr-defined]  # an application gives it
    ends = time.monotonic() + _PATIENCE_S
    while time.monotonic() < ends:
        found = [one for one in alerts if one.cabinet is not None]
        if found:
            return found[0].id
        time.sleep(2)
    raise AssertionError("no alert of the sandbox's curves")


def _market(coordinator: Client) -> str:
    """A purchase with one contract and a forward curve; its identifier."""
    record = PurchaseRecord.model_validate(buying.purchase())
    made = coordinator.purchases.create(record).id
    coordinator.purchases.invite(made, [COORDINATOR])
    terms = {"lot": "lot-1", "supplier": "Alizé", "starts": "2028-01-01", "ends": "2029-01-01",
             "volume_mwh": "120.5"}  # fmt: skip
    contract = {"terms": terms, "members": [{"member": COORDINATOR, "mwh": "120.5"}]}
    market = MarketRecord.model_validate({"contracts": [contract]})
    coordinator.purchases.save_market(made, market)
    forward = ForwardRecord.model_validate(buying.forward())
    coordinator.purchases.save_forward(made, forward)
    return made


def _budget(coordinator: Client) -> str:
    """Votes of two services in the year of the curves and in the next one; that first year."""
    points = list(coordinator.supply_points())[:6]
    lines = tuple(
        BudgetLine(
            member=COORDINATOR,
            service="Voirie" if n % 2 else "Écoles",
            point=one.external_id,
            year=year,
            eur=Decimal(900),
            kwh=Decimal(5000),
            vat_included=True,
        )
        for n, one in enumerate(points)
        for year in (YEAR, YEAR + 1)
    )
    budgets: Budgets = coordinator.budgets
    budgets.replace(lines)
    ends = time.monotonic() + _PATIENCE_S
    while budgets.read_actual(YEAR).waiting:  # the server counts curves by month in its turn
        assert time.monotonic() < ends, "curves that nobody counts"
        time.sleep(2)
    return str(YEAR)


def _rounds(coordinator: Client) -> dict[str, str]:
    """A campaign with a plan in force, one of fewer visits, and one day of a crew."""
    stops = [
        (COORDINATOR, str(cabinet.external_id)) for cabinet in list(coordinator.cabinets())[:3]
    ]
    record = CampaignRecord(name="Entretien en cours", reference="Convention d'essai")
    book, campaign = coordinator.campaigns, coordinator.campaigns.create(record).id
    book.invite(campaign, [COORDINATOR])
    plan = CampaignPlanRequest.model_validate(plan_request(*stops))
    fewer = CampaignPlanRequest.model_validate(plan_request(*stops[:2]))
    other = book.keep(campaign, fewer.problem, fewer.plan)
    run = book.keep(campaign, plan.problem, plan.plan)
    book.propose(campaign, run.id)
    book.accept(book.part(campaign, run.id))
    book.adopt(campaign, run.id)
    asked = CampaignRoundsRequest.model_validate(rounds_request(*stops))
    book.keep_rounds(campaign, asked.problem, asked.rounds)
    return {"toured": campaign, "planned": run.id, "fewer": other.id}
