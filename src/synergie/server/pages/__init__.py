"""Pages for people: one room a page, one frame, one door."""

from synergie.server.pages._errors import refusal
from synergie.server.pages._rooms import page_routers
from synergie.server.pages._visit import warm
from synergie.server.pages.ogc import ogc_page

__all__ = ["ogc_page", "page_routers", "refusal", "warm"]
