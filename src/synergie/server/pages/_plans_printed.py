"""A report as its page prints it: spaces set, sections drawn, whoever reads it."""

from dataclasses import dataclass, replace

from markupsafe import Markup

from synergie.reports.document import Document
from synergie.reports.language import say
from synergie.server.pages.plans_words import shown
from synergie.server.pages.visit import drawn


@dataclass(frozen=True, slots=True)
class Printed:
    """One report. It says nothing of who reads it: it may be kept, never the right to see it."""

    document: Document
    """What stands above it; its sections are in `body`."""
    contents: Markup
    body: Markup


def printed(document: Document) -> Printed:
    """*document* drawn, the longest part of a page about 1,500 members."""
    (told,) = shown((document,))
    return Printed(
        document=replace(told, sections=()),
        contents=drawn("_report.html", "contents", told.sections, say("Sommaire", "Contents")),
        body=drawn("blocks.html", "sections_of", told.sections),
    )
