"""One request of a person: who, in which language, when; and the drawing of its page."""

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal
from urllib.parse import urlencode

from fastapi import Request
from jinja2 import (
    ChoiceLoader,
    DictLoader,
    Environment,
    PackageLoader,
    StrictUndefined,
    pass_context,
)
from jinja2.runtime import Context
from markupsafe import Markup
from starlette.responses import Response

from synergie.application import MenuEntry, insert_before
from synergie.applications import list_declared
from synergie.exchange.trust.saved_views import SavedView
from synergie.policy import Principal
from synergie.reports.page import BLOCKS, Look, prepare_environment, rules_of
from synergie.schemas.trust.account import Role
from synergie.schemas.trust.organisation import Organisation
from synergie.server.house import Services, get_services
from synergie.server.pages import words as _words
from synergie.server.pages._static import get_asset_address, load_brand
from synergie.server.pages.words import LANGS, Lang, Speech
from synergie.server.services.assets import AssetServices
from synergie.server.services.publication import PublicationServices
from synergie.server.services.readings import ReadingServices
from synergie.server.services.trust import TrustServices

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
"""What a page may load (users.md §6.2): its own, and nothing inline."""

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": POLICY,
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "Vary": "Cookie",
}
"""On every page. Not `no-referrer`: a browser would say `Origin: null` of our own forms (Fetch
§4.6, "serializing a request origin")."""

_LOOK = Look(
    frame="table",
    notes={"ok": "fresh", "late": "late", "refused": "refused", "plain": "plain"},
    frames_boxes=True,
)
_LANG = "lang"
_YEAR_S = 366 * 86_400
_MENU = (
    MenuEntry(
        "/",
        "Accueil",
        "Home",
        "Ce que je vois est-il d'aujourd'hui, et sinon pourquoi ? Que faire ce matin ?",
        "Is what I see today's, and if not, why? What is there to do this morning?",
    ),
    MenuEntry(
        "/sites",
        "Sites",
        "Sites",
        "Qu'avons-nous, et que consomme-t-il ?",
        "What do we have, and what does it draw?",
    ),
    MenuEntry("/carte", "Carte", "Map", "Où est-ce ?", "Where is it?"),
    MenuEntry(
        "/accords",
        "Accords",
        "Agreements",
        "Qui voit quoi de nos données, jusqu'à quand, pourquoi, et qui a regardé ?",
        "Who sees what of our data, until when, why, and who looked?",
    ),
    MenuEntry(
        "/plans",
        "Plans",
        "Plans",
        "Qu'est-il décidé, pour combien, et qu'est-ce qui ne se peut pas ?",
        "What is decided, what does it cost, and what is impossible?",
    ),
    MenuEntry(
        "/depot",
        "Dépôt",
        "Deposit",
        "Mon fichier est-il pris, et qu'en a-t-on laissé de côté ?",
        "Has my file been taken, and what of it was left aside?",
    ),
    MenuEntry(
        "/journal",
        "Journal",
        "Journal",
        "Qui a lu quoi, et peut-on le prouver ?",
        "Who read what, and can it be proved?",
    ),
    MenuEntry(
        "/public",
        "Territoire public",
        "Public territory",
        "Que sait-on du territoire, et à qui demander ? Sans compte.",
        "What is known of the territory, and whom to ask? Without an account.",
    ),
)

