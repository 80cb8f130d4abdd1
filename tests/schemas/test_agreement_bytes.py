"""What both parties sign: old digests stay, and each term that binds is in the bytes."""

import json
from typing import Any

import pytest

from synergie.schemas.trust.agreement import Selector, Terms
from synergie.schemas.trust.agreement_bytes import signed_bytes, terms_digest

FIRST: dict[str, Any] = {
    "owner": "cc-bassin-de-pompey",
    "recipient": "sdel-54",
    "title": "Éclairage : entretien en commun 2027",
    "datasets": ["assets", "consumption"],
    "selector": {"sites": ["site_0001"], "cabinets": ["cab_0002", "cab_0001"]},
    "granularity": "day",
    "purpose": "joint_maintenance",
    "legal_basis": "contract",
    "data_period": {"start": "2026-01-01T00:00:00+01:00"},
    "valid_from": "2026-01-01T00:00:00+01:00",
    "valid_until": "2028-01-01T00:00:00Z",
    "retention_days": 365,
}
"""Terms as the first version of the program knew them."""

SIGNED_THEN = "5c8ad06b310533f4eac8e2b116868b6ff4c98196166f80d3ae2172122f34dbc6"
"""Their digest, computed by the code of that version."""

LATER: list[tuple[str, dict[str, Any]]] = [
    ("cell_scheme", {"cell_scheme": "cs_001", "granularity": "aggregate"}),
    ("direction", {"direction": "write"}),
    ("fields", {"fields": ["annual_energy"]}),
    ("data_subject", {"data_subject": "mixed"}),
    ("consent_refs", {"consent_refs": ["con_001"]}),
    ("recipient_clients", {"recipient_clients": ["sdel-54-app"]}),
    ("selector.series", {"selector": {"sites": ["site_0001"], "series": ["ser_001"]}}),
    ("selector.light_points", {"selector": {"sites": ["site_0001"], "light_points": ["lp_001"]}}),
    (
        "selector.perimeter",
        {"selector": {"sites": ["site_0001"], "perimeter": {"id": "per_001", "version": 2}}},
    ),
    ("selector.purchases", {"selector": {"sites": ["site_0001"], "purchases": ["pur_0001"]}}),
]


def test_what_was_signed_before_the_new_terms_still_verifies() -> None:
    assert terms_digest("agr_0001", 1, Terms.model_validate(FIRST)) == SIGNED_THEN


@pytest.mark.parametrize(("name", "change"), LATER, ids=[name for name, _ in LATER])
def test_a_later_term_is_signed_as_soon_as_it_says_something(
    name: str, change: dict[str, Any]
) -> None:
    told: Any = json.loads(signed_bytes("agr_0001", 1, Terms.model_validate(FIRST | change)))
    value = told["terms"]
    for part in name.split("."):
        value = value[part]
    assert value == _at(FIRST | change, name)


def test_every_term_is_either_of_the_first_version_or_told_as_later() -> None:
    """A term that is forgotten here would break every signature the day it is added."""
    told: Any = json.loads(signed_bytes("agr_0001", 1, Terms.model_validate(FIRST)))["terms"]
    later = {name for name, _ in LATER}
    assert set(Terms.model_fields) == set(told) | {name for name in later if "." not in name}
    inner = {name.partition(".")[2] for name in later if "." in name}
    assert set(Selector.model_fields) == set(told["selector"]) | inner
    assert not set(told["selector"]) & inner


def _at(value: Any, name: str) -> Any:
    for part in name.split("."):
        value = value[part]
    return value
