"""What new terms may not say, each with its place; and what needs the consent of persons."""

from typing import Any, get_args

import pytest
from pydantic import ValidationError

from synergie.errors import BadInput
from synergie.policy.trust.terms import check_terms, needs_consents
from synergie.schemas.trust.agreement import Grant, Terms
from tests.policy.test_decide import agreement

SCHEME = {"granularity": "aggregate", "cell_scheme": "cs_0001"}


def terms(**more: Any) -> Terms:
    return agreement(**more).terms


@pytest.mark.parametrize(
    "change", [{"granularity": "aggregate"}, {"cell_scheme": "cs_0001"}, {"granularity": "hours"}]
)
def test_an_aggregate_has_its_scheme_and_nothing_else_has(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        terms(**change)
    assert terms(**SCHEME).cell_scheme == "cs_0001"


@pytest.mark.parametrize("purpose", ["billing", "joint_purchase,energy_monitoring", "", None])
def test_purposes_are_a_closed_list(purpose: str | None) -> None:
    with pytest.raises(ValidationError):
        terms(purpose=purpose)


@pytest.mark.parametrize(
    ("where", "change"),
    [
        ("/legal_reference", {"legal_basis": "public_task"}),
        ("/consent_refs", {"legal_basis": "consent"}),
        ("/onward", {"onward": "open_data"}),
        ("/datasets", SCHEME | {"datasets": ["consumption", "assets"]}),
        ("/datasets", SCHEME | {"datasets": ["assets"]}),
        ("/direction", SCHEME | {"direction": "write"}),
        ("/datasets/1", {"datasets": ["assets", "assets"]}),
        ("/fields/1", {"fields": ["annual_energy", "annual_energy"]}),
        ("/recipient_clients/2", {"recipient_clients": ["a", "b", "a"]}),
        ("/consent_refs/1", {"consent_refs": ["con_1", "con_1"]}),
        ("/selector/series/1", {"selector": {"series": ["ser_1", "ser_1"]}}),
    ],
)
def test_new_terms_that_contradict_themselves_are_refused(
    where: str, change: dict[str, Any]
) -> None:
    with pytest.raises(BadInput) as refused:
        check_terms(terms(**change))
    assert refused.value.where == where


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"legal_basis": "public_task", "legal_reference": "code de l'énergie, L.111-73"},
        {"legal_basis": "consent", "consent_refs": ["con_1"]},
        {"legal_basis": "own_data", "direction": "write"},
        SCHEME | {"onward": "open_data"},
        {"selector": {"perimeter": {"id": "per_1", "version": 1}}},
        {"selector": {"light_points": ["lp_1"]}},
    ],
)
def test_new_terms_that_hold_together_are_taken(change: dict[str, Any]) -> None:
    check_terms(terms(**change))


@pytest.mark.parametrize("granularity", get_args(Grant.__value__))
@pytest.mark.parametrize("subject", ["legal_person", "natural_person", "mixed"])
def test_persons_are_asked_for_steps_finer_than_the_day(granularity: Grant, subject: str) -> None:
    scheme = "cs_0001" if granularity == "aggregate" else None
    told = terms(granularity=granularity, cell_scheme=scheme, data_subject=subject)
    fine = granularity in {"raw", "half_hour", "hour"}
    assert needs_consents(told) == (fine and subject != "legal_person")
