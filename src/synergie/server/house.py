"""What the routes work with, made once by the application."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, cast

from anyio import CapacityLimiter
from fastapi import Depends, Request

from synergie.exchange.assets.cabinets import Cabinets
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
from synergie.exchange.trust.accounts import Accounts
from synergie.exchange.trust.agreement_faults import AgreementFaults
from synergie.exchange.trust.agreement_papers import AgreementPapers
from synergie.exchange.trust.agreement_watch import AgreementWatch
from synergie.exchange.trust.agreements import Agreements
from synergie.exchange.trust.consents import Consents
from synergie.exchange.trust.exports.exports import Exports
from synergie.exchange.trust.held_keys import SigningKeyCustody
from synergie.exchange.trust.journal import Journal
from synergie.exchange.trust.organisations import Directory
from synergie.exchange.trust.passkeys import Passkeys
from synergie.exchange.trust.receipts import Receipts
from synergie.exchange.trust.webhooks.webhooks import Webhooks
from synergie.policy import Principal
from synergie.purchase.exchange.needs_asked import NeedsAsked
from synergie.server.guard import Guard
from synergie.server.intake import Limits
from synergie.server.life import ChangeSignal, Life
from synergie.server.problems import Problems
from synergie.server.quota import Quotas
from synergie.server.seal import Seal


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The use cases over one store, and what the server keeps beside them.

    `look` reads the store, and raises when it cannot be served from.
    """

    directory: Directory
    sites: Sites
    supply_points: SupplyPoints
    series: SeriesBook
    curves: Curves
    cabinets: Cabinets
    light_points: LightPoints
    agreements: Agreements
    papers: AgreementPapers
    closures: Closures
    consents: Consents
    perimeters: NamedPerimeters
    cell_schemes: CellSchemes
    aggregates: Aggregates
    open_data: OpenData
    publications: Publications
    namings: Namings
    public_data: PublicData
    open_shelf: OpenShelf
    features: Features
    map_files: MapFiles
    public_features: PublicFeatures
    batches: Batches
    changes: Changes
    deposits: Deposits
    depot: Depot
    facts: Facts
    freshness: Freshnesses
    journal: Journal
    holdings: Holdings
    site_choices: SiteChoices
    mornings: Mornings
    calendars: Calendars
    profiles: Profiles
    webhooks: Webhooks
    years: YearTables
    point_terms: Perimeters
    exports: Exports
    receipts: Receipts
    plan_pages: PlanPages
    plan_data: PlanDataPages
    plan_reports: PlanReports
    accounts: Accounts
    passkeys: Passkeys
    held_keys: SigningKeyCustody
    needs_asked: NeedsAsked
    agreement_watch: AgreementWatch
    agreement_faults: AgreementFaults
    services: Mapping[type, object]
    """What each application does, by its class: see `of`."""
    look: Callable[[], None]
    problems: Problems
    quotas: Quotas
    seal: Seal
    life: Life
    bell: ChangeSignal
    records: Limits
    """Of a body of records, held whole."""
    curve: Limits
    """Of one curve, held whole."""
    stream: Limits
    """Of a stream of curves, line by line."""
    file: Limits
    """Of a deposited file, kept on disk beyond 1 MiB."""
    most_lines: int
    most_wait_s: float
    ready_s: float
    own_threads: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(2))
    """Threads for health, which must not wait behind the others."""
    sandbox: Sandbox | None = None
    """The public sandbox that this server is. None: it is none."""

    def of[S](self, kind: type[S]) -> S:
        """The use cases of the application whose services are *kind*. KeyError: it is not here."""
        return cast(S, self.services[kind])

    def count(self, principal: Principal) -> None:
        """Count a request of an authenticated caller. TooManyRequests."""
        self.quotas.request(principal.client_id, principal.organisation)
        if self.sandbox is not None:
            self.sandbox.keep_place(principal.organisation)


def get_services(request: Request) -> Services:
    """The house that serves *request*."""
    return cast(Services, request.app.state.house)


async def _in_house(request: Request) -> Services:
    return get_services(request)


InHouse = Annotated[Services, Depends(_in_house)]


async def _get_guard(request: Request) -> Guard:
    return cast(Guard, request.app.state.guard)


InGuard = Annotated[Guard, Depends(_get_guard)]
