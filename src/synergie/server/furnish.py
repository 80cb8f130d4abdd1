"""The house: every use case over one store, made once from the settings."""

from collections.abc import Callable

from synergie.applications import load_declared
from synergie.exchange.plan_pages import PlanPages
from synergie.exchange.plan_pages_data import PlanDataPages
from synergie.exchange.plan_pages_runs import PlanReports
from synergie.exchange.sandbox import Sandbox
from synergie.exchange.trust.webhooks.webhook_courier import WebhookSender
from synergie.purchase.exchange.needs_asked import NeedsAsked
from synergie.schemas.readings import ndjson
from synergie.server.api import Seal, Services
from synergie.server.intake import Limits
from synergie.server.keyring import Keyring
from synergie.server.life import ChangeSignal, Life
from synergie.server.pages import render_refusal_page
from synergie.server.problems import Problems
from synergie.server.quota import Quotas
from synergie.server.sandbox import ends_at
from synergie.server.services.assets import AssetServices
from synergie.server.services.publication import PublicationServices
from synergie.server.services.readings import ReadingServices
from synergie.server.services.trust import TrustServices
from synergie.server.settings import Settings
from synergie.server.wall_clock import CLOCK
from synergie.storage.head import head
from synergie.storage.migrations import require_head
from synergie.storage.store import Store


def build_services(
    store: Store, settings: Settings, keyring: Keyring, *, courier: WebhookSender, seal: Seal
) -> Services:
    """The use cases over *store*, with what the settings say of each."""
    whole = settings.max_body_bytes
    return Services(
        assets=AssetServices.of(store),
        readings=ReadingServices.of(store, settings),
        trust=TrustServices.of(store, settings, keyring, courier),
        publication=PublicationServices.of(store, settings, keyring),
        plan_pages=PlanPages(store),
        plan_data=PlanDataPages(store),
        plan_reports=PlanReports(store),
        needs_asked=NeedsAsked(store),
        services={kind: kind.of(store) for kind in load_declared("services")},
        look=_build_store_check(store),
        problems=Problems(settings, render_refusal_page),
        quotas=Quotas.of(settings),
        seal=seal,
        life=Life(),
        bell=ChangeSignal(),
        records=Limits(whole, whole, settings.body_s),
        curve=Limits(ndjson.MAX_LINE, ndjson.MAX_LINE, settings.body_s),
        stream=Limits(whole, settings.max_decoded_bytes, settings.body_s),
        file=Limits(whole, whole, settings.body_s),
        most_lines=settings.max_lines,
        most_wait_s=settings.max_wait_s,
        ready_s=settings.ready_s,
    )


def build_sandbox(house: Services, store: Store, settings: Settings) -> Sandbox:
    """The sandbox of this start, furnished."""
    now = CLOCK.now()
    made = Sandbox(
        store=store,
        accounts=house.trust.accounts,
        held=house.trust.held_keys,
        issuer=settings.issuer,
        ends_at=ends_at(settings, now),
        most=settings.sandbox_most,
        each=settings.sandbox_each,
    )
    made.build_territory(now=now)
    return made


def _build_store_check(store: Store) -> Callable[[], None]:
    """Reads the store, whose file must be there; the first time, its tables must fit, too."""
    seen = False

    def look() -> None:
        nonlocal seen
        if not seen:
            require_head(store.engine)
            seen = True
        store.look()
        with store.read() as session:
            head(session)

    return look
