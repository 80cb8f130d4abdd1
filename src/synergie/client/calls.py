"""Every call of the server's API as a small frozen value: what to send, and how to read the answer.

No I/O here: the two clients send them. A POST always bears an Idempotency-Key, so that it can be
repeated without being done twice.
"""

import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Protocol
from urllib.parse import quote
from uuid import uuid4

from pydantic import BaseModel, ValidationError

from synergie.client._answers import parse_receipts
from synergie.client._bodies import Body, BytesBody, CurvePart, FileBody
from synergie.client.curve_view import CurveView
from synergie.errors import BadInput, SynergieError, TooLarge
from synergie.schemas.assets.cabinet import Cabinet
from synergie.schemas.assets.light_point import LightPoint
from synergie.schemas.assets.site import Site
from synergie.schemas.assets.supply_point import SupplyPoint
from synergie.schemas.change import ChangePage
from synergie.schemas.faults import faults
from synergie.schemas.freshness import FreshnessLine
from synergie.schemas.page import Page
from synergie.schemas.readings import curve_json, ndjson
from synergie.schemas.readings.batch import HeldReceipt, HeldReceipts, Receipt, UnknownBatches
from synergie.schemas.readings.closure import Closure, ClosureRecord
from synergie.schemas.readings.curve import Curve
from synergie.schemas.readings.deposit import DepositReport
from synergie.schemas.readings.fact import Fact, FactKind
from synergie.schemas.readings.saved_profile import SavedProfile, SavedProfileRecord
from synergie.schemas.readings.undone import Undone
from synergie.schemas.readings.year_table import YearTable
from synergie.schemas.series import Series
from synergie.schemas.trust.agreement import Act, Agreement, Granularity, Terms
from synergie.schemas.trust.organisation import Organisation

type Mode = Literal["strict", "keep"]
"""`strict`: one record that is wrong refuses the batch. `keep`: the others are stored."""

MAX_RECORDS = 10_000
"""Most records of one batch."""

