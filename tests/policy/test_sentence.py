"""The sentence says each term that binds."""

from typing import get_args

import pytest

from synergie.policy.sentence import DATA, FIELD, GRAIN, sentence, things
from synergie.schemas.agreement import Dataset, FieldRight, Grant, Purpose, Selector
from tests.policy.test_decide import agreement


def test_it_says_who_what_when_why_and_how_long() -> None:
    terms = agreement(valid_from="2025-12-31T23:00:00Z", valid_until="2027-12-31T23:00:00Z").terms
    assert sentence(terms) == (
        "« Achat » : owner ouvre à partner ses données de consommation (1 objet désigné), "
        "au jour au plus fin, du 01/01/2026 au 01/01/2028, pour l'achat groupé et rien d'autre ; "
        "partner les garde 30 jours au plus."
    )


@pytest.mark.parametrize("purpose", get_args(Purpose.__value__))
@pytest.mark.parametrize("granularity", get_args(Grant.__value__))
@pytest.mark.parametrize("dataset", get_args(Dataset.__value__))
def test_every_purpose_grain_and_kind_of_data_has_its_words(
    purpose: Purpose, granularity: Grant, dataset: Dataset
) -> None:
    scheme = "cs_0001" if granularity == "aggregate" else None
    told = sentence(
        agreement(
            purpose=purpose, granularity=granularity, datasets=[dataset], cell_scheme=scheme
        ).terms
    )
    assert purpose not in told
    assert GRAIN[granularity] in told
    assert DATA[dataset] in told


@pytest.mark.parametrize("field", get_args(FieldRight.__value__))
def test_what_is_opened_beyond_the_base_is_said(field: FieldRight) -> None:
    assert FIELD[field] in sentence(agreement(fields=[field]).terms)


def test_sending_publishing_and_a_perimeter_are_said() -> None:
    selector = {"sites": ["site_1", "site_2"], "perimeter": {"id": "per_1", "version": 4}}
    told = sentence(
        agreement(
            direction="write", selector=selector, granularity="aggregate", cell_scheme="cs_0001",
            onward="open_data", datasets=["consumption", "assets", "contracts"],
        ).terms
    )  # fmt: skip
    assert "(2 objets désignés et périmètre per_1, version 4)" in told
    assert "données de patrimoine, consommation et contrats et factures" in told
    assert "peut aussi en envoyer en son nom et peut en publier les sommes." in told
    assert "au plus fin" not in told


def test_a_selector_is_counted_kind_by_kind() -> None:
    selector = Selector(sites=("site_1",), cabinets=("cab_1", "cab_2"), series=("ser_1",))
    assert things(selector) == "1 site, 2 armoires et 1 série"
