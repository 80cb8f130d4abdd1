"""A report as its page prints it: spaces set, sections drawn, whoever reads it."""

from dataclasses import dataclass, replace

from markupsafe import Markup

from synergie.reports.document import Document
from synergie.reports.language import choose_text
from synergie.server.pages.plans_words import set_report_spaces
from synergie.server.pages.visit import render_macro


@dataclass(frozen=True, slots=True)
class Printed:
    """One report. It says nothing of who reads it: it may be kept, never the right to see it."""

    document: Document
    """What stands above it; its sections are in `body`."""
    contents: Markup
    body: Markup


def render_plan_report(document: Document) -> Printed:
    """*document* drawn, the longest part of a page about 1,500 members."""
    (told,) = set_report_spaces((document,))
    return Printed(
        document=replace(told, sections=()),
        contents=render_macro(
            "_report.html", "contents", told.sections, choose_text("Sommaire", "Contents")
        ),
        body=render_macro("blocks.html", "sections_of", told.sections),
    )
