"""The morning in words, French and English: for the page, the letter and the calendar.

Roles of people, never their names (users.md §6.3).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from synergie.policy.readings.morning import (
    HOME,
    Ages,
    Desk,
    Due,
    DueKind,
    FlowMorning,
    Morning,
    Tally,
    is_undated,
)
from synergie.reports import french
from synergie.schemas.freshness import FreshnessLine, FreshnessState

type Lang = Literal["fr", "en"]
type Pair = tuple[str, str]
"""French, English."""

SOON = timedelta(days=7)
"""What falls due within it is to be done today, where somebody here can act."""

DESK: dict[Desk, Pair] = {
    "deposits": ("La personne chargée des dépôts", "The person in charge of deposits"),
    "agreements": (
        "La personne qui signe les accords", "The person who signs agreements",
    ),
    "purchases": (
        "La personne chargée des achats d'énergie", "The person in charge of buying energy",
    ),
    "maintenance": (
        "La personne chargée de l'entretien", "The person in charge of maintenance",
    ),
    "buildings": ("La personne chargée des bâtiments", "The person in charge of buildings"),
    "lighting": (
        "La personne chargée de l'éclairage", "The person in charge of lighting",
    ),
}  # fmt: skip
ELSEWHERE: Pair = ("Une autre organisation", "Another organisation")

_TITLES: dict[DueKind, Pair] = {
    "deposit": ("Fichier {name} attendu", "File {name} expected"),
    "points_shared": (
        "Points déclarés aussi par un autre organisme : {n} ({name}) ; voir avec l'exploitant",
        "Points that another body declares, too: {n} ({name}); settle it with the operator",
    ),
    "agreement_fault": (
        "Accord avec {name} : plus ce qui a été signé, n'ouvre rien ; à signer à nouveau",
        "Agreement with {name}: no longer what was signed, opens nothing; sign it anew",
    ),
    "agreement_held": (
        "Accord avec {name} : acceptation refusée pour une somme publiée ; à proposer autrement",
        "Agreement with {name}: acceptance refused for a published sum; propose it otherwise",
    ),
    "agreement_answer": (
        "Répondre à l'accord proposé par {name}", "Answer the agreement proposed by {name}",
    ),
    "agreement_waits": (
        "Accord proposé à {name} : sa réponse est attendue",
        "Agreement proposed to {name}: its answer is awaited",
    ),
    "agreement_ends": ("Fin de l'accord avec {name}", "End of the agreement with {name}"),
    "needs_close": (
        "Dernier jour pour les besoins : {name}", "Last day for the needs: {name}",
    ),
    "offers_close": (
        "Dernier jour pour recevoir les offres : {name}", "Last day to receive offers: {name}",
    ),
    "offer_expires": (
        "Dernier jour de validité, offres de l'achat {name} : {n}",
        "Last day of validity, offers of the purchase {name}: {n}",
    ),
    "award": ("Décision d'attribution : {name}", "Decision of the award: {name}"),
    "purchase_answer": (
        "Répondre à votre part de l'achat : {name}", "Answer your part of the purchase: {name}",
    ),
    "rounds": ("Semaine de tournées : {name}", "Week of rounds: {name}"),
    "table_ends": (
        "Dernier jour de la table {name} : en charger la suite",
        "Last day of the table {name}: load what follows",
    ),
    "switch_notice": (
        "Préavis au fournisseur, points qui entrent ou sortent, achat {name} : {n}",
        "Notice to the supplier, points that enter or leave, purchase {name}: {n}",
    ),
    "switch": (
        "Bascule par le gestionnaire de réseau, points de l'achat {name} : {n}",
        "Switch by the grid operator, points of the purchase {name}: {n}",
    ),
    "price_revision": (
        "Révision du prix, contrats de l'achat {name} : {n}",
        "Price revision, contracts of the purchase {name}: {n}",
    ),
    "supply_ends": (
        "Dernier jour de fourniture, contrats de l'achat {name} : {n}",
        "Last day of supply, contracts of the purchase {name}: {n}",
    ),
    "campaign_answer": (
        "Répondre à votre part de la campagne : {name}",
        "Answer your part of the campaign: {name}",
    ),
    "study_answer": (
        "Donner votre avis sur la comparaison : {name}",
        "Give your opinion on the comparison: {name}",
    ),
    "alert": (
        "Alertes d'éclairage à regarder ({n}) : {name}", "Lighting alerts to look at ({n}): {name}",
    ),
    "building_alert": (
        "Alertes de bâtiments à regarder ({n}) : {name}",
        "Building alerts to look at ({n}): {name}",
    ),
    "contract_sign": ("À signer, contrat : {name}", "To sign, contract: {name}"),
    "contract_year": (
        "Années à régler du contrat {name} : {n}", "Years to settle of the contract {name}: {n}",
    ),
    "guarantee_missed": (
        "Garantie d'économie manquée : {name}", "Guarantee of savings missed: {name}",
    ),
}  # fmt: skip
_LATE: Pair = ("Déposer le fichier {name}", "Deposit the file {name}")
_BARE: dict[DueKind, Pair] = {
    "deposit": ("Fichier {name} attendu", "File {name} expected"),
    "points_shared": ("Points déclarés deux fois", "Points declared twice"),
    "agreement_fault": ("Accord qui n'ouvre plus rien", "Agreement that opens nothing any more"),
    "agreement_held": ("Accord refusé", "Agreement refused"),
    "agreement_answer": ("Accord à signer", "Agreement to sign"),
    "agreement_waits": ("Accord proposé", "Agreement proposed"),
    "agreement_ends": ("Fin d'un accord", "End of an agreement"),
    "needs_close": ("Achat : fin des besoins", "Purchase: end of needs"),
    "offers_close": ("Achat : fin des offres", "Purchase: end of offers"),
    "offer_expires": ("Achat : fin de validité d'offres", "Purchase: offers expire"),
    "award": ("Achat : décision", "Purchase: decision"),
    "purchase_answer": ("Achat : réponse attendue", "Purchase: answer awaited"),
    "rounds": ("Semaine de tournées", "Week of rounds"),
    "table_ends": ("Fin d'une table de tarifs", "End of a table of tariffs"),
    "switch_notice": ("Marché : préavis au fournisseur", "Market: notice to the supplier"),
    "switch": ("Marché : bascule de points", "Market: switch of points"),
    "price_revision": ("Marché : révision du prix", "Market: price revision"),
    "supply_ends": ("Marché : fin de la fourniture", "Market: end of the supply"),
    "campaign_answer": ("Entretien : réponse attendue", "Maintenance: answer awaited"),
    "study_answer": ("Éclairage : avis attendu", "Lighting: opinion awaited"),
    "alert": ("Éclairage : alertes", "Lighting: alerts"),
    "building_alert": ("Bâtiments : alertes", "Buildings: alerts"),
    "contract_sign": ("Contrat : à signer", "Contract: to sign"),
    "contract_year": ("Contrat : année à régler", "Contract: year to settle"),
    "guarantee_missed": ("Contrat : garantie manquée", "Contract: guarantee missed"),
}
UNDATED: Pair = ("sans envoi prévu", "no due date")
"""Read, and nothing says when the next file should come."""
_STATES: dict[FreshnessState, Pair] = {
    "up_to_date": ("à jour", "up to date"),
    "late": ("en retard", "late"),
    "never_received": ("jamais reçue", "never received"),
}
_TWO, _MONTH, _YEAR = 2, 30.44, 365.25
"""Days of a month and of a year, the mean; an age is told in the unit of which it has two."""
_EVERY: dict[str, Pair] = {
    "day": ("chaque jour", "every day"),
    "week": ("chaque semaine", "every week"),
    "month": ("chaque mois", "every month"),
    "year": ("chaque année", "every year"),
}
_HREF: dict[DueKind, str] = {
    "deposit": "/depot?flux={}",
    "points_shared": "/sites",
    "agreement_fault": "/accords/{}",
    "agreement_held": "/accords/{}",
    "agreement_answer": "/accords/{}",
    "agreement_waits": "/accords/{}",
    "agreement_ends": "/accords/{}",
    "switch_notice": "/plans/{}/marche",
    "switch": "/plans/{}/marche",
    "price_revision": "/plans/{}/marche",
    "supply_ends": "/plans/{}/marche",
    "study_answer": "/scenarios",
    "alert": "/alertes",
    "building_alert": "/alertes",
    "contract_sign": "/contrats/{}",
    "contract_year": "/contrats/{}",
    "guarantee_missed": "/contrats/{}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DueNotice:
    """One thing that is due, ready to print."""

    title: str
    when: str
    """Its day or days, and how late. Empty: as soon as may be."""
    href: str
    """Where it is done."""
    due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What the same person can do."""

    who: str
    items: tuple[DueNotice, ...]


