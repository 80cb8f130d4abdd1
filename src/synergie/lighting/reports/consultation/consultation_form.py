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

from synergie.lighting.plan.consultation.columns import columns
from synergie.lighting.plan.consultation.labels import LETTERS, Language, labels
from synergie.lighting.records.consultation import Consultation
from synergie.lighting.reports.consultation.consultation_words import (
    Words,
    decimals,
    figure,
    said,
    told_days,
    words,
)
from synergie.reports.page import filled, rules_of
from synergie.reports.palette import variables

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
    script = _script()
    style = variables() + rules_of("consultation_form.css")
    other: Language = "en" if language == "fr" else "fr"
    return filled(
        "consultation_form.html",
        style,
        **_shown(consultation, language, communes or {}),
        script=Markup(script),  # noqa: S704 (our own file)
        csp=_policy(style, script),
        columns=Markup(";".join(columns(consultation))),  # noqa: S704 (letters and underscores)
        number_id=said(consultation.id, "en"),
        other_name=None if alone else Markup(WEB_NAMES[other]),  # noqa: S704 (a constant)
        other_language=other,
    )


def paper_html(consultation: Consultation, *, communes: Mapping[str, str] | None = None) -> str:
    """The form to print on A4 in black and white, to be filled in by hand (French)."""
    style = rules_of("consultation_paper.css")
    return filled("consultation_paper.html", style, **_shown(consultation, "fr", communes or {}))


def _shown(
    consultation: Consultation, language: Language, communes: Mapping[str, str]
) -> dict[str, object]:
    """What both forms show."""
    told = words(language)
    return {
        "lang": language,
        "words": _Said(told, language),
        "title": said(consultation.title, "fr"),
        "intro": said(consultation.intro, "fr"),
        "until": said(told.until.format(told_days(consultation, language)), language),
        "contact": said(told.contact.format(consultation.contact), language),
        "steps": [said(step, language) for step in told.how_steps],
        "questions": _questions(consultation, language),
        "groups": [(said(one.group, "en"), said(one.name, "fr")) for one in consultation.groups],
        "communes": [
            (code, said(communes.get(code, code), "fr")) for code in consultation.communes
        ],
        "id": said(consultation.id, "en"),
    }


class _Said:
    """The fixed words, ready for a page of one language."""

    def __init__(self, told: Words, language: Language) -> None:
        self._told, self._language = told, language

    def __getattr__(self, name: str) -> Markup:
        return said(getattr(self._told, name), self._language)


def _questions(consultation: Consultation, language: Language) -> Sequence[Question]:
    found = []
    for letter, one in zip(LETTERS, consultation.questions, strict=False):
        known = labels("en").get(one.criterion) if language == "en" else None
        label, unit, explained = (
            (known.name, known.unit, known.explained)
            if known
            else (one.label, one.unit, one.explained)
        )
        places = decimals(one)
        worst, best = (figure(v, places, unit, language) for v in (one.worst, one.best))
        texts = (said(text, language) for text in (label, worst, best, explained))
        found.append(Question(letter, *texts))
    return found


def _script() -> str:
    return (
        files("synergie.reports").joinpath("templates", "consultation_form.js").read_text("utf-8")
    )


def _policy(style: str, script: str) -> Markup:
    """The one style and the one script, by their hashes, and nothing from or to anywhere."""
    hashes = [b64encode(sha256(text.encode()).digest()).decode() for text in (style, script)]
    return Markup(  # noqa: S704 (Base64 and constants)
        f"default-src 'none'; style-src 'sha256-{hashes[0]}'; script-src 'sha256-{hashes[1]}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
