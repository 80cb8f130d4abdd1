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
from synergie.policy.trust.versions import find_pending_version, find_ruling_version
from synergie.purchase.exchange.needs_asked import NeedView
from synergie.reports.trust import agreement_words as words
from synergie.schemas.trust.agreement import Agreement, Terms
from synergie.server.pages.door import read_posted_form, redirect_to, require_page_scopes
from synergie.server.pages.frame import Visit, page_router, render_page
from synergie.server.pages.trust import _agreement_form as forms
from synergie.server.pages.trust._agreement_form import Typed
from synergie.server.pages.trust._agreements_view import (
    build_organisation_namer,
    describe_agreement,
    get_page_title,
)
from synergie.server.pages.trust.agreement_faults import fault_told, field_of

router = page_router()

Writer = Annotated[Visit, require_page_scopes("agreements:write")]

_NEW = "/accords/nouveau"
_WRONG, _CONFLICT = 422, 409


@dataclass(frozen=True, slots=True, kw_only=True)
class _FormState:
    """What the form is for."""

    path: str
    typed: Typed
    base: Agreement | None = None
    """The version whose terms it changes. None: a new agreement."""
    need: NeedView | None = None
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
    typed = forms.build_default_form(visit.now)
    if besoin:
        need = visit.services.needs_asked.read(visit.principal, besoin, now=visit.now)
        typed = forms.of_need(need.need, visit.now)
    return _render_agreement_form(visit, _FormState(path=_NEW, typed=typed, need=need))


@router.post(_NEW)
async def draft(*, visit: Writer) -> Response:
    """Keep the draft; its sentence is shown next, before it is signed."""
    form = await read_posted_form(visit)
    return await run_in_threadpool(_save_draft, visit, form)


@router.get("/accords/{agreement_id}/modifier")
def change_page(*, visit: Writer, agreement_id: str) -> Response:
    """The same form, filled with the draft, or with the terms in force."""
    base = _find_base_version(visit, agreement_id)
    typed = forms.of_terms(base.terms)
    return _render_agreement_form(
        visit, _FormState(path=f"/accords/{base.id}/modifier", typed=typed, base=base)
    )


@router.post("/accords/{agreement_id}/modifier")
async def change(*, visit: Writer, agreement_id: str) -> Response:
    """Keep the draft of the next version."""
    form = await read_posted_form(visit)
    return await run_in_threadpool(_save_redraft, visit, agreement_id, form)


@router.get("/accords/{agreement_id}/renouveler")
def renewal_page(*, visit: Writer, agreement_id: str) -> Response:
    """The same terms for as long again: what they would be, before anything is kept."""
    base, terms = _build_renewal(visit, agreement_id)
    names = visit.trust.agreement_watch.names(visit.principal, now=visit.now)
    return render_page(
        visit,
        "agreement_renewal.html",
        base=base,
        called=get_page_title(visit, base.terms, names),
        sentence=describe_agreement(visit, terms, names),
        facts=words.build_term_texts(terms, visit.lang, build_organisation_namer(names)),
        changes=words.changes(base.terms, terms, visit.lang),
    )


@router.post("/accords/{agreement_id}/renouveler")
async def renew(*, visit: Writer, agreement_id: str) -> Response:
    """Keep them as the draft of the next version; it is signed next."""
    form = await read_posted_form(visit)
    return await run_in_threadpool(_save_renewal, visit, agreement_id, form)


def _save_draft(visit: Visit, form: FormData) -> Response:
    typed, need = forms.read_agreement_form(form), _find_need(visit, form)
    if forms.LIST in form:
        return _render_agreement_form(
            visit, _FormState(path=_NEW, typed=typed, need=need, listed=_parse_list_page(form))
        )
    try:
        terms = _build_terms(visit, typed)
        once = _build_draft_once(visit, form, _NEW, terms)
        made = visit.trust.agreements.draft(visit.principal, terms, once=once, now=visit.now)
        if need is not None:
            visit.services.needs_asked.proposed(visit.principal, need.id, made.id, now=visit.now)
    except SynergieError as error:
        return _render_faulty_form(visit, _FormState(path=_NEW, typed=typed, need=need), error)
    return redirect_to(f"/accords/{made.id}/proposer", visit)


def _save_redraft(visit: Visit, agreement_id: str, form: FormData) -> Response:
    base, typed = _find_base_version(visit, agreement_id), forms.read_agreement_form(form)
    path = f"/accords/{base.id}/modifier"
    asked = _FormState(path=path, typed=typed, base=base)
    if not _is_shown_version(form, base):
        return _render_stale_form(visit, base, form)
    if forms.LIST in form:
        return _render_agreement_form(visit, replace(asked, listed=_parse_list_page(form)))
    try:
        terms = _build_terms(visit, typed, base.terms)
        once = _build_draft_once(visit, form, path, terms)
        made = visit.trust.agreements.redraft(
            visit.principal, base.id, terms, once=once, now=visit.now
        )
    except SynergieError as error:
        return _render_faulty_form(visit, asked, error)
    return redirect_to(f"/accords/{made.id}/proposer", visit)


def _save_renewal(visit: Visit, agreement_id: str, form: FormData) -> Response:
    base, terms = _build_renewal(visit, agreement_id)
    if not _is_shown_version(form, base):
        return _render_stale_form(visit, base, form)
    once = _build_draft_once(visit, form, f"/accords/{base.id}/renouveler", terms)
    made = visit.trust.agreements.redraft(visit.principal, base.id, terms, once=once, now=visit.now)
    return redirect_to(f"/accords/{made.id}/proposer", visit)


