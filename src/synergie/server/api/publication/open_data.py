"""Open data: releases that were published for all, without token."""

from typing import Annotated, Any, Literal

from fastapi import Depends, Query, Request
from pydantic import BaseModel
from starlette.responses import Response

from synergie.exchange.publication.open_data import as_csv
from synergie.schemas.page import Page
from synergie.schemas.publication.release import OpenRelease, OpenReleaseLine
from synergie.server.api.answers import json_response
from synergie.server.api.queries import After, ItemId, Limit, check_query_parameters
from synergie.server.guard import Now
from synergie.server.house import InHouse, Services
from synergie.server.problems import responses
from synergie.server.router import Router

router = Router(prefix="/open", tags=["open"], dependencies=[Depends(check_query_parameters)])

_CSV = "text/csv"
_ANYONE: dict[int | str, dict[str, Any]] = responses(404, 422, 429, 503)
_ALSO_CSV: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The release, as JSON or as a table",
        "content": {
            _CSV: {
                "schema": {
                    "type": "string",
                    "description": "One row a cell (RFC 4180, UTF-8). `status` is `published` or "
                    "`hidden`; a hidden cell has no numbers, which is no zero.",
                }
            }
        },
    }
}
_CACHED_S = 60
"""An agreement that ends closes what stands on it: nobody keeps an answer for long."""

Form = Annotated[
    Literal["json", "csv"], Query(alias="format", description="`json`, or `csv` for a table.")
]


@router.get(
    "/releases",
    operation_id="list_open_releases",
    response_model=Page[OpenReleaseLine],
    responses=_ANYONE,
)
def list_open_releases(
    *, request: Request, house: InHouse, now: Now, after: After = None, limit: Limit = 200
) -> Response:
    """A page of the releases that are open to the public now, by id."""
    _count_public_reading(request, house)
    return _build_public_response(
        request, house.publication.open_data.page(after=after, limit=limit, now=now)
    )


@router.get(
    "/releases/{item_id}",
    operation_id="read_open_release",
    response_model=OpenRelease,
    responses=_ANYONE | _ALSO_CSV,
)
def read_open_release(
    *, request: Request, item_id: ItemId, house: InHouse, now: Now, form: Form = "json"
) -> Response:
    """One open release: its sums, its licence, how old it is, and what each column is for."""
    _count_public_reading(request, house)
    found = house.publication.open_data.read(item_id, now=now)
    if form == "json":
        return _build_public_response(request, found)
    name = f"{found.release.energy}-{found.release.period}-{found.release.id}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return _set_public_caching(Response(as_csv(found).encode(), headers=headers, media_type=_CSV))


def _count_public_reading(request: Request, house: Services) -> None:
    house.quotas.read(request.client.host if request.client else "")


def _build_public_response(request: Request, answer: BaseModel) -> Response:
    return _set_public_caching(json_response(request, answer))


def _set_public_caching(answer: Response) -> Response:
    answer.headers["Cache-Control"] = f"public, max-age={_CACHED_S}"
    return answer
