"""Pages for people: one room a page, one frame, one door."""

from synergie.server.pages._errors import refusal
from synergie.server.pages._rooms import page_routers

__all__ = ["page_routers", "refusal"]
