"""`/journal`: who read what of ours, refused reads too, and the proof that nothing was changed."""

from functools import partial
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Path
from starlette.responses import Response

from synergie.schemas.trust.journal import RecordProof
from synergie.server.pages._stamp import format_visit_moment
from synergie.server.pages.door import require_page_scopes
from synergie.server.pages.frame import Visit, page_router, render_page
from synergie.server.pages.trust import _journal_view as view

router = page_router()

Looks = Annotated[Visit, require_page_scopes("audit:read")]
Seq = Annotated[int, Path(ge=0, le=2**53 - 1)]

_SHOWN = 50


@router.get("/journal")
def show_journal(visit: Looks, suite: str | None = None) -> Response:
    """Accesses, the newest first, as the address asks for them; the head of the tree."""
    asked = view.AccessFilter.of(visit)
    since, until = asked.bounds
    journal, caller = visit.trust.journal, visit.principal
    what = asked.what
    subject = None if what is None else journal.named(caller, what, now=visit.now)
    found = journal.accesses(
        caller,
        subject=subject,
        since=since,
        until=until,
        other=asked.who,
        after=suite,
        limit=_SHOWN,
        now=visit.now,
    )
    rows = view.build_access_views(visit, found.items)
    return render_page(
        visit,
        "journal.html",
        rows=rows,
        drawn=view.build_access_figure(visit, rows),
        asked=asked,
        stamp=partial(format_visit_moment, visit),
        parties=view.list_journal_parties(visit),
        following=None if found.next is None else urlencode({**asked.query, "suite": found.next}),
        first=urlencode(asked.query) if suite is not None else None,
        head=journal.head(now=visit.now),
        server=visit.services.problems.settings.public_url,
    )


@router.get("/journal/tete.jws")
def signed_head(visit: Looks) -> Response:
    """The signed head of the journal: whoever keeps it sees that nothing before it was changed."""
    head = visit.trust.journal.head(now=visit.now)
    return _send_journal_file(head.jws + "\n", f"tete-{head.tree_size}.jws", "application/jose")


@router.get("/journal/{seq}/preuve.json")
def proof(visit: Looks, seq: Seq) -> Response:
    """A record of ours as it was hashed, its path to the root, and the head that bears the root."""
    journal = visit.trust.journal
    record = journal.record(visit.principal, seq, now=visit.now)
    head = journal.head(now=visit.now)
    inclusion = journal.inclusion(seq, head.tree_size)
    told = RecordProof(record=record, inclusion=inclusion, head=head)
    return _send_journal_file(
        told.model_dump_json(indent=1), f"preuve-{seq}.json", "application/json"
    )


def _send_journal_file(text: str, name: str, kind: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(text.encode(), headers=headers, media_type=kind)
