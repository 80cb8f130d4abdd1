"""What changed, in one order that a reader can follow without missing anything."""

import asyncio
from contextlib import AsyncExitStack
from typing import Annotated

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from synergie.errors import Overloaded
from synergie.policy import Principal
from synergie.schemas.change import ChangePage
from synergie.server.api.answers import json_response
from synergie.server.api.door import authorize_scope
from synergie.server.api.queries import After, AgreementId, Limit, Wait, router_of
from synergie.server.api.words import FOLLOWING
from synergie.server.capacity import lent_place
from synergie.server.guard import Clock
from synergie.server.house import InGuard, InHouse, Services

router = router_of("changes")

Reader = Annotated[Principal, authorize_scope("changes:read")]

_LOOK_S = 1.0
"""How often who waits looks again, for what another process stored."""


@router.get("", operation_id="follow_changes", response_model=ChangePage, responses=FOLLOWING)
async def follow_changes(  # noqa: PLR0913 (what a reader may ask, and what answers)
    *,
    request: Request,
    caller: Reader,
    house: InHouse,
    guard: InGuard,
    clock: Clock,
    after: After = None,
    limit: Limit = 200,
    wait: Wait = 0,
    agreement: AgreementId = None,
) -> Response:
    """The changes after a cursor, of your things and agreements, or of what an agreement opens.

    With `wait`, an answer with nothing in it is given only after so many seconds. Order is that
    of `seq`; no change is ever skipped, whoever writes at the same time.
    """

    def look() -> ChangePage:
        return house.readings.changes.after(
            caller, after, limit=limit, agreement=agreement, now=clock()
        )

    def again() -> ChangePage:
        guard.still(caller, now=clock())  # who waits may have been shut out meanwhile
        return look()

    until = _end_of_wait(house, wait)
    page = await run_in_threadpool(look)
    turns = house.bell.turns_of(caller.organisation)
    while not page.items and (left := _compute_seconds_left(house, until)) > 0:
        async with AsyncExitStack() as turn:
            try:
                async with lent_place(request.scope), asyncio.timeout_at(until):
                    await house.bell.wait(min(left, _LOOK_S))
                    await turn.enter_async_context(turns)
            except (Overloaded, TimeoutError):  # it has no turn to look: it waits on, while it may
                continue
            page = await run_in_threadpool(again)
    return json_response(request, page)


def _end_of_wait(house: Services, seconds: int) -> float:
    return asyncio.get_running_loop().time() + min(seconds, house.most_wait_s)


def _compute_seconds_left(house: Services, until: float) -> float:
    return 0 if house.life.stopping else until - asyncio.get_running_loop().time()
