"""The sentence says each term that binds."""

from typing import get_args

import pytest

from synergie.policy.sentence import sentence
from synergie.schemas.agreement import Granularity, Purpose
from tests.policy.test_decide import agreement


def test_it_says_who_what_when_why_and_how_long() -> None:
    terms = agreement(valid_from="2025-12-31T23:00:00Z", valid_until="2027-12-31T23:00:00Z").terms
    assert sentence(terms) == (
        "« Achat » : owner ouvre à partner ses données de consommation (1 objet désigné), "
        "au jour au plus fin, du 01/01/2026 au 01/01/2028, pour l'achat groupé et rien d'autre ; "
        "partner les garde 30 jours au plus."
    )


@pytest.mark.parametrize("purpose", get_args(Purpose.__value__))
@pytest.mark.parametrize("granularity", get_args(Granularity.__value__))
def test_every_purpose_and_grain_has_its_words(purpose: Purpose, granularity: Granularity) -> None:
    terms = agreement(purpose=purpose, granularity=granularity).terms
    assert purpose not in sentence(terms)
