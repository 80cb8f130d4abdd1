"""The public files and the catalogue: no account, no cookie, read by any page of any origin."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from fastapi import Request
from starlette.responses import Response

from synergie.errors import BadInput, NotFound
from synergie.exchange.publication import open_files as files
from synergie.exchange.publication.publications_public import Dataset
from synergie.formats.opendata.open_catalogue import (
    OpenDataset,
    OpenFile,
    OpenProof,
    Paging,
    build_open_catalogue,
)
from synergie.formats.opendata.open_rows import civil_days
from synergie.schemas.publication.licences import LICENCES
from synergie.server.pages.door import Anyone
from synergie.server.pages.frame import Visit, page_router

router = page_router()

_PAGE = 50
"""Datasets on a page of the catalogue."""
_MOST_DIGITS = 6
_CACHED_S = 60
"""As long as `/open`: what ends is closed here at the next read; a cache may keep it that long."""
_OPEN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Content-Disposition",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": f"public, max-age={_CACHED_S}",
}
"""Read by the pages of anybody (uMap): on these files only, never on what needs a name."""


@router.get("/public/donnees/{dataset_id}/{name}")
def newest_of_all(*, visit: Anyone, dataset_id: str, name: str) -> Response:
    """A file of the newest version of every period."""
    found = visit.publication.public_data.dataset(dataset_id, now=visit.now)
    return _send_open_file(visit.request, _find_dataset_files(visit, found).named(None, name))


@router.get("/public/donnees/{dataset_id}/{period}/{version}/{name}")
def one_version(
    *, visit: Anyone, dataset_id: str, period: str, version: str, name: str
) -> Response:
    """A file of one version of one period: what it says never changes, but who signed it last."""
    number = version.removeprefix("v")
    whole = number.isascii() and number.isdigit() and len(number) <= _MOST_DIGITS
    if not version.startswith("v") or not whole:
        raise NotFound
    found = visit.publication.public_data.dataset(dataset_id, now=visit.now)
    one = found.version(period, int(number))
    return _send_open_file(visit.request, _find_dataset_files(visit, found).named(one, name))


@router.get("/catalog.jsonld")
def catalog(*, visit: Anyone) -> Response:
    """Everything that is open, as DCAT-AP 3; `?page=` follows the links of Hydra."""
    base = visit.services.problems.settings.public_url
    number = _parse_page_number(visit.request.query_params.get("page", "1"))
    datasets = visit.publication.public_data.datasets(now=visit.now)
    pages = max(1, -(-len(datasets) // _PAGE))
    if number > pages:
        raise NotFound
    some = datasets[(number - 1) * _PAGE : number * _PAGE]
    told = build_open_catalogue(
        base,
        [_build_open_dataset(visit, base, one) for one in some],
        title=f"Données ouvertes : {_get_publisher_name(visit, datasets)}",
        publisher=_get_publisher_name(visit, datasets),
        paging=_build_paging(base, number, pages, len(datasets)),
    )
    return _build_jsonld_answer(told)


def _parse_page_number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS and int(text)):
        raise BadInput("/page", text, "a whole number of at least 1")
    return int(text)


def _build_paging(base: str, number: int, pages: int, total: int) -> Paging:
    def at(n: int) -> str:
        return f"{base}/catalog.jsonld?page={n}"

    return Paging(
        total,
        at(number),
        first=at(1),
        last=at(pages),
        following=at(number + 1) if number < pages else None,
        before=at(number - 1) if number > 1 else None,
    )


def _get_publisher_name(visit: Visit, datasets: tuple[Dataset, ...]) -> str:
    """Who publishes: the one organisation that does, else the server by its host."""
    names = {one.publisher.name for one in datasets}
    if len(names) == 1:
        return names.pop()
    return str(urlsplit(visit.services.problems.settings.public_url).hostname)


def _build_open_dataset(visit: Visit, base: str, one: Dataset) -> OpenDataset:
    newest, oldest = one.current[0], one.current[-1]
    shelf = _find_dataset_files(visit, one)
    words = ("énergie", {"electricity": "électricité", "gas": "gaz"}[one.terms.energy])
    return OpenDataset(
        url=f"{base}/public/donnees/{one.id}",
        title=one.terms.title,
        description=one.terms.description,
        publisher=one.publisher.name,
        publisher_url=f"{base}/public#{one.publisher.id}",
        siren=one.publisher.siren,
        contact=one.terms.contact,
        licence_url=LICENCES[next(iter(one.licences))].address,
        rights=_describe_licence_periods(one),
        keywords=(*words, *sorted({c.insee_code for c in one.scheme.cells if c.insee_code})),
        first=civil_days(oldest.period)[0],
        last=civil_days(newest.period)[1] - timedelta(days=1),
        step="month" if "-" in newest.period else "year",
        issued=one.issued_at,
        modified=one.changed_at,
        extent=one.terms.extent,
        files=tuple(_build_open_file(base, shelf, found) for found in shelf.facts(None)),
        proof=_build_open_proof(base, shelf),
    )


def _describe_licence_periods(one: Dataset) -> str | None:
    """Which periods are under which licence. None: all under one."""
    told = one.licences.items()
    some = [f"{LICENCES[name].name} : {', '.join(periods)}" for name, periods in told]
    return " ; ".join(some) if len(some) > 1 else None


def _build_open_proof(base: str, shelf: files.Files) -> OpenProof | None:
    """The signatures of what holds now, and their keys; None when nothing is signed."""
    some = shelf.dataset.current
    signed = [one for one in some if one.signature is not None]
    if not signed:
        return None
    return OpenProof(
        signatures=tuple(f"{base}{shelf.address(one, shelf.signature(one))}" for one in signed),
        periods=len(some),
        keys=f"{base}{shelf.address(None, files.KEYS)}",
    )


def _build_open_file(base: str, shelf: files.Files, found: files.Facts) -> OpenFile:
    kind = found.kind
    return OpenFile(
        title=found.name,
        url=f"{base}{shelf.address(None, found.name)}",
        media_type=kind.media_type,
        file_type=str(kind.file_type),
        sha256=found.sha256,
        size=found.size,
        modified=shelf.dataset.changed_at,
    )


def _find_dataset_files(visit: Visit, found: Dataset) -> files.Files:
    return visit.publication.open_shelf.files(found, now=visit.now)


def _build_jsonld_answer(told: dict[str, Any]) -> Response:
    content = json.dumps(told, ensure_ascii=False).encode()
    return Response(content, headers=dict(_OPEN), media_type="application/ld+json")


def _send_open_file(request: Request, made: files.PublicFile) -> Response:
    """The file, with the SHA-256 of its bytes as its validator; 304 when the reader has them.

    Weak, for it holds for every content coding (RFC 9110 §8.8.3.3).
    """
    tag = f'W/"{made.sha256}"'
    held = [part.strip() for part in request.headers.get("if-none-match", "").split(",")]
    if tag in held or f'"{made.sha256}"' in held or "*" in held:
        return Response(status_code=304, headers=_OPEN | {"ETag": tag})
    headers = _OPEN | {"ETag": tag, "Content-Disposition": f'attachment; filename="{made.name}"'}
    return Response(made.content, headers=headers, media_type=made.media_type)
