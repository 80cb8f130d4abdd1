"""Bodies of requests as dependencies: read after the caller is known, checked, and named once."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Any

from fastapi import Depends, Query, Request
from pydantic import BaseModel, TypeAdapter, ValidationError
from starlette.concurrency import run_in_threadpool

from synergie.errors import BadInput
from synergie.exchange.files.byte_budget import EXPANSION
from synergie.exchange.publication.publication import Mode
from synergie.exchange.publication.publication import Publication as How
from synergie.exchange.readings.once import Once
from synergie.schemas.faults import faults
from synergie.schemas.publication.publication import Publication
from synergie.schemas.readings.batch import Refusal
from synergie.server import intake
from synergie.server.house import InHouse, Services

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
    with house.deposits.budget.growing(request.state.principal.organisation, "body") as take:
        pieces = []
        async for piece in intake.iterate_body_pieces(request, limits):
            take(EXPANSION * len(piece))
            pieces.append(piece)
        yield b"".join(pieces)


def _parse_publication[RecordT: BaseModel](
    model: type[Publication[RecordT]], body: bytes
) -> tuple[Publication[RecordT], tuple[Refusal, ...]]:
    return intake.read_as(model, body), ()


def _parse_valid_records[RecordT: BaseModel](
    model: type[Publication[RecordT]], body: bytes
) -> tuple[Publication[RecordT], tuple[Refusal, ...]]:
    """The records of *body* that hold, and why the others do not."""
    whole = intake.check_body_value(Publication[Any].model_validate, intake.parse_json_body(body))
    check = TypeAdapter(_record_of(model)).validate_python
    kept: list[RecordT] = []
    refusals: list[Refusal] = []
    for index, item in enumerate(whole.items):
        try:
            kept.append(check(item))
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
