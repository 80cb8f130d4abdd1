"""Refusals that pass: too many requests, a busy server, a full disk; how long to wait, in words."""

from math import ceil

from synergie import errors
from synergie.server.pages.visit import Visit
from synergie.server.pages.words import format_page_number
from synergie.server.problems import seconds_of

_MINUTE, _HOUR = 60, 3600
_SAFE = ("GET", "HEAD")
_LONG_S = 600.0
"""A server that is busy says to come back in seconds; one that holds all it may, much later."""


def describe_passing_error(
    visit: Visit, error: errors.TooManyRequests | errors.Overloaded | errors.StorageFull
) -> tuple[str, tuple[str, str, str]]:
    """The title and the sentences of the page: what happened, when to come back, what was kept."""
    say, wait = visit.say, format_waiting_time(visit, error.retry_after)
    reads = visit.request.method in _SAFE
    again = say("Réessayez dans {}.", "Try again in {}.", wait)
    kept = (
        say("Rien n'a été perdu.", "Nothing was lost.")
        if reads
        else say("Rien n'a été enregistré.", "Nothing was stored.")
    )
    match error:
        case errors.TooManyRequests():
            return say("Trop de demandes", "Too many requests"), (
                _describe_excess_callers(visit),
                again,
                kept,
            )
        case errors.StorageFull():
            full = _describe_full_disk(visit, reads=reads)
            return say("Plus de place", "No room left"), (full, again, kept)
        case errors.Overloaded(retry_after=after) if after >= _LONG_S:
            most = say(
                "Le serveur garde déjà autant de demandes de ce genre qu'il le peut.",
                "The server already holds as many requests of this kind as it may.",
            )
            return say("Réessayez plus tard", "Try again later"), (most, again, kept)
        case _:
            busy = say(
                "Le serveur est occupé, ou sa base de données ne répond pas pour l'instant.",
                "The server is busy, or its database does not answer for now.",
            )
            return say("Réessayez dans un instant", "Try again in a moment"), (busy, again, kept)


def _describe_excess_callers(visit: Visit) -> str:
    """Of whom there were too many: of an account and its organisation when one is logged in."""
    if visit.visitor is None:
        return visit.say(
            "Trop de demandes sont venues de cette connexion en peu de temps.",
            "Too many requests came from this connection in a short time.",
        )
    return visit.say(
        "Trop de demandes sont venues de votre organisation ou de cette connexion en peu de temps.",
        "Too many requests came from your organisation or from this connection in a short time.",
    )


def _describe_full_disk(visit: Visit, *, reads: bool) -> str:
    """What a full disk stops: what is read here, when the journal has to tell of it first."""
    stopped = (
        visit.say(
            "ce que vous demandiez s'inscrit d'abord au journal, ou se prépare en fichier, et "
            "doit attendre",
            "what you asked for goes into the journal first, or is made as a file, and has to wait",
        )
        if reads
        else visit.say(
            "lire reste possible, rien ne peut être enregistré",
            "reading goes on, nothing can be stored",
        )
    )
    return visit.say(
        "Le disque du serveur est plein : {}. La personne qui tient le serveur peut faire de la "
        "place.",
        "The disk of the server is full: {}. Whoever runs the server can make room.",
        stopped,
    )


def format_waiting_time(visit: Visit, after: float) -> str:
    """How long to wait, rounded up: 40 secondes, 15 minutes, 2 heures."""
    seconds, say = seconds_of(after), visit.say
    for unit, one_fr, one_en in ((_HOUR, "heure", "hour"), (_MINUTE, "minute", "minute")):
        if seconds > unit * 3 // 2:
            n = ceil(seconds / unit)
            return say(f"{{}} {one_fr}s", f"{{}} {one_en}s", format_page_number(visit.lang, n))
    many = "s" if seconds > 1 else ""
    return say(f"{{}} seconde{many}", f"{{}} second{many}", format_page_number(visit.lang, seconds))
