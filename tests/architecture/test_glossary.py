"""One concept, one word: classes that travel bear no word that the glossary replaced."""

import re
from importlib import import_module

import pytest

from synergie.cli.operate._contract import list_record_modules

NOT_TO_BE_CALLED = {
    "company": "Organisation",
    "tenant": "Organisation",
    "user": "Principal or OAuthClient",
    "contract": "Agreement or SupplyTerms",
    "grant": "Permit",
    "right": "Permit",
    "meter": "SupplyPoint",
    "pdl": "SupplyPoint",
    "channel": "Series",
    "timeseries": "Series",
    "measure": "a reading",
    "sample": "a reading",
    "block": "segment",
    "chunk": "segment",
    "job": "Batch or WorkOrder",
    "ack": "Receipt",
    "panel": "Cabinet",
    "pole": "LightPoint",
    "lantern": "Luminaire",
    "ticket": "FaultReport",
    "team": "Crew",
    "route": "Round",
    "tour": "Round",
    "pool": "PurchasingGroup",
    "bid": "Offer",
    "bracket": "Tier",
    "slot": "time_class",
    "cadran": "time_class",
    "variant": "Scenario",
    "kpi": "indicator",
    "staleness": "freshness",
}

AS_HARDWARE = {"MeterCurve"}
"""`meter` may name the hardware: a curve as a meter recorded it and its file tells it."""


def words(name: str) -> list[str]:
    """The words of a CamelCase name, in lower case."""
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+", name)]


def _classes() -> list[str]:
    found = []
    for module in ("synergie.schemas.wire", *list_record_modules()):
        for name, value in vars(import_module(module)).items():
            if isinstance(value, type) and value.__module__ == module:
                found.append(name)
    return sorted(found)


@pytest.mark.parametrize("name", [name for name in _classes() if name not in AS_HARDWARE])
def test_a_class_that_travels_bears_the_words_of_the_house(name: str) -> None:
    wrong = {word: NOT_TO_BE_CALLED[word] for word in words(name) if word in NOT_TO_BE_CALLED}
    assert not wrong, f"{name}: {wrong}"


def test_a_planted_word_is_found() -> None:
    assert words("MeterReading") == ["meter", "reading"]
    assert words("OAuthClient") == ["o", "auth", "client"]
