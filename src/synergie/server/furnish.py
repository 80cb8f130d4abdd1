"""The house: every use case over one store, made once from the settings."""

from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction
from threading import BoundedSemaphore

from synergie.applications import load_declared
from synergie.exchange.assets.cabinets import Cabinets
from synergie.exchange.assets.communes import Communes
from synergie.exchange.assets.holdings import Holdings
from synergie.exchange.assets.light_points import LightPoints
from synergie.exchange.assets.map_files import MapFiles
from synergie.exchange.assets.named_perimeters import NamedPerimeters
from synergie.exchange.assets.perimeters import Perimeters
from synergie.exchange.assets.site_choices import SiteChoices
from synergie.exchange.assets.sites import Sites
from synergie.exchange.assets.supply_points import SupplyPoints
from synergie.exchange.calendars import Calendars
from synergie.exchange.plan_pages import PlanPages
from synergie.exchange.plan_pages_data import PlanDataPages
from synergie.exchange.plan_pages_runs import PlanReports
from synergie.exchange.publication.aggregates import Aggregates
from synergie.exchange.publication.cell_schemes import CellSchemes
from synergie.exchange.publication.features import Features
from synergie.exchange.publication.open_data import OpenData
from synergie.exchange.publication.open_shelf import OpenShelf
from synergie.exchange.publication.public_features import PublicFeatures
from synergie.exchange.publication.publications import Publications
from synergie.exchange.publication.publications_named import Namings
from synergie.exchange.publication.publications_public import PublicData
from synergie.exchange.readings.batches import Batches
from synergie.exchange.readings.changes import Changes
from synergie.exchange.readings.closures import Closures
from synergie.exchange.readings.curves import Curves
from synergie.exchange.readings.deposits import Deposits
from synergie.exchange.readings.depot import Depot
from synergie.exchange.readings.energies.year_tables import YearTables
from synergie.exchange.readings.facts import Facts
from synergie.exchange.readings.freshness import Freshnesses
from synergie.exchange.readings.morning import Mornings
from synergie.exchange.readings.profiles import Profiles
from synergie.exchange.readings.series import SeriesBook
from synergie.exchange.sandbox import Sandbox
from synergie.exchange.trust.accounts import Accounts, Spans, still_deposits
from synergie.exchange.trust.agreement_faults import AgreementFaults
from synergie.exchange.trust.agreement_papers import AgreementPapers
from synergie.exchange.trust.agreement_watch import AgreementWatch
from synergie.exchange.trust.agreements import Agreements
from synergie.exchange.trust.consents import Consents
from synergie.exchange.trust.exports.exports import Care, Exports
from synergie.exchange.trust.held_keys import SigningKeyCustody
from synergie.exchange.trust.journal import Journal, build_head_signer
from synergie.exchange.trust.organisations import Directory
from synergie.exchange.trust.passkeys import Passkeys
from synergie.exchange.trust.receipts import Receipts
from synergie.exchange.trust.webhooks.webhook_courier import WebhookSender
from synergie.exchange.trust.webhooks.webhooks import Webhooks
from synergie.formats.french import build_french_translator
from synergie.policy.trust.atoms import Limits as Thresholds
from synergie.purchase.exchange.needs_asked import NeedsAsked
from synergie.schemas.readings import ndjson
from synergie.server.api import (
    Seal,
    Services,
)
from synergie.server.guard import get_clock
from synergie.server.intake import Limits
from synergie.server.keyring import Keyring
from synergie.server.life import ChangeSignal, Life
from synergie.server.pages import render_refusal_page
from synergie.server.problems import Problems
from synergie.server.quota import Quotas
from synergie.server.sandbox import ends_at
from synergie.server.settings import Settings
from synergie.storage.head import head
from synergie.storage.migrations import require_head
from synergie.storage.store import Store


def build_services(
    store: Store, settings: Settings, keyring: Keyring, *, courier: WebhookSender, seal: Seal
) -> Services:
    """The use cases over *store*, with what the settings say of each."""
    whole, prover = settings.max_body_bytes, keyring.prover(settings.issuer)
    public = PublicData(store)
    people = Accounts(store, _build_session_spans(settings))
    return Services(
        directory=Directory(store),
        sites=Sites(store),
        supply_points=SupplyPoints(store),
        series=SeriesBook(store),
        curves=Curves(store),
        cabinets=Cabinets(store),
        light_points=LightPoints(store),
        agreements=Agreements(store),
        papers=AgreementPapers(store),
        closures=Closures(store),
        consents=Consents(store),
        perimeters=NamedPerimeters(store),
        cell_schemes=CellSchemes(store),
        aggregates=Aggregates(store, _build_thresholds(settings)),
        open_data=OpenData(store),
        publications=Publications(store, _build_thresholds(settings)),
        namings=Namings(store),
        public_data=public,
        open_shelf=OpenShelf(store, public),
        features=Features(store),
        map_files=MapFiles(store),
        public_features=PublicFeatures(store, public, Communes.of(settings.communes)),
        batches=Batches(store),
        changes=Changes(store),
        deposits=Deposits(store),
        depot=_build_depot(store, settings),
        facts=Facts(store),
        freshness=Freshnesses(store, tell=build_french_translator()),
        journal=Journal(store, prover),
        holdings=Holdings(store),
        years=YearTables(store),
        point_terms=Perimeters(store),
        site_choices=SiteChoices(store),
        mornings=Mornings(store),
        calendars=Calendars(store),
        profiles=Profiles(store),
        webhooks=Webhooks(store, courier.keys, courier.allow),
        exports=Exports(
            store=store,
            prover=prover,
            head=build_head_signer(prover),
            care=_build_export_care(settings),
        ),
        receipts=Receipts(store=store, prover=prover, head=build_head_signer(prover)),
        plan_pages=PlanPages(store),
        plan_data=PlanDataPages(store),
        plan_reports=PlanReports(store),
        accounts=people,
        passkeys=Passkeys(people, settings.origin, keyring.secret_for("passkeys")),
        held_keys=SigningKeyCustody(store, keyring.secret_for("held-keys")),
        needs_asked=NeedsAsked(store),
        agreement_watch=AgreementWatch(store),
        agreement_faults=AgreementFaults(store),
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
    now = get_clock()()
    made = Sandbox(
        store=store,
        accounts=house.accounts,
        held=house.held_keys,
        issuer=settings.issuer,
        ends_at=ends_at(settings, now),
        most=settings.sandbox_most,
        each=settings.sandbox_each,
    )
    made.build_territory(now=now)
    return made


def _build_session_spans(settings: Settings) -> Spans:
    return Spans(
        link=timedelta(minutes=settings.link_min),
        idle=timedelta(minutes=settings.idle_min),
        whole=timedelta(hours=settings.sitting_h),
    )


def _build_thresholds(settings: Settings) -> Thresholds:
    return Thresholds(
        min_points=settings.aggregate_min_points,
        min_enterprises=settings.aggregate_min_enterprises,
        max_share=Fraction(str(settings.aggregate_max_share)),
    )


def _build_depot(store: Store, settings: Settings) -> Depot:
    deposits = Deposits(store, still=still_deposits)
    return Depot(deposits, Profiles(store), Freshnesses(store), settings.data_dir / "depot")


def _build_export_care(settings: Settings) -> Care:
    return Care(
        folder=settings.data_dir / "exports",
        keep=timedelta(days=settings.export_days),
        most_bytes=settings.max_export_bytes,
        room=BoundedSemaphore(settings.max_exports),
    )


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
