"""The application: the house over one store, routes, and what surrounds every request."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import anyio.to_thread
from fastapi import APIRouter, FastAPI
from joserfc.jwk import ECKey, OKPKey
from starlette.concurrency import run_in_threadpool

from synergie.applications import load_declared
from synergie.client import outbound
from synergie.errors import Unreachable
from synergie.exchange.readings.depot import Depot
from synergie.exchange.readings.folding import Folding
from synergie.exchange.readings.once import delete_old_answers
from synergie.exchange.time_marks import TimeMarks
from synergie.exchange.trust.agreements import Agreements
from synergie.exchange.trust.clients import Clients
from synergie.exchange.trust.webhooks.webhook_courier import WebhookSender
from synergie.exchange.trust.webhooks.webhooks import WebhookKeys
from synergie.policy import Principal
from synergie.proof.jose import Key, Signed
from synergie.schemas.trust.agreement import Terms
from synergie.server import contract, problems
from synergie.server.api import Seal, Services, health, records
from synergie.server.api.assets import cabinets, light_points, perimeters, sites, supply_points
from synergie.server.api.publication import cell_schemes, open_data, releases
from synergie.server.api.readings import (
    batches,
    changes,
    curves,
    deposits,
    freshness,
    profiles,
    series,
    years,
)
from synergie.server.api.trust import (
    agreement_papers,
    agreements,
    audit,
    consents,
    exports,
    organisations,
    webhooks,
)
from synergie.server.capacity import RecentCallers
from synergie.server.clock_check import check_clock
from synergie.server.edge import (
    Banner,
    CallerAddress,
    CallerWatch,
    CleanupWorker,
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
from synergie.server.edge.mail import LoginMailSender, build_mail_server
from synergie.server.furnish import build_sandbox, build_services
from synergie.server.guard import Guard
from synergie.server.keyring import Keyring
from synergie.server.oauth import Authority, Live, PartnerKeys, oauth_router
from synergie.server.ogc import ogc_routers
from synergie.server.pages import compile_templates, ogc_page, page_routers, render_refusal_page
from synergie.server.pages.reference import reference_router
from synergie.server.settings import Settings
from synergie.server.wall_clock import CLOCK
from synergie.server.weekly_mail import WeeklyMailSender
from synergie.storage.mark import write_mark
from synergie.storage.store import Store

if TYPE_CHECKING:
    from synergie.server.metrics import Meter

_COUNT_EVERY_S = 60.0
"""How often years are counted that no page has counted yet, seconds."""
_FOLD_EVERY_S = 60.0
"""How often some series are looked at for readings to merge, seconds."""
_ANNOUNCE_EVERY_S = 300.0
"""How often it is looked whether a new published state opened, seconds."""
_CLOCK_EVERY_S = 60.0
_HOOKS_EVERY_S = 60.0
"""How often it is looked whether applications left readings of a deposit, seconds."""
_MARK_EVERY_S = 1.0
"""How old the mark of a SQLite store may be, seconds."""
_KEYS_S = 3.0
"""How long the keys of a client are awaited, seconds."""
_MAIL_EVERY_S = 1.0
"""Who asked for a link to log in waits for it."""
_WEEKLY_EVERY_S = 60.0
"""How often it is looked whether somebody's week is due, seconds."""
_WARM_AFTER_S = 2.0
"""A server that has just started first answers those who wait for it."""


