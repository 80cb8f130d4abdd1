"""An agreement clause by clause, in French: what binds, and what that means for people.

Every term that is signed is in one of them; what does not stand in the terms (how to end it, how
to change it) follows from the states of an agreement (`policy.agreement`).
"""

from collections.abc import Callable, Mapping

from synergie.policy.sentence import DATA, FIELD, GRAIN, PURPOSE, day, listed, things
from synergie.policy.terms import needs_consents
from synergie.schemas.agreement import (
    Agreement,
    Dataset,
    DataSubject,
    Direction,
    Grant,
    LegalBasis,
)
from synergie.schemas.clause import Clause, ClauseKey, Clauses

type Names = Mapping[str, str]
"""Official name of each organisation."""

_BASIS: dict[LegalBasis, str] = {
    "contract": "un contrat entre les parties",
    "public_task": "une mission d'intérêt public",
    "consent": "le consentement des personnes concernées",
    "own_data": "le droit du détenteur de disposer de ses propres données",
}
_SUBJECT: dict[DataSubject, str] = {
    "legal_person": "des personnes morales",
    "natural_person": "des personnes physiques",
    "mixed": "des personnes morales et des personnes physiques",
}
_DIRECTION: dict[Direction, tuple[str, str]] = {
    "read": ("la lecture seule", "Il peut regarder, il ne peut rien modifier ni envoyer."),
    "write": (
        "la lecture et l'envoi",
        (
            "Il peut regarder, et envoyer des données au nom du détenteur ; chaque envoi est "
            "inscrit au journal et peut être annulé."
        ),
    ),
}
_SEEN: dict[Dataset, str] = {
    "consumption": "les points de livraison et ce qu'ils consomment",
    "assets": "les sites, les armoires et les points lumineux",
    "work_orders": "les travaux faits ou demandés",
    "contracts": "ce qui est souscrit, et les lignes des factures",
    "needs": "les points, les volumes et le mandat déclarés pour un achat groupé",
}
_FINE: dict[Grant, str] = {
    "raw": "Chaque valeur du compteur peut être lue, telle qu'elle a été mesurée. À ce pas, la "
    "courbe montre les habitudes d'un lieu : heures d'ouverture, présence.",
    "half_hour": "La consommation peut être lue demi-heure par demi-heure. À ce pas, la courbe "
    "montre les habitudes d'un lieu : heures d'ouverture, présence.",
    "hour": "La consommation peut être lue heure par heure. À ce pas, la courbe montre les "
    "habitudes d'un lieu : heures d'ouverture, présence.",
    "day": "La consommation peut être lue jour par jour, jamais heure par heure.",
    "month": "La consommation peut être lue mois par mois, jamais jour par jour.",
    "year": "La consommation peut être lue année par année, jamais mois par mois.",
    "aggregate": "Seules des sommes sur des groupes assez grands sont données ; aucun point ne "
    "peut être regardé seul.",
}


def clauses(agreement: Agreement, names: Names) -> Clauses:
    """Every clause of *agreement*; *names*: the organisations, by identifier."""
    told = (_ONE[key](agreement, names) for key in _ONE)
    made = (
        Clause(key=key, title=_TITLE[key], text=text, meaning=meaning)
        for key, (text, meaning) in zip(_ONE, told, strict=True)
    )
    return Clauses(
        agreement=agreement.id,
        version=agreement.version,
        terms_sha256=agreement.terms_sha256,
        clauses=tuple(made),
    )


type _Told = tuple[str, str]


def _parties(agreement: Agreement, names: Names) -> _Told:
    terms = agreement.terms
    owner, recipient = _name(terms.owner, names), _name(terms.recipient, names)
    return (
        (
            f"Le présent accord lie {owner}, détenteur des données (« le détenteur »), et "
            f"{recipient}, qui les reçoit (« le destinataire »)."
        ),
        "Ce sont les deux seules parties. Le serveur exécute l'accord ; il n'en est pas partie.",
    )


def _data(agreement: Agreement, _names: Names) -> _Told:
    terms = agreement.terms
    kinds = [name for name in DATA if name in terms.datasets]
    return (
        f"Le détenteur ouvre ses données de {listed(DATA[name] for name in kinds)}.",
        f"Le destinataire voit {listed(_SEEN[name] for name in kinds)} : rien d'autre.",
    )


