"""`/publications`: what an organisation opens to everybody; seen cell by cell, then signed."""

from dataclasses import dataclass
from typing import Annotated, Any, get_args

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from synergie.errors import BadInput, Conflict, NotFound
from synergie.exchange.publication.publication_signature import Signer as Signs
from synergie.exchange.publication.publications import Move, Opened, PublicationPreview, Refused
from synergie.schemas.publication.licences import LICENCES
from synergie.schemas.publication.open_publication import MOST_SIGNATURE
from synergie.schemas.publication.release import SuppressionLine
from synergie.schemas.publication.signed_publication import PublicationToSign
from synergie.server.pages.door import read_posted_form, redirect_to, require_page_scopes
from synergie.server.pages.frame import Visit, page_router, render_page
from synergie.server.pages.publication import _public_words as words
from synergie.server.pages.publication import _publication_form as form
from synergie.server.pages.trust.agreement_faults import fault_told, field_of
from synergie.server.pages.trust.signature_sent import SignatureSent, signature_sent

router = page_router()

_PATH = "/publications"
_KEYS = frozenset({"no key", "ended", "sealed elsewhere"})
"""Why a key that is held here does not sign."""
_MOVES: dict[str, Move] = {"suspendre": "suspend", "reprendre": "resume", "terminer": "end"}

Reader = Annotated[Visit, require_page_scopes("aggregates:read")]
Signer = Annotated[Visit, require_page_scopes("aggregates:write")]


@dataclass(frozen=True, slots=True)
class HiddenView:
    """One group that would not be shown, and why."""

    name: str
    kind: str
    why: str


@dataclass(frozen=True, slots=True)
class PreviewView:
    """What is recorded with its sums, or what may be expected; what is hidden; why nothing is."""

    shown: PublicationPreview
    cells: tuple[tuple[str, int, float], ...]
    expected: tuple[str, ...]
    """Groups that could be told, before any sum is computed."""
    hidden: tuple[HiddenView, ...]
    refused: tuple[str, ...]
    """Sentences; empty when it may be published."""


@router.get(_PATH)
def publications(*, visit: Reader) -> Response:
    """What the organisation opened to everybody."""
    found = visit.publication.publications.page(visit.principal, now=visit.now)
    return render_page(
        visit, "publications.html", found=found, states=_list_state_words(visit), words=words
    )


@router.get(f"{_PATH}/nouvelle")
def new(*, visit: Signer) -> Response:
    """The form: which sums, over which partition, of which period, under which licence."""
    schemes = visit.publication.publications.schemes(visit.principal, now=visit.now)
    query = visit.request.query_params
    chosen = query.get("decoupage", schemes[0].id if schemes else "")
    energy = "gas" if query.get("energie") == "gas" else "electricity"
    typed = dict.fromkeys(form.NAMES, "")
    if schemes:
        terms = visit.publication.publications.usual(visit.principal, chosen, energy, now=visit.now)
        typed = form.typed_of(terms, query.get("periode", ""))
    return _render_publication_form(visit, typed, ())


@router.get(f"{_PATH}/apercu")
def preview(*, visit: Signer) -> Response:
    """The groups that could be shown, without any value; or the sums once they are recorded."""
    asked = form.read_publication_form(visit, visit.request.query_params)
    return _render_preview(visit, asked, changed=visit.request.query_params.get("change") == "1")


@router.post(f"{_PATH}/sommes")
async def record(*, visit: Signer) -> Response:
    """Compute the sums and record them: what is refused is said with its reason."""
    told = await read_posted_form(visit)
    asked = form.read_publication_form(visit, dict(told))
    await told.close()
    return await run_in_threadpool(_record_sums, visit, asked)


@router.get(f"{_PATH}/signature")
def signature(*, visit: Signer) -> Response:
    """The second step: what is about to be signed, in one sentence, and how."""
    asked = form.read_publication_form(visit, visit.request.query_params)
    shown = _as_seen(visit, asked, visit.request.query_params.get("vu", ""))
    return shown if isinstance(shown, Response) else _to_sign(visit, asked, shown)