def create_app(store: Store, settings: Settings) -> FastAPI:
    """The server over *store*, as an ASGI application. Its keys are made if there are none yet."""
    keyring, clients = Keyring.open(settings.keys_dir), Clients(store)
    dice = Dice() if settings.hard else None
    if dice:
        settings = settings.model_copy(update={"demand_nonce": True})
    guard = Guard(settings, keyring, clients)
    if dice:
        guard.nonces = FickleNonces(guard.nonces.secret, dice)
    courier = _build_webhook_sender(store, settings, keyring)
    partner_keys = PartnerKeys(clients, _build_key_fetcher(settings.outbound))
    seal = _build_message_seal(settings, partner_keys)
    house = build_services(store, settings, keyring, courier=courier, seal=seal)
    if settings.sandbox:
        house = replace(house, sandbox=build_sandbox(house, store, settings))
    app = FastAPI(
        title=contract.TITLE,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
        lifespan=_build_lifespan(
            settings.threads,
            *_list_workers(house, store, settings, courier),
        ),
    )
    app.state.guard, app.state.house, app.state.dice = guard, house, dice
    app.state.ogc_drawn, app.state.recent, app.state.now = ogc_page, RecentCallers(), CLOCK.now
    live = _build_terms_reader(house.trust.agreements)
    authority = Authority(settings, keyring, clients, guard, live=live, keys=partner_keys)
    app.include_router(oauth_router(authority))
    for router in (*_list_routers(), *ogc_routers(), *page_routers()):
        app.include_router(router)
    app.openapi = lambda: contract.build_app_openapi(app, server=settings.public_url)  # type: ignore[method-assign]
    if settings.shows_docs:
        app.include_router(reference_router(app.openapi))
    _add_middlewares(app, settings, house, keyring)
    return app


def build_openapi_document() -> dict[str, Any]:
    """The OpenAPI document of this version, without a server: nothing is kept."""
    with TemporaryDirectory() as folder:
        store = Store.open("sqlite://")
        try:
            return create_app(store, Settings(data_dir=Path(folder))).openapi()
        finally:
            store.close()


def _list_workers(
    house: Services, store: Store, settings: Settings, courier: WebhookSender
) -> list[Round | CleanupWorker | Depot]:
    """What goes on beside the requests, while the server serves."""
    return [
        Round(courier, settings.webhooks_every_s),
        CleanupWorker(lambda: house.trust.exports.sweep(now=CLOCK.now())),
        CleanupWorker(lambda: house.assets.holdings.count(now=CLOCK.now()), every_s=_COUNT_EVERY_S),
        CleanupWorker(
            lambda: house.readings.changes.announce_restatements(now=CLOCK.now()),
            every_s=_ANNOUNCE_EVERY_S,
        ),
        CleanupWorker(compile_templates, after_s=_WARM_AFTER_S),
        CleanupWorker(lambda: write_mark(store.engine, store.url), every_s=_MARK_EVERY_S),
        CleanupWorker(
            lambda: house.trust.agreement_faults.look(now=CLOCK.now()), after_s=_WARM_AFTER_S
        ),
        CleanupWorker(house.readings.depot.sweep),
        CleanupWorker(
            lambda: house.readings.deposit_hooks.sweep(now=CLOCK.now()),
            every_s=_HOOKS_EVERY_S,
            after_s=_WARM_AFTER_S,
        ),
        CleanupWorker(lambda: delete_old_answers(store, now=CLOCK.now())),
        *_list_folding_workers(store, settings),
        *_list_mail_workers(house, settings),
        house.readings.depot,
        CleanupWorker(lambda: house.needs_asked.sweep(now=CLOCK.now())),
        CleanupWorker(lambda: check_clock(TimeMarks(store), CLOCK), every_s=_CLOCK_EVERY_S),
    ]


def _list_folding_workers(store: Store, settings: Settings) -> list[CleanupWorker]:
    """What merges readings that came one by one, some series a turn."""
    if not settings.fold_after_h:
        return []
    receipts = timedelta(days=settings.receipts_days)
    folding = Folding(store, timedelta(hours=settings.fold_after_h), receipts)
    turn = lambda: folding.fold(now=CLOCK.now())  # noqa: E731 (like those above)
    return [CleanupWorker(turn, every_s=_FOLD_EVERY_S, after_s=_FOLD_EVERY_S)]