_JSON = "application/json"
_LIMIT = 64 * 1024 * 1024
_KEY = re.compile(r"[!#-\[\]-~ ]{1,200}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call[T]:
    """One call: what to send and how to read what comes back.

    `key` is its Idempotency-Key. `limit`: most decoded bytes of the answer. `parse` raises an
    error of our tree for an answer that does not hold.
    """

    method: Literal["GET", "HEAD", "POST", "PUT", "DELETE"]
    path: str
    parse: Callable[[bytes], T] = field(repr=False)
    params: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: Body | None = field(default=None, repr=False)
    key: str | None = None
    accept: str = _JSON
    limit: int = _LIMIT

    @property
    def repeatable(self) -> bool:
        """Whether it may be sent again without being done twice."""
        return self.method in {"GET", "PUT"} or self.key is not None

    def headers(self) -> dict[str, str]:
        """Its own headers; the key is a structured field string (RFC 9651 §3.3.3)."""
        headers = {"Accept": self.accept}
        if self.key is not None:
            headers["Idempotency-Key"] = f'"{self.key}"'
        if self.body is not None:
            headers["Content-Type"] = self.body.content_type
            if self.body.content_coding is not None:
                headers["Content-Encoding"] = self.body.content_coding
        return headers


type Listed = Callable[[str | None], Call[Any]]
"""The call of a page of a list, from a cursor."""


class SyncCall(Protocol):
    """What makes a call, as the client that waits does."""

    def __call__[T](self, call: Call[T], /) -> T:
        """The answer to *call*."""


class AsyncCall(Protocol):
    """What makes a call, as the client for asyncio does."""

    def __call__[T](self, call: Call[T], /) -> Awaitable[T]:
        """The answer to *call*."""


@dataclass(frozen=True, slots=True)
class Noun[T: BaseModel]:
    """One kind of thing that is published, listed and read: its path and its record."""

    path: str
    record: type[T]
    page: type[Page[T]]

    def listed(self, agreement: str | None) -> Callable[[str | None], Call[Page[T]]]:
        """From a cursor (None: the start) to the call of that page."""
        return lambda after: Call(
            method="GET",
            path=f"/v1/{self.path}",
            params=_build_params(agreement=agreement, after=after),
            parse=model_of(self.page),
        )

    def get(self, id_: str, agreement: str | None = None) -> Call[T]:
        """The call that reads one of them."""
        return Call(
            method="GET",
            path=f"/v1/{self.path}/{_quote_path_part(id_)}",
            params=_build_params(agreement=agreement),
            parse=model_of(self.record),
        )

    def published(self, records: Iterable[BaseModel], mode: Mode, key: str | None) -> Call[Receipt]:
        """The call that publishes *records*; TooLarge over 10,000 of them."""
        texts = [record.model_dump_json() for record in records]
        if len(texts) > MAX_RECORDS:
            raise TooLarge(MAX_RECORDS, "records")
        return Call(
            method="POST",
            path=f"/v1/{self.path}",
            params=_build_params(mode=mode),
            body=BytesBody(f'{{"items":[{",".join(texts)}]}}'.encode(), _JSON),
            key=idempotency_key(key),
            parse=model_of(Receipt),
        )


ORGANISATIONS = Noun("organisations", Organisation, Page[Organisation])
SITES = Noun("sites", Site, Page[Site])
SUPPLY_POINTS = Noun("supply-points", SupplyPoint, Page[SupplyPoint])
SERIES = Noun("series", Series, Page[Series])
CABINETS = Noun("cabinets", Cabinet, Page[Cabinet])
LIGHT_POINTS = Noun("light-points", LightPoint, Page[LightPoint])
AGREEMENTS = Noun("agreements", Agreement, Page[Agreement])
PROFILES = Noun("profiles", SavedProfile, Page[SavedProfile])
BATCHES = Noun("batches", Receipt, Page[Receipt])
FRESHNESS = Noun("freshness", FreshnessLine, Page[FreshnessLine])


def send_curve(curve: Curve, key: str | None, agreement: str | None = None) -> Call[Receipt]:
    """Store one curve: one's own, or in the name of the owner of *agreement*."""
    return Call(
        method="POST",
        path="/v1/curves",
        params=_build_params(agreement=agreement),
        body=BytesBody(curve_json.encode(curve), curve_json.MEDIA_TYPE),
        key=idempotency_key(key),
        parse=model_of(Receipt),
    )


def close_series(series: str, record: ClosureRecord, key: str | None) -> Call[Closure]:
    """Declare days of a series final."""
    return Call(
        method="POST",
        path=f"{SERIES.get(series).path}/closures",
        body=BytesBody(record.model_dump_json().encode(), _JSON),
        key=idempotency_key(key),
        parse=model_of(Closure),
    )


def list_closures(series: str) -> Callable[[str | None], Call[Page[Closure]]]:
    """From a cursor (None: the start) to the call of that page of what was declared final."""
    path = f"{SERIES.get(series).path}/closures"
    return lambda after: Call(
        method="GET", path=path, params=_build_params(after=after), parse=model_of(Page[Closure])
    )


def send_part(part: CurvePart, key: str, before: int) -> Call[list[Receipt | SynergieError]]:
    """Store a part of a stream of curves; *before* curves came in the parts before it."""
    return Call(
        method="POST",
        path="/v1/curves",
        body=part,
        key=key,
        accept=ndjson.MEDIA_TYPE,
        parse=lambda content: parse_receipts(content, before),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What is asked of curves. Times must be aware: TypeError otherwise."""

    start: datetime
    end: datetime
    granularity: Granularity | None = None
    as_of: datetime | None = None
    agreement: str | None = None

    def params(self) -> tuple[tuple[str, str], ...]:
        """The same as parameters of an address."""
        return _build_params(
            start=_format_aware_instant(self.start, "start"),
            end=_format_aware_instant(self.end, "end"),
            granularity=self.granularity,
            as_of=None if self.as_of is None else _format_aware_instant(self.as_of, "as_of"),
            agreement=self.agreement,
        )


def read_curve(series: str, window: Window) -> Call[CurveView]:
    """What may be seen of one series."""
    return Call(
        method="GET",
        path=f"/v1/series/{_quote_path_part(series)}/curve",
        params=window.params(),
        parse=lambda content: CurveView(curve_json.decode_extract(content)),
    )


def export_curves(window: Window, series: Iterable[str]) -> Call[None]:
    """A stream of curves; it is read line by line, never whole."""
    chosen = tuple(("series", name) for name in series)
    return Call(
        method="GET",
        path="/v1/curves",
        params=(*window.params(), *chosen),
        accept=ndjson.MEDIA_TYPE,
        parse=lambda _: None,
    )


def save_profile(name: str, body: SavedProfileRecord) -> Call[SavedProfile]:
    """Save a profile under *name*."""
    return Call(
        method="PUT",
        path=f"/v1/profiles/{_quote_path_part(name)}",
        body=BytesBody(body.model_dump_json().encode(), _JSON),
        parse=model_of(SavedProfile),
    )


def deposit(
    path: str | Path, *, dry_run: bool, form: str | None, profile: str | None, key: str | None
) -> Call[DepositReport]:
    """Deposit a file as it is."""
    return Call(
        method="POST",
        path="/v1/deposits",
        params=_build_params(
            name=Path(path).name, dry_run="true" if dry_run else None, format=form, profile=profile
        ),
        body=FileBody(path),
        key=idempotency_key(key),
        parse=model_of(DepositReport),
    )


def undo(id_: str, *, dry_run: bool) -> Call[Undone]:
    """Undo a deposit or a batch; the key only marks it as repeatable, which it is by itself."""
    return Call(
        method="POST",
        path=f"/v1/deposits/{_quote_path_part(id_)}/undo",
        params=_build_params(dry_run="true" if dry_run else None),
        key=idempotency_key(None),
        parse=model_of(Undone),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Which records are asked for. Times must be aware: TypeError otherwise."""

    kind: FactKind
    agreement: str | None = None
    subject: str | None = None
    since: datetime | None = None
    as_of: datetime | None = None

    def listed(self, after: str | None) -> Call[Page[Fact]]:
        """The call of the page after a cursor (None: the first)."""
        return Call(
            method="GET",
            path=f"/v1/records/{_quote_path_part(self.kind)}",
            params=_build_params(
                agreement=self.agreement,
                subject=self.subject,
                since=None if self.since is None else _format_aware_instant(self.since, "since"),
                as_of=None if self.as_of is None else _format_aware_instant(self.as_of, "as_of"),
                after=after,
            ),
            parse=model_of(Page[Fact]),
        )


def years(supply_point: str | None, site: str | None) -> Call[YearTable]:
    """The years of a point, of a site, or of all."""
    return Call(
        method="GET",
        path="/v1/years",
        params=_build_params(supply_point=supply_point, site=site),
        parse=model_of(YearTable),
    )


RECEIPTS_AT_ONCE = 1000
"""Receipts of one question."""


def unknown_batches(receipts: Sequence[Receipt]) -> Call[UnknownBatches]:
    """Which of *receipts* the server does not have; the key only marks it as repeatable."""
    held = HeldReceipts(
        receipts=tuple(HeldReceipt(id=one.id, digest=one.digest) for one in receipts)
    )
    return Call(
        method="POST",
        path="/v1/batches/unknown",
        body=BytesBody(held.model_dump_json().encode(), _JSON),
        key=idempotency_key(None),
        parse=model_of(UnknownBatches),
    )


def draft(terms: Terms, key: str | None) -> Call[Agreement]:
    """Draft an agreement."""
    return Call(
        method="POST",
        path="/v1/agreements",
        body=BytesBody(terms.model_dump_json().encode(), _JSON),
        key=idempotency_key(key),
        parse=model_of(Agreement),
    )


def act_on_agreement(agreement: str, name: Act, signature: str | None = None) -> Call[Agreement]:
    """Take one step of an agreement; *signature* is the JWS of the acts that carry one."""
    body = b"{}" if signature is None else f'{{"signature":"{signature}"}}'.encode()
    return Call(
        method="POST",
        path=f"/v1/agreements/{_quote_path_part(agreement)}/{name}",
        body=BytesBody(body, _JSON),
        key=idempotency_key(None),
        parse=model_of(Agreement),
    )


def changes(after: str | None, agreement: str | None, wait_s: int | None) -> Call[ChangePage]:
    """The changes after a cursor; *wait_s*: how long the server may wait for one, seconds."""
    wait = None if wait_s is None else str(wait_s)
    return Call(
        method="GET",
        path="/v1/changes",
        params=_build_params(after=after, agreement=agreement, wait=wait),
        parse=model_of(ChangePage),
    )


def idempotency_key(key: str | None) -> str:
    """*key*, or a new one (UUID 4). ValueError when it is no printable ASCII of 1 to 200 signs."""
    if key is None:
        return str(uuid4())
    if not _KEY.fullmatch(key):
        raise ValueError('key: expected 1 to 200 printable ASCII signs without " and \\')
    return key


def model_of[M: BaseModel](kind: type[M]) -> Callable[[bytes], M]:
    """From the bytes of an answer to a *kind* of record; BadInput when it is not one."""

    def parse(content: bytes) -> M:
        try:
            return kind.model_validate_json(content, extra="ignore")  # of a later version
        except ValidationError as error:
            raise _build_answer_fault(faults(error)) from error

    return parse


def _build_answer_fault(found: Sequence[BadInput]) -> BadInput:
    return found[0].at("answer of the server")


def _format_aware_instant(moment: datetime, name: str) -> str:
    if not isinstance(moment, datetime):
        raise TypeError(f"{name}: found {type(moment).__name__}, expected a datetime with its zone")
    if moment.utcoffset() is None:
        raise TypeError(
            f"{name}: found {moment.isoformat()} without a zone; write which one: "
            f"datetime({moment.year}, {moment.month}, {moment.day}, "
            'tzinfo=ZoneInfo("Europe/Paris")) or tzinfo=UTC'
        )
    return curve_json.instant_text(moment)


def _build_params(**values: str | None) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in values.items() if value is not None)


def _quote_path_part(id_: str) -> str:
    """*id_* as one part of a path, whatever signs it holds."""
    if not id_ or id_ in {".", ".."}:
        raise ValueError(f"id {id_!r}: expected an identifier given by the server")
    return quote(id_, safe="")