def choose_filled_text(lang: Lang, pair: Pair, *values: object, **named: object) -> str:
    """The text of *lang*, `{}` filled; French spaces in the text, not in what fills it."""
    text = french.typeset_french(pair[0]) if lang == "fr" else pair[1]
    return text.format(*values, **named)


def format_whole_number(lang: Lang, n: int) -> str:
    """A whole number: 1 234 or 1,234."""
    return french.format_number(n) if lang == "fr" else f"{n:,}"


def day_text(lang: Lang, day: date) -> str:
    """A day for tables: 24/11/2026 or 24 Nov 2026."""
    return french.short_date(day) if lang == "fr" else f"{day.day} {day:%b %Y}"


def first_sentence(lang: Lang, morning: Morning) -> str:
    """How much is today's and, if not all, why: what the page says first."""
    tally = morning.series
    if not tally.all:
        if morning.flows:
            return choose_filled_text(lang, (
                "Aucune mesure. Derniers fichiers ci-dessous.",
                "No series of readings. The last files are below.",
            ))  # fmt: skip
        return choose_filled_text(lang, (
            "Aucune mesure. Déposez un premier fichier ou chargez le territoire d'essai.",
            "No series. Deposit a first file or load the trial territory.",
        ))  # fmt: skip
    parts = [describe_counts(lang, tally)]
    why = [*_describe_late_flows(lang, morning.flows)]
    if why:
        parts.append(
            choose_filled_text(
                lang, ("Mesures en retard : {}.", "Late series: {}."), ", ".join(why)
            )
        )
    return " ".join(parts)


