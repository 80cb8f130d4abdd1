"""A document as one HTML file that needs nothing else: no script, no request, one style.

The content security policy allows the style by its hash and nothing more, so that a text that
slipped through escaping could still load or run nothing (CSP Level 3; security.md).
"""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from typing import Any, get_args

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from synergie.reports.document import (
    Answers,
    Boxes,
    Document,
    Figure,
    Items,
    Note,
    Paragraph,
    Table,
    Tone,
)
from synergie.reports.language import choose_text, use_language
from synergie.reports.palette import render_css_variables, render_figure_rules
from synergie.reports.written import typeset_text

_KINDS = {
    Table: "table", Figure: "figure", Note: "note", Items: "items", Paragraph: "paragraph",
    Boxes: "boxes", Answers: "answers",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a style sheet dresses the blocks of a document, by its classes."""

    frame: str
    """What holds a table that may be wider than the screen."""
    notes: Mapping[Tone, str]
    frames_boxes: bool
    """Whether boxes to fill in by hand stand in such a frame, too."""


BLOCKS = "blocks.html"
"""The template of the blocks: its macros are those of every report and of every page."""
_LOOK = Look(
    frame="wide",
    notes={tone: f"note {tone}" for tone in get_args(Tone.__value__)},
    frames_boxes=False,
)


def html(document: Document) -> str:
    """*document* as the text of an HTML file, UTF-8, in the language it was made in."""
    with use_language(document.language):
        return fill_template("report.html", render_report_style(document.dated), document=document)


def fill_template(template: str, sheet: str, /, **values: Any) -> str:
    """*template* of the package with *values*, under the one style *sheet*, which it allows."""
    form = _build_environment().get_template(template)
    return form.render(style=Markup(sheet), policy=build_security_policy(sheet), **values)  # noqa: S704 (our own file, and a text that `quoted` made harmless)


def policy_of(document: Document) -> str:
    """The content security policy of `html(document)`, for the header of an answer."""
    return f"{build_security_policy(render_report_style(document.dated))}; frame-ancestors 'none'"


def render_report_style(dated: str) -> str:
    """The style of a report: the palette, the rules of the package, the foot of printed pages."""
    foot = f"@bottom-left{{content:{quote_css_string(dated)}}}"
    number = '@bottom-right{content:counter(page) " / " counter(pages)}'
    return (
        f"{render_css_variables()}{render_figure_rules()}{rules_of('report.css')}"
        f"@page{{font-size:8pt;{foot}{number}}}\n"
    )


def rules_of(name: str) -> str:
    """The rules of a style of the package, or the text of a template."""
    return files("synergie.reports").joinpath("templates", name).read_text("utf-8")


def build_security_policy(sheet: str) -> str:
    """The content security policy of the file: the one style *sheet*, nothing from anywhere."""
    digest = b64encode(sha256(sheet.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


@lru_cache(maxsize=1)
def _build_environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("synergie.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize_value,
    )
    environment.globals["say"] = choose_text
    prepare_environment(environment, _LOOK)
    return environment


def prepare_environment(environment: Environment, look: Look) -> None:
    """What the macros of `BLOCKS` need of an *environment*, to draw blocks with *look*."""
    environment.globals |= {"look": look, "told": choose_text}
    environment.filters["kind"] = lambda block: _KINDS[type(block)]


def quote_css_string(text: str) -> str:
    """*text* as a CSS string: all but letters and digits is escaped (CSS Syntax 3 §4.3.7)."""
    return '"' + "".join(c if c.isalnum() else f"\\{ord(c):06x}" for c in text) + '"'


def _finalize_value(value: Any) -> Any:
    """The spaces of the language in every plain text; drawings and styles pass as they are."""
    return typeset_text(value) if type(value) is str else value
