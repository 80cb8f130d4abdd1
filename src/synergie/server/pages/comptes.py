"""`/comptes`: who of the organisation may log in, and with which role. The keeper's page."""

from typing import Annotated

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from synergie.schemas.account import ACCOUNTS, ROLES
from synergie.server.pages._door import enters, posted, to
from synergie.server.pages._frame import Visit, page, page_router

router = page_router()

_PATH = "/comptes"

Keeper = Annotated[Visit, enters(ACCOUNTS)]


@router.get(_PATH)
def accounts_page(*, visit: Keeper) -> Response:
    """The accounts of the keeper's organisation."""
    own = visit.principal.organisation
    found = visit.house.accounts.of(own, by=visit.principal)
    return page(visit, "comptes.html", accounts=found, roles=ROLES)


@router.post(_PATH)
async def add(*, visit: Keeper) -> Response:
    """Open an account."""
    form = await posted(visit)
    made = await run_in_threadpool(
        visit.house.accounts.add,
        visit.principal.organisation,
        str(form.get("fonction", "")),
        str(form.get("role", "")),
        by=visit.principal,
        now=visit.now,
    )
    return to(f"{_PATH}/{made.id}", visit)
