"""The acts on an agreement, in two steps: what it will do, then the button that does it.

A form carries the version and the digest that were shown: what changed meanwhile is refused, with
what changed. Nothing that is signed is taken from the form.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import Response

from synergie.errors import NotFound, SynergieError
from synergie.exchange.trust.agreement_watch import NOTHING
from synergie.policy.trust.agreement import SIGNED
from synergie.policy.trust.versions import find_version_for_act
from synergie.reports.trust import agreement_words as words
from synergie.schemas.trust.agreement import Act, Agreement
from synergie.server.pages.door import read_posted_form, redirect_to, require_page_scopes
from synergie.server.pages.frame import Visit, page_router, render_page
from synergie.server.pages.trust._agreement_acts import (
    ACTS,
    TITLES,
    describe_act_effects,
    list_gestures,
)
from synergie.server.pages.trust._agreements_view import (
    build_organisation_namer,
    describe_agreement,
    get_page_title,
    state_words,
    things_told,
)
from synergie.server.pages.trust.agreement_faults import fault_told
from synergie.server.pages.trust.signature_sent import SignatureSent, signature_sent
from synergie.server.pages.words import format_page_moment

router = page_router()

Writer = Annotated[Visit, require_page_scopes("agreements:write")]

_LONGEST = 4096
_CONFLICT, _WRONG = 409, 422


@dataclass(frozen=True, slots=True)
class ActForm:
    """What the form of an act brought."""

    version: str
    digest: str
    by: SignatureSent


@router.get("/accords/{agreement_id}/{gesture}")
def act_page(*, visit: Writer, agreement_id: str, gesture: str) -> Response:
    """What the act will do, and the form that does it."""
    act = _get_act(gesture)
    versions, one = _find_act_version(visit, agreement_id, act)
    if not _is_act_open(visit, one, versions, gesture):
        return _render_changed_agreement(visit, act, one, versions)
    return _render_act_step(visit, gesture, one)


@router.post("/accords/{agreement_id}/{gesture}")
async def do_act(*, visit: Writer, agreement_id: str, gesture: str) -> Response:
    """Do it, once, on exactly what was shown."""
    form = await read_posted_form(visit)
    sent = await _read_act_form(form)
    await form.close()
    return await run_in_threadpool(_perform_act, visit, agreement_id, gesture, sent)


def _perform_act(visit: Visit, agreement_id: str, gesture: str, sent: ActForm) -> Response:
    act = _get_act(gesture)
    versions, one = _find_act_version(visit, agreement_id, act)
    same = (sent.version, sent.digest) == (str(one.version), one.terms_sha256)
    if not same or not _is_act_open(visit, one, versions, gesture):
        return _render_changed_agreement(visit, act, one, versions, sent=sent)
    try:
        signature = _sign_act(visit, one, act, sent) if act in SIGNED else None
        moved = visit.trust.agreements.act(
            visit.principal, one.id, act, signature=signature, now=visit.now
        )
    except SynergieError as error:
        return _render_refused_act(visit, gesture, one, error, sent=sent)
    if signature is not None and signature not in {given.jws for given in moved.signatures}:
        versions, one = _find_act_version(visit, agreement_id, act)
        return _render_changed_agreement(visit, act, one, versions, sent=sent)
    return redirect_to(f"/accords/{one.id}?version={moved.version}&fait={act}", visit)


def _get_act(gesture: str) -> Act:
    act = ACTS.get(gesture)
    if act is None:
        raise NotFound
    return act


def _find_act_version(
    visit: Visit, agreement_id: str, act: Act
) -> tuple[Sequence[Agreement], Agreement]:
    """Every version, and the one that the act is for: as the use case itself finds it."""
    caller = visit.principal
    versions = visit.trust.agreements.versions(caller, agreement_id, now=visit.now).items
    return versions, find_version_for_act(versions, act, by=caller.organisation, now=visit.now)


def _is_act_open(visit: Visit, one: Agreement, versions: Sequence[Agreement], gesture: str) -> bool:
    path = f"/accords/{one.id}/{gesture}"
    return any(known.path == path for known in list_gestures(visit, one, versions))


def _sign_act(visit: Visit, one: Agreement, act: Act, sent: ActForm) -> str:
    """By the key that is held here, when the person confirmed; or as it was brought."""
    if not sent.by.held:
        return sent.by.brought()
    sent.by.confirm()
    return visit.trust.held_keys.sign(visit.principal, one, act, now=visit.now)


async def _read_act_form(form: FormData) -> ActForm:
    return ActForm(
        version=str(form.get("version", ""))[:20],
        digest=str(form.get("digest", ""))[:64],
        by=await signature_sent(form, most=_LONGEST),
    )


def _render_act_step(visit: Visit, gesture: str, one: Agreement, **more: Any) -> Response:
    """The page of the first step."""
    act, house, caller = ACTS[gesture], visit.services, visit.principal
    names = house.trust.agreement_watch.names(caller, now=visit.now)
    own = one.terms.owner == caller.organisation
    other = one.terms.recipient if own else one.terms.owner
    partner = names[other].name if other in names else other
    watched = house.trust.agreement_watch.looks(caller, now=visit.now)
    looks = watched.looks.get(one.id, NOTHING)
    things = house.trust.agreement_watch.things(caller, one, most=100, now=visit.now)
    told: dict[str, Any] = {
        "one": one,
        "called": get_page_title(visit, one.terms, names),
        "sentence": describe_agreement(visit, one.terms, names),
        "act": act,
        "gesture": gesture,
        "title": visit.say(*TITLES[act]),
        "signs": act in SIGNED,
        "facts": words.build_term_texts(one.terms, visit.lang, build_organisation_namer(names)),
        "things": things,
        "things_told": things_told(visit, one, None),
        "effects": describe_act_effects(visit, act, one, looks=looks, partner=partner),
        "held": house.trust.held_keys.read(caller, now=visit.now) if act in SIGNED else None,
        "fault": None,
        "typed": "",
        "status": 200,
    }
    return render_page(visit, "agreement_act.html", **(told | more))


def _render_refused_act(
    visit: Visit, gesture: str, one: Agreement, error: SynergieError, *, sent: ActForm
) -> Response:
    """The same page again, with what was wrong and what was typed."""
    fault = fault_told(visit, error)
    status = visit.services.problems.document(error).status
    return _render_act_step(visit, gesture, one, fault=fault, typed=sent.by.text, status=status)


def _render_changed_agreement(
    visit: Visit,
    act: Act,
    one: Agreement,
    versions: Sequence[Agreement],
    *,
    sent: ActForm | None = None,
) -> Response:
    """What happened since the page was shown; nothing was done."""
    shown = next((old for old in versions if sent and str(old.version) == sent.version), None)
    last = one.history[-1]
    mine = last.by == visit.principal.organisation
    who = visit.say("par votre organisation", "by your organisation")
    names = visit.trust.agreement_watch.names(visit.principal, now=visit.now)
    return render_page(
        visit,
        "agreement_changed.html",
        status=_CONFLICT,
        one=one,
        title=visit.say(*TITLES[act]),
        state=state_words(visit, one),
        what=words.choose_typeset_word(words.ACT[last.act], visit.lang),
        who=who if mine else visit.say("par {}", "by {}", build_organisation_namer(names)(last.by)),
        when=format_page_moment(visit.lang, last.at),
        changes=[] if shown is None else words.changes(shown.terms, one.terms, visit.lang),
        tampered=shown is not None and sent is not None and sent.digest != shown.terms_sha256,
    )
