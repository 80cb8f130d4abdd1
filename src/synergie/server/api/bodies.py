"""Bodies of requests as dependencies: read after the caller is known, checked, and named once."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Any

from fastapi import Depends, Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.concurrency import run_in_threadpool

from synergie.errors import BadInput, Overloaded
from synergie.exchange.files.byte_budget import EXPANSION
from synergie.exchange.publication.publication import Mode
from synergie.exchange.publication.publication import Publication as How
from synergie.exchange.readings.once import Once
from synergie.schemas.faults import SHOWN, faults, list_error_entries
from synergie.schemas.first_faults import validate_to_first_faults
from synergie.schemas.publication.publication import Publication
from synergie.schemas.readings.batch import Refusal
from synergie.server import intake
from synergie.server.body_memory import estimate_curve_memory, estimate_memory
from synergie.server.house import InHouse, Services

_MEMORY_TRIES, _MEMORY_PAUSE_S = 300, 0.1
_IN_RECORDS = 3
"""Parts of the shortest place in a record: `body`, `items` and its index."""

InMode = Annotated[
    Mode,
    Query(
        description="`strict`: one record refused refuses the batch. `keep`: the good ones are "
        "stored, the others are listed in the receipt."
    ),
]


@dataclass(frozen=True, slots=True)
class BodyWithKey[T]:
    """What was sent, and the name under which its answer is kept."""

    value: T
    once: Once


@dataclass(frozen=True, slots=True)
class Batch[RecordT]:
    """Records that were sent, and how they are to be published."""

    records: tuple[RecordT, ...]
    how: How


def build_keyed_body[ModelT: BaseModel](model: type[ModelT]) -> Any:
    """The body of a POST that creates: JSON of *model*, with an Idempotency-Key."""

    async def read_body(request: Request, house: InHouse) -> AsyncIterator[BodyWithKey[ModelT]]:
        async with _read_keyed_body(request, house) as (body, once):
            yield BodyWithKey(await run_in_threadpool(intake.read_as, model, body), once)

    return Depends(read_body)


def build_act_body[ModelT: BaseModel](model: type[ModelT]) -> Any:
    """The body of a POST that may be repeated as it is: JSON of *model*; nothing at all is `{}`."""

    async def read_body(request: Request, house: InHouse) -> AsyncIterator[ModelT]:
        async with hold_body(request, house, house.curve) as body:
            if body:
                intake.media_type(request, intake.JSON)
            yield await run_in_threadpool(intake.read_as, model, body or b"{}")

    return Depends(read_body)


def build_replacement_body[ModelT: BaseModel](model: type[ModelT]) -> Any:
    """The body of a PUT: JSON of *model*, as large as a body of records may be."""

    async def read_body(request: Request, house: InHouse) -> AsyncIterator[ModelT]:
        intake.media_type(request, intake.JSON)
        async with hold_body(request, house, house.records) as body:
            yield await run_in_threadpool(intake.read_as, model, body)

    return Depends(read_body)


def build_publication_body[RecordT: BaseModel](model: type[Publication[RecordT]]) -> Any:
    """The body of a POST that publishes records, as *model*; in mode `keep` record by record."""

    async def batch(
        request: Request, house: InHouse, mode: InMode = "strict"
    ) -> AsyncIterator[Batch[RecordT]]:
        async with _read_keyed_body(request, house) as (body, once):
            sift = _parse_publication if mode == "strict" else _parse_valid_records
            value, refusals = await run_in_threadpool(sift, model, body)
            how = How(mode=mode, refusals=refusals, once=once, supersedes=value.supersedes)
            yield Batch(value.items, how)

    return Depends(batch)


@asynccontextmanager
async def _read_keyed_body(request: Request, house: Services) -> AsyncIterator[tuple[bytes, Once]]:
    intake.media_type(request, intake.JSON)
    key = intake.idempotency_key(request)
    client = request.state.principal.client_id
    async with hold_body(request, house, house.records) as body:
        yield body, intake.build_once_key(request, client, key, sha256(body).hexdigest())


@asynccontextmanager
async def hold_body(
    request: Request, house: Services, limits: intake.Limits
) -> AsyncIterator[bytes]:
    """The body, whole; the memory that it takes with its objects is reserved until the answer.

    TooLarge when its organisation may never have so much, Overloaded while others have it.
    """
    with house.readings.deposits.budget.growing(
        request.state.principal.organisation, "body"
    ) as take:
        pieces = []
        async for piece in intake.iterate_body_pieces(request, limits):
            take(EXPANSION * len(piece))
            pieces.append(piece)
        body = b"".join(pieces)
        pieces.clear()
        take(max(0, estimate_memory(body) - EXPANSION * len(body)))
        yield body


@asynccontextmanager
async def hold_lines(
    house: Services, organisation: str, lines: Sequence[bytes]
) -> AsyncIterator[None]:
    """The memory that *lines* of curves take with their values is reserved meanwhile.

    While others have it, it is waited for: their sender, in the middle of a stream, was told that
    it is heard. Overloaded after 30 s. What no organisation may have is refused when it is read.
    """
    budget = house.readings.deposits.budget
    size = min(sum(map(estimate_curve_memory, lines)), budget.share)
    with ExitStack() as memory:
        for tries_left in reversed(range(_MEMORY_TRIES)):
            try:
                memory.enter_context(budget.reserve(organisation, size))
                break
            except Overloaded:
                if house.life.stopping or not tries_left:
                    raise
            await asyncio.sleep(_MEMORY_PAUSE_S)
        yield


def _parse_publication[RecordT: BaseModel](
    model: type[Publication[RecordT]], body: bytes
) -> tuple[Publication[RecordT], tuple[Refusal, ...]]:
    try:
        return intake.read_as(model, body), ()
    except RequestValidationError as error:  # of a long list it tells the first wrong record
        told = [one for one in error.errors() if len(one["loc"]) < _IN_RECORDS]
        told += _tell_records(model, body)
        raise RequestValidationError(told[:SHOWN]) from None


def _tell_records(model: type[BaseModel], body: bytes) -> list[dict[str, Any]]:
    """What is wrong with the records of *body*, until it is as much as an answer shows."""
    told: list[dict[str, Any]] = []
    for index, item in enumerate(_items(body)):
        try:
            validate_to_first_faults(_record_of(model), item)
        except ValidationError as error:
            place = ("body", "items", index)
            told += [{**one, "loc": (*place, *one["loc"])} for one in list_error_entries(error)]
        if len(told) >= SHOWN:
            break
    return told


def _items(body: bytes) -> Sequence[Any]:
    """The items of the object in *body*; none of anything else."""
    value = intake.parse_json_body(body)
    items = value.get("items") if isinstance(value, dict) else None
    return items if isinstance(items, list) else ()


def _parse_valid_records[RecordT: BaseModel](
    model: type[Publication[RecordT]], body: bytes
) -> tuple[Publication[RecordT], tuple[Refusal, ...]]:
    """The records of *body* that hold, and why the others do not."""
    whole = intake.read_as(Publication[Any], body)
    kept: list[RecordT] = []
    refusals: list[Refusal] = []
    for index, item in enumerate(whole.items):
        try:
            kept.append(validate_to_first_faults(_record_of(model), item))
        except ValidationError as error:
            refusals.append(_build_refusal(faults(error)[0].at(f"/items/{index}")))
    return whole.model_copy(update={"items": tuple(kept)}), tuple(refusals)


def _record_of(model: type[BaseModel]) -> Any:
    inner: Callable[..., Any] = model.model_fields["items"].annotation  # type: ignore[assignment]
    return inner.__args__[0]  # type: ignore[attr-defined]


def _build_refusal(fault: BadInput) -> Refusal:
    return Refusal(
        where=sanitize_text(fault.where, 200),
        found=sanitize_text(str(fault.found), 80),
        expected=fault.expected,
        code=fault.code,
    )


def sanitize_text(text: str, most: int) -> str:
    """At most *most* characters of *text*, those that cannot be printed replaced."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text[:most])
