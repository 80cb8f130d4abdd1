"""Pages for people: one room a page, one frame, one door."""

from synergie.server.pages._errors import render_refusal_page
from synergie.server.pages._rooms import page_routers
from synergie.server.pages.ogc import ogc_page
from synergie.server.pages.visit import compile_templates

__all__ = ["compile_templates", "ogc_page", "page_routers", "render_refusal_page"]
