"""An agreement as a W3C ODRL 2.2 Agreement in JSON-LD: for programs that read policies.

Core terms wherever ODRL has one; what it has none for (which granularity, which readings, which
fields) is in a profile of ours, `urn:synergie:odrl:1`. It is told, and never read back to decide:
`decide` looks at the terms that are signed, whose digest is told here.
"""

from datetime import UTC, datetime
from typing import Any

from synergie.policy.readings.sentence import describe_terms
from synergie.policy.readings.steps import FINEST_FIRST
from synergie.schemas.trust.agreement import Agreement, Dataset, Grant, Terms

PROFILE = "urn:synergie:odrl:1"
"""Our own left operands: `granularity`, `readingTime`, `field`, `cellScheme`, `consent`."""

_CONTEXT: list[object] = [
    "http://www.w3.org/ns/odrl.jsonld",
    {
        "dct": "http://purl.org/dc/terms/",
        "synergie": f"{PROFILE}#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    },
]


def build_odrl(agreement: Agreement) -> dict[str, Any]:
    """*agreement* as an ODRL Agreement: what is permitted, what is forbidden, what is due."""
    terms = agreement.terms
    policy: dict[str, Any] = {
        "@context": _CONTEXT,
        "@type": "Agreement",
        "uid": f"urn:synergie:agreement:{agreement.id}:{agreement.version}",
        "profile": PROFILE,
        "conflict": "prohibit",
        "dct:title": terms.title,
        "dct:description": describe_terms(terms),
        "dct:identifier": f"sha-256:{agreement.terms_sha256}",
        "dct:language": "fr",
        "synergie:state": agreement.state,
        "synergie:legalBasis": terms.legal_basis,
        "synergie:dataSubject": terms.data_subject,
        "assigner": _build_organisation_urn(terms.owner),
        "assignee": _build_organisation_urn(terms.recipient),
        "target": [_build_asset_collection(agreement, name) for name in terms.datasets],
        "permission": _build_permissions(terms),
        "prohibition": _build_prohibitions(terms),
    }
    if terms.legal_reference is not None:
        policy["synergie:legalReference"] = terms.legal_reference
    if terms.consent_refs:
        consenting = {"action": "obtainConsent", "assignee": _build_organisation_urn(terms.owner)}
        policy["obligation"] = [consenting | {"constraint": [_build_consent_constraint(terms)]}]
    return policy


def _build_organisation_urn(organisation: str) -> str:
    return f"urn:synergie:organisation:{organisation}"


def _build_asset_collection(agreement: Agreement, dataset: Dataset) -> dict[str, Any]:
    """One kind of data of what the selector names."""
    selector = agreement.terms.selector
    told: dict[str, Any] = {
        "@type": "AssetCollection",
        "uid": f"urn:synergie:agreement:{agreement.id}:{agreement.version}:{dataset}",
        "synergie:dataset": dataset,
        "synergie:item": sorted(selector.ids()),
    }
    if selector.perimeter is not None:
        named = selector.perimeter
        told["synergie:perimeter"] = f"urn:synergie:perimeter:{named.id}:{named.version}"
    return told


def _build_permissions(terms: Terms) -> list[dict[str, Any]]:
    actions = ["read"]
    actions += ["modify"] if terms.direction == "write" else []
    actions += ["distribute"] if terms.onward == "open_data" else []
    return [
        {
            "action": action,
            "constraint": _build_constraints(terms),
            "duty": [_build_deletion_duty(terms)],
        }
        for action in actions
    ]


def _build_prohibitions(terms: Terms) -> list[dict[str, Any]]:
    """Whatever is for another purpose; and to pass it on, to anyone."""
    passing = ["grantUse", "sell"]
    passing += ["distribute"] if terms.onward == "none" else []
    other = _build_constraint("purpose", "neq", _build_iri("purpose", terms.purpose))
    return [{"action": "use", "constraint": [other]}, *({"action": one} for one in passing)]


def _build_constraints(terms: Terms) -> list[dict[str, Any]]:
    """Conditions of a permission, all of which must hold (ODRL 2.2 §2.5)."""
    found = [
        _build_constraint("purpose", "eq", _build_iri("purpose", terms.purpose)),
        _build_constraint("dateTime", "gteq", _build_xsd_moment(terms.valid_from)),
        _build_constraint("dateTime", "lt", _build_xsd_moment(terms.valid_until)),
        _build_own_constraint(
            "granularity",
            "isAnyOf",
            [_build_iri("granularity", one) for one in _list_open_granularities(terms)],
        ),
        _build_own_constraint("readingTime", "gteq", _build_xsd_moment(terms.data_period.start)),
    ]
    if terms.data_period.end is not None:
        found.append(
            _build_own_constraint("readingTime", "lt", _build_xsd_moment(terms.data_period.end))
        )
    if terms.cell_scheme is not None:
        found.append(
            _build_own_constraint("cellScheme", "eq", _build_iri("cell-scheme", terms.cell_scheme))
        )
    if terms.fields:
        found.append(
            _build_own_constraint(
                "field", "isAnyOf", [_build_iri("field", one) for one in terms.fields]
            )
        )
    if terms.recipient_clients:
        programs = [_build_iri("client", one) for one in terms.recipient_clients]
        found.append(_build_constraint("systemDevice", "isAnyOf", programs))
    if terms.consent_refs:
        found.append(_build_consent_constraint(terms))
    return found


def _list_open_granularities(terms: Terms) -> tuple[Grant, ...]:
    """The granularities that may be asked: the one that is granted, and every coarser one."""
    if terms.granularity == "aggregate":
        return ("aggregate",)
    return FINEST_FIRST[FINEST_FIRST.index(terms.granularity) :]


def _build_consent_constraint(terms: Terms) -> dict[str, Any]:
    return _build_own_constraint(
        "consent", "isAllOf", [_build_iri("consent", one) for one in terms.consent_refs]
    )


def _build_deletion_duty(terms: Terms) -> dict[str, Any]:
    """To delete what was read, at most so many days after."""
    days = {"@value": f"P{terms.retention_days}D", "@type": "xsd:duration"}
    return {"action": "delete", "constraint": [_build_constraint("delayPeriod", "lteq", days)]}


def _build_constraint(left: str, operator: str, right: object) -> dict[str, Any]:
    return {"leftOperand": left, "operator": operator, "rightOperand": right}


def _build_own_constraint(left: str, operator: str, right: object) -> dict[str, Any]:
    return _build_constraint(f"synergie:{left}", operator, right)


def _build_iri(kind: str, name: str) -> dict[str, str]:
    return {"@id": f"urn:synergie:{kind}:{name}"}


def _build_xsd_moment(moment: datetime) -> dict[str, str]:
    return {
        "@value": moment.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "@type": "xsd:dateTime",
    }
