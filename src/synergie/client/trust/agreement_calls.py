"""The calls of versions and papers of agreements, of consents and of perimeters; see `calls`."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from synergie.client._bodies import BytesBody
from synergie.client.calls import AGREEMENTS, Call, Noun, idempotency_key, model_of
from synergie.errors import BadInput
from synergie.schemas.assets.named_perimeter import NamedPerimeter, NamedPerimeterRecord
from synergie.schemas.page import Page
from synergie.schemas.readings import curve_json
from synergie.schemas.trust.agreement import Agreement, Terms
from synergie.schemas.trust.agreement_proof import AgreementProof
from synergie.schemas.trust.clause import Clauses
from synergie.schemas.trust.consent import Consent, ConsentRecord

CONSENTS = Noun("consents", Consent, Page[Consent])
PERIMETERS = Noun("perimeters", NamedPerimeter, Page[NamedPerimeter])

_JSON = "application/json"
_JSON_LD = "application/ld+json"
_PDF = b"%PDF-"
_WHERE = "answer of the server"


def list_agreements(since: datetime | None) -> Callable[[str | None], Call[Page[Agreement]]]:
    """From a cursor to the call of that page of agreements that changed since a moment."""
    told = () if since is None else (("changed_since", _format_changed_since(since)),)

    def page(after: str | None) -> Call[Page[Agreement]]:
        return Call(
            method="GET",
            path="/v1/agreements",
            params=(*told, *(() if after is None else (("after", after),))),
            parse=model_of(Page[Agreement]),
        )

    return page


def read_agreement(agreement: str, version: int | None) -> Call[Agreement]:
    """One agreement, in one version."""
    return _read_agreement_part(agreement, "", version, model_of(Agreement))


def list_versions(agreement: str) -> Call[Page[Agreement]]:
    """Every version of an agreement."""
    return _read_agreement_part(agreement, "/versions", None, model_of(Page[Agreement]))


def redraft(agreement: str, terms: Terms, key: str | None) -> Call[Agreement]:
    """Draft the next version of an agreement."""
    return Call(
        method="POST",
        path=f"{AGREEMENTS.get(agreement).path}/versions",
        body=BytesBody(terms.model_dump_json().encode(), _JSON),
        key=idempotency_key(key),
        parse=model_of(Agreement),
    )


def read_clauses(agreement: str, version: int | None) -> Call[Clauses]:
    """An agreement clause by clause."""
    return _read_agreement_part(agreement, "/clauses", version, model_of(Clauses))


def read_agreement_proof(agreement: str, version: int | None) -> Call[AgreementProof]:
    """An agreement with what proves it."""
    return _read_agreement_part(agreement, "/proof", version, model_of(AgreementProof))


def read_odrl(agreement: str, version: int | None) -> Call[dict[str, Any]]:
    """An agreement as an ODRL policy."""
    return _read_agreement_part(agreement, "/odrl", version, _parse_policy, accept=_JSON_LD)


def html(agreement: str, version: int | None) -> Call[str]:
    """An agreement to print, as HTML."""
    return _read_agreement_part(
        agreement, "/document.html", version, _decode_page, accept="text/html"
    )


def read_agreement_pdf(agreement: str, version: int | None) -> Call[bytes]:
    """An agreement to print, as PDF."""
    return _read_agreement_part(
        agreement, "/document.pdf", version, _check_pdf, accept="application/pdf"
    )


def give(consent: ConsentRecord, key: str | None) -> Call[Consent]:
    """Record a consent."""
    return Call(
        method="POST",
        path="/v1/consents",
        body=BytesBody(consent.model_dump_json().encode(), _JSON),
        key=idempotency_key(key),
        parse=model_of(Consent),
    )


def withdraw(consent: str) -> Call[Consent]:
    """Withdraw a consent; the key only marks it as repeatable, which it is by itself."""
    return Call(
        method="POST",
        path=f"{CONSENTS.get(consent).path}/withdraw",
        key=idempotency_key(None),
        parse=model_of(Consent),
    )


def save(perimeter: NamedPerimeterRecord) -> Call[NamedPerimeter]:
    """Save a perimeter under its name."""
    return Call(
        method="PUT",
        path="/v1/perimeters",
        body=BytesBody(perimeter.model_dump_json().encode(), _JSON),
        parse=model_of(NamedPerimeter),
    )


def perimeter(perimeter_id: str, version: int | None) -> Call[NamedPerimeter]:
    """One perimeter, in one version."""
    return Call(
        method="GET",
        path=PERIMETERS.get(perimeter_id).path,
        params=_build_version_params(version),
        parse=model_of(NamedPerimeter),
    )


def _read_agreement_part[T](
    agreement: str,
    part: str,
    version: int | None,
    parse: Callable[[bytes], T],
    *,
    accept: str = _JSON,
) -> Call[T]:
    return Call(
        method="GET",
        path=f"{AGREEMENTS.get(agreement).path}{part}",
        params=_build_version_params(version),
        parse=parse,
        accept=accept,
    )


def _build_version_params(version: int | None) -> tuple[tuple[str, str], ...]:
    return () if version is None else (("version", str(version)),)


def _format_changed_since(moment: datetime) -> str:
    if moment.utcoffset() is None:
        raise TypeError("changed_since: found a time without a zone")
    return curve_json.instant_text(moment)


def _parse_policy(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except ValueError as error:
        raise BadInput(_WHERE, content[:80], "JSON") from error
    if not isinstance(found, dict):
        raise BadInput(_WHERE, content[:80], "a JSON object")
    return found


def _decode_page(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise BadInput(_WHERE, content[:80], "a text in UTF-8") from error


def _check_pdf(content: bytes) -> bytes:
    if not content.startswith(_PDF):
        raise BadInput(_WHERE, content[:80], "a PDF")
    return content
