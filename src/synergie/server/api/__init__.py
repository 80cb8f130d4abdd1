"""Resources under /v1: one file a noun, five to fifteen lines a route."""

from synergie.server.house import Services
from synergie.server.seal import Seal

__all__ = ["Seal", "Services"]