def _list_mail_workers(house: Services, settings: Settings) -> list[CleanupWorker]:
    """What sends links to log in, and the week; nothing where no mail is sent."""
    links, weeks = house.trust.login_mails, house.trust.weekly_mails
    server = build_mail_server(settings)
    if links is None or weeks is None or server is None:
        return []
    sender = LoginMailSender(links, server, settings.public_url)
    weekly = WeeklyMailSender(weeks, server, settings.public_url)
    return [
        CleanupWorker(lambda: sender.send_due(now=CLOCK.now()), every_s=_MAIL_EVERY_S),
        CleanupWorker(
            lambda: weekly.send_due(now=CLOCK.now()),
            every_s=_WEEKLY_EVERY_S,
            after_s=_WARM_AFTER_S,
        ),
    ]


def _build_webhook_sender(store: Store, settings: Settings, keyring: Keyring) -> WebhookSender:
    keys = WebhookKeys(keyring.secret_for("webhooks"))
    return WebhookSender(store, keys, settings.outbound, CLOCK.now, quiet=settings.quiet)


def _build_message_seal(settings: Settings, partner_keys: PartnerKeys) -> Seal:
    """Requests are verified with the keys that their program authenticates with."""

    def keys(client_id: str, kid: str | None, now: datetime) -> list[Key]:
        client = partner_keys.clients.client(client_id)
        if client is None:
            return []
        named = Signed("", {"kid": kid}, {})
        found = partner_keys.of(client, named, now=now).keys
        return [key for key in found if isinstance(key, ECKey | OKPKey)]

    demanded = frozenset(filter(None, settings.demand_signatures.replace(" ", "").split(",")))
    return Seal(settings.public_url, keys, partner_keys.with_keys, demanded)


def _list_routers() -> tuple[APIRouter, ...]:
    return (
        health.router,  # first: every route before that of a request is read when it is first asked
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
        *load_declared("routers"),
        records.router,
        freshness.router,
        years.router,
        profiles.router,
        webhooks.router,
    )


def _add_middlewares(app: FastAPI, settings: Settings, house: Services, keyring: Keyring) -> None:
    """The middlewares, innermost first: the last one added is the first to see a request."""
    problems.install_problem_handlers(app, settings, render_refusal_page)
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
        CallerWatch,
        problems=house.problems,
        bell=house.bell,
        failures=house.quotas.failures,
        recent=app.state.recent,
    )
    if dice:
        app.add_middleware(Hard, problems=house.problems, dice=dice)
    app.add_middleware(Frame, problems=house.problems)
    if house.sandbox is not None:
        app.add_middleware(Banner, ends_at=house.sandbox.ends_at)
    app.state.meter = meter = _build_meter(settings)
    count = None if meter is None else meter.count_request
    app.add_middleware(Trace, https=settings.public_url.startswith("https:"), count=count)
    if settings.proxied:
        app.add_middleware(CallerAddress, proxies=settings.proxies)


def _build_meter(settings: Settings) -> "Meter | None":
    if settings.metrics_port is None:
        return None
    from synergie.server.metrics import Meter  # noqa: PLC0415 (0.1 s, where nobody looks)

    return Meter()


def _build_lifespan(
    most: int, *hands: Round | CleanupWorker | Depot
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


def _build_key_fetcher(allow: outbound.Allow) -> Callable[[str], bytes]:
    """What an address that a partner named holds, through the guard of outgoing calls."""

    def read(url: str) -> bytes:
        kinds = "application/jwk-set+json, application/json"
        reply = outbound.fetch_url(url, allow=allow, accept=kinds, timeout=_KEYS_S)
        if not reply.good:
            raise Unreachable(f"{reply.status}")
        return reply.content

    return read


def _build_terms_reader(agreements: Agreements) -> Live:
    """The terms in force of an agreement of the caller's: a token may be narrowed within them."""

    def live(caller: Principal, agreement_id: str, now: datetime) -> Terms | None:
        found = agreements.read(caller, agreement_id, now=now)  # the version that decides now
        return found.terms if found.version_in_force is not None else None

    return live
