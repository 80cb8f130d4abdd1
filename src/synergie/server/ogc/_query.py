"""Parameters of items (OGC 17-069r4 §7.15): bbox, datetime, limit, crs; each once, none unknown."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import isfinite
from typing import Any
from urllib.parse import parse_qsl, urlencode

from fastapi import Request
from pydantic import TypeAdapter, ValidationError

from synergie.errors import BadInput, TooLarge
from synergie.exchange.publication.features import Box, FeatureRequest, Sought
from synergie.server.ogc._crs import (
    CRS84,
    LAMBERT_93,
    build_lambert_test,
    clamp_to_europe,
    compute_degree_box,
    parse_crs,
    to_lambert_93,
)
from synergie.units import Instant

DEFAULT, MOST = 100, 1_000
"""Features of one page, and at most: more is cut to that, as OGC has it."""
_MOST_FIELDS = 50
_ITEMS = frozenset({"bbox", "bbox-crs", "crs", "datetime", "limit", "cursor", "f"})
_ONE = frozenset({"crs", "f"})
_PLAIN = frozenset({"f"})
_OF_PAGES = frozenset({"lang"})
"""What a page for people takes besides: its language."""
_BBOX = "4 or 6 numbers: west,south,east,north, with the heights third and last if they are told"
_DATETIME = "a moment (RFC 3339) or a date, or two parted by /, either of them .. for open"
_LIMIT = "a whole number of 1 or more"
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_FORMS = ("json", "html")
_LANGS = ("fr", "en")
_DIGITS = re.compile(r"[0-9]{1,9}", re.ASCII)
_INSTANT: TypeAdapter[datetime] = TypeAdapter(Instant)
_FLAT, _TALL = 4, 6

type Pairs = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """What a request for items asks."""

    wanted: FeatureRequest
    limit: int
    cursor: str | None
    crs: str
    """The reference system of the coordinates that are told."""
    kept: Pairs
    """The parameters as they were sent, without the cursor: links repeat them."""

    def link(self, cursor: str | None) -> str:
        """The query of another page of the same."""
        told = self.kept | ({} if cursor is None else {"cursor": cursor})
        return f"?{urlencode(told)}" if told else ""


def items(request: Request, *, pages: bool = False) -> Items:
    """The question of *request*. BadInput for what is unknown, told twice or not of its form.

    *pages*: whether there are pages for people, asked by `f=html`.
    """
    told = _parse_known_query(request, _ITEMS, pages=pages)
    kept = {name: value for name, value in told.items() if name != "cursor"}
    system = parse_crs(told.get("crs", CRS84), "query crs")
    box, inside = _parse_bbox(told)
    since, until = _parse_interval(told.get("datetime"))
    question = "&".join(f"{name}={kept[name]}" for name in sorted(kept) if name != "limit")
    return Items(
        wanted=FeatureRequest(
            sought=Sought(box=box, since=since, until=until),
            inside=inside,
            project=to_lambert_93 if system == LAMBERT_93 else None,
            told=question,
        ),
        limit=_parse_limit(told.get("limit")),
        cursor=told.get("cursor"),
        crs=system,
        kept=kept,
    )


def parse_feature_query(request: Request, *, pages: bool = False) -> str:
    """The reference system that one feature is asked in."""
    return parse_crs(_parse_known_query(request, _ONE, pages=pages).get("crs", CRS84), "query crs")


def check_plain_query(request: Request, *, pages: bool = False) -> None:
    """A description takes no parameter but its form."""
    _parse_known_query(request, _PLAIN, pages=pages)


def _parse_known_query(request: Request, known: frozenset[str], *, pages: bool) -> Pairs:
    told = _parse_distinct_pairs(request, known | _OF_PAGES if pages else known)
    if told.pop("f", "json") not in (_FORMS if pages else _FORMS[:1]):
        raise BadInput("query f", "another form", "json or html" if pages else "json")
    if told.pop("lang", _LANGS[0]) not in _LANGS:
        raise BadInput("query lang", "another language", "fr or en")
    return told


def _parse_distinct_pairs(request: Request, known: frozenset[str]) -> Pairs:
    try:
        pairs = parse_qsl(request.url.query, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise TooLarge(_MOST_FIELDS, "parameters") from None
    told: Pairs = {}
    for name, value in pairs:
        if name not in known:
            raise BadInput(f"query {name[:80]}", value, "no such parameter")
        if name in told:
            raise BadInput(f"query {name}", value, "the parameter once")
        told[name] = value
    return told


def _parse_limit(told: str | None) -> int:
    if told is None:
        return DEFAULT
    if not _DIGITS.fullmatch(told) or int(told) < 1:
        raise BadInput("query limit", told, _LIMIT)
    return min(int(told), MOST)


def _parse_bbox(told: Pairs) -> tuple[Box | None, Any]:
    text = told.get("bbox")
    system = parse_crs(told.get("bbox-crs", CRS84), "query bbox-crs")
    if text is None:
        return None, None
    west, south, east, north = _parse_corners(text)
    if south > north:
        raise BadInput("query bbox", text, "the south before the north")
    if system == LAMBERT_93:
        if west > east:
            raise BadInput("query bbox", text, "the west before the east")
        return compute_degree_box(*clamp_to_europe(west, south, east, north)), build_lambert_test(
            west, south, east, north
        )
    if not (-180 <= west <= 180 and -180 <= east <= 180 and south >= -90 and north <= 90):  # noqa: PLR2004 (the globe)
        raise BadInput("query bbox", text, "degrees, longitude first")
    return Box(west, south, east, north), None


def _parse_corners(text: str) -> tuple[float, float, float, float]:
    """The flat corners of a bbox; the heights of one in six numbers are left out of account."""
    try:
        numbers = [float(one) for one in text.split(",")]
    except ValueError:
        raise BadInput("query bbox", text, _BBOX) from None
    if len(numbers) not in (_FLAT, _TALL) or not all(map(isfinite, numbers)):
        raise BadInput("query bbox", text, _BBOX)
    if len(numbers) == _TALL:
        del numbers[5], numbers[2]
    return numbers[0], numbers[1], numbers[2], numbers[3]


def _parse_interval(text: str | None) -> tuple[datetime | None, datetime | None]:
    """Both ends, included. A date is the whole of its day, UTC."""
    if text is None:
        return None, None
    first, slash, last = text.partition("/")
    if not slash:
        return _parse_interval_end(first, text), _parse_interval_end(first, text, last=True)
    since = None if first in ("", "..") else _parse_interval_end(first, text)
    until = None if last in ("", "..") else _parse_interval_end(last, text, last=True)
    if since is not None and until is not None and since > until:
        raise BadInput("query datetime", text, "the earlier first")
    return since, until


def _parse_interval_end(told: str, whole: str, *, last: bool = False) -> datetime:
    try:
        if _DATE.fullmatch(told):
            day = datetime.strptime(told, "%Y-%m-%d").replace(tzinfo=UTC)
            return day + timedelta(days=1, microseconds=-1) if last else day
        return _INSTANT.validate_python(told)
    except (ValidationError, ValueError, OverflowError):
        raise BadInput("query datetime", whole, _DATETIME) from None
