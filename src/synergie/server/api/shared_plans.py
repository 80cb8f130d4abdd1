"""What every route about a plan that is shared is asked with: which one, here, now."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path, Request
from pydantic import AfterValidator, BaseModel
from starlette.responses import Response

from synergie.server.api.answers import json_response
from synergie.server.api.queries import ItemId, check_identifier_form
from synergie.server.guard import Now
from synergie.server.house import InHouse, Services

PlanId = Annotated[
    str,
    AfterValidator(check_identifier_form),
    Path(description="The plan, by the identifier it was given."),
]


@dataclass(frozen=True, slots=True)
class SharedPlanRequest:
    """One of those that the caller shares, and the house that knows them at this moment."""

    request: Request
    house: Services
    item: str
    now: Now

    def build_response(self, answer: BaseModel, *, status: int = 200) -> Response:
        """*answer* to the request."""
        return json_response(self.request, answer, status=status)


@dataclass(frozen=True, slots=True)
class PlanRequest(SharedPlanRequest):
    """A plan of one of those."""

    plan: str


async def _get_shared_plan_request(
    request: Request, item_id: ItemId, house: InHouse, now: Now
) -> SharedPlanRequest:
    return SharedPlanRequest(request, house, item_id, now)


async def _get_plan_request(
    *, request: Request, item_id: ItemId, plan_id: PlanId, house: InHouse, now: Now
) -> PlanRequest:
    return PlanRequest(request, house, item_id, now, plan_id)


OfItem = Annotated[SharedPlanRequest, Depends(_get_shared_plan_request)]
OfPlan = Annotated[PlanRequest, Depends(_get_plan_request)]
"""Asked for after the caller, who is known before anything of a request is read."""
