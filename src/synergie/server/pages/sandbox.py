"""A public sandbox: what it is, and a throw-away organisation for whoever asks. `/sandbox`.

The answer to the form is drawn at once and never again: the key in it is kept nowhere.
"""

import json
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from synergie.errors import NotFound
from synergie.exchange.sandbox import Handed, Sandbox
from synergie.server.pages.door import Anyone, posted
from synergie.server.pages.frame import Visit, page, page_router
from synergie.server.quota import source

router = page_router()

_FORM = "application/x-www-form-urlencoded"
_NO_STORE = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class HandedView:
    """What a newcomer is given, ready to print."""

    organisation: str
    client_id: str
    key: str
    agreement: str
    server: str
    link: str


@router.get("/sandbox")
async def what_it_is(*, visit: Anyone) -> Response:
    """What a sandbox is, and a button."""
    return page(visit, "sandbox.html", ends_at=_sandbox(visit).ends_at, handed=None)


@router.post("/sandbox")
async def newcomer(*, visit: Anyone) -> Response:
    """An organisation, a program and its key: a page for a form, JSON for a program."""
    ground = _sandbox(visit)
    address = visit.request.client.host if visit.request.client else ""
    visit.house.quotas.call(address)
    is_form = visit.request.headers.get("content-type", "").startswith(_FORM)
    if is_form:
        await posted(visit)
    handed = await run_in_threadpool(ground.admit, source=source(address), now=visit.now)
    view = _view(visit, handed)
    if is_form:
        return page(visit, "sandbox.html", ends_at=ground.ends_at, handed=view)
    return JSONResponse(_told(handed, view), 201, _NO_STORE)


def _sandbox(visit: Visit) -> Sandbox:
    """The sandbox that this server is; NotFound when it is none."""
    if visit.house.sandbox is None:
        raise NotFound
    return visit.house.sandbox


def _view(visit: Visit, handed: Handed) -> HandedView:
    server = visit.house.problems.settings.public_url
    return HandedView(
        organisation=handed.organisation,
        client_id=handed.client_id,
        key=json.dumps(handed.key, indent=2),
        agreement=handed.agreement,
        server=server,
        link=f"{server}/entrer/lien?jeton={handed.link_token}",
    )


def _told(handed: Handed, view: HandedView) -> dict[str, object]:
    return {
        "server": view.server,
        "organisation": handed.organisation,
        "client_id": handed.client_id,
        "key": handed.key,
        "scopes": handed.scopes,
        "agreement": handed.agreement,
        "log_in": view.link,
        "ends_at": f"{handed.ends_at:%Y-%m-%dT%H:%M:%SZ}",
    }
