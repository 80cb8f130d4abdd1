"""What the clauses of an agreement are made with: whose words, in which language, and the tables.

French first, English beside: both tell the same terms.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from synergie.policy.readings.sentence import Lang, Pair, choose_language_words, format_paris_day
from synergie.schemas.trust.agreement import (
    Agreement,
    Dataset,
    DataSubject,
    Direction,
    Grant,
    LegalBasis,
    Terms,
)
from synergie.schemas.trust.clause import ClauseKey

type Names = Mapping[str, str]
"""Official name of each organisation."""

type Told = tuple[str, str]
"""A clause as it binds, and what it means."""


@dataclass(frozen=True, slots=True)
class Case:
    """One agreement to be told, the names of its parties, and the language."""

    agreement: Agreement
    names: Names
    lang: Lang

    @property
    def terms(self) -> Terms:
        """What is told."""
        return self.agreement.terms

    def say(self, fr: str, en: str) -> str:
        """The one of two texts that is in the language."""
        return choose_language_words((fr, en), self.lang)

    def pick(self, pair: Pair) -> str:
        """The word of a table."""
        return choose_language_words(pair, self.lang)

    def day(self, moment: datetime) -> str:
        """The civil day in Paris."""
        return format_paris_day(moment, lang=self.lang)

    def name(self, organisation: str) -> str:
        """The official name with the identifier; an unknown one by that alone."""
        known = self.names.get(organisation)
        if known is None or known == organisation:
            return organisation
        return f"{known} ({organisation})"


BASIS: dict[LegalBasis, Pair] = {
    "contract": ("un contrat entre les parties", "a contract between the parties"),
    "public_task": ("une mission d'intérêt public", "a task in the public interest"),
    "consent": ("le consentement des personnes concernées", "the consent of the persons concerned"),
    "own_data": (
        "le droit du détenteur de disposer de ses propres données",
        "the owner's right to dispose of its own data",
    ),
}
SUBJECT: dict[DataSubject, Pair] = {
    "legal_person": ("des personnes morales", "legal persons"),
    "natural_person": ("des personnes physiques", "natural persons"),
    "mixed": (
        "des personnes morales et des personnes physiques",
        "legal persons and natural persons",
    ),
}
DIRECTION: dict[Direction, tuple[Pair, Pair]] = {
    "read": (
        ("la lecture seule", "reading only"),
        (
            "il peut regarder, il ne peut rien modifier ni envoyer.",
            "it may look; it may change and send nothing.",
        ),
    ),
    "write": (
        ("la lecture et l'envoi", "reading and sending"),
        (
            (
                "il peut regarder, et envoyer des données au nom du détenteur ; chaque envoi est "
                "inscrit au journal et peut être annulé."
            ),
            (
                "it may look, and send data in the owner's name; each sending is written in the "
                "journal and can be undone."
            ),
        ),
    ),
}
SEEN: dict[Dataset, Pair] = {
    "consumption": (
        "les points de livraison et ce qu'ils consomment",
        "the delivery points and what they consume",
    ),
    "assets": (
        "les sites, les armoires et les points lumineux",
        "the sites, the cabinets and the light points",
    ),
    "work_orders": ("les travaux faits ou demandés", "the works done or asked for"),
    "contracts": (
        "ce qui est souscrit, et les lignes des factures",
        "what is subscribed, and the lines of the bills",
    ),
    "needs": (
        "les points, les volumes et le mandat déclarés pour un achat groupé",
        "the points, the volumes and the mandate declared for a pooled purchase",
    ),
}
FINE: dict[Grant, Pair] = {
    "raw": (
        (
            "Chaque valeur du compteur peut être lue, telle qu'elle a été mesurée. À ce pas, la "
            "courbe montre les habitudes d'un lieu : heures d'ouverture, présence."
        ),
        (
            "Each value of the meter can be read as it was measured. At this step the curve shows "
            "the habits of a place: opening hours, presence."
        ),
    ),
    "half_hour": (
        (
            "La consommation peut être lue demi-heure par demi-heure. À ce pas, la courbe "
            "montre les habitudes d'un lieu : heures d'ouverture, présence."
        ),
        (
            "Consumption can be read half-hour by half-hour. At this step the curve shows the "
            "habits of a place: opening hours, presence."
        ),
    ),
    "hour": (
        (
            "La consommation peut être lue heure par heure. À ce pas, la courbe montre les "
            "habitudes d'un lieu : heures d'ouverture, présence."
        ),
        (
            "Consumption can be read hour by hour. At this step the curve shows the habits of a "
            "place: opening hours, presence."
        ),
    ),
    "day": (
        "La consommation peut être lue jour par jour, jamais heure par heure.",
        "Consumption can be read day by day, never hour by hour.",
    ),
    "month": (
        "La consommation peut être lue mois par mois, jamais jour par jour.",
        "Consumption can be read month by month, never day by day.",
    ),
    "year": (
        "La consommation peut être lue année par année, jamais mois par mois.",
        "Consumption can be read year by year, never month by month.",
    ),
    "aggregate": (
        (
            "Seules des sommes sur des groupes assez grands sont données ; aucun point ne "
            "peut être regardé seul."
        ),
        "Only sums over groups that are large enough are given; no point can be looked at alone.",
    ),
}
TITLE: dict[ClauseKey, Pair] = {
    "parties": ("Les parties", "The parties"),
    "data": ("Ce qui est ouvert", "What is opened"),
    "things": ("Les lieux et équipements désignés", "The places and equipment that are named"),
    "granularity": ("La finesse des courbes", "How fine the curves are"),
    "fields": ("Les informations complémentaires", "Further information"),
    "direction": ("Lire ou envoyer", "To read or to send"),
    "purpose": ("La finalité", "The purpose"),
    "legal_basis": ("La base légale", "The legal basis"),
    "persons": ("Les personnes concernées", "The persons concerned"),
    "data_period": ("La période des mesures", "The period of the readings"),
    "validity": ("La durée de l'accord", "How long the agreement lasts"),
    "retention": ("La conservation", "How long data are kept"),
    "onward": ("La transmission à d'autres", "Passing on to others"),
    "programs": ("Les programmes du destinataire", "The recipient's programs"),
    "end": ("Suspendre, révoquer, s'opposer", "To suspend, to revoke, to object"),
    "change": ("Changer l'accord", "To change the agreement"),
}
