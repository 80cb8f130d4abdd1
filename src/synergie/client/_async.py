"""The client for asyncio. The same calls as `_sync`, awaited."""

import asyncio
import logging
import ssl
import time
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable
from contextlib import aclosing
from datetime import date, datetime
from itertools import batched
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import httpx2
import stamina

from synergie.application import load_parts
from synergie.applications import find_calls
from synergie.client import calls
from synergie.client._answers import MOST_STUCK, CurveStream, StreamPosition
from synergie.client._bodies import Body, CurvePart
from synergie.client._flow import Answer, Ask, Flow, Session
from synergie.client._http import (
    TIMEOUT_S,
    Gathered,
    map_stream_errors,
    map_transport_errors,
    options,
)
from synergie.client._problems import error_of, refuses_token
from synergie.client._restored import Drop, cursor_after_restore
from synergie.client._sealing import JWKS, Sealing, reply_to
from synergie.client._signing import sign_agreement, to_sign
from synergie.client._wait import LIMIT_S, TRIES, Patience, silence_retry_log
from synergie.client.aggregates import AsyncAggregates
from synergie.client.auth import Auth
from synergie.client.calls import Call, Mode, Window
from synergie.client.curve_view import CurveView
from synergie.client.pages import AsyncPages
from synergie.client.perimeters import AsyncPerimeters
from synergie.client.trust import agreement_calls as _agreement_calls
from synergie.client.trust.audit import AsyncAudit
from synergie.client.trust.consents import AsyncConsents
from synergie.client.trust.exports import AsyncExports
from synergie.client.trust.papers import AsyncPapers
from synergie.client.trust.webhook_book import AsyncWebhooks
from synergie.errors import BadSignature, CursorExpired, StreamCut, SynergieError
from synergie.proof import message
from synergie.schemas.assets.cabinet import Cabinet, CabinetRecord
from synergie.schemas.assets.light_point import LightPoint, LightPointRecord
from synergie.schemas.assets.site import Site, SiteRecord
from synergie.schemas.assets.supply_point import SupplyPoint, SupplyPointRecord
from synergie.schemas.change import Change, ChangePage
from synergie.schemas.freshness import FreshnessLine
from synergie.schemas.page import Page
from synergie.schemas.readings.batch import Receipt
from synergie.schemas.readings.closure import Closure, ClosureRecord
from synergie.schemas.readings.curve import Curve
from synergie.schemas.readings.deposit import DepositReport
from synergie.schemas.readings.fact import Fact, FactKind
from synergie.schemas.readings.saved_profile import SavedProfile, SavedProfileRecord
from synergie.schemas.readings.undone import Undone
from synergie.schemas.readings.year_table import YearTable
from synergie.schemas.series import Series, SeriesRecord
from synergie.schemas.trust.agreement import Act, Agreement, Granularity, Terms
from synergie.schemas.trust.organisation import Organisation

if TYPE_CHECKING:
    from synergie.budget.client.budgets import AsyncBudgets
    from synergie.lighting.client.lighting_async import AsyncLightingStudies
    from synergie.maintenance.client.campaigns import AsyncCampaigns
    from synergie.purchase.client.purchases import AsyncPurchases

_LOG = logging.getLogger("synergie")
_PAUSE_S = 1.0

type _Answer = Answer[httpx2.Response]
type _Curves = Iterable[Curve] | AsyncIterable[Curve]


class AsyncChanges:
    """Changes until you are up to date. `cursor` is where to go on from, then or later.

    It moves on once all changes of a page were taken: what was not handled comes again.
    """

    def __init__(
        self,
        read: Callable[[str | None], Awaitable[ChangePage]],
        after: str | None,
        drop: Drop | None = None,
    ) -> None:
        self._read, self._drop = read, drop
        self.cursor = after

    async def __aiter__(self) -> AsyncIterator[Change]:
        async for page in self.pages():
            for item in page.items:
                yield item

    async def pages(self) -> AsyncIterator[ChangePage]:
        """The same, page by page."""
        more = True
        while more:
            try:
                page = await self._read(self.cursor)
            except CursorExpired as error:
                self.cursor = cursor_after_restore(error, self._drop)
                continue
            yield page
            self.cursor, more = page.next, page.more


