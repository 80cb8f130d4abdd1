"""An access in one plain French sentence: who read what of whom, and under which agreement."""

from collections.abc import Mapping
from datetime import datetime

from synergie.calendar import load_time_zone
from synergie.schemas.trust.agreement import Dataset, Grant
from synergie.schemas.trust.journal import JournalEvent, JournalRecord

_VERB: dict[JournalEvent, str] = {
    "data.read": "a lu",
    "data.exported": "a reçu par export",
    "export.made": "a fait préparer un export de",
    "part.read": "a lu sa part d'un plan commun parmi",
    "voice.read": "a lu, pour les peser, les préférences exprimées parmi",
    "access.refused": "n'a pas pu lire",
    "aggregate.held": "a refusé un acte qui aurait laissé résoudre une somme publiée sur",
}
_DATA: dict[Dataset, str] = {
    "consumption": "des données de consommation",
    "assets": "des données de patrimoine",
    "work_orders": "des données d'interventions",
    "contracts": "des données de contrats",
    "needs": "des besoins d'achat",
}
_GRAIN: dict[Grant, str] = {
    "raw": "au pas de mesure",
    "half_hour": "à la demi-heure",
    "hour": "à l'heure",
    "day": "au jour",
    "month": "au mois",
    "year": "à l'année",
    "aggregate": "en agrégats",
}
_REASON: dict[str, str] = {
    "no_agreement": "aucun accord en vigueur",
    "not_started": "l'accord n'a pas commencé",
    "signature": "l'accord n'est plus ce qui a été signé",
    "ended": "l'accord a pris fin",
    "suspended": "l'accord est suspendu",
    "direction": "l'accord n'ouvre pas cet acte",
    "dataset": "l'accord n'ouvre pas ces données",
    "selector": "l'accord ne désigne pas cet objet",
    "purpose": "l'accord a une autre finalité",
    "period": "hors de la période de l'accord",
    "granularity_too_fine": "plus fin que l'accord ne l'ouvre",
    "token_narrower": "hors de ce que le programme avait demandé",
}
_LISTED = 3


def access_sentence(record: JournalRecord, names: Mapping[str, str]) -> str:
    """*record* in French; *names* gives the name of an organisation for its identifier."""
    verb = _VERB.get(record.event, "a agi sur")
    parts = (
        f"Le {_format_paris_moment(record.at)},",
        f"{_format_organisation(record.by, names)} {verb} {_describe_dataset(record)}",
        f"de {_format_organisation(record.owner, names)}" if record.owner else "",
        _describe_subjects(record),
        _GRAIN[record.granularity] if record.granularity else "",
        _describe_period(record),
        f"en vertu de l'accord {record.agreement}" if record.agreement else "",
    )
    told = " ".join(part for part in parts if part)
    return f"{told} : {_describe_refusal(record.reason)}." if record.reason else f"{told}."


def _describe_dataset(record: JournalRecord) -> str:
    return "des données" if record.dataset is None else _DATA[record.dataset]


def _describe_subjects(record: JournalRecord) -> str:
    n = len(record.subjects)
    if n == 0:
        return ""
    if n <= _LISTED:
        return f"({', '.join(record.subjects)})"
    return f"({n} objets)"


def _describe_period(record: JournalRecord) -> str:
    if record.start is None or record.end is None:
        return ""
    return f"du {_format_paris_moment(record.start)} au {_format_paris_moment(record.end)}"


def _describe_refusal(code: str) -> str:
    return f"refusé, {_REASON.get(code, code)}"


def _format_organisation(organisation: str | None, names: Mapping[str, str]) -> str:
    told = str(organisation)
    return f"{names[told]} ({told})" if told in names else told


def _format_paris_moment(moment: datetime) -> str:
    return f"{moment.astimezone(load_time_zone('Europe/Paris')):%d/%m/%Y à %H:%M}"
