"""What the forms of a consultation say, in French and in English."""

from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup, escape

from synergie.lighting.plan.consultation.labels import Language, read_criterion_labels
from synergie.lighting.records.consultation import Consultation, SwingQuestion
from synergie.reports.french import FIXED, format_interval, format_number, typeset_french


@dataclass(frozen=True, slots=True)
class Words:
    """The fixed words of a form. `{}` stand for what is filled in."""

    skip: str
    kind: str
    no_name: str
    how: str
    how_steps: tuple[str, ...]
    until: str
    contact: str
    questions: str
    worst: str
    best: str
    rank: str
    points: str
    no_rank: str
    you: str
    group: str
    no_group: str
    commune: str
    no_commune: str
    remark: str
    remark_hint: str
    number: str
    number_hint: str
    finish: str
    no_script: str
    make: str
    download: str
    copy: str
    again: str
    line: str
    made: str
    copied: str
    rank_twice: str
    points_beyond: str
    nothing: str
    other: str
    after_text: str


FRENCH = Words(
    skip="Aller au contenu",
    kind="Consultation",
    no_name="Ni nom, ni adresse, ni âge : rien de tout cela n'est demandé.",
    how="Comment répondre",
    how_steps=(
        (
            "Imaginez que tout soit au pire. Lisez, pour chaque question, ce que l'on gagnerait à "
            "passer du pire au mieux."
        ),
        (
            "Donnez le rang 1 au passage qui compte le plus pour vous, puis 2, et ainsi de suite. "
            "Un rang sert une seule fois ; vous pouvez en laisser sans rang."
        ),
        (
            "Si vous le voulez, donnez 100 points au premier et moins aux suivants, à leur juste "
            "poids."
        ),
    ),
    until="Réponses {}.",
    contact="Une question, une objection : {}.",
    questions="Ce qui compte pour vous",
    worst="Au pire :",
    best="Au mieux :",
    rank="Rang",
    points="Points de 0 à 100 (facultatif)",
    no_rank="sans rang",
    you="Vous répondez comme",
    group="Groupe",
    no_group="je ne le dis pas",
    commune="Commune",
    no_commune="je ne le dis pas",
    remark="Une remarque (facultatif)",
    remark_hint="N'y mettez ni nom ni adresse. Elle n'est jamais publiée ; le service seul la lit.",
    number="Numéro du formulaire",
    number_hint="Il sert à trouver les doublons. Laissez-le vide sur papier : le service numérote.",
    finish="Rendre votre réponse",
    no_script="Remplissez puis imprimez cette page, et remettez-la à l'adresse ci-dessus.",
    make="Préparer ma réponse",
    download="Télécharger le fichier",
    copy="Copier la réponse",
    again="Nouveau formulaire",
    line="Votre réponse, telle qu'elle sera lue",
    made=(
        "Votre réponse est prête : téléchargez-la ou copiez-la, puis envoyez-la ou "
        "remettez-la. Rien n'a quitté votre appareil."
    ),
    copied="Copié.",
    rank_twice="Le rang {} est donné deux fois.",
    points_beyond="Question {} : un nombre entier de 0 à 100 est attendu.",
    nothing="Aucun rang n'est donné : la réponse est blanche.",
    other="English",
    after_text="Les réponses ne sont montrées que par groupes de dix au moins, jamais une par une.",
)
ENGLISH = Words(
    skip="Skip to content",
    kind="Consultation",
    no_name="No name, no address, no age: none of these is asked.",
    how="How to answer",
    how_steps=(
        (
            "Imagine that everything is at its worst. For each question read what would be gained "
            "by going from the worst to the best."
        ),
        (
            "Give rank 1 to the step that matters most to you, then 2, and so on. A rank is used "
            "once; you may leave some without a rank."
        ),
        "If you wish, give 100 points to the first and fewer to the others, by what they weigh.",
    ),
    until="Answers {}.",
    contact="Questions, objections: {}.",
    questions="What matters to you",
    worst="At worst:",
    best="At best:",
    rank="Rank",
    points="Points from 0 to 100 (optional)",
    no_rank="no rank",
    you="You answer as",
    group="Group",
    no_group="I do not say",
    commune="Commune",
    no_commune="I do not say",
    remark="A remark (optional)",
    remark_hint="No name or address, please. It is never published; the staff alone read it.",
    number="Number of the form",
    number_hint="It finds doubles. Leave it blank on paper: the staff number the forms.",
    finish="Hand in your answer",
    no_script="Fill in and print this page, and hand it in at the address above.",
    make="Prepare my answer",
    download="Download the file",
    copy="Copy the answer",
    again="New form",
    line="Your answer, as it will be read",
    made=(
        "Your answer is ready: download or copy it, then send it or hand it in. Nothing has "
        "left your device."
    ),
    copied="Copied.",
    rank_twice="Rank {} is given twice.",
    points_beyond="Question {}: a whole number from 0 to 100 is expected.",
    nothing="No rank is given: the answer is blank.",
    other="Français",
    after_text="Answers are shown in groups of ten or more only, never one by one.",
)


def read_form_words(language: Language) -> Words:
    """The words of *language*."""
    return FRENCH if language == "fr" else ENGLISH


def render_form_text(text: str, language: Language) -> Markup:
    """*text* ready for a page: French spaces in French only."""
    return escape(typeset_french(text) if language == "fr" else text)


def format_question_figure(value: float, decimals: int, unit: str, language: Language) -> str:
    """A figure with its unit, as readers of *language* write it."""
    told = format_number(value, decimals) if language == "fr" else f"{value:,.{decimals}f}"
    return f"{told}{FIXED}{unit}"


def count_figure_decimals(question: SwingQuestion) -> int:
    """How many decimals its figures need: those of the shipped table, or what they have."""
    known = read_criterion_labels("fr").get(question.criterion)
    had = (
        len(f"{one:.3f}".rstrip("0").partition(".")[2]) for one in (question.worst, question.best)
    )
    return max(known.decimals if known else 0, *had)


def describe_answer_period(consultation: Consultation, language: Language) -> str:
    """From when to when answers are taken, the last day included."""
    if language == "fr":
        return format_interval(consultation.opens, consultation.closes)
    last: date = consultation.closes - timedelta(days=1)
    return f"from {consultation.opens.isoformat()} to {last.isoformat()}"