def _things(agreement: Agreement, _names: Names) -> _Told:
    return (
        (
            f"L'accord porte sur {things(agreement.terms.selector)}, désignés un à un par leur "
            "identifiant ; un site comprend ses points de livraison, un point de livraison ses "
            "séries, une armoire ses points lumineux."
        ),
        (
            "La liste est figée à la signature. Un lieu ajouté plus tard n'est pas couvert : il "
            "faut une nouvelle version, signée à nouveau par les deux parties."
        ),
    )


def _granularity(agreement: Agreement, _names: Names) -> _Told:
    terms = agreement.terms
    grain = GRAIN[terms.granularity]
    scheme = f" selon le découpage {terms.cell_scheme}" if terms.cell_scheme else ""
    most = "" if terms.granularity == "aggregate" else ", au plus fin"
    return (
        f"Les courbes sont ouvertes {grain}{scheme}{most}.",
        f"{_FINE[terms.granularity]} Une demande plus fine est refusée.",
    )


def _fields(agreement: Agreement, _names: Names) -> _Told:
    fields = agreement.terms.fields
    if not fields:
        return (
            "Aucune information complémentaire n'est ouverte.",
            (
                "Le numéro du point de livraison, la puissance maximale et l'énergie annuelle "
                "restent cachés."
            ),
        )
    return (
        f"Sont ouverts en plus : {listed(FIELD[one] for one in fields)}.",
        (
            "Ces informations sont plus précises que le reste : elles ne sont données que parce "
            "que l'accord les nomme."
        ),
    )


def _direction(agreement: Agreement, _names: Names) -> _Told:
    allowed, meaning = _DIRECTION[agreement.terms.direction]
    return f"L'accord permet {allowed}.", f"Le destinataire : {meaning[0].lower()}{meaning[1:]}"


def _purpose(agreement: Agreement, _names: Names) -> _Told:
    purpose = PURPOSE[agreement.terms.purpose]
    return (
        f"Les données servent à une seule finalité : {purpose}.",
        "Tout autre usage est interdit. Une autre finalité demande un autre accord.",
    )


def _legal_basis(agreement: Agreement, _names: Names) -> _Told:
    terms = agreement.terms
    cited = f" ({terms.legal_reference})" if terms.legal_reference else ""
    return (
        f"Le partage repose sur {_BASIS[terms.legal_basis]}{cited}.",
        (
            "C'est le détenteur qui juge qu'il a le droit de partager ; le logiciel l'enregistre "
            "et ne le vérifie pas."
        ),
    )


def _persons(agreement: Agreement, _names: Names) -> _Told:
    terms = agreement.terms
    n = len(terms.consent_refs)
    text = f"Les données concernent {_SUBJECT[terms.data_subject]}."
    if n:
        held = "un consentement enregistré" if n == 1 else f"{n} consentements enregistrés"
        text += f" L'accord s'appuie sur {held} par le détenteur."
    if terms.data_subject == "legal_person" and not n:
        return text, (
            "Aucune donnée d'habitant n'est visée. Si un logement en fait partie, l'accord doit le "
            "dire."
        )
    if needs_consents(terms):
        return text, (
            "Les personnes ont dit oui, pour cette finalité. Chacune peut retirer son accord à "
            "tout moment auprès du détenteur, aussi simplement qu'elle l'a donné : sa courbe est "
            "fermée dès la demande suivante. Le destinataire ne sait pas qui elles sont."
        )
    return text, (
        "À ce pas, le logiciel n'exige pas l'accord de chaque personne ; chacune peut s'opposer "
        "auprès du détenteur."
    )


def _data_period(agreement: Agreement, _names: Names) -> _Told:
    period = agreement.terms.data_period
    text = f"Sont ouvertes les mesures faites à partir du {day(period.start)}"
    if period.end is None:
        return f"{text}, sans date de fin.", (
            "Les mesures plus anciennes restent fermées ; les nouvelles s'ajoutent tant que "
            "l'accord est en vigueur."
        )
    return (
        f"{text} et avant le {day(period.end)}.",
        "Les mesures faites avant ou après restent fermées, même si l'accord est en vigueur.",
    )


