"""`/besoin`: somebody without an account says what they would like to read, and why.

No cookie, no account, and no word on what exists here: the answer is the same whatever was asked
of whomever. Many forms from one address are told to wait.
"""

import time
from typing import Annotated, get_args

from fastapi import Query
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import Response

from synergie.errors import BadInput, SynergieError, Words
from synergie.reports.trust import agreement_words as words
from synergie.schemas.asked_need import AskedNeed, AskerKind
from synergie.schemas.faults import faults
from synergie.schemas.trust.agreement import Dataset, Grant, Purpose
from synergie.server.pages.door import Anyone, read_posted_form, redirect_to
from synergie.server.pages.frame import Visit, page_router, render_page
from synergie.server.pages.trust.agreement_faults import fault_told, field_of
from synergie.server.quota import get_source_name

router = page_router()

_PATH = "/besoin"
_COST = 24
"""Reads that one form counts for: ten a minute from one address, with the usual quota."""
_ONE = ("asker", "asker_kind", "purpose", "why", "granularity", "things", "contact", "address")
_LONGEST = 2_000
_OF = 200

KINDS: dict[AskerKind, tuple[str, str]] = {
    "company": ("une entreprise", "a company"),
    "citizens": ("un groupe d'habitants", "a group of citizens"),
    "public_body": ("un organisme public", "a public body"),
    "other": ("autre", "other"),
}


@router.get(_PATH)
def need_page(
    *,
    visit: Anyone,
    donnees: Annotated[str, Query(max_length=20)] = "",
    recu: Annotated[str, Query(max_length=3)] = "",
) -> Response:
    """The form; after it was sent, the same words for everybody."""
    if recu:
        return render_page(visit, "need_received.html")
    return _render_need_form(visit, {"granularity": "month", "datasets": [donnees]})


@router.post(_PATH)
async def say_need(*, visit: Anyone) -> Response:
    """Take it down, or say what is missing with nothing lost."""
    form = await read_posted_form(visit)  # before its quota: what is told to wait is given back
    visit.services.quotas.openly.take(_get_need_source(visit), at=time.monotonic(), n=_COST)
    return await run_in_threadpool(_take_need_form, visit, form)


def _take_need_form(visit: Visit, form: FormData) -> Response:
    typed: dict[str, object] = {name: _get_line_field(form, name) for name in _ONE}
    typed["datasets"] = [str(one)[:20] for one in form.getlist("datasets")[:20]]
    of = _get_line_field(form, "of")[:_OF]
    if not of:
        return _render_need_form(
            visit, typed, fault=BadInput("/of", Words("nothing"), "the name of a body")
        )
    try:
        need = AskedNeed.model_validate({name: value for name, value in typed.items() if value})
    except ValidationError as error:
        return _render_need_form(visit, typed | {"of": of}, fault=faults(error)[0])
    visit.services.needs_asked.ask(need, of=of, now=visit.now)
    return redirect_to(f"{_PATH}?recu=oui", visit)


def _get_line_field(form: FormData, name: str) -> str:
    """A field in one line of text: breaks of a text area become spaces."""
    return " ".join(str(form.get(name, ""))[: _LONGEST + 1].split())


def _render_need_form(
    visit: Visit, typed: dict[str, object], *, fault: SynergieError | None = None
) -> Response:
    return render_page(
        visit,
        "need.html",
        status=200 if fault is None else 422,
        typed=typed,
        fault=None if fault is None else fault_told(visit, fault),
        field="" if fault is None else field_of(fault),
        kinds=KINDS,
        purposes=get_args(Purpose.__value__),
        datasets=get_args(Dataset.__value__),
        grains=get_args(Grant.__value__),
        words=words,
    )


def _get_need_source(visit: Visit) -> str:
    client = visit.request.client
    return get_source_name(client.host if client else "")
