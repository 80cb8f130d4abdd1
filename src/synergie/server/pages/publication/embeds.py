"""`/figures`: figures of open data on the sites of who publishes them, at signed addresses.

A page of that site frames `/figures/{id}.html`, or shows `/figures/{id}.svg` as an image. Nobody is
known there: no cookie is read or set, and an answer is the same for all.
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from synergie.errors import NotFound
from synergie.exchange.publication.embeds import Embed, EmbedRead
from synergie.exchange.trust.accounts import principal_of
from synergie.reports.document import Figure
from synergie.reports.figure.picture import draw_sentences
from synergie.reports.language import use_language
from synergie.schemas.trust.account import ACCOUNTS
from synergie.server.guard import Now
from synergie.server.house import InHouse
from synergie.server.pages.door import read_posted_form, redirect_to, require_page_scopes
from synergie.server.pages.frame import Visit, page_router, render_page
from synergie.server.pages.plans_forms import get_form_field
from synergie.server.pages.publication import _public_words as words
from synergie.server.pages.publication.public import build_dataset_figure
from synergie.server.pages.visit import render_template_page

router = page_router()

_PATH = "/figures"
_CACHED_S = 300
_GONE = HTTPStatus.GONE
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors {}"
)

Reader = Annotated[Visit, require_page_scopes("aggregates:read")]
Signer = Annotated[Visit, require_page_scopes("aggregates:write")]
_Signature = Annotated[str, Query(alias="sig", max_length=100)]


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbedLine:
    """One figure as a row: what it shows, who published it, and its address without an ending."""

    one: Embed
    title: str
    who: str
    address: str
    signature: str
    open: bool


@router.get(_PATH)
def embeds_page(*, visit: Reader) -> Response:
    """What is shown elsewhere, who published it and when, and the way to show more."""
    embeds = visit.publication.embeds
    datasets = embeds.list_datasets(visit.principal, now=visit.now)
    titles = {one.id: one.terms.title for one in datasets}
    names = _list_account_names(visit)
    base = visit.services.problems.settings.public_url
    lines = [
        EmbedLine(
            one=one,
            title=titles.get(one.dataset, one.dataset),
            who=names.get(one.client, visit.say("une autre personne", "somebody else")),
            address=f"{base}{_PATH}/{one.id}",
            signature=embeds.sign(one.id),
            open=one.revoked_at is None and one.dataset in titles,
        )
        for one in embeds.list_own(visit.principal, now=visit.now)
    ]
    return render_page(
        visit,
        "figures.html",
        lines=lines,
        datasets=datasets,
        changes=visit.may("aggregates:write") and not visit.someone.reads_only,
    )


@router.post(_PATH)
async def publish(*, visit: Signer) -> Response:
    """Show the figure of an open dataset of one's own on sites that are named."""
    form = await read_posted_form(visit)
    await run_in_threadpool(
        visit.publication.embeds.publish,
        visit.principal,
        get_form_field(form, "jeu"),
        get_form_field(form, "sites"),
        lang="en" if get_form_field(form, "langue") == "en" else "fr",
        now=visit.now,
    )
    return redirect_to(_PATH, visit)


@router.post(f"{_PATH}/{{embed}}/retirer")
async def revoke(*, visit: Signer, embed: str) -> Response:
    """Show a figure no more."""
    await read_posted_form(visit)
    revoke = visit.publication.embeds.revoke
    await run_in_threadpool(revoke, visit.principal, embed, now=visit.now)
    return redirect_to(_PATH, visit)


def _read_embed(
    *, request: Request, house: InHouse, now: Now, embed: str, sig: _Signature = ""
) -> tuple[Visit, EmbedRead]:
    """What stands there, and a visit of nobody in its language. NotFound."""
    house.quotas.read(request.client.host if request.client else "")
    if not embed.isascii() or not sig.isascii():
        raise NotFound
    found = house.publication.embeds.read(embed, sig, now=now)
    return Visit(request=request, lang=found.embed.lang, now=now), found


Shown = Annotated[tuple[Visit, EmbedRead], Depends(_read_embed)]


@router.get(f"{_PATH}/{{embed}}.svg")
def picture(shown: Shown) -> Response:
    """The figure as an image, with its freshness; words alone where there is nothing to draw."""
    visit, found = shown
    with use_language(visit.lang):
        figure, said = _draw_embed(visit, found)
        drawn = figure.image if figure else draw_sentences(*said)
    return Response(str(drawn), _status_of(found), _list_headers(found), "image/svg+xml")


@router.get(f"{_PATH}/{{embed}}.html")
def framed(shown: Shown) -> Response:
    """The figure with its table, for a frame of one of the sites that were named."""
    visit, found = shown
    with use_language(visit.lang):
        figure, said = _draw_embed(visit, found)
        page = render_template_page(
            visit,
            "figure_embed.html",
            figure=figure,
            said=said,
            dataset=found.dataset,
            base=visit.services.problems.settings.public_url,
        )
    return Response(page.body, _status_of(found), _list_headers(found), "text/html")


def _draw_embed(visit: Visit, found: EmbedRead) -> tuple[Figure | None, tuple[str, ...]]:
    """The figure; or None, and what is said in its place."""
    one = found.dataset
    if one is None:
        gone = visit.say("Cette figure n'est plus publiée.", "This figure is published no more.")
        return None, (gone,)
    figure = build_dataset_figure(visit, one)
    if figure is not None:
        return figure, ()
    nothing = visit.say(
        "{}, {} : aucune somme ne peut être montrée, tous les groupes sont masqués.",
        "{}, {}: no sum can be shown, all groups are hidden.",
        one.terms.title,
        one.newest.period,
    )
    return None, (nothing, f"{one.publisher.name}. {words.freshness(visit, one)}")


def _status_of(found: EmbedRead) -> int:
    return HTTPStatus.OK if found.dataset else _GONE


def _list_headers(found: EmbedRead) -> dict[str, str]:
    return {
        "Cache-Control": f"public, max-age={_CACHED_S}",
        "Content-Security-Policy": _POLICY.format(" ".join(found.embed.sites)),
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }


def _list_account_names(visit: Visit) -> dict[str, str]:
    """Names of accounts by client: of all for a keeper, of oneself for anybody."""
    names = {}
    if visit.may(ACCOUNTS):
        some = visit.trust.accounts.of(visit.principal.organisation, by=visit.principal)
        names = {principal_of(one).client_id: one.label for one in some}
    return names | {visit.principal.client_id: visit.say("vous", "you")}
