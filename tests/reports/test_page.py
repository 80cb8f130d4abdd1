import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from typing import override

import pytest
from jinja2 import UndefinedError

from synergie.reports.document import (
    Answer,
    Answers,
    Document,
    Fact,
    Items,
    Note,
    Paragraph,
    Section,
    Table,
)
from synergie.reports.figure.bars import Bar, Bars
from synergie.reports.figure.picture import build_figure
from synergie.reports.page import _build_environment, html, render_report_style

TABLE = Table(
    "Points lumineux", ("Commune", "Points"), (("Pompey", "1 084"),), frozenset({1}), ("Total", "1")
)
DOCUMENT = Document(
    title="Essai",
    lead="Une phrase : <script>alert(1)</script> !",
    banner="Pour essayer.",
    dated="Données du 24/11/2026",
    facts=(Fact(label="Énergie", value="4 MWh"),),
    sections=(
        Section(
            "un",
            "Première partie",
            (
                TABLE,
                build_figure(
                    Bars(title="Points", bars=[Bar("Pompey", 1, "1")]),
                    summary="Un dessin.",
                    table=TABLE,
                ),
                Note("refused", "Refusé", "le mois est ouvert, vous demandez l'heure"),
                Items("Hypothèses", ("une <b>seule</b>",)),
                Paragraph("Voilà."),
                Answers(
                    (Answer("Combien ?", "12 €", "<i>hors</i> taxes"), Answer("Qui ?", "Nous"))
                ),
            ),
        ),
    ),
)


class _Reader(HTMLParser):
    """Every tag with its attributes, in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def page() -> str:
    return html(DOCUMENT)


def test_the_page_asks_nothing_of_any_network(page: str) -> None:
    for tag, attributes in _Reader(page).tags:
        assert tag not in {"script", "iframe", "img", "object", "embed", "form", "base"}
        for name in ("src", "srcset", "data", "action", "xlink:href"):
            assert name not in attributes, (tag, name)
        told = "data:" if "download" in attributes else ("#", "data:,")
        assert (attributes.get("href") or "#").startswith(told), attributes
    assert "http://" not in page and "https://" not in page
    assert "@import" not in page


def test_the_policy_lets_the_one_style_in_and_nothing_else(page: str) -> None:
    style = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    assert len(style) == 1
    digest = b64encode(sha256(style[0].encode()).digest()).decode()
    policy = next(
        attributes["content"]
        for tag, attributes in _Reader(page).tags
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def test_no_tag_carries_a_style_or_a_handler(page: str) -> None:
    for tag, attributes in _Reader(page).tags:
        assert not [name for name in attributes if name == "style" or name.startswith("on")], tag


def test_what_people_wrote_stays_text(page: str) -> None:
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "une &lt;b&gt;seule&lt;/b&gt;" in page


def test_questions_and_answers_are_a_list_of_terms(page: str) -> None:
    told = page.partition('<dl class="answers">')[2].partition("</dl>")[0]
    assert "<dt>Combien\u202f?</dt><dd><strong>12\u00a0€</strong>" in told
    assert "<span>&lt;i&gt;hors&lt;/i&gt; taxes</span>" in told
    assert "<dd><strong>Nous</strong></dd>" in told


def test_french_spaces_are_set_in_what_is_printed(page: str) -> None:
    assert "Une phrase\u00a0: " in page
    assert "&gt;\u202f!" in page


def test_the_page_is_french_dated_and_says_that_data_are_synthetic(page: str) -> None:
    assert '<html lang="fr">' in page
    assert page.count("Données du 24/11/2026") == 2
    assert "<strong>Données synthétiques.</strong> Pour essayer." in page


def test_there_is_one_h1_and_every_link_leads_somewhere(page: str) -> None:
    tags = _Reader(page).tags
    assert [tag for tag, _ in tags].count("h1") == 1
    ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
    assert len(set(ids)) == len(ids)
    links = {
        attributes["href"]
        for tag, attributes in tags
        if tag == "a" and "download" not in attributes
    }
    assert links == {"#contenu", "#un"} <= {f"#{key}" for key in ids}


def test_each_figure_has_its_table_and_its_name(page: str) -> None:
    figure = page.partition("<figure>")[2].partition("</figure>")[0]
    assert '<svg class="fig f720" role="img"' in figure and "<title>Points</title>" in figure
    assert "<details>" in figure and "<caption>Points lumineux</caption>" in figure
    assert '<th scope="row">Pompey</th><td class="number">1 084</td>' in figure


def test_a_template_that_names_nothing_known_fails() -> None:
    with pytest.raises(UndefinedError):
        _build_environment().from_string("{{ absent }}").render()


def test_the_date_at_the_foot_of_printed_pages_can_not_leave_its_string() -> None:
    sheet = render_report_style('</style><script>"\\}')
    assert "</style>" not in sheet and "<script" not in sheet
    foot = re.search(r"@bottom-left\{content:\"([^\"]*)\"\}", sheet)
    assert foot is not None
    text = re.sub(r"\\([0-9a-f]{6})", lambda code: chr(int(code[1], 16)), foot[1])
    assert text == '</style><script>"\\}'
