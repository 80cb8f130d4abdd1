"""The ODRL policy uses W3C's terms only, beside our profile, and says what the agreement says.

Terms: ODRL Vocabulary 2.2, as https://www.w3.org/ns/odrl/2/ODRL22.ttl tells them (those that are
deprecated left out).
"""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from synergie.policy.trust.odrl import build_odrl
from synergie.schemas.trust.agreement import Agreement
from tests.policy.test_decide import agreement

ACTIONS = frozenset(
    [
        "acceptTracking",
        "aggregate",
        "annotate",
        "anonymize",
        "archive",
        "attribute",
        "compensate",
        "concurrentUse",
        "delete",
        "derive",
        "digitize",
        "display",
        "distribute",
        "ensureExclusivity",
        "execute",
        "extract",
        "give",
        "grantUse",
        "include",
        "index",
        "inform",
        "install",
        "modify",
        "move",
        "nextPolicy",
        "obtainConsent",
        "play",
        "present",
        "print",
        "read",
        "reproduce",
        "reviewPolicy",
        "sell",
        "stream",
        "synchronize",
        "textToSpeech",
        "transfer",
        "transform",
        "translate",
        "uninstall",
        "use",
        "watermark",
    ]
)
LEFT = frozenset(
    [
        "absolutePosition",
        "absoluteSize",
        "absoluteSpatialPosition",
        "absoluteTemporalPosition",
        "count",
        "dateTime",
        "delayPeriod",
        "deliveryChannel",
        "elapsedTime",
        "event",
        "fileFormat",
        "industry",
        "language",
        "media",
        "meteredTime",
        "payAmount",
        "percentage",
        "product",
        "purpose",
        "recipient",
        "relativePosition",
        "relativeSize",
        "relativeSpatialPosition",
        "relativeTemporalPosition",
        "resolution",
        "spatial",
        "spatialCoordinates",
        "systemDevice",
        "timeInterval",
        "unitOfCount",
        "version",
        "virtualLocation",
    ]
)
OPERATORS = frozenset(
    [
        "eq",
        "gt",
        "gteq",
        "hasPart",
        "isA",
        "isAllOf",
        "isAnyOf",
        "isNoneOf",
        "isPartOf",
        "lt",
        "lteq",
        "neq",
    ]
)
KEYS = {
    "policy": frozenset(
        [
            "@context",
            "@type",
            "uid",
            "profile",
            "conflict",
            "assigner",
            "assignee",
            "target",
            "permission",
            "prohibition",
            "obligation",
        ]
    ),
    "permission": frozenset(["action", "constraint", "duty"]),
    "prohibition": frozenset(["action", "constraint"]),
    "obligation": frozenset(["action", "constraint", "assignee"]),
    "duty": frozenset(["action", "constraint"]),
    "constraint": frozenset(["leftOperand", "operator", "rightOperand"]),
    "target": frozenset(["@type", "uid"]),
}
OURS = frozenset({"granularity", "readingTime", "field", "cellScheme", "consent"})
ALL: dict[str, Any] = {
    "direction": "write", "fields": ["annual_energy"], "recipient_clients": ["partner-app"],
    "consent_refs": ["con_1", "con_2"], "data_subject": "mixed", "granularity": "hour",
    "legal_basis": "public_task", "legal_reference": "L.111-73",
    "datasets": ["assets", "consumption"],
    "selector": {"sites": ["site_1"], "perimeter": {"id": "per_1", "version": 2}},
}  # fmt: skip
SUMS: dict[str, Any] = {
    "granularity": "aggregate", "cell_scheme": "cs_0001", "onward": "open_data"
}  # fmt: skip


