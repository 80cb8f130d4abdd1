"""`/mes-sessions`: where am I logged in, how do I end it, and by which passkeys do I log in."""

import json
from typing import Annotated

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from synergie.errors import Conflict
from synergie.server.pages.door import read_posted_form, redirect_to, require_page_scopes
from synergie.server.pages.frame import Visit, page_router, render_page

router = page_router()

_PATH = "/mes-sessions"

Here = Annotated[Visit, require_page_scopes()]


@router.get(_PATH)
def sittings_page(*, visit: Here) -> Response:
    """The sittings of the person, and the passkeys."""
    visitor = visit.someone
    house, options = visit.services, ""
    if house.trust.passkeys.available and visitor.recent:
        account = house.trust.accounts.read(visitor.account, by=visit.principal)
        options = json.dumps(house.trust.passkeys.new_options(account, now=visit.now))
    spans = house.trust.accounts.spans
    return render_page(
        visit,
        "seances.html",
        sittings=house.trust.accounts.sittings(visitor.account, by=visit.principal, now=visit.now),
        here=visitor.sitting,
        passkeys=house.trust.passkeys.of(visitor.account),
        options=options,
        available=house.trust.passkeys.available,
        idle=round(spans.idle.total_seconds() / 60),
        whole=round(spans.whole.total_seconds() / 3600),
    )


@router.post(_PATH)
async def end(*, visit: Here) -> Response:
    """End one sitting, or all but this one."""
    form = await read_posted_form(visit)
    visitor = visit.someone
    which, accounts = str(form.get("seance", "")), visit.trust.accounts
    by, now = visit.principal, visit.now
    if which == "autres":
        here = visitor.sitting
        await run_in_threadpool(accounts.end_all, visitor.account, but=here, by=by, now=now)
    else:
        await run_in_threadpool(accounts.end, visitor.account, which, by=by, now=now)
    return redirect_to(_PATH, visit)


@router.post(f"{_PATH}/cles")
async def add_passkey(*, visit: Here) -> Response:
    """Keep the passkey that the browser made for the person, who logged in just now.

    A session that somebody else found open must not become a way in for good (ASVS 7.5.1).
    """
    form = await read_posted_form(visit)
    if not visit.someone.recent:
        raise Conflict("old log-in", "a log-in of the last half hour")
    answer, name = str(form.get("reponse", "")), str(form.get("nom", ""))
    add = visit.trust.passkeys.add
    await run_in_threadpool(add, visit.principal, answer, name, now=visit.now)
    return redirect_to(_PATH, visit)


@router.post(f"{_PATH}/cles/retirer")
async def drop_passkey(*, visit: Here) -> Response:
    """Remove a passkey of the person."""
    form = await read_posted_form(visit)
    drop = visit.trust.passkeys.drop
    await run_in_threadpool(drop, visit.principal, str(form.get("cle", "")), now=visit.now)
    return redirect_to(_PATH, visit)
