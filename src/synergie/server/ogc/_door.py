"""Who asks for features: the guard's answer and the caller's quotas, as on `/v1`."""

from typing import Annotated, Any

from fastapi import Depends, Request, Response

from synergie.policy import Principal
from synergie.server.guard import Now, needs
from synergie.server.house import InHouse, get_services


def require_caller(*scopes: str) -> Any:
    """The caller, who holds all of *scopes*: first parameter of every route that wants a token."""

    async def caller(
        *,
        request: Request,
        response: Response,
        house: InHouse,
        principal: Annotated[Principal, needs(*scopes)],
        now: Now,
    ) -> Principal:
        request.state.principal = principal
        request.state.headers = dict(response.headers)  # the guard's nonce, for any kind of answer
        house.count(principal)
        await house.seal.check(request, principal, now)
        return principal

    return Depends(caller)


def count_public_reading(request: Request) -> None:
    """Count a reading without a token. TooManyRequests."""
    get_services(request).quotas.read(request.client.host if request.client else "")