def _validity(agreement: Agreement, _names: Names) -> _Told:
    terms = agreement.terms
    return (
        (
            f"L'accord est en vigueur du {day(terms.valid_from)} au {day(terms.valid_until)} "
            "(fuseau de Paris)."
        ),
        "Avant et après, rien n'est ouvert. À la fin, l'accès s'arrête tout seul.",
    )


def _retention(agreement: Agreement, _names: Names) -> _Told:
    days = agreement.terms.retention_days
    count = "un jour" if days == 1 else f"{days} jours"
    return (
        f"Le destinataire efface ce qu'il a lu au plus tard {count} après l'avoir lu.",
        (
            "Cette obligation voyage avec chaque envoi. Le serveur ne peut pas effacer chez le "
            "destinataire : c'est son engagement."
        ),
    )


def _onward(agreement: Agreement, _names: Names) -> _Told:
    if agreement.terms.onward == "open_data":
        return (
            "Le destinataire peut publier les sommes, et elles seules.",
            (
                "Les sommes publiées portent sur des groupes assez grands pour qu'aucun lieu ne "
                "soit reconnu. Rien de plus fin n'est transmis à qui que ce soit."
            ),
        )
    return (
        "Le destinataire ne transmet les données à personne.",
        "Ni à un sous-traitant, ni à un autre service, ni au public, sans un autre accord.",
    )


def _programs(agreement: Agreement, _names: Names) -> _Told:
    programs = agreement.terms.recipient_clients
    if not programs:
        return (
            "Tous les programmes enregistrés du destinataire peuvent s'en servir.",
            "Chaque lecture est inscrite au journal avec le programme qui l'a faite.",
        )
    return (
        f"Seuls s'en servent ces programmes du destinataire : {listed(programs)}.",
        "Un autre programme du destinataire est refusé. Chaque lecture est inscrite au journal.",
    )


def _end(_agreement: Agreement, _names: Names) -> _Told:
    return (
        (
            "Le détenteur peut suspendre ou révoquer l'accord à tout moment ; le destinataire peut "
            "y mettre fin à tout moment. L'exploitant du serveur peut le suspendre."
        ),
        (
            "Sans motif ni préavis, l'effet est immédiat : la demande suivante est refusée, un "
            "export en cours s'arrête. Une personne qui s'oppose s'adresse au détenteur. Un accord "
            "révoqué ou terminé ne reprend jamais."
        ),
    )


def _change(agreement: Agreement, _names: Names) -> _Told:
    return (
        (
            f"Le présent texte est la version {agreement.version}. Tout changement est une "
            "nouvelle version, signée à nouveau par les deux parties ; la précédente reste en "
            "vigueur jusque-là et reste lisible ensuite."
        ),
        (
            "Personne ne peut changer seul un mot de cet accord : l'empreinte signée ne serait "
            "plus la même."
        ),
    )


def _name(organisation: str, names: Names) -> str:
    known = names.get(organisation)
    return organisation if known is None or known == organisation else f"{known} ({organisation})"


_ONE: dict[ClauseKey, Callable[[Agreement, Names], _Told]] = {
    "parties": _parties,
    "data": _data,
    "things": _things,
    "granularity": _granularity,
    "fields": _fields,
    "direction": _direction,
    "purpose": _purpose,
    "legal_basis": _legal_basis,
    "persons": _persons,
    "data_period": _data_period,
    "validity": _validity,
    "retention": _retention,
    "onward": _onward,
    "programs": _programs,
    "end": _end,
    "change": _change,
}
_TITLE: dict[ClauseKey, str] = {
    "parties": "Les parties",
    "data": "Ce qui est ouvert",
    "things": "Les lieux et équipements désignés",
    "granularity": "La finesse des courbes",
    "fields": "Les informations complémentaires",
    "direction": "Lire ou envoyer",
    "purpose": "La finalité",
    "legal_basis": "La base légale",
    "persons": "Les personnes concernées",
    "data_period": "La période des mesures",
    "validity": "La durée de l'accord",
    "retention": "La conservation",
    "onward": "La transmission à d'autres",
    "programs": "Les programmes du destinataire",
    "end": "Suspendre, révoquer, s'opposer",
    "change": "Changer l'accord",
}
