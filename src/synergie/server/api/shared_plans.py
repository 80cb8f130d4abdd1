"""What every route about a plan that is shared is asked with: which one, here, now."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path, Request
from pydantic import AfterValidator, BaseModel
from starlette.responses import Response

from synergie.server.api.answers import told
from synergie.server.api.queries import ItemId, known_form
from synergie.server.guard import Now
from synergie.server.house import House, InHouse

PlanId = Annotated[
    str, AfterValidator(known_form), Path(description="The plan, by the identifier it was given.")
]


@dataclass(frozen=True, slots=True)
class Asked:
    """One of those that the caller shares, and the house that knows them at this moment."""

    request: Request
    house: House
    item: str
    now: Now

    def told(self, answer: BaseModel, *, status: int = 200) -> Response:
        """*answer* to the request."""
        return told(self.request, answer, status=status)


@dataclass(frozen=True, slots=True)
class AskedPlan(Asked):
    """A plan of one of those."""

    plan: str


async def _asked(request: Request, item_id: ItemId, house: InHouse, now: Now) -> Asked:
    return Asked(request, house, item_id, now)


async def _asked_plan(
    *, request: Request, item_id: ItemId, plan_id: PlanId, house: InHouse, now: Now
) -> AskedPlan:
    return AskedPlan(request, house, item_id, now, plan_id)


OfItem = Annotated[Asked, Depends(_asked)]
OfPlan = Annotated[AskedPlan, Depends(_asked_plan)]
"""Asked for after the caller, who is known before anything of a request is read."""
