"""Refusals that pass: too many requests, a busy server, a full disk; how long to wait, in words."""

from math import ceil

from synergie import errors
from synergie.server.pages._visit import Visit
from synergie.server.pages._words import number

_MINUTE, _HOUR = 60, 3600


def seconds_of(after: float) -> int:
    """The whole seconds of `Retry-After` (RFC 9110 §10.2.3), not less than one."""
    return max(1, ceil(after))


def passing(
    visit: Visit, error: errors.TooManyRequests | errors.Overloaded | errors.StorageFull
) -> tuple[str, tuple[str, ...]]:
    """The title and the sentences of the page: what happened, when to come back, what was kept."""
    say, wait = visit.say, waited(visit, error.retry_after)
    again = say("Réessayez dans {}.", "Try again in {}.", wait)
    kept = (
        say("Rien n'a été perdu.", "Nothing was lost.")
        if visit.request.method in ("GET", "HEAD")
        else say("Rien n'a été enregistré.", "Nothing was stored.")
    )
    match error:
        case errors.TooManyRequests():
            why = say(
                "Trop de demandes sont venues de cette connexion en peu de temps.",
                "Too many requests came from this connection in a short time.",
            )
            return say("Trop de demandes", "Too many requests"), (why, again, kept)
        case errors.StorageFull():
            full = say(
                "Le disque du serveur est plein : lire reste possible, rien ne peut être "
                "enregistré. La personne qui tient le serveur peut faire de la place.",
                "The disk of the server is full: reading goes on, nothing can be stored. Whoever "
                "runs the server can make room.",
            )
            return say("Plus de place", "No room left"), (full, again, kept)
        case _:
            busy = say(
                "Le serveur est occupé, ou sa base de données ne répond pas pour l'instant.",
                "The server is busy, or its database does not answer for now.",
            )
            return say("Réessayez dans un instant", "Try again in a moment"), (busy, again, kept)


def waited(visit: Visit, after: float) -> str:
    """How long to wait, rounded up: 40 secondes, 15 minutes, 2 heures."""
    seconds, say = seconds_of(after), visit.say
    for unit, one_fr, one_en in ((_HOUR, "heure", "hour"), (_MINUTE, "minute", "minute")):
        if seconds > unit * 3 // 2:
            n = ceil(seconds / unit)
            return say(f"{{}} {one_fr}s", f"{{}} {one_en}s", number(visit.lang, n))
    many = "s" if seconds > 1 else ""
    return say(f"{{}} seconde{many}", f"{{}} second{many}", number(visit.lang, seconds))
