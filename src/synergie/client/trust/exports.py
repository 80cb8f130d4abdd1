"""Exports from a program: made on the server, fetched into a folder with what proves them."""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from synergie.client.auth import Auth
from synergie.client.calls import AsyncCall, Call, Listed, SyncCall
from synergie.client.pages import AsyncPages, Pages
from synergie.client.trust import _export_calls as calls
from synergie.client.trust._export_flow import Fetch, fetch_export
from synergie.errors import SynergieError
from synergie.schemas.trust.agreement import Granularity
from synergie.schemas.trust.export import (
    CurveForm,
    Export,
    ExportKind,
    ExportReceipt,
    ExportRequest,
    ManifestClaims,
)


def _build_export_request(
    kinds: Iterable[ExportKind],
    *,
    start: datetime | None,
    end: datetime | None,
    agreement: str | None,
    granularity: Granularity | None,
    series: Iterable[str],
    curves_as: CurveForm,
) -> ExportRequest:
    return ExportRequest(
        kinds=tuple(kinds),
        agreement=agreement,
        start=start,
        end=end,
        granularity=granularity,
        series=tuple(series),
        curves_as=curves_as,
    )


class Exports:
    """Exports on the server: `client.exports`; iterate it for those you made or are the owner of.

    made = client.exports.make(["sites", "curves"], agreement=agreement, start=…, end=…)
    client.exports.download(made.id, "remise")
    """

    def __init__(
        self,
        auth: Auth,
        call: SyncCall,
        pages: Callable[[Listed], Pages[Any]],
        stream: Callable[[Call[None]], Iterator[bytes]],
    ) -> None:
        self._auth, self._call, self._pages, self._stream = auth, call, pages, stream

    def __iter__(self) -> Iterator[Export]:
        yield from self.all()

    def all(self) -> Pages[Export]:
        """Those you made, and those that hold data of yours."""
        return self._pages(calls.EXPORTS.listed(None))

    def get(self, export: str) -> Export:
        """One export."""
        return self._call(calls.EXPORTS.get(export))

    def make(
        self,
        kinds: Iterable[ExportKind],
        *,
        start: datetime | None = None,
        end: datetime | None = None,
        agreement: str | None = None,
        granularity: Granularity | None = None,
        series: Iterable[str] = (),
        curves_as: CurveForm = "ndjson",
        key: str | None = None,
    ) -> Export:
        """Make files of your own data, or of what *agreement* opens; the answer comes when whole.

        *start*, *end*: aware times, needed for `curves`. *granularity* None: the finest that is
        open. *series*: only these. *key*: the Idempotency-Key to use again after a crash.
        """
        request = _build_export_request(
            kinds,
            start=start,
            end=end,
            agreement=agreement,
            granularity=granularity,
            series=series,
            curves_as=curves_as,
        )
        return self._call(calls.make(request, key))

    def download(self, export: str, folder: str | Path) -> ManifestClaims:
        """Fetch an export into a new *folder* with its proofs, and send your receipt.

        The signature is verified first, each file while it is written, and the folder takes its
        name at the end: it is whole or not there. BadInput names the file that is not as the
        manifest tells it; the server is told so by a receipt that refuses it. Beside the files lie
        `manifest.jws`, `jwks.json`, `receipt.jws`, `receipt-jwks.json` and, when the server keeps
        a journal, `tree-head.jws`: `synergie verify` needs no more.
        """
        flow = fetch_export(self._auth, export, Path(folder))
        try:
            step = next(flow)
            while True:
                try:
                    found = self._done(step)
                except SynergieError as error:
                    step = flow.throw(error)
                else:
                    step = flow.send(found)
        except StopIteration as done:
            said: ManifestClaims = done.value
            return said
        finally:
            flow.close()

    def manifest(self, export: str) -> str:
        """Its signed manifest, a compact JWS; not verified."""
        return self._call(calls.read_export_manifest(export))

    def receipt(self, export: str) -> ExportReceipt:
        """The recipient's receipt. NotFound while there is none."""
        return self._call(calls.receipt(export))

    def signed_receipt(self, batch: str) -> str:
        """The server's signed receipt for a batch or a deposit of yours: an SD-JWT (RFC 9901).

        What follows the first `~` discloses the digest of what was sent. Hand the receipt on
        without it to show that something was received, and not what.
        """
        return self._call(calls.signed_receipt(batch))

    def keys(self) -> dict[str, Any]:
        """The server's public keys, as a JWK set: save them, and verify with them later.

        Ask again after a rotation: keys of the past stay in it, so that old manifests verify.
        """
        return self._call(calls.read_jwks())

    def _done(self, step: Call[Any] | Fetch) -> Any:
        if not isinstance(step, Fetch):
            return self._call(step)
        for piece in self._stream(step.call):
            step.add(piece)
        return None


class AsyncExports:
    """The same as Exports, awaited."""

    def __init__(
        self,
        auth: Auth,
        call: AsyncCall,
        pages: Callable[[Listed], AsyncPages[Any]],
        stream: Callable[[Call[None]], AsyncIterator[bytes]],
    ) -> None:
        self._auth, self._call, self._pages, self._stream = auth, call, pages, stream

    async def __aiter__(self) -> AsyncIterator[Export]:
        async for one in self.all():
            yield one

    def all(self) -> AsyncPages[Export]:
        """Those you made, and those that hold data of yours."""
        return self._pages(calls.EXPORTS.listed(None))

    async def get(self, export: str) -> Export:
        """One export."""
        return await self._call(calls.EXPORTS.get(export))

    async def make(
        self,
        kinds: Iterable[ExportKind],
        *,
        start: datetime | None = None,
        end: datetime | None = None,
        agreement: str | None = None,
        granularity: Granularity | None = None,
        series: Iterable[str] = (),
        curves_as: CurveForm = "ndjson",
        key: str | None = None,
    ) -> Export:
        """As `Exports.make`."""
        request = _build_export_request(
            kinds,
            start=start,
            end=end,
            agreement=agreement,
            granularity=granularity,
            series=series,
            curves_as=curves_as,
        )
        return await self._call(calls.make(request, key))

    async def download(self, export: str, folder: str | Path) -> ManifestClaims:
        """As `Exports.download`."""
        flow = fetch_export(self._auth, export, Path(folder))
        try:
            step = next(flow)
            while True:
                try:
                    found = await self._done(step)
                except SynergieError as error:
                    step = flow.throw(error)
                else:
                    step = flow.send(found)
        except StopIteration as done:
            said: ManifestClaims = done.value
            return said
        finally:
            flow.close()

    async def manifest(self, export: str) -> str:
        """Its signed manifest, a compact JWS; not verified."""
        return await self._call(calls.read_export_manifest(export))

    async def receipt(self, export: str) -> ExportReceipt:
        """The recipient's receipt. NotFound while there is none."""
        return await self._call(calls.receipt(export))

    async def signed_receipt(self, batch: str) -> str:
        """As `Exports.signed_receipt`."""
        return await self._call(calls.signed_receipt(batch))

    async def keys(self) -> dict[str, Any]:
        """The server's public keys, as a JWK set: save them, and verify with them later."""
        return await self._call(calls.read_jwks())

    async def _done(self, step: Call[Any] | Fetch) -> Any:
        if not isinstance(step, Fetch):
            return await self._call(step)
        async for piece in self._stream(step.call):
            step.add(piece)
        return None
