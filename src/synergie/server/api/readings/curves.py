"""Curves: sent one by one or as a stream of lines, read over a period, exported."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Annotated

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from synergie.errors import SynergieError
from synergie.exchange.readings.once import Once
from synergie.policy import Principal
from synergie.schemas.page import Page
from synergie.schemas.readings import ndjson
from synergie.schemas.readings.batch import Receipt
from synergie.schemas.readings.closure import Closure, ClosureRecord
from synergie.schemas.readings.curve import Curve, CurveExtract
from synergie.schemas.readings.curve_json import decode, encode_extract
from synergie.server import intake
from synergie.server.api._lines import Lines, curves_of
from synergie.server.api._upload import Upload
from synergie.server.api.answers import etag_response, json_response, receipt
from synergie.server.api.bodies import BodyWithKey, build_keyed_body, hold_body, hold_lines
from synergie.server.api.door import authorize_scope
from synergie.server.api.queries import (
    After,
    AgreementId,
    AsOf,
    InPeriod,
    ItemId,
    Limit,
    SeriesIds,
    router_of,
)
from synergie.server.api.words import (
    FOLLOWING,
    READING,
    SENDING,
    describe_line_stream,
    describe_request_body,
)
from synergie.server.guard import Clock, Guard, Now
from synergie.server.house import InGuard, InHouse, InReadings, Services

router = router_of("curves")
of_series = router_of("series")

Writer = Annotated[Principal, authorize_scope("curves:write")]
Reader = Annotated[Principal, authorize_scope("curves:read")]

_RECEIPTS = "For `application/x-ndjson`: one receipt, or `{error, line}`, a line"


@router.post(
    "",
    operation_id="send_curves",
    status_code=201,
    response_model=Receipt,
    responses=SENDING | describe_line_stream(_RECEIPTS, whole=Receipt),
    openapi_extra=describe_request_body(Curve, lines=True),
)
async def send_curves(
    *,
    request: Request,
    caller: Writer,
    house: InHouse,
    clock: Clock,
    guard: InGuard,
    agreement: AgreementId = None,
) -> Response:
    """Send one curve of yours as JSON, or many as NDJSON, one a line, each with its receipt.

    With `agreement`: in its owner's name, if it is to write. The receipts tell who sent them.

    With NDJSON and the Idempotency-Key `"K"`, line *i* has the key `K/i`: send everything again
    after a cut, and what was stored comes back as it was answered.
    """
    kind = intake.media_type(request, intake.JSON, ndjson.MEDIA_TYPE)
    key = intake.idempotency_key(request)
    desk = _CurveIntake(request, caller, house, guard, clock, key, agreement)
    if kind == intake.JSON:
        async with hold_body(request, house, house.curve) as body:
            return receipt(request, await run_in_threadpool(desk.store_curve, body))

    async def store(lines: Sequence[tuple[int, bytes]]) -> bytes:
        async with hold_lines(house, caller.organisation, [line for _, line in lines]):
            return await run_in_threadpool(desk.many, lines)

    return Upload(intake.iterate_body_pieces(request, house.stream), store, house)


@of_series.get(
    "/{item_id}/curve",
    operation_id="read_curve",
    response_model=CurveExtract,
    responses=READING | describe_line_stream("What you may see of the series", whole=CurveExtract),
)
def read_curve(
    *,
    request: Request,
    caller: Reader,
    item_id: ItemId,
    house: InHouse,
    guard: InGuard,
    clock: Clock,
    asked: InPeriod,
    as_of: AsOf = None,
) -> Response:
    """The curve of one series over a period: yours, or at the granularity an agreement opens.

    With `Accept: application/x-ndjson`, each run of equal steps is one line, as it is sent in.
    """
    extract = house.readings.curves.extract(
        caller,
        item_id,
        start=asked.start,
        end=asked.end,
        granularity=asked.granularity,
        as_of=as_of,
        agreement=asked.agreement,
        now=clock(),
    )
    if ndjson.MEDIA_TYPE not in request.headers.get("accept", ""):
        return etag_response(request, encode_extract(extract))
    return Lines(curves_of(extract), _build_permit_check(guard, caller, clock), house).answer()


@router.get(
    "",
    operation_id="export_curves",
    responses=FOLLOWING | describe_line_stream("Curves, by series and time"),
    response_class=Response,
)
def export_curves(
    *,
    caller: Reader,
    house: InHouse,
    guard: InGuard,
    clock: Clock,
    asked: InPeriod,
    series: SeriesIds = None,
) -> Response:
    """Every curve of yours, or that an agreement opens, over a period, as a stream of lines.

    What you may see is decided again on the way: a revocation ends the stream with an error line.
    """
    curves = house.readings.curves.export(
        caller,
        start=asked.start,
        end=asked.end,
        granularity=asked.granularity,
        agreement=asked.agreement,
        series=tuple(series or ()),
        clock=clock,
    )
    return Lines(curves, _build_permit_check(guard, caller, clock), house).answer()


@of_series.post(
    "/{item_id}/closures",
    operation_id="close_series",
    status_code=201,
    response_model=Closure,
    responses=SENDING,
    openapi_extra=describe_request_body(ClosureRecord),
)
def close_series(
    *,
    request: Request,
    caller: Writer,
    item_id: ItemId,
    sent: Annotated[BodyWithKey[ClosureRecord], build_keyed_body(ClosureRecord)],
    readings: InReadings,
    now: Now,
) -> Response:
    """Declare days of a series of yours final, whatever is missing of them.

    Whoever reads it below raw is told the sums of what is there, `partial`, and never of what
    comes later for what is missing now. It cannot be taken back.
    """
    made = readings.closures.close(caller, item_id, sent.value, once=sent.once, now=now)
    return json_response(request, made, status=201)


@of_series.get(
    "/{item_id}/closures",
    operation_id="list_closures",
    response_model=Page[Closure],
    responses=READING,
)
def list_closures(
    *,
    request: Request,
    caller: Reader,
    item_id: ItemId,
    readings: InReadings,
    now: Now,
    after: After = None,
    limit: Limit = 200,
) -> Response:
    """A page of what you declared final of a series of yours, by id; nobody else sees it."""
    page = readings.closures.page(caller, item_id, after=after, limit=limit, now=now)
    return json_response(request, page)


def _build_permit_check(
    guard: Guard, caller: Principal, clock: Callable[[], datetime]
) -> Callable[[], None]:
    return lambda: guard.still(caller, now=clock())


@dataclass(frozen=True, slots=True)
class _CurveIntake:
    """Where curves come in: decoded, stored together, each with its receipt."""

    request: Request
    caller: Principal
    house: Services
    guard: Guard
    clock: Callable[[], datetime]
    key: str
    agreement: str | None

    def store_curve(self, body: bytes) -> Receipt:
        """The receipt of the curve in *body*."""
        (given,) = self._stored([(decode(body), self._once(self.key, body))])
        if isinstance(given, SynergieError):
            raise given
        return given

    def many(self, lines: Sequence[tuple[int, bytes]]) -> bytes:
        """The answer lines of numbered *lines*, stored in one transaction."""
        self.guard.still(self.caller, now=self.clock())
        read = [(number, line, _decode_curve_line(line)) for number, line in lines]
        good = [
            (curve, self._once(f"{self.key}/{number}", line))
            for number, line, curve in read
            if isinstance(curve, Curve)
        ]
        given = iter(self._stored(good))
        return b"".join(
            self._line(number, next(given) if isinstance(curve, Curve) else curve)
            for number, _, curve in read
        )

    def _stored(self, sent: Sequence[tuple[Curve, Once]]) -> Iterator[Receipt | SynergieError]:
        curves = [curve for curve, _ in sent]
        onces = [once for _, once in sent]
        if not sent:
            return iter(())
        deposit, now = self.house.readings.curves.deposit, self.clock()
        return iter(deposit(self.caller, curves, onces=onces, agreement=self.agreement, now=now))

    def _once(self, key: str, body: bytes) -> Once:
        client = self.caller.client_id
        return intake.build_once_key(self.request, client, key, sha256(body).hexdigest())

    def _line(self, number: int, given: Receipt | SynergieError) -> bytes:
        if isinstance(given, Receipt):
            return given.model_dump_json().encode() + b"\n"
        problem = self.house.problems.document(given)
        return ndjson.error_line(problem.model_dump_json().encode(), number)


def _decode_curve_line(line: bytes) -> Curve | SynergieError:
    try:
        return decode(line)
    except SynergieError as error:
        return error
