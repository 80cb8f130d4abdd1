"""What comes into a purchase: the needs of its members, the offers of suppliers."""

from typing import Annotated

from starlette.responses import Response

from synergie.policy import Principal
from synergie.purchase.records.needs import Needs, NeedsRecord, Offers, OffersRecord
from synergie.purchase.services import PurchaseServices
from synergie.server.api.bodies import build_replacement_body
from synergie.server.api.door import authorize_scope
from synergie.server.api.queries import AgreementId, router_of
from synergie.server.api.shared_plans import OfItem
from synergie.server.api.words import READING, SENDING, describe_request_body

router = router_of("purchases")

Reader = Annotated[Principal, authorize_scope("purchases:read")]
Writer = Annotated[Principal, authorize_scope("purchases:write")]


@router.put(
    "/{item_id}/needs",
    operation_id="publish_needs",
    response_model=Needs,
    responses=SENDING,
    openapi_extra=describe_request_body(NeedsRecord, keyed=False),
)
def publish_needs(
    *,
    caller: Writer,
    sent: Annotated[NeedsRecord, build_replacement_body(NeedsRecord)],
    asked: OfItem,
) -> Response:
    """Publish your needs for a purchase, in the place of those before, as a new version.

    The coordinator reads them under an agreement only. The same again changes nothing.
    """
    return asked.build_response(
        asked.house.of(PurchaseServices).needs.publish(caller, asked.item, sent, now=asked.now)
    )


@router.get("/{item_id}/needs", operation_id="read_needs", response_model=Needs, responses=READING)
def read_needs(*, caller: Reader, asked: OfItem, agreement: AgreementId = None) -> Response:
    """Your needs for a purchase; or, under an agreement that names it, those of its owner."""
    found = asked.house.of(PurchaseServices).needs.read(
        caller, asked.item, agreement=agreement, now=asked.now
    )
    return asked.build_response(found)


@router.post(
    "/{item_id}/needs/withdraw",
    operation_id="withdraw_needs",
    response_model=Needs,
    responses=SENDING,
)
def withdraw_needs(*, caller: Writer, asked: OfItem) -> Response:
    """Withdraw your needs: no later plan has them, and one that has them is not awarded.

    No body and no Idempotency-Key: again changes nothing.
    """
    return asked.build_response(
        asked.house.of(PurchaseServices).needs.withdraw(caller, asked.item, now=asked.now)
    )


@router.put(
    "/{item_id}/offers",
    operation_id="save_offers",
    response_model=Offers,
    responses=SENDING,
    openapi_extra=describe_request_body(OffersRecord, keyed=False),
)
def save_offers(
    *,
    caller: Writer,
    sent: Annotated[OffersRecord, build_replacement_body(OffersRecord)],
    asked: OfItem,
) -> Response:
    """Keep the offers that came in for a purchase that you coordinate; the whole list each time.

    After the deadline an offer may be taken out; one that comes or changes then is refused.
    """
    return asked.build_response(
        asked.house.of(PurchaseServices).needs.save_offers(caller, asked.item, sent, now=asked.now)
    )


@router.get(
    "/{item_id}/offers", operation_id="read_offers", response_model=Offers, responses=READING
)
def read_offers(*, caller: Reader, asked: OfItem) -> Response:
    """The offers of a purchase that you coordinate; no member sees them, whatever is awarded."""
    return asked.build_response(
        asked.house.of(PurchaseServices).needs.offers(caller, asked.item, now=asked.now)
    )