class AsyncClient:
    """A server of synergie, as one program sees it. Use it in a `with` block, or `aclose` it.

    `base_url` is the server's address, without `/v1`. `timeout` is the longest silence of the
    server that is waited for, seconds; `deadline` the longest time from the first try of a call to
    the start of its last, seconds: what it raises then tells the address, the cause and for how
    long it was tried (`tried`). `verify` is what https servers are checked with, when they
    are not known to this machine: `ssl.create_default_context(cafile="authority.pem")`.
    `transport` is one of httpx2, for tests; `verify` is then its own affair. Calls may run
    side by side in one event loop. Every error is a `SynergieError`; calls that may be are repeated
    up to 3 times when the server is away or busy.

        async with AsyncClient("https://donnees.example", auth) as client:
            async for site in client.sites():
                print(site.name)
    """

    campaigns: "AsyncCampaigns"
    """Maintenance campaigns: plans, your part of one, your answer, what is done."""
    lighting_studies: "AsyncLightingStudies"
    """Joint lighting studies: options, your part of a comparison, your voice."""
    budgets: "AsyncBudgets"
    """Budgets: lines voted, actual figures beside them, next year."""
    purchases: "AsyncPurchases"
    """Pooled purchases: needs, plans, your part of one, and your answer."""

    def __init__(
        self,
        base_url: str,
        auth: Auth,
        *,
        timeout: float = TIMEOUT_S,
        deadline: float = LIMIT_S,
        verify: ssl.SSLContext | None = None,
        transport: httpx2.AsyncBaseTransport | None = None,
        sign_requests: bool = False,
        verify_responses: bool = False,
    ) -> None:
        self._session = Session(auth, base_url)
        self._sealing = Sealing.of(
            auth, self._session.resource, sign=sign_requests, verify=verify_responses
        )
        self._timeout = timeout
        self._http = httpx2.AsyncClient(transport=transport, **options(timeout, verify))
        self._patience = Patience(deadline)
        self._one_refresh = asyncio.Lock()
        silence_retry_log()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    # Organisations and what they publish

    def organisations(self) -> AsyncPages[Organisation]:
        """The public directory of this server."""
        return self._pages(calls.ORGANISATIONS.listed(None))

    async def organisation(self, organisation: str) -> Organisation:
        """One organisation of the directory."""
        return await self._call(calls.ORGANISATIONS.get(organisation))

    def sites(self, *, agreement: str | None = None) -> AsyncPages[Site]:
        """Your sites, or those that *agreement* opens."""
        return self._pages(calls.SITES.listed(agreement))

    async def site(self, site: str, *, agreement: str | None = None) -> Site:
        """One site."""
        return await self._call(calls.SITES.get(site, agreement))

    async def publish_sites(
        self, records: Iterable[SiteRecord], *, mode: Mode = "strict", key: str | None = None
    ) -> Receipt:
        """Store sites of yours, new or changed; the receipt comes after the commit.

        *mode* `strict`: a record that is wrong refuses all; `keep`: it is left out and told.
        *key*: the Idempotency-Key to use again after a crash. Same of all that is published.
        """
        return await self._call(calls.SITES.published(records, mode, key))

    def supply_points(self, *, agreement: str | None = None) -> AsyncPages[SupplyPoint]:
        """Your delivery points, or those that *agreement* opens."""
        return self._pages(calls.SUPPLY_POINTS.listed(agreement))

    async def supply_point(self, supply_point: str, *, agreement: str | None = None) -> SupplyPoint:
        """One delivery point."""
        return await self._call(calls.SUPPLY_POINTS.get(supply_point, agreement))

    async def publish_supply_points(
        self, records: Iterable[SupplyPointRecord], *, mode: Mode = "strict", key: str | None = None
    ) -> Receipt:
        """Store delivery points of yours; see `publish_sites`."""
        return await self._call(calls.SUPPLY_POINTS.published(records, mode, key))

    def series(self, *, agreement: str | None = None) -> AsyncPages[Series]:
        """Your series, or those that *agreement* opens, each with how fresh it is."""
        return self._pages(calls.SERIES.listed(agreement))

    async def get_series(self, series: str, *, agreement: str | None = None) -> Series:
        """One series."""
        return await self._call(calls.SERIES.get(series, agreement))

    async def publish_series(
        self, records: Iterable[SeriesRecord], *, mode: Mode = "strict", key: str | None = None
    ) -> Receipt:
        """Declare series of yours; see `publish_sites`."""
        return await self._call(calls.SERIES.published(records, mode, key))

    def cabinets(self, *, agreement: str | None = None) -> AsyncPages[Cabinet]:
        """Your lighting cabinets, or those that *agreement* opens."""
        return self._pages(calls.CABINETS.listed(agreement))

    async def cabinet(self, cabinet: str, *, agreement: str | None = None) -> Cabinet:
        """One lighting cabinet."""
        return await self._call(calls.CABINETS.get(cabinet, agreement))

    async def publish_cabinets(
        self, records: Iterable[CabinetRecord], *, mode: Mode = "strict", key: str | None = None
    ) -> Receipt:
        """Store lighting cabinets of yours; see `publish_sites`."""
        return await self._call(calls.CABINETS.published(records, mode, key))

    def light_points(self, *, agreement: str | None = None) -> AsyncPages[LightPoint]:
        """Your light points, or those that *agreement* opens."""
        return self._pages(calls.LIGHT_POINTS.listed(agreement))

    async def light_point(self, light_point: str, *, agreement: str | None = None) -> LightPoint:
        """One light point."""
        return await self._call(calls.LIGHT_POINTS.get(light_point, agreement))

    async def publish_light_points(
        self, records: Iterable[LightPointRecord], *, mode: Mode = "strict", key: str | None = None
    ) -> Receipt:
        """Store light points of yours; see `publish_sites`."""
        return await self._call(calls.LIGHT_POINTS.published(records, mode, key))

    # Curves and files

    async def send_curve(
        self, curve: Curve, *, agreement: str | None = None, key: str | None = None
    ) -> Receipt:
        """Store one curve of a series of yours, or of the owner's whose *agreement* is to write."""
        return await self._call(calls.send_curve(curve, key, agreement))

    def send_curves(self, curves: _Curves, *, key: str | None = None) -> AsyncIterator[Receipt]:
        """Store many curves (of a plain or asynchronous iterable); iterate the receipts, in order.

        Curves are drawn as they are sent, in requests of at most 256 curves or about 8 MiB, so
        memory does not grow with their number. A curve that is refused raises its error, with its
        place; those before it are stored. After a crash, the same curves under the same *key*
        give the same receipts, and nothing twice.
        """
        return self._send_parts(curves, calls.idempotency_key(key))

    async def curve(
        self,
        series: str,
        *,
        start: datetime,
        end: datetime,
        granularity: Granularity | None = None,
        as_of: datetime | None = None,
        agreement: str | None = None,
    ) -> CurveView:
        """What you may see of *series* in [*start*, *end*), as known now or at *as_of*.

        *granularity*: `raw`, `half_hour`, `hour`, `day`, `month` or `year`; None gives the finest
        that is open. *agreement*
        None: your own data, else an agreement that covers the series. Times are aware: TypeError
        otherwise.
        """
        window = Window(
            start=start, end=end, granularity=granularity, as_of=as_of, agreement=agreement
        )
        return await self._call(calls.read_curve(series, window))

    def export(
        self,
        *,
        start: datetime,
        end: datetime,
        granularity: Granularity | None = None,
        agreement: str | None = None,
        series: Iterable[str] = (),
    ) -> AsyncIterator[Curve]:
        """All curves of yours, or that *agreement* opens, in [*start*, *end*), one by one.

        *series* narrows it to some; none given means all. An answer that is cut is asked for again
        and goes on where it was; StreamCut when it does not get further, or when the data changed
        meanwhile. NotAllowed when the agreement ends meanwhile. What was given before holds.
        """
        window = Window(start=start, end=end, granularity=granularity, agreement=agreement)
        return self._exported(calls.export_curves(window, series))

    async def deposit(
        self,
        path: str | Path,
        *,
        dry_run: bool = False,
        format: str | None = None,  # noqa: A002 (the word of the API)
        profile: str | None = None,
        key: str | None = None,
    ) -> DepositReport:
        """Deposit a file as it is, at most 64 MiB; what was kept and refused of it.

        *dry_run* stores nothing. *format* names the format when it is not found from the content.
        *profile*: name of a profile you saved; None: the one saved for tables of that head.
        """
        return await self._call(
            calls.deposit(path, dry_run=dry_run, form=format, profile=profile, key=key)
        )

    async def close_series(
        self, series: str, first_day: date, last_day: date, *, key: str | None = None
    ) -> Closure:
        """Declare whole days of a series of yours final, whatever is missing of them.

        Whoever reads it below raw is told the sums of what is there, `partial`. What is missing
        now is in none of them any more, also when it comes later; it cannot be taken back.
        """
        record = ClosureRecord(first_day=first_day, last_day=last_day)
        return await self._call(calls.close_series(series, record, key))

    def list_closures(self, series: str) -> AsyncPages[Closure]:
        """What you declared final of a series of yours."""
        return self._pages(calls.list_closures(series))

    async def undo(self, deposit: str, *, dry_run: bool = False) -> Undone:
        """Undo a deposit, or one batch by its receipt: what was there before holds again.

        *dry_run* only tells what would be lost. The same undo again gives the same answer. Conflict
        when a later batch stands on it: undo that one first.
        """
        return await self._call(calls.undo(deposit, dry_run=dry_run))

    def records(
        self,
        kind: FactKind,
        *,
        agreement: str | None = None,
        subject: str | None = None,
        since: datetime | None = None,
        as_of: datetime | None = None,
    ) -> AsyncPages[Fact]:
        """Records of one kind that files brought: indexes, bills, contracts, works and others.

        Your own, or what *agreement* opens. *subject*: only of this delivery point (`prm:…`; under
        an agreement its identifier), device or zone. *since*: only of this moment or later.
        *as_of*: as known at that moment. Times are aware: TypeError otherwise.
        """
        asked = calls.Facts(
            kind=kind, agreement=agreement, subject=subject, since=since, as_of=as_of
        )
        return self._pages(asked.listed)

    @property
    def exports(self) -> AsyncExports:
        """Exports: files with a signed manifest, fetched with what proves them."""
        return AsyncExports(self._session.auth, self._call, self._pages, self._streamed)

    @property
    def audit(self) -> AsyncAudit:
        """The journal: who saw what, and proofs that nothing of it was changed."""
        return AsyncAudit(self._session.auth.issuer, self._call, self._pages)

    @property
    def webhooks(self) -> AsyncWebhooks:
        """Addresses of yours that are told what changes."""
        return AsyncWebhooks(self._call, self._pages)

    @property
    def aggregates(self) -> AsyncAggregates:
        """Sums over fixed groups of points, and open data."""
        return AsyncAggregates(self._call, self._pages)

    # Agreements

    @property
    def papers(self) -> AsyncPapers:
        """An agreement to read, print and sign: clauses, HTML, PDF, ODRL."""
        return AsyncPapers(self._call)

    @property
    def consents(self) -> AsyncConsents:
        """Consents that persons gave you."""
        return AsyncConsents(self._call, self._pages)

    @property
    def perimeters(self) -> AsyncPerimeters:
        """Named perimeters, in versions that agreements may name."""
        return AsyncPerimeters(self._call, self._pages)

    if not TYPE_CHECKING:  # a name that no application declares is an error of types, too

        def __getattr__(self, name: str) -> Any:
            """The calls of an application, as it declares them; imported when first used."""
            (kind,) = load_parts([find_calls(name).async_part])
            return kind(self._call, self._pages)

    def agreements(self, *, changed_since: datetime | None = None) -> AsyncPages[Agreement]:
        """The agreements your organisation is a party of, each in the version that holds now.

        *changed_since*: only those whose state changed from that moment on.
        """
        return self._pages(_agreement_calls.list_agreements(changed_since))

    async def agreement(self, agreement: str, *, version: int | None = None) -> Agreement:
        """One agreement, in the version that holds now or in *version*."""
        return await self._call(_agreement_calls.read_agreement(agreement, version))

    async def agreement_versions(self, agreement: str) -> tuple[Agreement, ...]:
        """Every version of an agreement that you may see, oldest first."""
        return (await self._call(_agreement_calls.list_versions(agreement))).items

    async def redraft(self, agreement: str, terms: Terms, *, key: str | None = None) -> Agreement:
        """Draft its next version: it holds once both have signed it, and not before."""
        return await self._call(_agreement_calls.redraft(agreement, terms, key))

    async def draft(self, terms: Terms, *, key: str | None = None) -> Agreement:
        """Draft an agreement between the two parties that *terms* name."""
        return await self._call(calls.draft(terms, key))

    async def propose(self, agreement: str, *, terms_sha256: str | None = None) -> Agreement:
        """Sign a draft and show it to the other party.

        The digest of the terms is made here and compared before anything is signed: BadInput
        otherwise. *terms_sha256*: the digest of the terms you read, so that nothing else is signed.
        """
        return await self._sign(agreement, "propose", terms_sha256)

    async def accept(self, agreement: str, *, terms_sha256: str | None = None) -> Agreement:
        """Sign what the other party proposed: the agreement is active. See `propose`."""
        return await self._sign(agreement, "accept", terms_sha256)

    async def withdraw(self, agreement: str) -> Agreement:
        """Take a proposal back: it is a draft again, unsigned."""
        return await self._call(calls.act_on_agreement(agreement, "withdraw"))

    async def suspend(self, agreement: str) -> Agreement:
        """Close it for a while (owner); the operator of the server may, too."""
        return await self._call(calls.act_on_agreement(agreement, "suspend"))

    async def resume(self, agreement: str) -> Agreement:
        """Open it again; only who suspended it may."""
        return await self._call(calls.act_on_agreement(agreement, "resume"))

    async def revoke(self, agreement: str) -> Agreement:
        """End it (owner): the next request is refused, a running export stops."""
        return await self._call(calls.act_on_agreement(agreement, "revoke"))

    async def terminate(self, agreement: str) -> Agreement:
        """End it (recipient)."""
        return await self._call(calls.act_on_agreement(agreement, "terminate"))

    # What happened

    def profiles(self) -> AsyncPages[SavedProfile]:
        """The profiles that your organisation saved: how your suppliers' files are read."""
        return self._pages(calls.PROFILES.listed(None))

    async def profile(self, name: str) -> SavedProfile:
        """One saved profile, by its name."""
        return await self._call(calls.PROFILES.get(name))

    async def save_profile(self, name: str, body: SavedProfileRecord) -> SavedProfile:
        """Save a profile under *name*, new or in place of the one before."""
        return await self._call(calls.save_profile(name, body))

    def freshness(self, *, agreement: str | None = None) -> AsyncPages[FreshnessLine]:
        """How fresh your flows and series are, why and who can act; or what *agreement* opens."""
        return self._pages(calls.FRESHNESS.listed(agreement))

    async def years(self, *, supply_point: str | None = None, site: str | None = None) -> YearTable:
        """Energy and cost by year of a point, of a site, or of all of your own points.

        Bills and indexes stand beside curves and are never added to them. NotFound.
        """
        return await self._call(calls.years(supply_point, site))

    def batches(self) -> AsyncPages[Receipt]:
        """The receipts of what your organisation sent."""
        return self._pages(calls.BATCHES.listed(None))

    async def batch(self, batch: str) -> Receipt:
        """One receipt."""
        return await self._call(calls.BATCHES.get(batch))

    async def unknown_batches(self, receipts: Iterable[Receipt]) -> AsyncIterator[Receipt]:
        """Those of *receipts* whose content the server does not have: send it again.

        After a restore: of the receipts you hold, those with a `seq` above `common_seq`. A batch
        that was undone, or that came again by another name, is not among them.
        """
        for some in batched(receipts, calls.RECEIPTS_AT_ONCE):
            unknown = {*(await self._call(calls.unknown_batches(some))).unknown}
            for one in some:
                if one.id in unknown:
                    yield one

    def changes(
        self,
        after: str | None = None,
        *,
        agreement: str | None = None,
        drop: Callable[[int], object] | None = None,
    ) -> AsyncChanges:
        """What changed after the cursor *after* (None: ever), until you are up to date.

        *drop*: as for `follow`.
        """
        return AsyncChanges(lambda at: self._call(calls.changes(at, agreement, None)), after, drop)

    async def follow(
        self,
        cursor: str | None = None,
        *,
        save: Callable[[str], object] | None = None,
        drop: Callable[[int], object] | None = None,
        agreement: str | None = None,
        wait_s: int = 30,
    ) -> AsyncIterator[Change]:
        """What changes, as it changes; it does not end by itself.

        *save* is given the cursor once the loop came back after the last change of a page: after a
        crash, what was not handled comes again (at least once; `seq` tells repeats).

            async for change in client.follow(cursor, save=Path("cursor.txt").write_text):
                handle(change)

        *drop* is given a number when the server was restored from a backup: what came with a `seq`
        above it is there no more; forget it, and the loop goes on with what came since. Without
        *drop* such a cursor raises CursorExpired, which names the number and the next cursor.
        """
        wait = max(0, min(wait_s, int(self._timeout / 2)))
        while True:
            asked = time.monotonic()
            try:
                page = await self._call(calls.changes(cursor, agreement, wait))
            except CursorExpired as error:
                cursor = cursor_after_restore(error, drop)
                continue
            for change in page.items:
                yield change
            if save is not None and page.next != cursor:
                save(page.next)
            cursor = page.next
            if not page.items and time.monotonic() - asked < _PAUSE_S:
                await asyncio.sleep(_PAUSE_S)  # a server that does not wait is not hammered

    # How a call is made

    def _pages[T](self, listed: Callable[[str | None], Call[Page[T]]]) -> AsyncPages[T]:
        return AsyncPages(lambda after: self._call(listed(after)))

    async def _send_parts(self, curves: _Curves, key: str) -> AsyncIterator[Receipt]:
        before = number = 0
        async for part in _iterate_curve_parts(curves):
            for outcome in await self._call(calls.send_part(part, f"{key}-{number}", before)):
                if isinstance(outcome, SynergieError):
                    raise outcome
                yield outcome
            before += part.curves
            number += 1

    async def _exported(self, call: Call[None]) -> AsyncIterator[Curve]:
        given, stuck = StreamPosition(), 0
        while True:
            curves = CurveStream(given)
            try:
                async for curve in self._rest(call, curves):
                    yield curve
            except StreamCut:
                stuck = 0 if curves.lines > given.lines else stuck + 1
                if stuck == MOST_STUCK:
                    raise
                given = given if stuck else curves.extent()
            else:
                return

    async def _rest(self, call: Call[None], curves: CurveStream) -> AsyncIterator[Curve]:
        answer = await self._tried(call, lambda: self._once(call, stream=True))
        if answer.stream is not None:
            async with aclosing(answer.stream):
                with map_stream_errors(curves):
                    async for chunk in answer.stream.aiter_bytes():
                        for curve in curves.feed(chunk):
                            yield curve
        for curve in curves.close():
            yield curve

    async def _streamed(self, call: Call[None]) -> AsyncIterator[bytes]:
        """The bytes of an answer as they come. Unreachable when it is cut."""
        answer = await self._tried(call, lambda: self._once(call, stream=True))
        if answer.stream is not None:
            async with aclosing(answer.stream):
                with map_transport_errors():
                    async for piece in answer.stream.aiter_bytes():
                        yield piece

    async def _sign(self, agreement: str, act: Act, read: str | None) -> Agreement:
        shown = await self.agreement(agreement)
        if shown.version_pending not in {None, shown.version}:
            shown = to_sign(await self.agreement_versions(agreement), act) or shown
        jws = sign_agreement(self._session.auth, shown, read)
        return await self._call(calls.act_on_agreement(agreement, act, jws))

    async def _call[T](self, call: Call[T]) -> T:
        async def work() -> T:
            return call.parse((await self._once(call, stream=False)).content)

        return await self._tried(call, work)

    async def _tried[T](self, call: Call[Any], work: Callable[[], Awaitable[T]]) -> T:
        address = self._session.base_url + call.path
        wait = self._patience.hook(
            repeatable=call.repeatable, keyed=call.key is not None, address=address
        )
        async for attempt in stamina.retry_context(on=wait, attempts=TRIES, timeout=None):
            with attempt:
                return await work()
        raise AssertionError("the last attempt returns or raises")

    async def _once[T](self, call: Call[T], *, stream: bool) -> _Answer:
        """The good answer to *call*; a token that is refused is replaced once."""
        token = await self._token()
        answer = await self._drive(self._session.request(call, token, stream=stream))
        if call.repeatable and refuses_token(answer.status, answer.headers):
            self._session.forget(token)
            renewed = await self._token()
            answer = await self._drive(self._session.request(call, renewed, stream=stream))
        if not answer.good:
            raise error_of(answer.status, answer.headers, answer.content)
        return answer

    async def _token(self) -> str:
        async with self._one_refresh:
            return await self._drive(self._session.token())

    async def _drive[T](self, flow: Flow[httpx2.Response, T]) -> T:
        try:
            ask = next(flow)
            while True:
                ask = flow.send(await self._ask(ask))
        except StopIteration as done:
            result: T = done.value
            return result

    async def _ask(self, ask: Ask) -> _Answer:
        """Send one request; its answer read whole, or open when it is good and streamed."""
        with map_transport_errors():
            request = self._http.build_request(
                ask.method,
                ask.url,
                params=ask.params or None,
                headers=self._sealing.headers(ask),
                content=None if ask.body is None else _build_async_content(ask.body),
            )
            if self._sealing.signs(ask):
                content = await request.aread()
                request.headers.update(self._sealing.signed(request, content))
            response = await self._http.send(request, stream=True)
            _LOG.debug("%s %s: %d", ask.method, request.url.path, response.status_code)
            if ask.stream and response.is_success:
                return Answer(response.status_code, response.headers, stream=response)
            gathered = Gathered(ask)
            async with aclosing(response):
                async for piece in response.aiter_bytes():
                    gathered.add(piece)
            if response.is_success and self._sealing.checks(ask):
                reply = reply_to(request, response.status_code, response.headers)
                await self._check(reply, gathered.content())
            return Answer(response.status_code, response.headers, gathered.content())

    async def _check(self, reply: message.Answer, content: bytes) -> None:
        """BadSignature unless *reply* is signed with a key that the server publishes."""
        if self._sealing.holds(reply, content):
            return
        if self._sealing.may_learn():
            shown = await self._ask(Ask("GET", f"{self._session.base_url}{JWKS}"))
            self._sealing.learn(shown.content)
            if self._sealing.holds(reply, content):
                return
        raise BadSignature("the answer bears no signature of the server that holds")


async def _iterate_curve_parts(curves: _Curves) -> AsyncIterator[CurvePart]:
    """*curves* in parts, each drawn before it is sent; none when there is no curve."""
    part = CurvePart()
    async for curve in _iterate_curves(curves):
        part.add(curve)
        if part.full:
            yield part
            part = CurvePart()
    if part.curves:
        yield part


async def _iterate_curves(curves: _Curves) -> AsyncIterator[Curve]:
    if isinstance(curves, AsyncIterable):
        async for curve in curves:
            yield curve
    else:
        for curve in curves:
            yield curve


def _build_async_content(body: Body) -> bytes | AsyncIterator[bytes]:
    content = body.content()
    if isinstance(content, bytes):
        return content

    async def chunks() -> AsyncIterator[bytes]:
        for chunk in content:
            yield chunk

    return chunks()
