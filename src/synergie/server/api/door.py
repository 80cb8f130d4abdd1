"""Who calls: the guard's answer, and the caller's quotas."""

from typing import Annotated, Any

from fastapi import Depends, Request, Response

from synergie.policy import Principal
from synergie.server.api.queries import check_query_parameters
from synergie.server.guard import Now, needs
from synergie.server.house import InHouse


def authorize_scope(scope: str) -> Any:
    """What a route asks of its caller, as a dependency that gives a Principal.

    First parameter of every route: nothing of a body or a query is read before its sender is
    known, so that who is nobody learns nothing of what a route takes.
    """

    async def caller(
        *,
        request: Request,
        response: Response,
        house: InHouse,
        principal: Annotated[Principal, needs(scope)],
        now: Now,
    ) -> Principal:
        request.state.principal = principal
        request.state.headers = dict(response.headers)  # the guard's nonce, for any kind of answer
        await check_query_parameters(request)
        house.count(principal)
        await house.seal.check(request, principal, now)
        return principal

    return Depends(caller)
