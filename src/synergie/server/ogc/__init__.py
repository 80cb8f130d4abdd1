"""OGC API Features: published sums for anybody; under `own` and `agreements` what a token opens.

OGC 17-069r4 (part 1: core, GeoJSON, OpenAPI 3.0) and 18-058r1 (part 2: reference systems).
"""

from fastapi import APIRouter

from synergie.server.ogc import own as _own
from synergie.server.ogc import public as _public

__all__ = ["ogc_routers"]


def ogc_routers() -> tuple[APIRouter, ...]:
    """The routers of `/ogc`, in the order in which their paths are tried."""
    return (_own.router, _public.router)
