"""What the templates show of themselves to the conformance suite."""

from tests.formats.cases import Case
from tests.formats.templates.made import RECORDS, csv_of, format_of, xlsx_of

_NO_STEPS = "it holds lists, bills and contracts: no step of a curve"
_UNSTORED = {
    "offers": {"idempotent": "offers are inputs of one purchase; a deposit does not store them"},
    "purchase-group": {"idempotent": "a group is input of one purchase; a deposit stores none"},
    "forward-prices": {"idempotent": "a curve is input of a plan; a deposit stores none"},
    "crews": {"idempotent": "a crew book is input of a plan; a deposit stores none"},
    "rules": {"idempotent": "rules are input of a plan; a deposit stores none"},
}
_SPOILT = {
    "sites": (";bâtiment;", ";piscine;"),
    "supply-points": (";C5;", ";C9;"),
    "monthly-energy": (";1234,567;", ";beaucoup;"),
    "perimeter": (";BTSUPCU;", ";bt sup;"),
    "light-points": (";5400;", ";5400,5;"),
    "cabinets": (";oui;", ";peut-être;"),
    "circuits": ("A-1-D2;", ";"),
    "supports": (";8;", ";huit;"),
    "work-orders": (";05/07/2026;", ";31/06/2026;"),
    "offers": (";HPH;", ";minuit;"),
    "purchase-group": ("C5, C4", "C5 et C9"),
    "forward-prices": ("T02:00+02:00", "T02:00+03:00"),
    "crews": (";07:15;", ";tôt;"),
    "rules": (";62,5;", ";162,5;"),
}


def _case(name: str) -> Case:
    data = csv_of(name)
    right, wrong = (text.encode() for text in _SPOILT[name])
    assert right in data
    return Case(
        format=format_of(name),
        name=f"{name}.csv",
        data=data,
        records=len(RECORDS[name]),
        bad=data.replace(right, wrong, 1),
        skips={"clock": _NO_STEPS, **_UNSTORED.get(name, {})},
    )


CASES = [
    *map(_case, RECORDS),
    Case(
        format="perimeter-xlsx",
        name="perimetre.xlsx",
        data=xlsx_of("perimeter"),
        records=len(RECORDS["perimeter"]),
        skips={
            "clock": _NO_STEPS,
            "refuse": "the file is packed: wrong cells are made in test_workbook.py",
        },
    ),
    Case(
        format="offers-xlsx",
        name="offres.xlsx",
        data=xlsx_of("offers"),
        records=len(RECORDS["offers"]),
        skips={
            "clock": _NO_STEPS,
            "refuse": "the file is packed: wrong cells are made in test_offers.py",
            **_UNSTORED["offers"],
        },
    ),
]
