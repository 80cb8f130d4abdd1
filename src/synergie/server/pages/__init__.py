"""Pages for people: one room a page, one frame, one door."""

from synergie.server.pages._errors import render_refusal_page
from synergie.server.pages._rooms import page_routers
from synergie.server.pages.ogc import ogc_page
from synergie.server.pages.visit import compile_templates
from synergie.server.pages.week_text import WeekText, describe_week

__all__ = [
    "WeekText",
    "compile_templates",
    "describe_week",
    "ogc_page",
    "page_routers",
    "render_refusal_page",
]
