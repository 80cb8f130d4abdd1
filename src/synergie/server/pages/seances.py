"""`/mes-sessions`: where am I logged in, and how do I end it."""

from typing import Annotated

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from synergie.server.pages._door import enters, posted, to
from synergie.server.pages._frame import Visit, page, page_router

router = page_router()

_PATH = "/mes-sessions"

Here = Annotated[Visit, enters()]


@router.get(_PATH)
def sittings_page(*, visit: Here) -> Response:
    """The sittings of the person, and the passkeys."""
    visitor = visit.someone
    found = visit.house.accounts.sittings(visitor.account, by=visit.principal, now=visit.now)
    return page(visit, "seances.html", sittings=found, here=visitor.sitting)


@router.post(_PATH)
async def end(*, visit: Here) -> Response:
    """End one sitting, or all but this one."""
    form = await posted(visit)
    visitor = visit.someone
    which, accounts = str(form.get("seance", "")), visit.house.accounts
    by, now = visit.principal, visit.now
    if which == "autres":
        here = visitor.sitting
        await run_in_threadpool(accounts.end_all, visitor.account, but=here, by=by, now=now)
    else:
        await run_in_threadpool(accounts.end, visitor.account, which, by=by, now=now)
    return to(_PATH, visit)