def _rules(policy: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for kind in ("permission", "prohibition", "obligation"):
        for rule in policy.get(kind, ()):
            yield kind, rule
            yield from (("duty", duty) for duty in rule.get("duty", ()))


def _foreign(told: dict[str, Any], kind: str) -> set[str]:
    """Members that ODRL does not have there, and that are in no vocabulary told in the context."""
    return {
        name
        for name in told
        if name not in KEYS[kind] and name.partition(":")[0] not in {"dct", "synergie"}
    }


def faults(policy: dict[str, Any]) -> list[str]:
    """What an ODRL 2.2 processor would not know in *policy*."""
    found = [f"policy {name}" for name in _foreign(policy, "policy")]
    found += [f"target {name}" for one in policy["target"] for name in _foreign(one, "target")]
    for kind, rule in _rules(policy):
        found += [f"{kind} {name}" for name in _foreign(rule, kind)]
        found += [] if rule["action"] in ACTIONS else [f"action {rule['action']}"]
        for one in rule.get("constraint", ()):
            left = one["leftOperand"]
            ours = left.startswith("synergie:") and left.partition(":")[2] in OURS
            found += [] if left in LEFT or ours else [f"left {left}"]
            found += [] if one["operator"] in OPERATORS else [f"operator {one['operator']}"]
            found += [f"constraint {name}" for name in _foreign(one, "constraint")]
    return found


@pytest.mark.parametrize("change", [{}, ALL, SUMS], ids=["plain", "all", "sums"])
def test_every_term_is_one_of_the_vocabulary(change: dict[str, Any]) -> None:
    policy = build_odrl(agreement(**change))
    assert faults(policy) == []
    assert policy["@context"][0] == "http://www.w3.org/ns/odrl.jsonld"
    assert policy["@type"] == "Agreement"
    assert json.loads(json.dumps(policy)) == policy


@pytest.mark.parametrize(
    "plant",
    [
        lambda policy: policy["permission"][0].update(action="write"),
        lambda policy: policy["permission"][0]["constraint"][0].update(leftOperand="goal"),
        lambda policy: policy["permission"][0]["constraint"][0].update(operator="is"),
        lambda policy: policy["prohibition"][0].update(penalty="none"),
        lambda policy: policy.update(license="x"),
    ],
    ids=["action", "left operand", "operator", "of a rule", "of the policy"],
)
def test_a_planted_term_is_found(plant: Any) -> None:
    policy = build_odrl(agreement())
    plant(policy)
    assert len(faults(policy)) == 1


def read_back(policy: dict[str, Any]) -> dict[str, Any]:
    """The terms that *policy* tells, as a reader that knows ODRL and our profile finds them."""
    permission = policy["permission"][0]
    found: dict[tuple[str, str], Any] = {
        (one["leftOperand"], one["operator"]): one["rightOperand"]
        for one in permission["constraint"]
    }

    def names(left: str) -> list[str]:
        for operator in ("isAnyOf", "isAllOf"):
            if (left, operator) in found:
                return [_last(one) for one in found[left, operator]]
        return []

    def moment(left: str, operator: str) -> datetime | None:
        told = found.get((left, operator))
        return None if told is None else datetime.fromisoformat(told["@value"])

    (delay,) = permission["duty"][0]["constraint"]
    target = policy["target"][0]
    return {
        "owner": policy["assigner"].rpartition(":")[2],
        "recipient": policy["assignee"].rpartition(":")[2],
        "title": policy["dct:title"],
        "datasets": [one["synergie:dataset"] for one in policy["target"]],
        "items": target["synergie:item"],
        "perimeter": target.get("synergie:perimeter"),
        "granularity": names("synergie:granularity")[0],
        "cell_scheme": _last(found.get(("synergie:cellScheme", "eq"))),
        "direction": "write" if _allowed(policy, "modify") else "read",
        "fields": names("synergie:field"),
        "data_subject": policy["synergie:dataSubject"],
        "consent_refs": names("synergie:consent"),
        "recipient_clients": names("systemDevice"),
        "purpose": _last(found["purpose", "eq"]),
        "legal_basis": policy["synergie:legalBasis"],
        "legal_reference": policy.get("synergie:legalReference"),
        "data_period": (
            moment("synergie:readingTime", "gteq"),
            moment("synergie:readingTime", "lt"),
        ),
        "validity": (moment("dateTime", "gteq"), moment("dateTime", "lt")),
        "retention_days": int(delay["rightOperand"]["@value"][1:-1]),
        "onward": "open_data" if _allowed(policy, "distribute") else "none",
    }


def _last(iri: dict[str, str] | None) -> Any:
    return None if iri is None else iri["@id"].rpartition(":")[2]


def _allowed(policy: dict[str, Any], action: str) -> bool:
    return any(one["action"] == action for one in policy["permission"])


def told(one: Agreement) -> dict[str, Any]:
    """The same out of the terms."""
    terms = one.terms
    plain = terms.model_dump(
        include={
            "owner", "recipient", "title", "granularity", "cell_scheme", "direction",
            "data_subject", "purpose", "legal_basis", "legal_reference", "retention_days", "onward",
        }
    )  # fmt: skip
    named = terms.selector.perimeter
    return plain | {
        "datasets": list(terms.datasets),
        "items": sorted(terms.selector.ids()),
        "perimeter": named and f"urn:synergie:perimeter:{named.id}:{named.version}",
        "fields": list(terms.fields),
        "consent_refs": list(terms.consent_refs),
        "recipient_clients": list(terms.recipient_clients),
        "data_period": (terms.data_period.start, terms.data_period.end),
        "validity": (terms.valid_from, terms.valid_until),
    }


@pytest.mark.parametrize("change", [{}, ALL, SUMS], ids=["plain", "all", "sums"])
def test_it_is_read_back_to_the_terms_it_was_made_of(change: dict[str, Any]) -> None:
    one = agreement(**change)
    policy = build_odrl(one)
    assert read_back(policy) == told(one)
    assert policy["dct:identifier"] == f"sha-256:{one.terms_sha256}"


def test_what_is_not_permitted_is_forbidden() -> None:
    policy = build_odrl(agreement())
    forbidden = {rule["action"] for rule in policy["prohibition"]}
    assert forbidden == {"use", "grantUse", "sell", "distribute"}
    (other,) = policy["prohibition"][0]["constraint"]
    assert (other["leftOperand"], other["operator"]) == ("purpose", "neq")
    assert "distribute" not in {
        rule["action"] for rule in build_odrl(agreement(**SUMS))["prohibition"]
    }
