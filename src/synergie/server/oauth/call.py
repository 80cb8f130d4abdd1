"""A request to the authorization server, read for authlib's synchronous core.

RFC 6749 §3.2: a form, each parameter once; one without a value counts as absent.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any, override
from urllib.parse import parse_qsl

from authlib.oauth2.rfc6749 import OAuth2Payload, OAuth2Request
from fastapi import Request

from synergie.server.oauth.refusals import InvalidRequestError
from synergie.server.settings import Settings

MEDIA_TYPE = "application/x-www-form-urlencoded"

_MOST_FIELDS = 20
_MOST_FIELD = 16_384
_MOST_BODY = 65_536


class Form(OAuth2Payload):  # type: ignore[misc]  # authlib has no types
    """The parameters, each once."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        self._fields = dict(fields)

    @property
    @override
    def data(self) -> dict[str, str]:
        return self._fields

    @property
    @override
    def datalist(self) -> defaultdict[str, list[str]]:
        return defaultdict(list, {name: [value] for name, value in self._fields.items()})


class Call(OAuth2Request):  # type: ignore[misc]  # authlib has no types
    """One request: its form, its proofs, its moment. Its address is that of the settings."""

    def __init__(
        self, path: str, form: Form, *, proofs: list[str], now: datetime, settings: Settings
    ) -> None:
        # authlib refuses http beyond loopback in this constructor, outside its error handling:
        # the settings have done so before, and behind a TLS proxy the request itself says http
        super().__init__("POST", settings.public_url + path, headers={})
        self.payload = form
        self.proofs, self.now = proofs, now
        self.client: Any = None

    @property
    @override
    def form(self) -> dict[str, str]:
        return self.payload.data

    @property
    @override
    def args(self) -> dict[str, str]:
        return {}

    def field(self, name: str) -> str | None:
        """The parameter *name*; None when absent."""
        return self.form.get(name)


async def read_call(request: Request, *, now: datetime, settings: Settings) -> Call:
    """*request* as authlib's core takes it.

    InvalidRequestError when it is not a form within the limits, repeats a parameter, or bears
    parameters or credentials outside the body.
    """
    if request.url.query or "authorization" in request.headers:
        raise InvalidRequestError(description="parameters and credentials go in the body")
    kinds = [
        kind.partition(";")[0].strip().lower()
        for kind in _list_header_values(request, "content-type")
    ]
    if kinds != [MEDIA_TYPE]:
        raise InvalidRequestError(description="the body is a form")
    fields = _check_single_fields(parse(await _read_form_body(request)))
    proofs = _list_header_values(request, "dpop")
    return Call(request.url.path, Form(fields), proofs=proofs, now=now, settings=settings)


def parse(body: bytes) -> list[tuple[str, str]]:
    """The parameters of a form, those without value left out."""
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError as error:
        raise InvalidRequestError(description="the body is not a form") from error
    return pairs


def _check_single_fields(pairs: list[tuple[str, str]]) -> dict[str, str]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise InvalidRequestError(description="a parameter is given twice")
    if any(len(value) > _MOST_FIELD for value in fields.values()):
        raise InvalidRequestError(description="a parameter is too long")
    return {name: value for name, value in fields.items() if value}


async def _read_form_body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST_BODY:
            raise InvalidRequestError(description="the body is too long")
    return bytes(body)


def _list_header_values(request: Request, name: str) -> list[str]:
    return request.headers.getlist(name)
