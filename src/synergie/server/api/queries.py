"""Parameters of addresses: each in one form only, none unknown, none twice."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_origin
from urllib.parse import parse_qsl

from fastapi import Depends, Path, Query, Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import AfterValidator, BeforeValidator, Field

from synergie.errors import NotFound, TooLarge
from synergie.schemas.trust.agreement import Granularity
from synergie.server.router import Router
from synergie.units import Instant

_ID = re.compile(r"[a-z0-9][a-z0-9_-]{2,63}", re.ASCII)
_MOST_FIELDS = 1000
_SHOWN = 80
_PLACE = re.compile(r"0|[1-9][0-9]{0,14}", re.ASCII)
_DIGITS = re.compile(r"[0-9]{1,9}", re.ASCII)


def check_identifier_form(value: str) -> str:
    """An identifier of another form than ours names nothing: absent, like any other."""
    if not _ID.fullmatch(value):
        raise NotFound
    return value


def place(value: str) -> int:
    """A number in a path; what is none names nothing: absent, like any other."""
    if not _PLACE.fullmatch(value):
        raise NotFound
    return int(value)


def check_digits(value: Any) -> Any:
    """A whole number told in digits, for `BeforeValidator`: pydantic alone takes more."""
    if isinstance(value, str):
        if not _DIGITS.fullmatch(value):  # pydantic alone reads "1_0" and " 12 "
            raise ValueError("a whole number, in digits")
        return int(value)
    return value


def _parse_boolean(value: Any) -> Any:
    if isinstance(value, str):
        if value not in ("true", "false"):
            raise ValueError("true or false")
        return value == "true"
    return value


_form = AfterValidator(check_identifier_form)

ItemId = Annotated[str, _form, Path(description="Identifier given by the server.")]
AgreementId = Annotated[
    str | None,
    AfterValidator(lambda value: value if value is None else check_identifier_form(value)),
    Query(description="The agreement to read or to send under. Left out: your own data."),
]
SeriesIds = Annotated[
    list[Annotated[str, _form]] | None,
    Query(description="Only these series; may be repeated. Left out: all that is opened."),
]
After = Annotated[
    str | None,
    Query(max_length=4096, description="Cursor: `next` of the page before. Left out: the first."),
]
Limit = Annotated[
    int,
    Field(ge=1, le=1000),  # not in Query: there it would come out of the schema as `ge`
    BeforeValidator(check_digits),
    Query(description="Most items of the page."),
]
Wait = Annotated[
    int,
    Field(ge=0, le=30),
    BeforeValidator(check_digits),
    Query(description="Seconds to wait for news when there is none yet."),
]
Flag = Annotated[bool, BeforeValidator(_parse_boolean)]
Start = Annotated[Instant, Query(description="From this moment, included (RFC 3339).")]
End = Annotated[Instant, Query(description="Until this moment, excluded (RFC 3339).")]
AsOf = Annotated[
    Instant | None, Query(description="As known at this past moment. Left out: as known now.")
]
Grain = Annotated[
    Granularity | None,
    Query(description="How fine. Left out: the finest that is opened; finer is refused."),
]


@dataclass(frozen=True, slots=True)
class Period:
    """Which part of a curve, how fine, and under which agreement."""

    start: Start
    end: End
    granularity: Grain = None
    agreement: AgreementId = None


InPeriod = Annotated[Period, Depends()]


async def check_query_parameters(request: Request) -> None:
    """Refuse a parameter that the route does not know, and one told twice that is no list."""
    known = _list_query_parameters(request.scope["route"])
    seen: set[str] = set()
    faults = []
    for name, value in _parse_query_pairs(request.url.query):
        if name not in known:
            faults.append(_build_query_fault(name, "unknown", value, "no such parameter"))
        elif name in seen and not known[name]:
            faults.append(_build_query_fault(name, "repeated", value, "the parameter once"))
        seen.add(name)
    if faults:
        raise RequestValidationError(faults)


def _parse_query_pairs(query: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(query, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise TooLarge(_MOST_FIELDS, "parameters") from None


def _build_query_fault(name: str, kind: str, value: str, expected: str) -> dict[str, Any]:
    return {"type": kind, "loc": ("query", name[:_SHOWN]), "msg": expected, "input": value}


def _list_query_parameters(route: APIRoute) -> dict[str, bool]:
    """Name of each query parameter of *route* → whether it may be repeated."""
    return dict(_iterate_query_fields(route.dependant))


def _iterate_query_fields(dependant: Dependant) -> Iterator[tuple[str, bool]]:
    for field in dependant.query_params:
        yield field.alias, _is_list(field.field_info.annotation)
    for part in dependant.dependencies:
        yield from _iterate_query_fields(part)


def _is_list(annotation: Any) -> bool:
    return any(get_origin(part) is list for part in (annotation, *get_args(annotation)))


def router_of(noun: str) -> Router:
    """A router for the paths of *noun*, as it is written in addresses.

    Each of its routes asks for its caller (`may`), who is known before the query is looked at.
    """
    return Router(prefix=f"/v1/{noun}", tags=[noun])
