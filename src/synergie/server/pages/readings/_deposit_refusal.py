"""A dropped file that was not taken: what was kept of it, why, and the way out."""

from dataclasses import dataclass

from synergie.errors import (
    NotAllowed,
    NotUndone,
    Overloaded,
    ServerFault,
    StorageFull,
    SynergieError,
)
from synergie.exchange.readings.depot import Fault
from synergie.schemas.trust.account import least_role
from synergie.server.pages.readings._deposit_view import fault
from synergie.server.pages.visit import Visit

_DEPOSIT = "deposits:write"


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the page of a refused file says, in sentences."""

    title: str
    kept: str
    why: str
    ways: tuple[str, ...]


def build_deposit_refusal(visit: Visit, told: Fault) -> Refusal:
    """Why a file was refused, in the visit's language."""
    error = told.error
    if isinstance(error, NotUndone):
        return _build_part_stored(visit, error)
    if told.cuts:
        return _build_storing_cut(visit, _describe_storing_cause(visit, error))
    return _build_nothing_stored(
        visit, f"{fault(visit, error)}.", role_lost=isinstance(error, NotAllowed)
    )


def _describe_storing_cause(visit: Visit, error: SynergieError) -> str:
    """What cut the storing of a file that was right."""
    match error:
        case StorageFull():
            return visit.say(
                "Le disque du serveur est plein ; la personne qui tient le serveur peut faire de "
                "la place.",
                "The disk of the server is full; whoever runs the server can make room.",
            )
        case Overloaded():
            return visit.say(
                "Le serveur était occupé, ou sa base de données ne répondait pas.",
                "The server was busy, or its database did not answer.",
            )
        case ServerFault():
            return visit.say(
                "Erreur de notre côté ; si elle revient, donnez cette référence à la personne qui "
                "tient le serveur : {}.",
                "Our fault; if it comes back, give this reference to whoever runs the server: {}.",
                error.reference,
            )
        case _:
            return f"{fault(visit, error)}."


def _build_nothing_stored(visit: Visit, why: str, *, role_lost: bool) -> Refusal:
    again = visit.say(
        "Le fichier n'est plus ici. Corrigez-le, ou demandez-le de nouveau à qui le fait, puis "
        "déposez-le. La page du dépôt liste les formats reconnus.",
        "The file is here no more. Mend it, or ask whoever makes it for it again, then drop it. "
        "The page of deposits lists the known formats.",
    )
    other = visit.say(
        "Le fichier n'est plus ici. Une personne dont le rôle est au moins « {} » peut le déposer "
        "de nouveau.",
        "The file is here no more. Somebody whose role is at least “{}” can drop it again.",
        _get_deposit_role(visit),
    )
    return Refusal(
        visit.say("Fichier refusé", "File refused"),
        visit.say("Rien n'a été enregistré.", "Nothing was stored."),
        why,
        (other if role_lost else again,),
    )


def _build_storing_cut(visit: Visit, why: str) -> Refusal:
    return Refusal(
        visit.say("Enregistrement interrompu", "Storing was cut"),
        visit.say(
            "Une partie de ce fichier a pu être enregistrée.",
            "A part of this file may have been stored.",
        ),
        why,
        (
            visit.say(
                "Déposez de nouveau le même fichier : il reprend où il en était, rien n'est compté "
                "deux fois. Son compte rendu permettra ensuite de l'annuler en entier.",
                "Drop the same file again: it goes on from there, nothing is counted twice. Its "
                "report then lets you undo all of it.",
            ),
        ),
    )


def _build_part_stored(visit: Visit, error: NotUndone) -> Refusal:
    say = visit.say
    return Refusal(
        say("Dépôt arrêté", "Deposit stopped"),
        say(
            "Une partie de ce fichier est restée enregistrée.", "A part of this file stays stored."
        ),
        say(
            "Pendant la lecture, votre compte a changé : il ne permet plus de déposer. Ce qui "
            "avait été écrit (dépôt {}) n'a pas pu être défait, parce qu'un envoi plus récent "
            "s'appuie dessus ({}).",
            "While the file was read your account changed: it does not deposit any more. What had "
            "been written (deposit {}) could not be undone, for a later one stands on it ({}).",
            error.deposit,
            error.later,
        ),
        (
            say(
                "Une personne de votre organisation dont le rôle est au moins « {} » peut agir.",
                "Somebody of your organisation whose role is at least “{}” can act.",
                _get_deposit_role(visit),
            ),
            say(
                "Pour garder ces données, elle dépose de nouveau le même fichier : il reprend où "
                "il en était, rien n'est compté deux fois.",
                "To keep these data they drop the same file again: it goes on from there, nothing "
                "is counted twice.",
            ),
            say(
                "Pour les retirer, elle annule d'abord {}, puis {} : depuis la page du dépôt, ou "
                "par synergie deposit --undo.",
                "To take them back they undo {} first, then {}: on the page of the deposit, or by "
                "synergie deposit --undo.",
                error.later,
                error.deposit,
            ),
            say(
                "La personne qui tient les comptes peut vous rendre votre rôle.",
                "The keeper of the accounts can give you your role back.",
            ),
        ),
    )


def _get_deposit_role(visit: Visit) -> str:
    role = least_role(_DEPOSIT)
    return "" if role is None else visit.role(role)
