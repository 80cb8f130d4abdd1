"""What follows a purchase: the life of its contracts, its forward curve."""

from typing import Annotated

from starlette.responses import Response

from synergie.policy import Principal
from synergie.purchase.records.market import Forward, ForwardRecord, Market, MarketRecord
from synergie.purchase.services import PurchaseServices
from synergie.server.api.bodies import build_replacement_body
from synergie.server.api.door import authorize_scope
from synergie.server.api.queries import router_of
from synergie.server.api.shared_plans import OfItem
from synergie.server.api.words import READING, SENDING, describe_request_body

router = router_of("purchases")

Reader = Annotated[Principal, authorize_scope("purchases:read")]
Writer = Annotated[Principal, authorize_scope("purchases:write")]


@router.put(
    "/{item_id}/market",
    operation_id="save_market",
    response_model=Market,
    responses=SENDING,
    openapi_extra=describe_request_body(MarketRecord, keyed=False),
)
def save_market(
    *,
    caller: Writer,
    sent: Annotated[MarketRecord, build_replacement_body(MarketRecord)],
    asked: OfItem,
) -> Response:
    """Keep the contracts of a purchase that you coordinate, as they go; the whole list each time.

    A draft until the award; from then on each member reads its own part. The same again changes
    nothing.
    """
    markets = asked.house.of(PurchaseServices).markets
    return asked.build_response(markets.save(caller, asked.item, sent, now=asked.now))


@router.get(
    "/{item_id}/market", operation_id="read_market", response_model=Market, responses=READING
)
def read_market(*, caller: Reader, asked: OfItem) -> Response:
    """How the contracts stand today: tunnel, next steps of switches, prices, bounds.

    Whole to the coordinator; to a member, once the purchase is awarded, its own volume, points and
    steps, and nothing of others but where the volume of all stands.
    """
    markets = asked.house.of(PurchaseServices).markets
    return asked.build_response(markets.read(caller, asked.item, now=asked.now))


@router.put(
    "/{item_id}/forward",
    operation_id="save_forward",
    response_model=Forward,
    responses=SENDING,
    openapi_extra=describe_request_body(ForwardRecord, keyed=False),
)
def save_forward(
    *,
    caller: Writer,
    sent: Annotated[ForwardRecord, build_replacement_body(ForwardRecord)],
    asked: OfItem,
) -> Response:
    """Keep a forward curve with the load of the group; the offers are valued on it, side by side.

    The award is not made here: it follows the published criteria.
    """
    markets = asked.house.of(PurchaseServices).markets
    return asked.build_response(markets.save_forward(caller, asked.item, sent, now=asked.now))


@router.get(
    "/{item_id}/forward", operation_id="read_forward", response_model=Forward, responses=READING
)
def read_forward(*, caller: Reader, asked: OfItem) -> Response:
    """The forward curve of a purchase with its offers; to a member, once awarded, it alone."""
    markets = asked.house.of(PurchaseServices).markets
    return asked.build_response(markets.read_forward(caller, asked.item, now=asked.now))
