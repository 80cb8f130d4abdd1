"""Drafts on a page: a new agreement, other terms, the same terms for as long again.

A draft is kept as soon as its terms hold; it is seen by its author only, and its sentence is shown
before anybody signs.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from secrets import token_hex
from typing import Annotated, Any

from fastapi import Query
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import Response

from synergie.errors import NotFound, SynergieError
from synergie.exchange.assets.site_choices import NOWHERE, Offered
from synergie.exchange.readings.once import Once
from synergie.policy.trust.versions import pending, ruling
from synergie.purchase.exchange.needs_asked import KeptNeed
from synergie.reports.trust import agreement_words as words
from synergie.schemas.trust.agreement import Agreement, Terms
from synergie.server.pages.door import enters, posted, to
from synergie.server.pages.frame import Visit, page, page_router
from synergie.server.pages.trust import _agreement_form as forms
from synergie.server.pages.trust._agreement_form import Typed
from synergie.server.pages.trust._agreements_view import called, named, said
from synergie.server.pages.trust.agreement_faults import fault_told, field_of

router = page_router()

Writer = Annotated[Visit, enters("agreements:write")]

_NEW = "/accords/nouveau"
_WRONG, _CONFLICT = 422, 409


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What the form is for."""

    path: str
    typed: Typed
    base: Agreement | None = None
    """The version whose terms it changes. None: a new agreement."""
    need: KeptNeed | None = None
    """The need that it answers."""
    fault: str | None = None
    field: str = ""
    """The field that the fault is about."""
    status: int = 200
    listed: int = 1
    """Which page of the list of sites."""


@router.get(_NEW)
def new_page(
    *, visit: Writer, besoin: Annotated[str | None, Query(max_length=80)] = None
) -> Response:
    """The form of a new agreement, as narrow as it can be; filled from a need, if there is one."""
    need = None
    typed = forms.narrow(visit.now)
    if besoin:
        need = visit.house.needs_asked.read(visit.principal, besoin, now=visit.now)
        typed = forms.of_need(need.need, visit.now)
    return _form(visit, _Asked(path=_NEW, typed=typed, need=need))


@router.post(_NEW)
async def draft(*, visit: Writer) -> Response:
    """Keep the draft; its sentence is shown next, before it is signed."""
    form = await posted(visit)
    return await run_in_threadpool(_draft, visit, form)


@router.get("/accords/{agreement_id}/modifier")
def change_page(*, visit: Writer, agreement_id: str) -> Response:
    """The same form, filled with the draft, or with the terms in force."""
    base = _base(visit, agreement_id)
    typed = forms.of_terms(base.terms)
    return _form(visit, _Asked(path=f"/accords/{base.id}/modifier", typed=typed, base=base))


@router.post("/accords/{agreement_id}/modifier")
async def change(*, visit: Writer, agreement_id: str) -> Response:
    """Keep the draft of the next version."""
    form = await posted(visit)
    return await run_in_threadpool(_redraft, visit, agreement_id, form)


@router.get("/accords/{agreement_id}/renouveler")
def renewal_page(*, visit: Writer, agreement_id: str) -> Response:
    """The same terms for as long again: what they would be, before anything is kept."""
    base, terms = _renewal(visit, agreement_id)
    names = visit.house.agreement_watch.names(visit.principal, now=visit.now)
    return page(
        visit,
        "agreement_renewal.html",
        base=base,
        called=called(visit, base.terms, names),
        sentence=said(visit, terms, names),
        facts=words.facts(terms, visit.lang, named(names)),
        changes=words.changes(base.terms, terms, visit.lang),
    )


@router.post("/accords/{agreement_id}/renouveler")
async def renew(*, visit: Writer, agreement_id: str) -> Response:
    """Keep them as the draft of the next version; it is signed next."""
    form = await posted(visit)
    return await run_in_threadpool(_renew, visit, agreement_id, form)


def _draft(visit: Visit, form: FormData) -> Response:
    typed, need = forms.typed(form), _need(visit, form)
    if forms.LIST in form:
        return _form(visit, _Asked(path=_NEW, typed=typed, need=need, listed=_listed(form)))
    try:
        terms = _terms(visit, typed)
        once = _once(visit, form, _NEW, terms)
        made = visit.house.agreements.draft(visit.principal, terms, once=once, now=visit.now)
        if need is not None:
            visit.house.needs_asked.proposed(visit.principal, need.id, made.id, now=visit.now)
    except SynergieError as error:
        return _again(visit, _Asked(path=_NEW, typed=typed, need=need), error)
    return to(f"/accords/{made.id}/proposer", visit)


def _redraft(visit: Visit, agreement_id: str, form: FormData) -> Response:
    base, typed = _base(visit, agreement_id), forms.typed(form)
    path = f"/accords/{base.id}/modifier"
    asked = _Asked(path=path, typed=typed, base=base)
    if not _shown(form, base):
        return _stale(visit, base, form)
    if forms.LIST in form:
        return _form(visit, replace(asked, listed=_listed(form)))
    try:
        terms = _terms(visit, typed, base.terms)
        once = _once(visit, form, path, terms)
        made = visit.house.agreements.redraft(
            visit.principal, base.id, terms, once=once, now=visit.now
        )
    except SynergieError as error:
        return _again(visit, asked, error)
    return to(f"/accords/{made.id}/proposer", visit)