@router.get(f"{_PATH}/a-signer.json")
def paper(*, visit: Signer) -> Response:
    """What is signed as a file: what `synergie publication sign` reads, shows and signs."""
    asked = form.read_publication_form(visit, visit.request.query_params)
    shown = _as_seen(visit, asked, visit.request.query_params.get("vu", ""))
    if isinstance(shown, Response):
        return shown
    headers = {
        "Content-Disposition": f'attachment; filename="{_get_paper_file_name(shown)}"',
        "Cache-Control": "no-store",
    }
    content = _get_paper(shown).model_dump_json(indent=1)
    return Response(content, headers=headers, media_type="application/json")


@router.post(_PATH)
async def sign(*, visit: Signer) -> Response:
    """Publish what was seen; when anything has changed since, it is shown anew instead."""
    told = await read_posted_form(visit)
    by = await signature_sent(told, most=MOST_SIGNATURE)
    asked, seen = form.read_publication_form(visit, dict(told)), str(told.get("vu", ""))
    await told.close()
    return await run_in_threadpool(_sign_and_publish, visit, asked, seen, by)


@router.get(f"{_PATH}/accords")
def namings(*, visit: Signer) -> Response:
    """Which agreements may be named in public: each party says so for itself."""
    found = visit.publication.namings.page(visit.principal, now=visit.now)
    return render_page(visit, "publication_names.html", found=found)


@router.post(f"{_PATH}/accords")
async def name(*, visit: Signer) -> Response:
    """Let one agreement be named, or no more."""
    told = await read_posted_form(visit)
    await run_in_threadpool(
        visit.publication.namings.say,
        visit.principal,
        str(told.get("accord", "")),
        named=told.get("nommer") == "oui",
        now=visit.now,
    )
    return redirect_to(f"{_PATH}/accords", visit)


@router.get(f"{_PATH}/{{publication_id}}")
def one(*, visit: Reader, publication_id: str) -> Response:
    """One publication: its state, its terms, its versions, and who signed."""
    found = _read_publication(visit, publication_id)
    return render_page(
        visit,
        "publication.html",
        one=found,
        states=_list_state_words(visit),
        steps=_list_step_words(visit),
        done=visit.request.query_params.get("publie"),
        licence=LICENCES[found.publication.terms.licence].name,
        base=visit.services.problems.settings.public_url,
    )


@router.get(f"{_PATH}/{{publication_id}}/{{move}}")
def confirm(*, visit: Signer, publication_id: str, move: str) -> Response:
    """The first step of suspending, resuming or ending: what it does."""
    if move not in _MOVES:
        raise NotFound
    found = _read_publication(visit, publication_id)
    return render_page(visit, "publication_move.html", one=found, move=move)


@router.post(f"{_PATH}/{{publication_id}}/{{move}}")
async def act(*, visit: Signer, publication_id: str, move: str) -> Response:
    """Do it: from the next read on."""
    await read_posted_form(visit)
    if move not in _MOVES:
        raise NotFound
    await run_in_threadpool(
        visit.publication.publications.act,
        visit.principal,
        publication_id,
        _MOVES[move],
        now=visit.now,
    )
    return redirect_to(f"{_PATH}/{publication_id}", visit)


def _read_publication(visit: Visit, publication_id: str) -> Opened:
    return visit.publication.publications.read(visit.principal, publication_id, now=visit.now)


def _record_sums(visit: Visit, asked: form.PublicationForm) -> Response:
    if asked.terms is None:
        return _render_publication_form(visit, dict(asked.typed), asked.faults)
    try:
        refused = visit.publication.publications.record(
            visit.principal, asked.terms, asked.period, now=visit.now
        )
    except (BadInput, Conflict):
        return redirect_to(f"{_PATH}/apercu?{asked.query(change='1')}", visit)
    if refused is not None:
        return _render_preview(visit, asked, refused=refused, status=409)
    return redirect_to(f"{_PATH}/apercu?{asked.query()}", visit)


