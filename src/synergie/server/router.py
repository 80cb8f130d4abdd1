"""A router that is looked through only where a path begins as one of its own does.

FastAPI asks each included router in turn, and each of its routes by a regular expression: with
some 70 routers a request spent 0.3 to 0.6 ms of a processor before it was known who answers it.
The first two segments of its paths refuse most of them by one look into a set (0.05 ms).
"""

from typing import override

from fastapi import APIRouter
from starlette.routing import BaseRoute, Match, Route
from starlette.types import Scope

type _Head = tuple[str, ...]


class Router(APIRouter):
    """An `APIRouter` that knows how the paths of its routes begin."""

    _counted = -1
    _heads: frozenset[_Head] = frozenset()

    @override
    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """As FastAPI's; at once `Match.NONE` where no path of a route can begin like this one."""
        if self._counted != len(self.routes):
            self._heads = frozenset(map(_read_head, self.routes))
            self._counted = len(self.routes)
        first, _, rest = str(scope["path"])[1:].partition("/")
        second = rest.partition("/")[0]
        heads = self._heads
        known = (first, second) in heads or (first,) in heads or () in heads
        if known or scope.get("root_path"):
            return super().matches(scope)
        return Match.NONE, {}


def _read_head(route: BaseRoute) -> _Head:
    """The first two segments of the path of *route*, up to one that may be anything."""
    if not isinstance(route, Route):  # mounted, or another router: whatever begins like it
        return ()
    first, _, rest = route.path[1:].partition("/")
    second = rest.partition("/")[0]
    if "{" in first:
        return ()
    return (first,) if "{" in second else (first, second)
