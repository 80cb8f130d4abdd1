"""The application: use cases over one store, routes, and what surrounds every request."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import BoundedSemaphore
from typing import Any

import anyio.to_thread
from fastapi import APIRouter, FastAPI
from joserfc.jwk import ECKey, OKPKey
from starlette.concurrency import run_in_threadpool

from synergie.client import outbound
from synergie.errors import Unreachable
from synergie.exchange.accounts import Accounts, Spans
from synergie.exchange.aggregates import Aggregates
from synergie.exchange.agreement_papers import AgreementPapers
from synergie.exchange.agreement_watch import AgreementWatch
from synergie.exchange.agreements import Agreements
from synergie.exchange.batches import Batches
from synergie.exchange.cabinets import Cabinets
from synergie.exchange.calendars import Calendars
from synergie.exchange.campaign_parts import CampaignParts
from synergie.exchange.campaign_progress import CampaignProgresses
from synergie.exchange.campaign_rounds import CampaignRoundsBook
from synergie.exchange.campaign_runs import CampaignRuns
from synergie.exchange.campaigns import Campaigns
from synergie.exchange.cell_schemes import CellSchemes
from synergie.exchange.changes import Changes
from synergie.exchange.clients import Clients
from synergie.exchange.communes import Communes
from synergie.exchange.consents import Consents
from synergie.exchange.curves import Curves
from synergie.exchange.deposits import Deposits
from synergie.exchange.depot import Depot
from synergie.exchange.exports import Care, Exports
from synergie.exchange.facts import Facts
from synergie.exchange.features import Features
from synergie.exchange.freshness import Freshnesses
from synergie.exchange.held_keys import HeldKeys
from synergie.exchange.holdings import Holdings
from synergie.exchange.journal import Journal, signing
from synergie.exchange.light_points import LightPoints
from synergie.exchange.lighting_comparisons import Comparisons
from synergie.exchange.lighting_consultations import Consultations
from synergie.exchange.lighting_options import OptionsBook
from synergie.exchange.lighting_parts import StudyParts
from synergie.exchange.lighting_studies import JointStudies
from synergie.exchange.lighting_voices import Voices
from synergie.exchange.lighting_weighings import Weighings
from synergie.exchange.morning import Mornings
from synergie.exchange.map_files import MapFiles
from synergie.exchange.named_perimeters import NamedPerimeters
from synergie.exchange.needs_asked import NeedsAsked
from synergie.exchange.open_data import OpenData
from synergie.exchange.organisations import Directory
from synergie.exchange.passkeys import Passkeys
from synergie.exchange.plan_pages import PlanPages
from synergie.exchange.plan_pages_data import PlanDataPages
from synergie.exchange.plan_pages_lighting import ScenarioPages
from synergie.exchange.plan_pages_runs import PlanReports
from synergie.exchange.profiles import Profiles
from synergie.exchange.public_features import PublicFeatures
from synergie.exchange.publications import Publications
from synergie.exchange.publications_named import Namings
from synergie.exchange.publications_public import PublicData
from synergie.exchange.purchase_needs import PurchaseNeeds
from synergie.exchange.purchase_parts import PurchaseParts
from synergie.exchange.purchase_runs import PurchaseRuns
from synergie.exchange.purchases import Purchases
from synergie.exchange.receipts import Receipts
from synergie.exchange.sandbox import Sandbox
from synergie.exchange.series import SeriesBook
from synergie.exchange.sites import Sites
from synergie.exchange.supply_points import SupplyPoints
from synergie.exchange.webhook_courier import Courier
from synergie.exchange.webhooks import WebhookKeys, Webhooks
from synergie.formats.french import french
from synergie.policy import Principal
from synergie.policy.atoms import Limits as Thresholds
from synergie.proof.jose import Key, Signed
from synergie.schemas import ndjson
from synergie.schemas.agreement import Terms
from synergie.server import contract, problems
from synergie.server.api import (
    House,
    Seal,
    agreement_papers,
    agreements,
    audit,
    batches,
    cabinets,
    campaign_rounds,
    campaign_runs,
    campaigns,
    cell_schemes,
    changes,
    consents,
    curves,
    deposits,
    exports,
    freshness,
    health,
    light_points,
    lighting_comparisons,
    lighting_studies,
    lighting_voices,
    open_data,
    organisations,
    perimeters,
    profiles,
    purchase_needs,
    purchase_runs,
    purchases,
    records,
    releases,
    series,
    sites,
    supply_points,
    webhooks,
)
from synergie.server.edge import (
    Admit,
    Banner,
    Broom,
    Coming,
    Dice,
    FickleNonces,
    Frame,
    Hard,
    Head,
    NothingReal,
    Pack,
    Round,
    Sealed,
    Trace,
)
from synergie.server.guard import Guard, clock
from synergie.server.intake import Limits
from synergie.server.keyring import Keyring
from synergie.server.life import Bell, Life
from synergie.server.oauth import Authority, Live, PartnerKeys, oauth_router
from synergie.server.ogc import ogc_routers
from synergie.server.pages import page_routers, refusal
from synergie.server.pages.reference import reference_router
from synergie.server.problems import Problems
from synergie.server.quota import Quotas
from synergie.server.sandbox import ends_at
from synergie.server.settings import Settings
from synergie.storage.head import head
from synergie.storage.migrations import require_head
from synergie.storage.store import Store

_COUNT_EVERY_S = 60.0
"""How often years are counted that no page has counted yet, seconds."""


def create_app(store: Store, settings: Settings) -> FastAPI:
    """The server over *store*, as an ASGI application. Its keys are made if there are none yet."""
    keyring, clients = Keyring.open(settings.keys_dir), Clients(store)
    dice = Dice() if settings.hard else None
    if dice:
        settings = settings.model_copy(update={"demand_nonce": True})
    guard = Guard(settings, keyring, clients)
    if dice:
        guard.nonces = FickleNonces(guard.nonces.secret, dice)
    courier = _courier(store, settings, keyring)
    read = _published(settings.outbound)
    seal = _seal(settings, PartnerKeys(clients, read))
    house = _house(store, settings, keyring, courier=courier, seal=seal)
    if settings.sandbox:
        house = replace(house, sandbox=_sandbox(house, store, settings))
    app = FastAPI(
        title=contract.TITLE,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
        lifespan=_lifespan(
            settings.threads,
            Round(courier, settings.webhooks_every_s),
            Broom(lambda: house.exports.sweep(now=clock()())),
            Broom(lambda: house.holdings.count(now=clock()()), every_s=_COUNT_EVERY_S),
            Broom(house.depot.sweep),
            house.depot,
            Broom(lambda: house.needs_asked.sweep(now=clock()())),
        ),
    )
    app.state.guard, app.state.house, app.state.dice = guard, house, dice
    live = _live(house.agreements)
    authority = Authority(settings, keyring, clients, guard, live=live, read=read)
    app.include_router(oauth_router(authority))
    for router in _routers():
        app.include_router(router)
    for router in (*ogc_routers(), *page_routers()):
        app.include_router(router)
    app.openapi = lambda: contract.openapi(app, server=settings.public_url)  # type: ignore[method-assign]
    if settings.shows_docs:
        app.include_router(reference_router(app.openapi))
    _surround(app, settings, house, keyring)
    return app


def document() -> dict[str, Any]:
    """The OpenAPI document of this version, without a server: nothing is kept."""
    with TemporaryDirectory() as folder:
        store = Store.open("sqlite://")
        try:
            return create_app(store, Settings(data_dir=Path(folder))).openapi()
        finally:
            store.close()


def _house(
    store: Store, settings: Settings, keyring: Keyring, *, courier: Courier, seal: Seal
) -> House:
    whole, prover = settings.max_body_bytes, keyring.prover(settings.issuer)
    public = PublicData(store)
    people = Accounts(store, _spans(settings))
    return House(
        directory=Directory(store),
        sites=Sites(store),
        supply_points=SupplyPoints(store),
        series=SeriesBook(store),
        curves=Curves(store),
        cabinets=Cabinets(store),
        light_points=LightPoints(store),
        agreements=Agreements(store),
        papers=AgreementPapers(store),
        consents=Consents(store),
        perimeters=NamedPerimeters(store),
        cell_schemes=CellSchemes(store),
        aggregates=Aggregates(store, _thresholds(settings)),
        open_data=OpenData(store),
        publications=Publications(store, _thresholds(settings)),
        namings=Namings(store),
        public_data=public,
        features=Features(store),
        map_files=MapFiles(store),
        public_features=PublicFeatures(store, public, Communes.of(settings.communes)),
        batches=Batches(store),
        changes=Changes(store),
        deposits=Deposits(store),
        depot=_depot(store, settings),
        facts=Facts(store),
        freshness=Freshnesses(store, tell=french()),
        journal=Journal(store, prover),
        holdings=Holdings(store),
        mornings=Mornings(store),
        calendars=Calendars(store),
        profiles=Profiles(store),
        webhooks=Webhooks(store, courier.keys, courier.allow),
        exports=Exports(store=store, prover=prover, head=signing(prover), care=_care(settings)),
        receipts=Receipts(store=store, prover=prover, head=signing(prover)),
        campaigns=Campaigns(store),
        campaign_runs=CampaignRuns(store),
        campaign_parts=CampaignParts(store),
        campaign_progress=CampaignProgresses(store),
        campaign_rounds=CampaignRoundsBook(store),
        lighting_studies=JointStudies(store),
        lighting_options=OptionsBook(store),
        lighting_comparisons=Comparisons(store),
        lighting_parts=StudyParts(store),
        lighting_voices=Voices(store),
        lighting_weighings=Weighings(store),
        lighting_consultations=Consultations(store),
        purchases=Purchases(store),
        purchase_needs=PurchaseNeeds(store),
        purchase_runs=PurchaseRuns(store),
        purchase_parts=PurchaseParts(store),
        plan_pages=PlanPages(store),
        plan_data=PlanDataPages(store),
        plan_reports=PlanReports(store),
        scenario_pages=ScenarioPages(store),
        accounts=people,
        passkeys=Passkeys(people, settings.origin, keyring.secret_for("passkeys")),
        held_keys=HeldKeys(store, keyring.secret_for("held-keys")),
        needs_asked=NeedsAsked(store),
        agreement_watch=AgreementWatch(store),
        look=_look(store),
        problems=Problems(settings, refusal),
        quotas=Quotas.of(settings),
        seal=seal,
        life=Life(),
        bell=Bell(),
        records=Limits(whole, whole, settings.body_s),
        curve=Limits(ndjson.MAX_LINE, ndjson.MAX_LINE, settings.body_s),
        stream=Limits(whole, settings.max_decoded_bytes, settings.body_s),
        file=Limits(whole, whole, settings.body_s),
        most_lines=settings.max_lines,
        most_wait_s=settings.max_wait_s,
    )


def _spans(settings: Settings) -> Spans:
    return Spans(
        link=timedelta(minutes=settings.link_min),
        idle=timedelta(minutes=settings.idle_min),
        whole=timedelta(hours=settings.sitting_h),
    )


def _thresholds(settings: Settings) -> Thresholds:
    return Thresholds(
        min_points=settings.aggregate_min_points,
        min_enterprises=settings.aggregate_min_enterprises,
        max_share=Fraction(str(settings.aggregate_max_share)),
    )


def _depot(store: Store, settings: Settings) -> Depot:
    return Depot(Deposits(store), Profiles(store), Freshnesses(store), settings.data_dir / "depot")


def _courier(store: Store, settings: Settings, keyring: Keyring) -> Courier:
    keys = WebhookKeys(keyring.secret_for("webhooks"))
    return Courier(store, keys, settings.outbound, clock())


def _seal(settings: Settings, partner_keys: PartnerKeys) -> Seal:
    """Requests are verified with the keys that their program authenticates with."""

    def keys(client_id: str, kid: str | None, now: datetime) -> list[Key]:
        client = partner_keys.clients.client(client_id)
        if client is None:
            return []
        named = Signed("", {"kid": kid}, {})
        found = partner_keys.of(client, named, now=now).keys
        return [key for key in found if isinstance(key, ECKey | OKPKey)]

    demanded = frozenset(filter(None, settings.demand_signatures.replace(" ", "").split(",")))
    return Seal(settings.public_url, keys, demanded)


def _care(settings: Settings) -> Care:
    return Care(
        folder=settings.data_dir / "exports",
        keep=timedelta(days=settings.export_days),
        most_bytes=settings.max_export_bytes,
        room=BoundedSemaphore(settings.max_exports),
    )


def _look(store: Store) -> Callable[[], None]:
    """Reads the store; the first time, its tables must be those of this version, too."""
    seen = False

    def look() -> None:
        nonlocal seen
        if not seen:
            require_head(store.engine)
            seen = True
        with store.read() as session:
            head(session)

    return look


def _routers() -> tuple[APIRouter, ...]:
    return (
        organisations.router,
        sites.router,
        supply_points.router,
        series.router,
        curves.of_series,
        curves.router,
        cabinets.router,
        light_points.router,
        agreements.router,
        agreement_papers.router,
        agreements.acts,
        consents.router,
        perimeters.router,
        audit.public,
        audit.router,
        cell_schemes.router,
        releases.router,
        open_data.router,
        batches.router,
        changes.router,
        deposits.router,
        exports.router,
        campaigns.router,
        campaign_runs.router,
        campaign_rounds.router,
        campaigns.acts,
        lighting_studies.router,
        lighting_comparisons.router,
        lighting_voices.router,
        lighting_studies.acts,
        purchases.router,
        purchase_needs.router,
        purchase_runs.router,
        purchases.acts,
        records.router,
        freshness.router,
        profiles.router,
        webhooks.router,
        health.router,
    )


def _surround(app: FastAPI, settings: Settings, house: House, keyring: Keyring) -> None:
    """The middlewares, innermost first: the last one added is the first to see a request."""
    problems.install(app, settings, refusal)
    dice: Dice | None = app.state.dice
    if settings.sandbox:
        limits = {"most": settings.max_body_bytes, "most_decoded": settings.max_decoded_bytes}
        app.add_middleware(NothingReal, problems=house.problems, **limits)
    if dice:
        app.add_middleware(Coming, dice=dice)
    app.add_middleware(Pack)
    app.add_middleware(
        Sealed, public_url=settings.public_url, key=keyring.proof_key, clock=time.time
    )
    app.add_middleware(Head)
    app.add_middleware(
        Admit,
        problems=house.problems,
        life=house.life,
        bell=house.bell,
        most=settings.max_requests,
        most_streams=settings.max_streams,
        failures=house.quotas.failures,
    )
    if dice:
        app.add_middleware(Hard, problems=house.problems, dice=dice)
    app.add_middleware(Frame, problems=house.problems)
    if house.sandbox is not None:
        app.add_middleware(Banner, ends_at=house.sandbox.ends_at)
    app.add_middleware(Trace, https=settings.public_url.startswith("https:"))


def _sandbox(house: House, store: Store, settings: Settings) -> Sandbox:
    """The sandbox of this start, furnished."""
    now = clock()()
    made = Sandbox(
        store=store,
        accounts=house.accounts,
        held=house.held_keys,
        issuer=settings.issuer,
        ends_at=ends_at(settings, now),
        most=settings.sandbox_most,
    )
    made.furnish(now=now)
    return made


def _lifespan(
    most: int, *hands: Round | Broom | Depot
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = most
        for hand in hands:
            hand.start()
        try:
            yield
        finally:
            for hand in hands:
                await run_in_threadpool(hand.stop)

    return lifespan


def _published(allow: outbound.Allow) -> Callable[[str], bytes]:
    """What an address that a partner named holds, through the guard of outgoing calls."""

    def read(url: str) -> bytes:
        kinds = "application/jwk-set+json, application/json"
        reply = outbound.fetch(url, allow=allow, accept=kinds)
        if not reply.good:
            raise Unreachable(f"{reply.status}")
        return reply.content

    return read


def _live(agreements: Agreements) -> Live:
    """The terms in force of an agreement of the caller's: a token may be narrowed within them."""

    def live(caller: Principal, agreement_id: str, now: datetime) -> Terms | None:
        found = agreements.read(caller, agreement_id, now=now)  # the version that decides now
        return found.terms if found.version_in_force is not None else None

    return live