def describe_counts(lang: Lang, tally: Tally) -> str:
    """142 mesures sur 150 à jour. 6 en retard. 2 jamais reçues."""
    told = [up_to_date(lang, tally)]
    if tally.late:
        told.append(
            choose_filled_text(
                lang, ("{} en retard.", "{} late."), format_whole_number(lang, tally.late)
            )
        )
    if tally.ages is not None:
        pair = ("{} sans envoi prévu ({}).", "{} with no due date ({}).")
        told.append(
            choose_filled_text(
                lang,
                pair,
                format_whole_number(lang, tally.undated),
                describe_ages(lang, tally.ages),
            )
        )
    if tally.never:
        never = ("{} jamais reçue.", "{} never received.")
        if tally.never > 1:
            never = ("{} jamais reçues.", "{} never received.")
        told.append(choose_filled_text(lang, never, format_whole_number(lang, tally.never)))
    return " ".join(told)


def up_to_date(lang: Lang, tally: Tally) -> str:
    """142 mesures sur 150 à jour."""
    pair = ("{} mesure sur {} à jour.", "{} series of {} up to date.")
    if tally.up_to_date > 1:
        pair = ("{} mesures sur {} à jour.", "{} series of {} up to date.")
    return choose_filled_text(
        lang,
        pair,
        format_whole_number(lang, tally.up_to_date),
        format_whole_number(lang, tally.all),
    )


def describe_ages(lang: Lang, ages: Ages) -> str:
    """Dernière mesure il y a 11 mois; of several ages, the newest and the oldest."""
    newest, oldest = describe_days_ago(lang, ages.newest), describe_days_ago(lang, ages.oldest)
    if newest == oldest:
        return choose_filled_text(lang, ("dernière mesure {}", "last reading {}"), newest)
    pair = (
        "dernières mesures : la plus récente {}, la plus ancienne {}",
        "last readings: the newest {}, the oldest {}",
    )
    return choose_filled_text(lang, pair, newest, oldest)


def describe_days_ago(lang: Lang, days: int) -> str:
    """How long ago: aujourd'hui, hier, il y a 12 jours, il y a 11 mois, il y a 3 ans."""
    if days < _TWO:
        return choose_filled_text(lang, (("aujourd'hui", "today"), ("hier", "yesterday"))[days])
    if days < _TWO * _MONTH:
        return choose_filled_text(
            lang, ("il y a {} jours", "{} days ago"), format_whole_number(lang, days)
        )
    if days < _TWO * _YEAR:
        return choose_filled_text(lang, ("il y a {} mois", "{} months ago"), round(days / _MONTH))
    return choose_filled_text(
        lang, ("il y a {} ans", "{} years ago"), format_whole_number(lang, round(days / _YEAR))
    )


def state(lang: Lang, line: FreshnessLine) -> str:
    """The state of a flow or a series, in a word: never up to date where nothing is due."""
    return choose_filled_text(lang, UNDATED if is_undated(line) else _STATES[line.state])


