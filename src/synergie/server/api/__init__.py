"""Resources under /v1: one file a noun, five to fifteen lines a route."""

from synergie.server.api._house import House
from synergie.server.api._seal import Seal

__all__ = ["House", "Seal"]
