"""`/accords`, "Qui voit quoi": who may read what of ours, and what we may read of others."""

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from synergie.exchange.trust.agreement_watch import NOTHING, Indexed
from synergie.reports.trust import agreement_words as words
from synergie.server.pages.door import require_page_scopes
from synergie.server.pages.frame import Visit, page_router, render_page
from synergie.server.pages.trust._agreement_acts import list_gestures
from synergie.server.pages.trust._agreements_view import (
    Beside,
    Card,
    build_access_matrix,
    build_agreement_card,
    build_history_steps,
    build_organisation_namer,
    describe_agreement,
    describe_looks,
    get_page_title,
    get_state_mark,
    state_words,
    things_told,
    version_rows,
)

router = page_router()

Reader = Annotated[Visit, require_page_scopes("agreements:read")]
Version = Annotated[int | None, Query(ge=1, le=1_000_000)]

_SHOWN = 30
"""Agreements of one list on one page."""
_DONE = {
    "draft": ("Projet enregistré. Il n'est vu que de vous.", "Draft kept. Only you see it."),
    "propose": ("Proposition signée et envoyée.", "Proposal signed and sent."),
    "accept": ("Accord signé.", "Agreement signed."),
    "withdraw": (
        "La proposition est de nouveau un projet, sans signature.",
        "The proposal is a draft again, without signature.",
    ),
    "suspend": (
        "Accord suspendu : la demande suivante est refusée.",
        "Agreement suspended: the next request is refused.",
    ),
    "resume": ("Accord repris.", "Agreement resumed."),
    "revoke": (
        "Accord révoqué : la demande suivante est refusée.",
        "Agreement revoked: the next request is refused.",
    ),
    "terminate": ("Accord terminé.", "Agreement ended."),
}


@router.get("/accords")
def agreements_page(*, visit: Reader, a: Annotated[int, Query(ge=0, le=1_000_000)] = 0) -> Response:
    """Both lists, what waits for the reader, and what anybody asked."""
    watch, caller = visit.trust.agreement_watch, visit.principal
    index = watch.index(caller, now=visit.now)
    lists = _split_agreement_lists(index, caller.organisation)
    needs = visit.services.needs_asked.page(caller, now=visit.now)
    waiting = [need for need in needs if need.state == "waiting"]
    to_sign = [one for one in index if one.to_sign is not None]
    cards = _build_cards(visit, {name: some[a : a + _SHOWN] for name, some in lists.items()})
    return render_page(
        visit,
        "agreements.html",
        first=_describe_agreements(visit, index, len(waiting) + len(to_sign)),
        cards=cards,
        matrix=build_access_matrix(visit, cards["ours"]),
        counts={name: len(some) for name, some in lists.items()},
        more=a + _SHOWN if any(len(some) > a + _SHOWN for some in lists.values()) else None,
        needs=waiting,
        answered=[need for need in needs if need.state != "waiting"],
        words=words,
        held=visit.trust.held_keys.read(caller, now=visit.now),
    )


