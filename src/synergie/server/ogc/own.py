"""What a token opens as features: `/ogc/own`, and `/ogc/agreements/{agreement_id}`."""

import re
from typing import Annotated

from fastapi import Depends, Request
from starlette.responses import Response

from synergie.errors import NotFound
from synergie.policy import Principal
from synergie.server.guard import Now
from synergie.server.house import InHouse
from synergie.server.ogc._documents import Side
from synergie.server.ogc._door import require_caller
from synergie.server.ogc._errors import OgcRoute
from synergie.server.ogc._things import Things
from synergie.server.router import Router

router = Router(prefix="/ogc", include_in_schema=False, route_class=OgcRoute)

_ID = re.compile(r"[a-z0-9][a-z0-9_-]{2,63}", re.ASCII)
_OWN, _AGREED = "/own", "/agreements/{agreement_id}"
_ITEMS = "/collections/{name}/items"

Caller = Annotated[Principal, require_caller()]


def _get_own_features(*, request: Request, caller: Caller, house: InHouse, now: Now) -> Things:
    """Whose things are asked for; an identifier of another form than ours names nothing."""
    told = request.path_params
    named = [told[one] for one in ("agreement_id", "item_id") if one in told]
    if not all(map(_ID.fullmatch, named)):
        raise NotFound
    home = house.problems.settings.public_url
    agreement = request.path_params.get("agreement_id")
    if agreement is None:
        side = Side(
            base=f"{home}/ogc/own",
            title="Vos données sur la carte",
            description="Ce que votre organisation déclare, lu avec un jeton à elle.",
            public=False,
            docs=f"{home}/public",
        )
        return Things(request, house, caller, side, now)
    terms = house.trust.agreements.read(caller, agreement, now=now).terms
    called = terms.title if "agreements:read" in caller.scopes else agreement
    side = Side(
        base=f"{home}/ogc/agreements/{agreement}",
        title=f"Accord {agreement} sur la carte",
        description=f"Ce qu'ouvre l'accord « {called} » ; chaque lecture est journalisée.",
        public=False,
        docs=f"{home}/public",
    )
    return Things(request, house, caller, side, now, agreement, terms)


Asked = Annotated[Things, Depends(_get_own_features)]


@router.get(_OWN)
@router.get(f"{_OWN}/")
@router.get(_AGREED)
@router.get(f"{_AGREED}/")
def side_landing(asked: Asked) -> Response:
    """The landing page."""
    return asked.landing()


@router.get(f"{_OWN}/api")
@router.get(f"{_AGREED}/api")
def side_api(asked: Asked) -> Response:
    """Its OpenAPI 3.0 document."""
    return asked.api()


@router.get(f"{_OWN}/conformance")
@router.get(f"{_AGREED}/conformance")
def side_conformance(asked: Asked) -> Response:
    """The classes that are claimed."""
    return asked.conformance()


@router.get(f"{_OWN}/collections")
@router.get(f"{_AGREED}/collections")
def side_collections(asked: Asked) -> Response:
    """The collections that the token opens."""
    return asked.collections()


@router.get(f"{_OWN}/collections/{{name}}")
@router.get(f"{_AGREED}/collections/{{name}}")
def side_collection(asked: Asked, name: str) -> Response:
    """One collection."""
    return asked.collection(name)


@router.get(f"{_OWN}/collections/{{name}}/schema")
@router.get(f"{_AGREED}/collections/{{name}}/schema")
def side_schema(asked: Asked, name: str) -> Response:
    """Its columns."""
    return asked.schema(name)


@router.get(_OWN + _ITEMS)
@router.get(_AGREED + _ITEMS)
def side_items(asked: Asked, name: str) -> Response:
    """A page of features."""
    return asked.items(name)


@router.get(f"{_OWN}{_ITEMS}/{{item_id}}")
@router.get(f"{_AGREED}{_ITEMS}/{{item_id}}")
def side_item(asked: Asked, name: str, item_id: str) -> Response:
    """One feature. 404 when it does not exist or is not open to you: the two look the same."""
    return asked.item(name, item_id)


@router.options(f"{_OWN}/{{path:path}}")
@router.options(_OWN)
@router.options(f"{_AGREED}/{{path:path}}")
@router.options(_AGREED)
def side_methods() -> Response:
    """What may be asked here; nothing of it by a page of another origin."""
    return Response(status_code=204, headers={"Allow": "GET, HEAD, OPTIONS"})
