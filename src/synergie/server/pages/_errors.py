"""Errors on pages, as pages: what happened, what was kept, and the way out."""

from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import Headers, QueryParams
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.types import Scope

from synergie import errors
from synergie.schemas.trust.account import least_role
from synergie.server.house import get_services
from synergie.server.intake import likes_pages
from synergie.server.log import logger
from synergie.server.pages._passing import describe_passing_error
from synergie.server.pages._typed import Forged, FormToResend
from synergie.server.pages.visit import Visit, build_site_link, lang_of, render_template_page
from synergie.server.pages.words import build_translator, format_page_number
from synergie.server.problems import note, seconds_of
from synergie.server.wall_clock import CLOCK

_FORBIDDEN = 403
_SAFE = ("GET", "HEAD")
_PROGRAMS = (
    "/v1", "/ogc/own", "/ogc/agreements", "/token", "/revoke", "/introspect", "/jwks", "/health",
    "/.well-known", "/docs", "/openapi.json", "/pages",
)  # fmt: skip
"""Where programs ask: their errors are problem documents (RFC 9457), whatever they accept."""
_OGC = "/ogc"
"""Where a form can be asked for by `f`: an error comes in it, too."""
_SENT_AGAIN = (
    errors.TooManyRequests, errors.Overloaded, errors.StorageFull, errors.ServerFault,
)  # fmt: skip
"""What a form may meet and be right all the same: sent once more, it may be taken."""
_MENDED = (errors.BadInput, errors.Conflict)
"""What a form meets that has to be changed, or that came too late."""


class Leave(Exception):
    """The request is answered by `response`, from wherever it is."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


@dataclass(frozen=True, slots=True)
class ErrorView:
    """A title, sentences, and the way out: an address and its words."""

    title: str
    sentences: tuple[str, ...]
    way: str
    way_text: str


async def render_error_page(request: Request, error: Exception) -> Response:
    """*error* as the page that a person sees."""
    visit = getattr(request.state, "visit", None) or _build_stranger_visit(request)
    if isinstance(error, Leave):
        return error.response
    if isinstance(error, FormToResend):
        return _render_form_again(visit, error, HTTPStatus.CONFLICT)
    if isinstance(error, Forged):
        note(request.scope, errors.NotAllowed("forged_form"))
        return _render_error_view(visit, _FORBIDDEN, _describe_forged_form(visit))
    known = _convert_to_own_error(error)
    if isinstance(known, errors.NotAuthenticated) and request.method in ("GET", "HEAD"):
        return RedirectResponse("/entrer?" + urlencode({"vers": visit.path}), 303)
    if known is None:
        known = _log_server_fault(request, error)
    else:
        note(request.scope, known)
    status = get_services(request).problems.document(known).status
    answer = _render_returned_form(visit, known, status) or _render_error_view(
        visit, status, _build_error_view(visit, known)
    )
    _set_retry_after(answer, known)
    return answer


def render_refusal_page(scope: Scope, error: errors.SynergieError) -> Response | None:
    """*error*, met outside the routes of pages, for who asked for a page; None for a program."""
    if not _for_people(scope):
        return None
    request = Request(scope)
    problems = get_services(request).problems
    visit = _build_stranger_visit(request)
    answer = _render_error_view(
        visit, problems.document(error).status, _build_error_view(visit, error)
    )
    _set_retry_after(answer, error)
    return answer


def _for_people(scope: Scope) -> bool:
    """Whether a page is asked for, at a path that is not a program's; under `/ogc` `f` says it."""
    path = scope["path"]
    if any(path == root or path.startswith(f"{root}/") for root in _PROGRAMS):
        return False
    if path == _OGC or path.startswith(f"{_OGC}/"):
        form = QueryParams(scope.get("query_string", b"")).get("f")
        if form in ("html", "json"):
            return form == "html"
    return likes_pages(Headers(scope=scope))


def _set_retry_after(answer: Response, error: errors.SynergieError) -> None:
    if (after := getattr(error, "retry_after", None)) is not None:
        answer.headers["Retry-After"] = str(seconds_of(after))


def _build_stranger_visit(request: Request) -> Visit:
    # The wall: a page that says that the clock is off cannot wait until it is right.
    return Visit(request=request, lang=lang_of(request), now=CLOCK.wall())


def _convert_to_own_error(error: Exception) -> errors.SynergieError | None:
    """*error* as one of the house; None when it is a fault of ours."""
    if isinstance(error, RequestValidationError):
        return errors.BadInput("/", errors.Words("a part of the address"), "what the page takes")
    if isinstance(error, HTTPException):
        return errors.NotFound()
    return error if isinstance(error, errors.SynergieError) else None


def _log_server_fault(request: Request, error: Exception) -> errors.ServerFault:
    reference = str(getattr(request.state, "trace_id", ""))
    logger().error("request.failed", trace_id=reference, exc_info=error)
    return errors.ServerFault(reference)


def _render_error_view(visit: Visit, status: int, view: ErrorView) -> Response:
    return render_template_page(visit, "error.html", status=status, view=view)


def _render_returned_form(
    visit: Visit, error: errors.SynergieError, status: int
) -> Response | None:
    """The form that met *error*, on a page that shows it; None when none was read.

    To be sent again as it is, or to be read by whoever mends it. None for one with a secret, too:
    that is never shown, so there is nothing to send.
    """
    form = getattr(visit.request.state, "brought", None)
    if form is None or not isinstance(error, (*_SENT_AGAIN, *_MENDED)):
        return None
    kept, as_it_is = FormToResend(form, ended=False), isinstance(error, _SENT_AGAIN)
    if kept.secret or not (as_it_is or kept.fields):
        return None
    way = None if as_it_is else _find_way_back(visit)
    return _render_form_again(visit, kept, status, why=_describe_visit_error(visit, error), way=way)


