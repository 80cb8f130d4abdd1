"""What the mail of a week says and draws, in the language of who gets it."""

from dataclasses import dataclass
from datetime import datetime

from synergie.exchange.weekly_mails import DueWeek
from synergie.reports.document import Figure
from synergie.reports.language import use_language
from synergie.reports.readings.digest_words import first_sentence
from synergie.server.pages.assets.energy_figures import build_known_figure, build_month_figure
from synergie.server.pages.words import Lang, Speech, format_page_number


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekText:
    """The first of `sentences` is the subject, too."""

    lang: str
    sentences: tuple[str, ...]
    figures: tuple[Figure, ...]
    home: str
    why: str
    end: str


def describe_week(week: DueWeek, *, now: datetime) -> WeekText:
    """How fresh, what is to do, what was used: three sentences; the months used and known."""
    lang: Lang = "en" if week.lang == "en" else "fr"
    speech = Speech(lang=lang, now=now)
    with use_language(lang):
        drawn = (draw(speech, week.months) for draw in (build_month_figure, build_known_figure))
        figures = tuple(one for one in drawn if one is not None)
    due = len(week.morning.dues)
    return WeekText(
        lang=lang,
        sentences=(
            first_sentence(lang, week.morning),
            speech.say(
                "À faire : {}.", "To do: {}.",
                format_page_number(lang, due) if due else speech.say("rien", "nothing"),
            ),
            *(one.table.caption for one in figures[:1]),
        ),
        figures=figures,
        home=speech.say("Ouvrir l'accueil", "Open the home page"),
        why=speech.say(
            "Envoyé chaque lundi au compte « {} », qui l'a demandé.",
            "Sent on Mondays to the account “{}”, which asked for it.",
            week.account.label,
        ),
        end=speech.say("Ne plus recevoir", "No more of these"),
    )  # fmt: skip
