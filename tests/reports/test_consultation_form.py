"""Forms of a consultation: one file each, its policy names what is in it, nothing leaves it."""

import re
from base64 import b64encode
from hashlib import sha256
from html import unescape

import pytest

from synergie.lighting.plan.consultation.columns import list_answer_columns
from synergie.lighting.records.consultation import Consultation
from synergie.lighting.reports.consultation.consultation_form import form_html, paper_html
from synergie.reports.french import FIXED, NARROW
from tests.scenarios.consulted import consultation

HOSTILE = '</script><img src=x onerror="alert(1)">&{{ 7*7 }}'


def _hash(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()).decode()


def _policy(page: str) -> str:
    found = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert found is not None
    return unescape(found[1])


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_policy_allows_the_style_and_the_script_of_the_file_alone(language: str) -> None:
    page = form_html(consultation(), language=language)  # type: ignore[arg-type]
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    policy = _policy(page)
    assert f"style-src 'sha256-{_hash(style)}'" in policy
    assert f"script-src 'sha256-{_hash(script)}'" in policy
    assert policy.startswith("default-src 'none';")
    assert "form-action 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"\son\w+=|style=\"|https?://", page)


def test_the_paper_form_has_no_script_and_its_policy_allows_none() -> None:
    page = paper_html(consultation())
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    assert f"style-src 'sha256-{_hash(style)}'" in _policy(page)
    assert "script" not in page
    assert "https://" not in page


def _hostile() -> Consultation:
    groups = [{"group": "g", "kind": "other", "name": HOSTILE}]
    asked = [one.model_dump() for one in consultation().questions]
    asked[0] |= {"label": HOSTILE, "explained": HOSTILE, "unit": HOSTILE}
    return consultation(
        title=HOSTILE, intro=HOSTILE, contact=HOSTILE, groups=groups, questions=asked
    )


@pytest.mark.parametrize("kind", ["fr", "en", "paper"])
def test_no_text_of_a_consultation_becomes_markup(kind: str) -> None:
    made = _hostile()
    page = paper_html(made) if kind == "paper" else form_html(made, language=kind)  # type: ignore[arg-type]
    assert "<img" not in page
    assert page.count("</script>") == (kind != "paper")
    assert "{{ 7*7 }}" in unescape(page).replace(NARROW, " ")


def test_no_name_is_asked_and_nothing_is_sent() -> None:
    page = form_html(consultation())
    assert not re.search(
        r'type="(email|tel|date|password|file|submit)"|<form|<\w+ name="(?!viewport|referrer)', page
    )
    assert "fetch(" not in page
    assert "localStorage" not in page


def test_the_form_writes_the_columns_that_are_read() -> None:
    made = consultation()
    page = form_html(made)
    assert f'data-columns="{";".join(list_answer_columns(made))}"' in page
    fields = set(re.findall(r'<(?:select|input|textarea) id="(\w+)"', page))
    assert set(list_answer_columns(made)) - {"consultation"} <= fields


def test_figures_are_written_the_french_way_and_the_english_way() -> None:
    assert f"2{NARROW}000{FIXED}MWh par an" in form_html(consultation())
    english = form_html(consultation(), language="en")
    assert f"2,000{FIXED}MWh a year" in english
    assert "Electricity used" in english
    assert f"7,1{FIXED}sur 10" in paper_html(consultation())


def test_communes_are_asked_where_there_are_some_and_have_their_names() -> None:
    assert 'id="commune"' not in form_html(consultation(communes=[]))
    page = form_html(consultation(), communes={"54430": "Pompey"})
    assert '<option value="54430" lang="fr">Pompey</option>' in page
    assert '<option value="54357" lang="fr">54357</option>' in page


def test_forms_are_the_same_bytes_for_the_same_consultation() -> None:
    assert form_html(consultation()) == form_html(consultation())
    assert paper_html(consultation()) == paper_html(consultation())


def test_thirteen_questions_have_thirteen_letters() -> None:
    one = consultation().questions[0].model_dump()
    names = [
        "energy", "bill", "carbon", "investment", "upward_flux", "corridor_light", "dark_hours",
        "priority_hours", "points_out", "felt_safety", "least_service", "agent_minutes", "spares",
    ]  # fmt: skip
    made = consultation(questions=[one | {"criterion": name} for name in names])
    page = form_html(made)
    assert 'data-letters="ABCDEFGHIJKLM"' in page
    assert page.count("<fieldset") == 13