@router.get("/accords/{agreement_id}")
def agreement_page(
    *,
    visit: Reader,
    agreement_id: str,
    version: Version = None,
    fait: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """One agreement: what it opens, who looked, its versions, and what may be done."""
    house, caller, now = visit.services, visit.principal, visit.now
    one = house.trust.agreements.read(caller, agreement_id, version=version, now=now)
    versions = house.trust.agreements.versions(caller, agreement_id, now=now).items
    names = house.trust.agreement_watch.names(caller, now=now)
    watched = house.trust.agreement_watch.looks(caller, now=now)
    looks = watched.looks.get(one.id, NOTHING)
    things = house.trust.agreement_watch.things(caller, one, most=100, now=now)
    sign, shape = get_state_mark(one.state)
    return render_page(
        visit,
        "agreement.html",
        one=one,
        called=get_page_title(visit, one.terms, names),
        sentence=describe_agreement(visit, one.terms, names),
        owner=one.terms.owner == caller.organisation,
        state=state_words(visit, one),
        mark=sign,
        shape=shape,
        done=_DONE.get(fait),
        facts=words.build_term_texts(one.terms, visit.lang, build_organisation_namer(names)),
        things=things,
        things_told=things_told(visit, one, None),
        looked=describe_looks(visit, looks, watched.since),
        grains=[
            (g and words.choose_typeset_word(words.GRAIN[g], visit.lang), n)
            for g, n in looks.grains
        ],
        rows=version_rows(visit, versions),
        history=build_history_steps(visit, versions, names),
        gestures=list_gestures(visit, one, versions),
        clauses=house.trust.papers.clauses(
            caller, agreement_id, version=one.version, now=now
        ).clauses,
    )


@router.get("/accords/{agreement_id}/accord.json")
def agreement_file(*, visit: Reader, agreement_id: str, version: Version = None) -> Response:
    """One version as a file: what `synergie agreement sign` reads, shows and signs."""
    one = visit.trust.agreements.read(visit.principal, agreement_id, version=version, now=visit.now)
    name = f'attachment; filename="accord-{one.id}-v{one.version}.json"'
    headers = {"Content-Disposition": name, "Cache-Control": "no-store"}
    return Response(one.model_dump_json(indent=1), headers=headers, media_type="application/json")


@router.get("/accords/{agreement_id}/document.html")
def agreement_sheet(*, visit: Reader, agreement_id: str, version: Version = None) -> Response:
    """The paper to read and to sign by hand, in the language that is asked, as one file."""
    sheet = visit.trust.papers.html(visit.principal, agreement_id, version=version, now=visit.now)
    headers = {
        "Content-Security-Policy": sheet.policy,
        "Cache-Control": "no-store",
        "X-Frame-Options": "DENY",
    }
    return Response(sheet.text, headers=headers, media_type="text/html")


@router.get("/accords/{agreement_id}/document.pdf")
def agreement_paper(*, visit: Reader, agreement_id: str, version: Version = None) -> Response:
    """The same as a tagged PDF."""
    paper = visit.trust.papers.pdf(visit.principal, agreement_id, version=version, now=visit.now)
    name = f'inline; filename="accord-{agreement_id}.pdf"'
    headers = {"Content-Disposition": name, "Cache-Control": "no-store"}
    return Response(paper, headers=headers, media_type="application/pdf")


def _split_agreement_lists(index: list[Indexed], mine: str) -> dict[str, list[Indexed]]:
    """What others may read of ours, what we may read of theirs, and what has ended."""
    living = [one for one in index if not one.ended or one.to_sign or one.draft]
    return {
        "ours": [one for one in living if one.owner == mine],
        "theirs": [one for one in living if one.owner != mine],
        "ended": [one for one in index if one not in living],
    }


def _build_cards(visit: Visit, lists: dict[str, list[Indexed]]) -> dict[str, list[Card]]:
    """Those that are shown: their terms are read, and no others'."""
    watch, caller, now = visit.trust.agreement_watch, visit.principal, visit.now
    ids = [one.id for some in lists.values() for one in some]
    shown = watch.list_visible(caller, ids, now=now)
    beside = Beside(
        watch.names(caller, now=now),
        watch.looks(caller, now=now),
        watch.first_names(caller, shown.values(), most=3, now=now),
    )
    return {
        name: [
            build_agreement_card(visit, one, shown[one.id], beside)
            for one in some
            if one.id in shown
        ]
        for name, some in lists.items()
    }


def _describe_agreements(visit: Visit, index: list[Indexed], asked: int) -> str:
    """The answer to the one question of the page: how many are in force, what waits."""
    say = visit.say
    active = sum(one.in_force for one in index)
    if all(one.ended for one in index) and not asked:
        return say(
            "Personne d'autre que vous ne voit vos données.", "Nobody but you sees your data."
        )
    first = (
        say("{} accord actif", "{} agreement in force", active)
        if active == 1
        else say("{} accords actifs", "{} agreements in force", active)
    )
    if not asked:
        return first + say(", aucune demande à traiter.", ", no request to answer.")
    second = (
        say(", {} demande à traiter.", ", {} request to answer.", asked)
        if asked == 1
        else say(", {} demandes à traiter.", ", {} requests to answer.", asked)
    )
    return first + second