def _build_terms(visit: Visit, typed: Typed, kept: Terms | None = None) -> Terms:
    names = visit.trust.agreement_watch.names(visit.principal, now=visit.now)
    communes = typed.many.get("communes", ())
    more = visit.assets.site_choices.of_communes(visit.principal, communes, now=visit.now)
    return forms.terms_of(
        typed.with_sites(more),
        owner=visit.principal.organisation,
        names={one.id: one.name for one in names.values()},
        lang="fr",
        kept=kept,
    )


def _find_base_version(visit: Visit, agreement_id: str) -> Agreement:
    """Our draft, if there is one; else the version that decides. Its owner changes terms here."""
    found = visit.trust.agreements.versions(visit.principal, agreement_id, now=visit.now).items
    drafts = [one for one in found if one.state == "draft"]
    base = drafts[-1] if drafts else find_ruling_version(found, visit.now)
    if base.terms.owner != visit.principal.organisation:
        raise NotFound
    return base


def _build_renewal(visit: Visit, agreement_id: str) -> tuple[Agreement, Terms]:
    found: Sequence[Agreement] = visit.trust.agreements.versions(
        visit.principal, agreement_id, now=visit.now
    ).items
    base = find_ruling_version(found, visit.now)
    if find_pending_version(found) is not None and base.version == find_pending_version(found):
        raise NotFound
    return base, forms.renew_terms(base.terms, visit.now)


def _find_need(visit: Visit, form: FormData) -> NeedView | None:
    told = str(form.get("besoin", ""))[:80]
    if not told:
        return None
    return visit.services.needs_asked.read(visit.principal, told, now=visit.now)


def _build_draft_once(visit: Visit, form: FormData, path: str, terms: Terms) -> Once:
    """The same form sent twice makes one draft; another content is another draft."""
    digest = sha256(terms.model_dump_json().encode()).hexdigest()
    key = f"{str(form.get('once', ''))[:32]}-{digest[:32]}"
    return Once(visit.principal.client_id, key, f"POST {path}", digest)


def _is_shown_version(form: FormData, base: Agreement) -> bool:
    told = str(form.get("version", "")), str(form.get("digest", ""))
    return told == (str(base.version), base.terms_sha256)


def _render_agreement_form(visit: Visit, asked: _FormState) -> Response:
    caller, house, now = visit.principal, visit.services, visit.now
    names = house.trust.agreement_watch.names(caller, now=now)
    there = None if asked.base is None else asked.base.terms
    kept = () if there is None else there.datasets
    basis = () if there is None else (there.legal_basis,)
    lists: dict[str, Any] = {
        "purposes": forms.list_form_choices(forms.PURPOSES, words.PURPOSE, visit.lang),
        "datasets": forms.list_form_choices(
            tuple(dict.fromkeys((*forms.DATASETS, *kept))), words.DATASET, visit.lang
        ),
        "grains": forms.list_form_choices(forms.GRAINS, words.GRAIN, visit.lang),
        "bases": forms.list_form_choices(
            tuple(dict.fromkeys((*forms.BASES, *basis))), words.BASIS, visit.lang
        ),
        "persons": there is not None and there.data_subject == "natural_person",
        "months": forms.MONTHS,
        "retentions": forms.RETENTIONS,
    }
    return render_page(
        visit,
        "agreement_form.html",
        status=asked.status,
        asked=asked,
        typed=asked.typed,
        partners=[one for one in names.values() if one.id != caller.organisation],
        places=_list_offered_places(visit, asked),
        commune_names={one.insee_code: one.name for one in names.values() if one.insee_code},
        nowhere=NOWHERE,
        perimeters=house.assets.perimeters.page(caller, now=now).items,
        once=token_hex(16),
        words=words,
        **lists,
    )


def _list_offered_places(visit: Visit, asked: _FormState) -> Offered:
    """What there is to choose among, and what was chosen on other pages of the list."""
    return visit.assets.site_choices.offered(
        visit.principal,
        words=asked.typed.field_text("search"),
        page=asked.listed,
        chosen=asked.typed.many.get("sites", ()),
        limit=forms.MOST_SITES,
        now=visit.now,
    )


def _parse_list_page(form: FormData) -> int:
    told = str(form.get(forms.LIST, ""))[:9]
    return int(told) if told.isascii() and told.isdecimal() else 1


def _render_faulty_form(visit: Visit, asked: _FormState, error: SynergieError) -> Response:
    """The form with what was typed, what is wrong, and where."""
    return _render_agreement_form(
        visit,
        _FormState(
            path=asked.path,
            typed=asked.typed,
            base=asked.base,
            need=asked.need,
            fault=fault_told(visit, error),
            field=field_of(error),
            status=visit.services.problems.document(error).status,
        ),
    )


def _render_stale_form(visit: Visit, base: Agreement, form: FormData) -> Response:
    """The terms were changed since the form was shown; what was typed stays in the form."""
    fault = visit.say(
        "Les termes ont changé depuis que ce formulaire a été affiché : voici ceux d'aujourd'hui. "
        "Rien n'a été enregistré.",
        "The terms changed since this form was shown: here are today's. Nothing was stored.",
    )
    path = f"/accords/{base.id}/modifier"
    typed = (
        forms.read_agreement_form(form) if form.get("granularity") else forms.of_terms(base.terms)
    )
    return _render_agreement_form(
        visit, _FormState(path=path, typed=typed, base=base, fault=fault, status=_CONFLICT)
    )
