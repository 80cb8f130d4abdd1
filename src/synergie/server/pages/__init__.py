"""Pages for people: one room a page, one frame, one door."""

from synergie.server.pages._errors import refusal
from synergie.server.pages._rooms import page_routers
from synergie.server.pages.ogc import ogc_page
from synergie.server.pages.visit import warm

__all__ = ["ogc_page", "page_routers", "refusal", "warm"]
