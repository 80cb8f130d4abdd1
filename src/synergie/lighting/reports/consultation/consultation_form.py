"""The form of a consultation as one HTML file that needs nothing else, offline.

It is read, filled in and printed without JavaScript; with it, it makes a file of one answer that
`consultation.read_answers` takes. It sends nothing: its policy allows the style and the script by
their hashes, and no connection, no form target, no frame (CSP Level 3).
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files

from markupsafe import Markup

from synergie.lighting.plan.consultation.columns import list_answer_columns
from synergie.lighting.plan.consultation.labels import LETTERS, Language, read_criterion_labels
from synergie.lighting.records.consultation import Consultation
from synergie.lighting.reports.consultation.consultation_words import (
    Words,
    count_figure_decimals,
    describe_answer_period,
    format_question_figure,
    read_form_words,
    render_form_text,
)
from synergie.reports.page import fill_template, rules_of
from synergie.reports.palette import render_css_variables

WEB_NAMES: Mapping[Language, str] = {"fr": "formulaire.html", "en": "formulaire-en.html"}
"""Names of the files; each links to the other."""
PAPER_NAME = "formulaire-papier.html"


@dataclass(frozen=True, slots=True)
class Question:
    """One swing as it is shown."""

    letter: str
    label: Markup
    worst: Markup
    best: Markup
    explained: Markup


def form_html(
    consultation: Consultation,
    *,
    language: Language = "fr",
    communes: Mapping[str, str] | None = None,
    alone: bool = False,
) -> str:
    """The form in *language*, UTF-8. *communes*: names by INSEE code, where they are known.

    What the consultation says in its own words stays as it is, marked as French on the English
    page; its questions are told in English where the shipped table has them. *alone*: without the
    link to the other language.
    """
    script = _read_form_script()
    style = render_css_variables() + rules_of("consultation_form.css")
    other: Language = "en" if language == "fr" else "fr"
    return fill_template(
        "consultation_form.html",
        style,
        **_build_form_context(consultation, language, communes or {}),
        script=Markup(script),  # noqa: S704 (our own file)
        csp=_build_security_policy(style, script),
        columns=Markup(";".join(list_answer_columns(consultation))),  # noqa: S704 (letters and underscores)
        number_id=render_form_text(consultation.id, "en"),
        other_name=None if alone else Markup(WEB_NAMES[other]),  # noqa: S704 (a constant)
        other_language=other,
    )


def paper_html(consultation: Consultation, *, communes: Mapping[str, str] | None = None) -> str:
    """The form to print on A4 in black and white, to be filled in by hand (French)."""
    style = rules_of("consultation_paper.css")
    return fill_template(
        "consultation_paper.html", style, **_build_form_context(consultation, "fr", communes or {})
    )


def _build_form_context(
    consultation: Consultation, language: Language, communes: Mapping[str, str]
) -> dict[str, object]:
    """What both forms show."""
    told = read_form_words(language)
    return {
        "lang": language,
        "words": _PageWords(told, language),
        "title": render_form_text(consultation.title, "fr"),
        "intro": render_form_text(consultation.intro, "fr"),
        "until": render_form_text(
            told.until.format(describe_answer_period(consultation, language)), language
        ),
        "contact": render_form_text(told.contact.format(consultation.contact), language),
        "steps": [render_form_text(step, language) for step in told.how_steps],
        "questions": _build_form_questions(consultation, language),
        "groups": [
            (render_form_text(one.group, "en"), render_form_text(one.name, "fr"))
            for one in consultation.groups
        ],
        "communes": [
            (code, render_form_text(communes.get(code, code), "fr"))
            for code in consultation.communes
        ],
        "id": render_form_text(consultation.id, "en"),
    }


class _PageWords:
    """The fixed words, ready for a page of one language."""

    def __init__(self, told: Words, language: Language) -> None:
        self._told, self._language = told, language

    def __getattr__(self, name: str) -> Markup:
        return render_form_text(getattr(self._told, name), self._language)


def _build_form_questions(consultation: Consultation, language: Language) -> Sequence[Question]:
    found = []
    for letter, one in zip(LETTERS, consultation.questions, strict=False):
        known = read_criterion_labels("en").get(one.criterion) if language == "en" else None
        label, unit, explained = (
            (known.name, known.unit, known.explained)
            if known
            else (one.label, one.unit, one.explained)
        )
        places = count_figure_decimals(one)
        worst, best = (
            format_question_figure(v, places, unit, language) for v in (one.worst, one.best)
        )
        texts = (render_form_text(text, language) for text in (label, worst, best, explained))
        found.append(Question(letter, *texts))
    return found


def _read_form_script() -> str:
    return (
        files("synergie.reports").joinpath("templates", "consultation_form.js").read_text("utf-8")
    )


def _build_security_policy(style: str, script: str) -> Markup:
    """The one style and the one script, by their hashes, and nothing from or to anywhere."""
    hashes = [b64encode(sha256(text.encode()).digest()).decode() for text in (style, script)]
    return Markup(  # noqa: S704 (Base64 and constants)
        f"default-src 'none'; style-src 'sha256-{hashes[0]}'; script-src 'sha256-{hashes[1]}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
