"""What is wrong with a form of an agreement, in words: which field, what was found."""

from synergie.errors import (
    BadInput,
    Conflict,
    Overloaded,
    StorageFull,
    SynergieError,
    TooManyRequests,
)
from synergie.reports.trust.agreement_words import STATE, choose_typeset_word
from synergie.server.pages._passing import describe_passing_error
from synergie.server.pages.frame import Visit
from synergie.server.pages.words import build_translator

type Pair = tuple[str, str]

_FIELDS: dict[str, Pair] = {
    "recipient": ("Qui pourra lire", "Who may read"),
    "purpose": ("Pour quoi", "What for"),
    "datasets": ("Quelles données", "Which data"),
    "sites": ("Sur quels lieux", "About which places"),
    "selector": ("Sur quels lieux", "About which places"),
    "perimeter": ("Périmètre nommé", "Named perimeter"),
    "granularity": ("Finesse", "How fine"),
    "data_subject": ("Logement parmi ces lieux", "Home among these places"),
    "consent_refs": ("Consentements", "Consents"),
    "legal_basis": ("Base légale", "Legal basis"),
    "legal_reference": ("Texte cité", "Text cited"),
    "valid_from": ("À partir du", "From"),
    "months": ("Pendant (mois)", "For (months)"),
    "readings_from": ("Mesures faites à partir du", "Readings made from"),
    "data_period": ("Mesures faites à partir du", "Readings made from"),
    "retention_days": ("À effacer après la lecture", "To be deleted after reading"),
    "title": ("Intitulé", "Title"),
    "signature": ("Signature", "Signature"),
    "confirm": ("Confirmation", "Confirmation"),
    "key": ("Clé privée", "Private key"),
    "of": ("À quelle collectivité", "Of which body"),
    "asker": ("Qui demande", "Who asks"),
    "asker_kind": ("Vous êtes", "You are"),
    "why": ("Ce que vous en ferez", "What you will do with it"),
    "things": ("Sur quels lieux ou équipements", "About which places or equipment"),
    "contact": ("Fonction de la personne à joindre", "Function of the person to reach"),
    "address": ("Adresse électronique ou postale", "E-mail or postal address"),
}
_CONFLICTS: dict[str, Pair] = {
    "no key": (
        "Aucune clé de votre organisation n'est gardée ici : signez avec la vôtre.",
        "No key of your organisation is held here: sign with your own.",
    ),
    "ended": (
        "L'usage de la clé gardée ici a pris fin : retirez-la, ou signez avec la vôtre.",
        "The use of the key held here has ended: let it go, or sign with your own.",
    ),
    "sealed elsewhere": (
        "La clé gardée ici a été chiffrée avec un autre secret : retirez-la, puis recommencez.",
        "The key held here was sealed with another secret: let it go, then begin again.",
    ),
    "held": (
        "Une clé est déjà gardée ici : retirez-la d'abord.",
        "A key is held here already: let it go first.",
    ),
    "changed": (
        "Ces termes ne sont pas ceux qui ont été affichés.",
        "These terms are not those that were shown.",
    ),
}


def field_of(error: SynergieError) -> str:
    """The field that *error* is about; empty when it is about none."""
    return error.where.strip("/").partition("/")[0] if isinstance(error, BadInput) else ""


def fault_told(visit: Visit, error: SynergieError) -> str:
    """*error* in a sentence of the visit's language, by the label of its field."""
    if isinstance(error, Conflict):
        return _describe_conflict(visit, error)
    if isinstance(error, TooManyRequests | Overloaded | StorageFull):
        why, again, _ = describe_passing_error(visit, error)[1]
        return f"{why} {again}"
    if isinstance(error, BadInput) and (label := _FIELDS.get(field_of(error))) is not None:
        error = BadInput(visit.say(*label), error.found, error.expected)
    return error.tell(build_translator(visit.lang))


def _describe_conflict(visit: Visit, error: Conflict) -> str:
    if (known := _CONFLICTS.get(error.found)) is not None:
        return visit.say(*known)
    state = next((pair for name, pair in STATE.items() if name == error.found), None)
    if state is None:
        return error.tell(build_translator(visit.lang))
    return visit.say(
        "L'accord est « {} » : cela n'est plus possible.",
        "The agreement is “{}”: this is no longer possible.",
        choose_typeset_word(state, visit.lang),
    )
