"""What the routes work with, made once by the application."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, cast

from anyio import CapacityLimiter
from fastapi import Depends, Request

from synergie.exchange.plan_pages import PlanPages
from synergie.exchange.plan_pages_data import PlanDataPages
from synergie.exchange.plan_pages_runs import PlanReports
from synergie.exchange.sandbox import Sandbox
from synergie.policy import Principal
from synergie.purchase.exchange.needs_asked import NeedsAsked
from synergie.server.guard import Guard
from synergie.server.intake import Limits
from synergie.server.life import ChangeSignal, Life
from synergie.server.problems import Problems
from synergie.server.quota import Quotas
from synergie.server.seal import Seal
from synergie.server.services.assets import AssetServices
from synergie.server.services.publication import PublicationServices
from synergie.server.services.readings import ReadingServices
from synergie.server.services.trust import TrustServices


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The use cases over one store, and what the server keeps beside them.

    `look` reads the store, and raises when it cannot be served from.
    """

    assets: AssetServices
    readings: ReadingServices
    trust: TrustServices
    publication: PublicationServices
    plan_pages: PlanPages
    plan_data: PlanDataPages
    plan_reports: PlanReports
    needs_asked: NeedsAsked
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


async def _get_assets(request: Request) -> AssetServices:
    return get_services(request).assets


async def _get_readings(request: Request) -> ReadingServices:
    return get_services(request).readings


async def _get_trust(request: Request) -> TrustServices:
    return get_services(request).trust


async def _get_publication(request: Request) -> PublicationServices:
    return get_services(request).publication


InAssets = Annotated[AssetServices, Depends(_get_assets)]
InReadings = Annotated[ReadingServices, Depends(_get_readings)]
InTrust = Annotated[TrustServices, Depends(_get_trust)]
InPublication = Annotated[PublicationServices, Depends(_get_publication)]


async def _get_guard(request: Request) -> Guard:
    return cast(Guard, request.app.state.guard)


InGuard = Annotated[Guard, Depends(_get_guard)]