def _render_preview(
    visit: Visit,
    asked: form.PublicationForm,
    *,
    changed: bool = False,
    refused: Refused | None = None,
    status: int = 200,
) -> Response:
    shown = _read_preview(visit, asked)
    if isinstance(shown, Response):
        return shown
    return render_page(
        visit,
        "publication_preview.html",
        view=_build_preview_view(visit, shown, refused),
        asked=asked.over(shown.terms),
        changed=changed,
        status=status,
    )


def _read_preview(visit: Visit, asked: form.PublicationForm) -> PublicationPreview | Response:
    """What would be published; or the form again, with what does not do at its field."""
    if asked.terms is None:
        return _render_publication_form(visit, dict(asked.typed), asked.faults)
    try:
        return visit.publication.publications.preview_release(
            visit.principal, asked.terms, asked.period, now=visit.now
        )
    except BadInput as error:
        return _render_publication_form(visit, dict(asked.typed), (form.fault(visit, error),))


def _as_seen(visit: Visit, asked: form.PublicationForm, seen: str) -> PublicationPreview | Response:
    """What would be published, while it is what was *seen*; else it is shown anew."""
    shown = _read_preview(visit, asked)
    if isinstance(shown, Response) or (shown.may_be_signed and shown.digest == seen != ""):
        return shown
    return redirect_to(f"{_PATH}/apercu?{asked.query(change='1')}", visit)


def _to_sign(
    visit: Visit, asked: form.PublicationForm, shown: PublicationPreview, **more: Any
) -> Response:
    keys, caller = visit.trust.held_keys, visit.principal
    told: dict[str, Any] = {
        "view": _build_preview_view(visit, shown),
        "asked": asked.over(shown.terms),
        "licence": LICENCES[shown.terms.licence].name,
        "path": _PATH,
        "file": _get_paper_file_name(shown),
        "title": visit.say("Signer et publier", "Sign and publish"),
        "held": keys.read(caller, now=visit.now),
        "keys": keys.in_use(caller, now=visit.now),
        "most": MOST_SIGNATURE,
        "fault": None,
        "typed": "",
        "status": 200,
    }
    return render_page(visit, "publication_sign.html", **(told | more))


def _get_paper_file_name(shown: PublicationPreview) -> str:
    paper = _get_paper(shown)
    return f"publication-{paper.publication}-{shown.period}-v{paper.version}.json"


def _get_paper(shown: PublicationPreview) -> PublicationToSign:
    if shown.paper is None:
        raise AssertionError("what is signed is a file")
    return shown.paper


def _sign_and_publish(
    visit: Visit, asked: form.PublicationForm, seen: str, by: SignatureSent
) -> Response:
    again = f"{_PATH}/apercu?{asked.query(change='1')}"
    if asked.terms is None:
        return redirect_to(again, visit)
    try:
        made = visit.publication.publications.sign(
            visit.principal,
            asked.terms,
            asked.period,
            seen=seen,
            signer=_build_publication_signer(visit, by),
            now=visit.now,
        )
    except (BadInput, Conflict) as error:
        if not _of_the_signature(error):
            return redirect_to(again, visit)
        return _refused_signature(visit, asked, seen, error, typed=by.text)
    return redirect_to(f"{_PATH}/{made.id}?publie={asked.period}", visit)


def _build_publication_signer(visit: Visit, by: SignatureSent) -> Signs:
    """By the key that is held here, when the person confirmed; or as it was brought."""
    if not by.held:
        text = by.brought()
        return lambda _session, _paper: text
    by.confirm()
    keys, caller, now = visit.trust.held_keys, visit.principal, visit.now
    return lambda session, paper: keys.sign_publication(session, caller, paper, now=now)


def _of_the_signature(error: BadInput | Conflict) -> bool:
    """Whether *error* is about the key or the signature, not about what would be published."""
    if isinstance(error, Conflict):
        return error.found in _KEYS
    return field_of(error) in {"signature", "confirm"}


def _refused_signature(
    visit: Visit, asked: form.PublicationForm, seen: str, error: BadInput | Conflict, *, typed: str
) -> Response:
    """The second step again, with what was wrong and what was typed."""
    shown = _as_seen(visit, asked, seen)
    if isinstance(shown, Response):
        return shown
    status = visit.services.problems.document(error).status
    fault = fault_told(visit, error)
    return _to_sign(visit, asked, shown, fault=fault, typed=typed, status=status)


