"""The calls of cell schemes, of releases and of open data; see `calls`."""

from collections.abc import Callable

from synergie.client._bodies import BytesBody
from synergie.client.calls import Call, Noun, idempotency_key, model_of
from synergie.schemas.page import Page
from synergie.schemas.publication.cell_scheme import CellScheme, CellSchemeRecord
from synergie.schemas.publication.release import (
    OpenRelease,
    OpenReleaseLine,
    Release,
    ReleaseRequest,
)

SCHEMES = Noun("cell-schemes", CellScheme, Page[CellScheme])
RELEASES = Noun("releases", Release, Page[Release])

_JSON = "application/json"


def save_scheme(name: str, body: CellSchemeRecord) -> Call[CellScheme]:
    """Define a cell scheme under *name*."""
    return Call(
        method="PUT",
        path=SCHEMES.get(name).path,
        body=BytesBody(body.model_dump_json().encode(), _JSON),
        parse=model_of(CellScheme),
    )


def publish_release(asked: ReleaseRequest, key: str | None) -> Call[Release]:
    """Compute a period and publish it."""
    return Call(
        method="POST",
        path="/v1/releases",
        body=BytesBody(asked.model_dump_json().encode(), _JSON),
        key=idempotency_key(key),
        parse=model_of(Release),
    )


def opened() -> Callable[[str | None], Call[Page[OpenReleaseLine]]]:
    """From a cursor to the call of that page of open releases."""

    def page(after: str | None) -> Call[Page[OpenReleaseLine]]:
        return Call(
            method="GET",
            path="/open/releases",
            params=() if after is None else (("after", after),),
            parse=model_of(Page[OpenReleaseLine]),
        )

    return page


def read_open_release(release: str) -> Call[OpenRelease]:
    """One open release."""
    return Call(
        method="GET",
        path=RELEASES.get(release).path.replace("/v1/", "/open/", 1),
        parse=model_of(OpenRelease),
    )