def _render_form_again(
    visit: Visit,
    kept: FormToResend,
    status: int,
    *,
    why: tuple[str, tuple[str, ...]] | None = None,
    way: tuple[str, str] | None = None,
) -> Response:
    """The fields of *kept*, to be sent once more, or with a *way* back to where they are mended.

    *why*: a title and sentences of their own.
    """
    return render_template_page(
        visit,
        "again.html",
        status=status,
        why=why,
        way=way,
        ended=kept.ended,
        fields=kept.fields,
        files=kept.files,
        secret=kept.secret,
        enter="/entrer?" + urlencode({"vers": "/"}),
    )


def _describe_forged_form(visit: Visit) -> ErrorView:
    say = visit.say
    return ErrorView(
        say("Envoi refusé", "Form refused"),
        (
            say(
                "Ce formulaire ne venait pas d'une page de ce site. Rien n'a été fait.",
                "This form did not come from a page of this site. Nothing was done.",
            ),
            say(
                "Ouvrez la page ici, puis envoyez le formulaire d'ici.",
                "Open the page here, then send the form from here.",
            ),
        ),
        build_site_link(visit.request.url.path) if visit.visitor else "/entrer",
        say("Ouvrir la page", "Open the page"),
    )


def _build_error_view(visit: Visit, error: errors.SynergieError) -> ErrorView:
    title, sentences = _describe_visit_error(visit, error)
    reads = visit.request.method in _SAFE
    if hasattr(error, "retry_after") and reads:
        return ErrorView(title, sentences, visit.path, visit.say("Réessayer", "Try again"))
    if isinstance(error, _SENT_AGAIN) and not reads:
        reload = visit.say(
            "Ce que vous aviez écrit n'est pas perdu : rechargez cette page, et votre navigateur "
            "l'envoie de nouveau.",
            "What you had written is not lost: reload this page, and your browser sends it again.",
        )
        sentences = (*sentences, reload)
    way, text = _find_way_back(visit)
    return ErrorView(title, sentences, way, text)


def _describe_visit_error(  # noqa: PLR0911 (one a kind of error)
    visit: Visit, error: errors.SynergieError
) -> tuple[str, tuple[str, ...]]:
    say, sentence = visit.say, error.tell(build_translator(visit.lang))
    nothing = say("Rien n'a été enregistré.", "Nothing was stored.")
    match error:
        case errors.NotFound() | errors.NotAuthenticated():
            return say("Page introuvable", "Page not found"), (
                say(
                    "Cette adresse n'existe pas, ou ce qu'elle désigne n'est pas partagé avec "
                    "votre organisation.",
                    "This address does not exist, or what it names is not shared with your "
                    "organisation.",
                ),
            )
        case errors.NotAllowed():
            return say("Pas ouvert à vous", "Not open to you"), _not_allowed(visit, error)
        case errors.TooManyRequests() | errors.Overloaded() | errors.StorageFull():
            return describe_passing_error(visit, error)
        case errors.TooLarge():
            limit = format_page_number(visit.lang, error.limit)
            return say("Trop grand", "Too large"), (
                say(
                    "Cet envoi dépasse la limite de {} {}.",
                    "What was sent is over the limit of {} {}.",
                    limit,
                    visit.tell(error.unit),
                ),
                nothing,
            )
        case errors.TooSlow():
            return say("Trop lent", "Too slow"), (sentence, nothing)
        case errors.ServerFault():
            return say("Erreur de notre côté", "Our fault"), (
                say(
                    "Réessayez ; si cela dure, donnez cette référence à la personne qui tient le "
                    "serveur : {}.",
                    "Try again; if it lasts, give this reference to whoever runs the server: {}.",
                    error.reference,
                ),
                nothing,
            )
        case errors.BadInput():
            return say("Une partie de l'envoi est à revoir", "Part of the form is to be changed"), (
                *sentence.split("\n"),
                nothing,
            )
        case _:
            return say("Cela n'a pas pu être fait", "This could not be done"), (sentence, nothing)


def _not_allowed(visit: Visit, error: errors.NotAllowed) -> tuple[str, ...]:
    role = least_role(error.reason)
    if role is None or visit.visitor is None:
        return (error.tell(build_translator(visit.lang)),)
    return (
        visit.say(
            "Votre rôle est « {} » ; cette page s'ouvre avec le rôle « {} ».",
            "Your role is “{}”; this page opens with the role “{}”.",
            visit.role(visit.visitor.role),
            visit.role(role),
        ),
        visit.say(
            "La personne qui gère les comptes de votre organisation peut le donner.",
            "The keeper of your organisation's accounts can give it.",
        ),
    )


def _find_way_back(visit: Visit) -> tuple[str, str]:
    """Back to where the person came from, when that is a page of ours; else home."""
    told = urlsplit(visit.request.headers.get("referer", ""))
    ours = urlsplit(get_services(visit.request).problems.settings.public_url)
    back = build_site_link(told.path) + (f"?{told.query}" if told.query else "")
    same = (told.scheme, told.netloc) == (ours.scheme, ours.netloc)
    if same and back != visit.path:
        return back, visit.say("Revenir à la page précédente", "Back to the page before")
    return "/", visit.say("Aller à l'accueil", "Go home")
