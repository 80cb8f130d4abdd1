"""One concept, one word: classes bear no word that the glossary replaced."""

import re

from tests.architecture.outline import SOURCE, read_outlines

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

IN_ANOTHER_FIELD = {
    "Block": "lines of a text, or columns of a file, that belong together",
    "ContractAdjustment": "a change under a performance contract",
    "ContractDocument": "a plan or a statement of a performance contract",
    "ContractDocumentRow": "the same in a table",
    "ContractHead": "the same without what is in it",
    "ContractMemberPart": "a member's part of a performance contract",
    "ContractPoint": "a point of a performance contract",
    "ContractRequest": "what makes a performance contract",
    "ContractServices": "what is done with performance contracts",
    "ContractSignatureRequest": "a signature of a performance contract",
    "ContractSpan": "days of a performance contract",
    "ContractWeather": "the weather of a performance contract",
    "ContractYear": "the figures of one statement of a performance contract",
    "Grant": "a grant of OAuth, RFC 6749",
    "Job": "a job of vehicle routing",
    "MemberContract": "what a member reads of a performance contract",
    "Measure": "size and digest of a file; a kind of quantity in CIM",
    "Meter": "a series that adds up to the energy of months",
    "MeterCurve": "a curve as a meter, the hardware, recorded it",
    "OgcRoute": "a route of HTTP",
    "PageRoute": "a route of HTTP",
    "PerformanceContract": "a contract of energy performance (CPE), with its guarantee",
    "Pool": "trips that a search keeps",
    "PublicRoute": "a route of HTTP",
    "Sample": "the beginning of a file",
    "Team": "crews of one depot that may do the same",
    "UnsupportedGrant": "a grant of OAuth, RFC 6749",
}
"""Classes in whose field the word is the right one, each with what it means there."""


def words(name: str) -> list[str]:
    """The words of a CamelCase name, in lower case."""
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+", name)]


def find_classes() -> dict[str, str]:
    """Each class of `src`, and the file that holds it."""
    return {
        one.name.strip("_"): path.relative_to(SOURCE).as_posix()
        for path, outline in read_outlines().items()
        for one in outline.definitions
        if one.is_class
    }


def test_classes_bear_the_words_of_the_glossary() -> None:
    wrong = {
        f"{path}: {name}": {
            word: NOT_TO_BE_CALLED[word] for word in words(name) if word in NOT_TO_BE_CALLED
        }
        for name, path in find_classes().items()
        if name not in IN_ANOTHER_FIELD and not NOT_TO_BE_CALLED.keys().isdisjoint(words(name))
    }
    assert wrong == {}


def test_each_exception_is_still_needed() -> None:
    assert IN_ANOTHER_FIELD.keys() <= find_classes().keys()


def test_a_planted_word_is_found() -> None:
    assert words("MeterReading") == ["meter", "reading"]
    assert words("OAuthClient") == ["o", "auth", "client"]
