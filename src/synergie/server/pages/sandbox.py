"""A public sandbox: what it is, and a throw-away organisation for whoever asks. `/sandbox`.

The answer to the form is drawn at once and never again: the key in it is kept nowhere.
"""

import json
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from synergie.errors import NotFound
from synergie.exchange.sandbox import Handed, Sandbox
from synergie.server.pages.door import Anyone, read_posted_form
from synergie.server.pages.frame import Visit, page_router, render_page
from synergie.server.quota import get_source_name

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
    return render_page(visit, "sandbox.html", ends_at=_get_sandbox(visit).ends_at, handed=None)


@router.post("/sandbox")
async def newcomer(*, visit: Anyone) -> Response:
    """An organisation, a program and its key: a page for a form, JSON for a program."""
    ground = _get_sandbox(visit)
    address = visit.request.client.host if visit.request.client else ""
    visit.services.quotas.call(address)
    is_form = visit.request.headers.get("content-type", "").startswith(_FORM)
    if is_form:
        await read_posted_form(visit)
    handed = await run_in_threadpool(ground.admit, source=get_source_name(address), now=visit.now)
    view = _build_handed_view(visit, handed)
    if is_form:
        return render_page(visit, "sandbox.html", ends_at=ground.ends_at, handed=view)
    return JSONResponse(_dump_handed_view(handed, view), 201, _NO_STORE)


def _get_sandbox(visit: Visit) -> Sandbox:
    """The sandbox that this server is; NotFound when it is none."""
    if visit.services.sandbox is None:
        raise NotFound
    return visit.services.sandbox


def _build_handed_view(visit: Visit, handed: Handed) -> HandedView:
    server = visit.services.problems.settings.public_url
    return HandedView(
        organisation=handed.organisation,
        client_id=handed.client_id,
        key=json.dumps(handed.key, indent=2),
        agreement=handed.agreement,
        server=server,
        link=f"{server}/entrer/lien?jeton={handed.link_token}",
    )


def _dump_handed_view(handed: Handed, view: HandedView) -> dict[str, object]:
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