_ROLES: dict[Role, tuple[str, str]] = {
    "reader": ("lecture", "reader"),
    "agent": ("agent", "agent"),
    "signer": ("signature", "signer"),
    "keeper": ("gestion des comptes", "keeper of accounts"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody who is logged in."""

    principal: Principal
    account: str
    """The account's identifier."""
    label: str
    """What the person is in charge of."""
    role: Role
    organisation: Organisation
    csrf: str
    """What the person's forms must hold (base64url, another text at each request)."""
    sitting: str = ""
    """The sitting's identifier; it opens nothing."""
    recent: bool = False
    """Whether the log-in is of the last half hour."""
    reads_only: bool = False
    """Whether a trusted device reads, and a log-in is needed to act."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit(Speech):
    """One request of a person, logged in or not."""

    request: Request
    visitor: Visitor | None = None
    _cookies: list[dict[str, Any]] = field(default_factory=list, repr=False)

    @property
    def csrf(self) -> str:
        """What forms must hold; empty without a visitor."""
        return self.visitor.csrf if self.visitor else ""

    @property
    def services(self) -> Services:
        """The use cases; those of a room below."""
        return get_services(self.request)

    @property
    def assets(self) -> AssetServices:
        """What one has: sites, points, cabinets, lights."""
        return self.services.assets

    @property
    def readings(self) -> ReadingServices:
        """What is read and deposited."""
        return self.services.readings

    @property
    def trust(self) -> TrustServices:
        """Who may what."""
        return self.services.trust

    @property
    def publication(self) -> PublicationServices:
        """What everybody may read."""
        return self.services.publication

    @property
    def someone(self) -> Visitor:
        """The visitor. TypeError on a page where nobody need be logged in: a fault of ours."""
        if self.visitor is None:
            raise TypeError("nobody is logged in on this page")
        return self.visitor

    @property
    def principal(self) -> Principal:
        """The visitor as a caller. TypeError as `someone`."""
        return self.someone.principal

    @property
    def path(self) -> str:
        """Path and query of the request, to come back to."""
        query = self.request.url.query
        return build_site_link(self.request.url.path) + (f"?{query}" if query else "")

    def may(self, *scopes: str) -> bool:
        """Whether the visitor's role opens all of *scopes*: to show a button or not."""
        return self.visitor is not None and self.visitor.principal.scopes.issuperset(scopes)

    def role(self, role: Role) -> str:
        """A role in words."""
        return self.say(*_ROLES[role])

    def list_views(self, path: str = "") -> list[SavedView]:
        """The saved views that the visitor sees: of the page at *path*, or of all pages."""
        if self.visitor is None:
            return []
        found = self.trust.saved_views.list_seen(self.principal, now=self.now)
        return [one for one in found if path in ("", one.address.partition("?")[0])]

    def other_lang(self) -> str:
        """The address of this page in the other language."""
        kept = [(k, v) for k, v in self.request.query_params.multi_items() if k != _LANG]
        return "?" + urlencode([*kept, (_LANG, "en" if self.lang == "fr" else "fr")])


def build_site_link(path: str) -> str:
    """*path* as a link within this site: one that begins with `//` would lead to another host."""
    return f"/{path.lstrip('/')}"


def lang_of(request: Request) -> Lang:
    """The language: what the address asks for, else what was chosen before, else French."""
    for told in (request.query_params.get(_LANG), request.cookies.get(_LANG)):
        for lang in LANGS:
            if told == lang:
                return lang
    return "fr"


def _list_menu() -> list[MenuEntry]:
    """The pages of the core, with those of the applications among them."""
    core = {one.path: one for one in _MENU}
    placed = ((one.path, one, one.before) for one in list_declared("menu"))
    return list(insert_before(core, placed).values())


def find_menu_entry(address: str) -> MenuEntry | None:
    """The entry of the menu under which *address* stands; None: of no page there."""
    path = address.partition("?")[0]
    for entry in _list_menu():
        if path == entry.path or (entry.path != "/" and path.startswith(f"{entry.path}/")):
            return entry
    return None


def render_template_page(
    visit: Visit, template: str, /, *, status: int = 200, **values: Any
) -> Response:
    """*template* drawn with *values*: see `_frame.render_page`. Errors are drawn without a foot."""
    values.setdefault("foot", str)
    text = (
        _build_page_environment()
        .get_template(template)
        .render(
            visit=visit,
            say=visit.say,
            tell=visit.tell,
            csrf_field=lambda: _csrf_field(visit.csrf),
            menu=_list_menu(),
            brand=load_brand(visit.services.problems.settings),
            **values,
        )
    )
    answer = Response(text, status, dict(HEADERS), "text/html")
    keep_lang(visit, answer)
    return answer


def render_macro(template: str, macro: str, /, *values: object) -> Markup:
    """What a *macro* of *template* makes of *values*: a part of a page that knows no visit."""
    made: Markup = getattr(_build_page_environment().get_template(template).module, macro)(*values)
    return made


def compile_templates() -> int:
    """Compile every page, so that its first reader does not wait for that; how many there are.

    0.65 s of one processor for 80 pages; those that are compiled already cost nothing.
    """
    pages = [name for name in _build_page_environment().list_templates() if name.endswith(".html")]
    for name in pages:
        _build_page_environment().get_template(name)
    return len(pages)


def keep_lang(visit: Visit, answer: Response) -> None:
    """Keep the language in a cookie when the address chose it: the one cookie before log-in."""
    chosen = visit.request.query_params.get(_LANG)
    if chosen in LANGS and visit.request.cookies.get(_LANG) != chosen:
        secure = visit.services.problems.settings.public_url.startswith("https:")
        answer.set_cookie(
            _LANG, chosen, max_age=_YEAR_S, secure=secure, httponly=True, samesite="lax"
        )


def mask_secret(secret: bytes) -> str:
    """*secret* under a fresh mask: a packed page must not hold the same text twice (BREACH)."""
    mask = secrets.token_bytes(len(secret))
    hidden = bytes(a ^ b for a, b in zip(mask, secret, strict=True))
    return urlsafe_b64encode(mask + hidden).decode()


def _csrf_field(value: str) -> Markup:
    return Markup('<input type="hidden" name="_csrf" value="{}">').format(value)


@lru_cache(maxsize=1)
def _build_page_environment() -> Environment:
    environment = Environment(
        loader=ChoiceLoader(
            [PackageLoader("synergie.server.pages"), DictLoader({BLOCKS: rules_of(BLOCKS)})]
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["asset"] = get_asset_address
    prepare_environment(environment, _LOOK)
    environment.filters |= {
        "number": _build_language_filter(_words.format_page_number),
        "quantity": _build_language_filter(_words.format_quantity),
        "kwh": _build_language_filter(_words.format_energy),
        "percent": _build_language_filter(_words.format_percent),
        "euros": _build_language_filter(_words.format_page_euros),
        "date": _build_language_filter(_words.short_date),
        "long_date": _build_language_filter(_words.long_date),
        "moment": _build_language_filter(_words.format_page_moment),
    }
    return environment


def _build_language_filter(form: Callable[..., str]) -> Callable[..., str]:
    """*form* as a filter that knows the visit's language."""

    @pass_context
    def format_value(context: Context, value: Any, *how: Any) -> str:
        return form(context["visit"].lang, value, *how)

    return format_value


type Shape = Literal["fresh", "late", "refused", "plain"]
"""Classes by which states are shown, beside their word."""
MARK: dict[Shape, str] = {"fresh": "●", "late": "▲", "refused": "■", "plain": "○"}
"""Their shapes where a table has no class."""