def _render_publication_form(
    visit: Visit, typed: dict[str, str], faults: tuple[form.Fault, ...]
) -> Response:
    return render_page(
        visit,
        "publication_form.html",
        status=422 if faults else 200,
        typed=typed,
        faults=faults,
        wrong={one.field for one in faults},
        schemes=visit.publication.publications.schemes(visit.principal, now=visit.now),
        licences=[(name, told.name) for name, told in LICENCES.items()],
        energies=[(name, visit.say(*told)) for name, told in words.ENERGIES.items()],
        sides=[(field, visit.say(fr, en)) for field, _, fr, en in form.SIDES],
    )


def _build_preview_view(
    visit: Visit, shown: PublicationPreview, refused: Refused | None = None
) -> PreviewView:
    labels = words.Labels(visit, shown.scheme)
    cells = () if shown.recorded is None else shown.recorded.cells
    return PreviewView(
        shown,
        tuple((labels(one.cell), one.n_points, one.energy_wh / 1000) for one in cells),
        tuple(labels(cell) for cell in shown.expected),
        tuple(_build_hidden_view(visit, shown, line, labels) for line in shown.hidden),
        tuple(_describe_refused_sums(visit, shown, labels, refused or shown.refused)),
    )


def _build_hidden_view(
    visit: Visit, shown: PublicationPreview, line: SuppressionLine, labels: words.Labels
) -> HiddenView:
    kinds = {
        "primary": visit.say("par lui-même", "by itself"),
        "complementary": visit.say("à cause du reste", "because of the rest"),
        None: "",
    }
    return HiddenView(
        labels(line.cell),
        kinds[line.kind],
        words.describe_hidden_cell(visit, line, labels, shown.thresholds),
    )


def _describe_refused_sums(
    visit: Visit, shown: PublicationPreview, labels: words.Labels, refused: Refused | None
) -> list[str]:
    told = []
    if refused is not None:
        some = [visit.say("« {} »", "“{}”", labels(cell)) for cell in refused.cells]
        told.append(visit.say(*_REFUSED[refused.code], ", ".join(some)))
    told += [
        visit.say(
            "L'accord {} n'ouvre pas ses sommes au public : demandez à son propriétaire un accord "
            "qui l'ouvre.",
            "Agreement {} does not open its sums to the public: ask its owner for one that does.",
            one,
        )
        for one in shown.closed
    ]
    if shown.state == "suspended":
        told.append(
            visit.say(
                "Cette publication est suspendue : reprenez-la d'abord.",
                "This publication is suspended: resume it first.",
            )
        )
    return told


_REFUSED = {
    "nothing_to_publish": (
        "Aucun groupe ne peut être montré pour cette période, à côté de ce qui est déjà publié.",
        "No group can be shown for this period, beside what is out already.",
    ),
    "in_another_scheme": (
        (
            "Des points de {} sont comptés dans un autre découpage publié la même année : une "
            "soustraction entre les deux révélerait des points."
        ),
        (
            "Points of {} are counted in another partition published for the same year: a "
            "subtraction between the two would give points away."
        ),
    ),
    "tells_who_changed": (
        (
            "Correction refusée : sa différence avec la version publiée révélerait un trop petit "
            "groupe dans {}. Elle attend la période suivante."
        ),
        (
            "Correction refused: its difference from the published version would give away too "
            "small a group in {}. It waits for the next period."
        ),
    ),
}


def _list_state_words(visit: Visit) -> dict[str, str]:
    return {
        "active": visit.say("ouverte à tous", "open to everybody"),
        "suspended": visit.say("suspendue", "suspended"),
        "ended": visit.say("terminée", "ended"),
    }


def _list_step_words(visit: Visit) -> dict[str, str]:
    told = {
        "sign": visit.say("signée et publiée", "signed and published"),
        "suspend": visit.say("suspendue", "suspended"),
        "resume": visit.say("reprise", "resumed"),
        "end": visit.say("terminée", "ended"),
    }
    if set(told) != {"sign", *get_args(Move.__value__)}:
        raise AssertionError("a word for each act")
    return told