def _describe_late_flows(lang: Lang, flows: Iterable[FlowMorning]) -> Iterable[str]:
    """For each flow with late series, how many wait for its file, and how many it leaves out."""
    for one in flows:
        waits = one.series.late - one.left_out
        name = one.line.flow or one.line.id
        if waits:
            pair = ("{} attend un fichier {}", "{} waits for a {} file")
            if waits > 1:
                pair = ("{} attendent un fichier {}", "{} wait for a {} file")
            yield choose_filled_text(lang, pair, format_whole_number(lang, waits), name)
        if one.left_out:
            pair = ("{} n'est plus dans les fichiers {}", "{} is no longer in the {} files")
            if one.left_out > 1:
                pair = ("{} ne sont plus dans les fichiers {}", "{} are no longer in the {} files")
            yield choose_filled_text(lang, pair, format_whole_number(lang, one.left_out), name)


def describe_limits(lang: Lang, line: FreshnessLine) -> str:
    """How often a flow promises a file."""
    if line.expected_every is not None:
        return choose_filled_text(lang, _EVERY[line.expected_every])
    if line.learned_days is not None:
        days = f"{line.learned_days:g}"
        days = days.replace(".", ",") if lang == "fr" else days
        return choose_filled_text(
            lang, ("tous les {} jours jusqu'ici", "every {} days so far"), days
        )
    return choose_filled_text(lang, ("aucune promesse", "no promise"))


def fresh_line(lang: Lang, tally: Tally, received_at: datetime | None) -> str:
    """The line at the foot of each page."""
    if not tally.all and received_at is None:
        return choose_filled_text(lang, ("Aucune donnée reçue à ce jour.", "No data received yet."))
    told = describe_counts(lang, tally) if tally.all else ""
    if received_at is not None:
        day = day_text(lang, received_at.astimezone(HOME).date())
        last = choose_filled_text(lang, ("Dernier dépôt le {}.", "Last deposit on {}."), day)
        told = f"{told} {last}".strip()
    return told


def build_due_notice(lang: Lang, due: Due, *, bare: bool = False) -> DueNotice:
    """*due* in words; *bare*: without any name, for what a bearer of an address may read."""
    pair = _BARE[due.kind] if bare else _TITLES[due.kind]
    if due.kind == "deposit" and due.late_days is not None and not bare:
        pair = _LATE
    title = choose_filled_text(lang, pair, name=due.name, n=format_whole_number(lang, due.n or 1))
    href = _HREF.get(due.kind, "/plans").format(due.subject)
    return DueNotice(title=title, when=describe_due_days(lang, due), href=href, due=due)


def describe_due_days(lang: Lang, due: Due) -> str:
    """Its day or days, and how late it is."""
    if due.day is None:
        return ""
    if due.last_day is not None and due.last_day != due.day:
        first, last = day_text(lang, due.day), day_text(lang, due.last_day)
        return choose_filled_text(lang, ("du {} au {}", "{} to {}"), first, last)
    text = day_text(lang, due.day)
    if due.late_days is None:
        return text
    pair = ("{} (en retard d'un jour)", "{} (one day late)")
    if due.late_days > 1:
        pair = ("{} (en retard de {} jours)", "{} ({} days late)")
    return choose_filled_text(lang, pair, text, format_whole_number(lang, due.late_days))


def group_due_by_actor(lang: Lang, morning: Morning) -> tuple[Group, ...]:
    """What is to be done now, by who can act; one's own first."""
    limit = (morning.at + SOON).astimezone(HOME).date()
    found = [one for one in morning.dues if is_for_today(one, limit)]
    groups: dict[str, list[DueNotice]] = {}
    mine = [one for one in found if one.by == morning.organisation]
    for one in (*mine, *(one for one in found if one.by != morning.organisation)):
        who = DESK[one.who] if one.by == morning.organisation else ELSEWHERE
        groups.setdefault(choose_filled_text(lang, who), []).append(build_due_notice(lang, one))
    return tuple(Group(who=who, items=tuple(items)) for who, items in groups.items())


def list_later_notices(lang: Lang, morning: Morning) -> tuple[DueNotice, ...]:
    """What will be due, by day."""
    limit = (morning.at + SOON).astimezone(HOME).date()
    return tuple(
        build_due_notice(lang, one) for one in morning.dues if not is_for_today(one, limit)
    )


def is_for_today(due: Due, limit: date) -> bool:
    """Whether somebody should act now: it is late, has no day, or its day is near.

    A file that is not late comes by itself.
    """
    if due.kind == "deposit":
        return due.late_days is not None
    return due.day is None or due.day <= limit
