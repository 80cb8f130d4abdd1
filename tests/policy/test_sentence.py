"""The sentence says each term that binds."""

from typing import get_args

import pytest

from synergie.policy.readings.sentence import (
    DATA,
    FIELD,
    GRAIN,
    PURPOSE,
    Lang,
    choose_language_words,
    describe_selector,
    describe_terms,
)
from synergie.schemas.trust.agreement import Dataset, FieldRight, Grant, Purpose, Selector
from tests.policy.test_decide import agreement
from tests.reports.english import french_left

LANGS: tuple[Lang, ...] = ("fr", "en")


def test_it_says_who_what_when_why_and_how_long() -> None:
    terms = agreement(valid_from="2025-12-31T23:00:00Z", valid_until="2027-12-31T23:00:00Z").terms
    assert describe_terms(terms) == (
        "« Achat » : owner ouvre à partner ses données de consommation (1 objet désigné), "
        "au jour au plus fin, du 01/01/2026 au 01/01/2028, pour l'achat groupé et rien d'autre ; "
        "partner les garde 30 jours au plus."
    )


def test_the_same_in_english() -> None:
    terms = agreement(valid_from="2025-12-31T23:00:00Z", valid_until="2027-12-31T23:00:00Z").terms
    assert describe_terms(terms, lang="en") == (
        "“Achat”: owner opens to partner its data on consumption (1 named thing), "
        "by the day and no finer, from 1 Jan 2026 to 1 Jan 2028, for buying together and nothing "
        "else; partner keeps them 30 days at most."
    )
    assert describe_terms(terms).startswith("« Achat » : owner ouvre")


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("purpose", get_args(Purpose.__value__))
@pytest.mark.parametrize("granularity", get_args(Grant.__value__))
@pytest.mark.parametrize("dataset", get_args(Dataset.__value__))
def test_every_purpose_grain_and_kind_of_data_has_its_words(
    purpose: Purpose, granularity: Grant, dataset: Dataset, lang: Lang
) -> None:
    scheme = "cs_0001" if granularity == "aggregate" else None
    terms = agreement(
        purpose=purpose, granularity=granularity, datasets=[dataset], cell_scheme=scheme
    ).terms
    told = describe_terms(terms, lang=lang)
    assert purpose not in told
    for pair in (GRAIN[granularity], DATA[dataset], PURPOSE[purpose]):
        assert choose_language_words(pair, lang) in told
    assert bool(french_left(told, ["Achat"])) == (lang == "fr")


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("field", get_args(FieldRight.__value__))
def test_what_is_opened_beyond_the_base_is_said(field: FieldRight, lang: Lang) -> None:
    assert choose_language_words(FIELD[field], lang) in describe_terms(
        agreement(fields=[field]).terms, lang=lang
    )


WIDE = agreement(
    direction="write", selector={"sites": ["site_1", "site_2"],
    "perimeter": {"id": "per_1", "version": 4}}, granularity="aggregate", cell_scheme="cs_0001",
    onward="open_data", datasets=["consumption", "assets", "contracts"], retention_days=1,
).terms  # fmt: skip


def test_sending_publishing_and_a_perimeter_are_said_in_english() -> None:
    told = describe_terms(WIDE, lang="en")
    assert "(2 named things and perimeter per_1, version 4)" in told
    assert "data on assets, consumption and contracts and bills" in told
    assert "keeps them 1 day at most, may also send some in the owner's name and may" in told
    assert "no finer" not in told
    assert french_left(told, ["Achat"]) == []


def test_sending_publishing_and_a_perimeter_are_said() -> None:
    told = describe_terms(WIDE)
    assert "(2 objets désignés et périmètre per_1, version 4)" in told
    assert "données de patrimoine, consommation et contrats et factures" in told
    assert "peut aussi en envoyer en son nom et peut en publier les sommes." in told
    assert "au plus fin" not in told


def test_a_selector_is_counted_kind_by_kind() -> None:
    selector = Selector(sites=("site_1",), cabinets=("cab_1", "cab_2"), series=("ser_1",))
    assert describe_selector(selector) == "1 site, 2 armoires et 1 série"
    assert describe_selector(selector, lang="en") == "1 site, 2 cabinets and 1 series"