def _renew(visit: Visit, agreement_id: str, form: FormData) -> Response:
    base, terms = _renewal(visit, agreement_id)
    if not _shown(form, base):
        return _stale(visit, base, form)
    once = _once(visit, form, f"/accords/{base.id}/renouveler", terms)
    made = visit.house.agreements.redraft(visit.principal, base.id, terms, once=once, now=visit.now)
    return to(f"/accords/{made.id}/proposer", visit)


def _terms(visit: Visit, typed: Typed, kept: Terms | None = None) -> Terms:
    names = visit.house.agreement_watch.names(visit.principal, now=visit.now)
    communes = typed.many.get("communes", ())
    more = visit.house.site_choices.of_communes(visit.principal, communes, now=visit.now)
    return forms.terms_of(
        typed.with_sites(more),
        owner=visit.principal.organisation,
        names={one.id: one.name for one in names.values()},
        lang="fr",
        kept=kept,
    )


def _base(visit: Visit, agreement_id: str) -> Agreement:
    """Our draft, if there is one; else the version that decides. Its owner changes terms here."""
    found = visit.house.agreements.versions(visit.principal, agreement_id, now=visit.now).items
    drafts = [one for one in found if one.state == "draft"]
    base = drafts[-1] if drafts else ruling(found, visit.now)
    if base.terms.owner != visit.principal.organisation:
        raise NotFound
    return base


def _renewal(visit: Visit, agreement_id: str) -> tuple[Agreement, Terms]:
    found: Sequence[Agreement] = visit.house.agreements.versions(
        visit.principal, agreement_id, now=visit.now
    ).items
    base = ruling(found, visit.now)
    if pending(found) is not None and base.version == pending(found):
        raise NotFound
    return base, forms.renewed(base.terms, visit.now)


def _need(visit: Visit, form: FormData) -> KeptNeed | None:
    told = str(form.get("besoin", ""))[:80]
    if not told:
        return None
    return visit.house.needs_asked.read(visit.principal, told, now=visit.now)


def _once(visit: Visit, form: FormData, path: str, terms: Terms) -> Once:
    """The same form sent twice makes one draft; another content is another draft."""
    digest = sha256(terms.model_dump_json().encode()).hexdigest()
    key = f"{str(form.get('once', ''))[:32]}-{digest[:32]}"
    return Once(visit.principal.client_id, key, f"POST {path}", digest)


def _shown(form: FormData, base: Agreement) -> bool:
    told = str(form.get("version", "")), str(form.get("digest", ""))
    return told == (str(base.version), base.terms_sha256)


def _form(visit: Visit, asked: _Asked) -> Response:
    caller, house, now = visit.principal, visit.house, visit.now
    names = house.agreement_watch.names(caller, now=now)
    there = None if asked.base is None else asked.base.terms
    kept = () if there is None else there.datasets
    basis = () if there is None else (there.legal_basis,)
    lists: dict[str, Any] = {
        "purposes": forms.choices(forms.PURPOSES, words.PURPOSE, visit.lang),
        "datasets": forms.choices(
            tuple(dict.fromkeys((*forms.DATASETS, *kept))), words.DATASET, visit.lang
        ),
        "grains": forms.choices(forms.GRAINS, words.GRAIN, visit.lang),
        "bases": forms.choices(
            tuple(dict.fromkeys((*forms.BASES, *basis))), words.BASIS, visit.lang
        ),
        "persons": there is not None and there.data_subject == "natural_person",
        "months": forms.MONTHS,
        "retentions": forms.RETENTIONS,
    }
    return page(
        visit,
        "agreement_form.html",
        status=asked.status,
        asked=asked,
        typed=asked.typed,
        partners=[one for one in names.values() if one.id != caller.organisation],
        places=_places(visit, asked),
        commune_names={one.insee_code: one.name for one in names.values() if one.insee_code},
        nowhere=NOWHERE,
        perimeters=house.perimeters.page(caller, now=now).items,
        once=token_hex(16),
        words=words,
        **lists,
    )


def _places(visit: Visit, asked: _Asked) -> Offered:
    """What there is to choose among, and what was chosen on other pages of the list."""
    return visit.house.site_choices.offered(
        visit.principal,
        words=asked.typed.said("search"),
        page=asked.listed,
        chosen=asked.typed.many.get("sites", ()),
        limit=forms.MOST_SITES,
        now=visit.now,
    )


def _listed(form: FormData) -> int:
    told = str(form.get(forms.LIST, ""))[:9]
    return int(told) if told.isascii() and told.isdecimal() else 1


def _again(visit: Visit, asked: _Asked, error: SynergieError) -> Response:
    """The form with what was typed, what is wrong, and where."""
    return _form(
        visit,
        _Asked(
            path=asked.path,
            typed=asked.typed,
            base=asked.base,
            need=asked.need,
            fault=fault_told(visit, error),
            field=field_of(error),
            status=visit.house.problems.document(error).status,
        ),
    )


def _stale(visit: Visit, base: Agreement, form: FormData) -> Response:
    """The terms were changed since the form was shown; what was typed stays in the form."""
    fault = visit.say(
        "Les termes ont changé depuis que ce formulaire a été affiché : voici ceux d'aujourd'hui. "
        "Rien n'a été enregistré.",
        "The terms changed since this form was shown: here are today's. Nothing was stored.",
    )
    path = f"/accords/{base.id}/modifier"
    typed = forms.typed(form) if form.get("granularity") else forms.of_terms(base.terms)
    return _form(visit, _Asked(path=path, typed=typed, base=base, fault=fault, status=_CONFLICT))
