"""Factur-X, CII, UBL: read with their places; what cannot be relied on is refused by its rule."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from synergie.energy.plan.tariff.invoice import PerimeterPoint, control
from synergie.energy.records.tariff import ClassPower
from synergie.errors import BadInput
from synergie.formats.invoices.electronic import is_electronic, read_electronic
from synergie.schemas.readings.invoice import Invoice
from synergie.schemas.readings.supplier_profile import SupplierProfile
from tests.formats.invoices.electronic import PRM, fields, line, pdf, xml

type Made = Callable[[dict[str, Any]], bytes]
FORMS: dict[str, Made] = {
    "cii": xml, "ubl": lambda told: xml(told, "ubl-2.1"), "factur-x": pdf,
}  # fmt: skip
POINT = PerimeterPoint(
    supply_point=f"prm:{PRM}", tariff_code="BTINFMU4", powers=(ClassPower(kva=Decimal(6)),)
)


def read(told: dict[str, Any], form: str = "cii", **more: Any) -> Invoice:
    content = FORMS[form](told)
    assert is_electronic(content[:65_536])
    return read_electronic(content, "facture.xml", **more)


@pytest.mark.parametrize("form", FORMS)
def test_each_form_tells_the_same_lines_totals_and_delivery_point(form: str) -> None:
    found = read(fields([line(1)]), form)
    assert (found.number, found.kind, found.corrects) == ("FE-1", "invoice", ())
    assert (found.told.ht_eur, found.told.vat_eur, found.told.ttc_eur) == (
        Decimal("38.07"), Decimal("7.61"), Decimal("45.68"),
    )  # fmt: skip
    (row,) = found.rows
    assert (row.supply_point, row.market, row.where) == (
        f"prm:{PRM}", "2025-EP-02", "facture.xml, BG-25 1",
    )  # fmt: skip
    assert (row.from_date, row.to_date) == (date(2026, 6, 1), date(2026, 7, 1)), (
        "its last day counts"
    )
    assert (row.quantity, row.quantity_unit) == (Decimal("1.234"), "MWh")
    assert (row.unit_price, row.price_unit) == (Decimal("30.85"), "€/MWh")
    assert (row.amount_eur, row.vat_percent) == (Decimal("38.07"), Decimal(20))
    judged = control([found], points=[POINT])
    assert judged.findings == ()
    assert {"accise", "product", "total", "vat"} <= {k for k, n in judged.n_checked.items() if n}


@pytest.mark.parametrize("form", FORMS)
def test_a_wrong_rate_is_found_line_by_line(form: str) -> None:
    wrong = line(1, **{"BT-146": "33.70", "BT-131": "41.59"})
    (finding,) = control([read(fields([wrong]), form)], points=[POINT]).findings
    assert (finding.rule, finding.amount_eur) == ("accise", Decimal("3.52"))


def test_a_credit_note_gives_back_what_it_names() -> None:
    preceding = [{"BT-25": "FE-1", "BT-26": "2026-07-05"}]
    told = fields([line(1)], **{"BT-1": "AV-1", "BT-3": "381", "BG-3": preceding})
    for form in FORMS:
        found = read(told, form)
        assert (found.kind, found.corrects, found.told.ht_eur) == (
            "credit", ("FE-1",), Decimal("-38.07"),
        )  # fmt: skip
        assert (found.rows[0].amount_eur, found.rows[0].quantity) == (
            Decimal("-38.07"), Decimal("-1.234"),
        )  # fmt: skip
    both = [read(fields([line(1)])), read(told)]
    assert control(both, points=[POINT]).findings == ()
    (alone,) = control(both[1:], points=[POINT]).findings
    assert (alone.rule, alone.severity, alone.expected) == ("credit-alone", "warning", "FE-1")


FAULTS: dict[str, tuple[dict[str, Any], str, str]] = {
    "lines": ({"BT-106": "39.07"}, "BT-106", "BR-CO-10"),
    "total": ({"BT-109": "38.08"}, "BT-109", "BR-CO-13"),
    "vat": ({"BT-110": "7.62"}, "BT-110", "BR-CO-14"),
    "with vat": ({"BT-112": "45.69"}, "BT-112", "BR-CO-15"),
    "due": ({"BT-115": "45.00"}, "BT-115", "BR-CO-16"),
    "tax of a rate": (
        {"BG-23": [{"BT-116": "38.07", "BT-117": "7.71", "BT-118": "S", "BT-119": "20.00"}],
         "BT-110": "7.71", "BT-112": "45.78", "BT-115": "45.78"}, "BT-117", "BR-CO-17",
    ),
    "base of a rate": (
        {"BG-23": [{"BT-116": "38.00", "BT-117": "7.60", "BT-118": "S", "BT-119": "20.00"}],
         "BT-110": "7.60", "BT-112": "45.67", "BT-115": "45.67"}, "BT-116", "BR-S-08",
    ),
    "a credit note without its invoice": ({"BT-3": "381"}, "BG-3", "corrects"),
    "a correction without its invoice": ({"BT-3": "384"}, "BG-3", "corrects"),
    "another kind": ({"BT-3": "326"}, "BT-3", "380"),
    "another currency": ({"BT-5": "CHF"}, "BT-5", "euros"),
}  # fmt: skip


@pytest.mark.parametrize("form", ["cii", "ubl"])
@pytest.mark.parametrize("what", FAULTS)
def test_sums_that_do_not_hold_are_refused_with_the_rule_and_its_place(
    what: str, form: str
) -> None:
    more, place, rule = FAULTS[what]
    with pytest.raises(BadInput) as caught:
        read(fields([line(1)], **more), form)
    assert caught.value.where == f"facture.xml, {place}"
    assert rule in str(caught.value)


def test_a_line_that_is_not_its_product_is_refused_at_its_place() -> None:
    with pytest.raises(BadInput) as caught:
        read(fields([line(1), line(2, **{"BT-131": "39.07"})]))
    assert caught.value.where == "facture.xml, BG-25 2, BT-131"


ENTITY = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
BROKEN: dict[str, Callable[[bytes], bytes]] = {
    "an entity": lambda told: ENTITY + told.partition(b"?>")[2].replace(b"FE-1", b"&a;", 1),
    "cut": lambda told: told[:-200],
    "not of its schema": lambda told: told.replace(b"InvoiceCurrencyCode", b"InvoiceMoneyCode"),
    "no number": lambda told: told.replace(b"<ram:ID>FE-1</ram:ID>", b"", 1),
    "a date that is none": lambda told: told.replace(b"20260705", b"20261305"),
    "an amount that is none": lambda told: told.replace(b"38.07", b"NaN"),
    "a pdf without xml": lambda _: b"%PDF-1.7\n%%EOF",
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_no_such_invoice_is_refused_and_nothing_is_fetched(what: str) -> None:
    content = BROKEN[what](xml(fields([line(1)])))
    with pytest.raises(BadInput):
        read_electronic(content, "facture.xml")


PLACES: dict[str, tuple[dict[str, Any], SupplierProfile]] = {
    "an attribute": ({"BG-32": [{"BT-160": "PDL", "BT-161": PRM}]}, SupplierProfile()),
    "an attribute of a name": (
        {"BG-32": [{"BT-160": "Compteur", "BT-161": "99000000000099"},
                   {"BT-160": "PRM", "BT-161": PRM}]},
        SupplierProfile(supplier="552081317", places=("BG-32",), attribute="PRM"),
    ),
    "the object of the line": ({"BG-32": None, "BT-128": {"AVV": PRM}}, SupplierProfile()),
    "the description": (
        {"BG-32": None, "BT-154": "PRM 99 000 000 000 017, juin"}, SupplierProfile(),
    ),
    "the name": ({"BG-32": None, "BT-153": f"Accise, PDL {PRM}"}, SupplierProfile()),
    "the place of delivery": ({"BG-32": None, "place": PRM}, SupplierProfile(places=("BT-71",))),
    "the note": ({"BG-32": None, "BT-127-00": [{"BT-127": f"PRM : {PRM}"}]}, SupplierProfile()),
}  # fmt: skip


@pytest.mark.parametrize("form", ["cii", "ubl"])
@pytest.mark.parametrize("where", PLACES)
def test_a_profile_says_where_the_delivery_point_stands(where: str, form: str) -> None:
    more, profile = PLACES[where]
    place = (
        {"identifiers": {"0088": more["place"]}, "name": "Mairie", "country_code": "FR"}
        if "place" in more
        else None
    )
    lines = [line(1, **{key: each for key, each in more.items() if key != "place"})]
    told = fields(lines, **({} if place is None else {"BG-13": place}))
    found = read(told, form, profiles=(profile,))
    assert found.rows[0].supply_point == f"prm:{PRM}"


def test_of_two_delivery_points_none_is_guessed_and_the_line_is_kept() -> None:
    two = [{"BT-160": "PRM", "BT-161": PRM}, {"BT-160": "PRM", "BT-161": "99000000000024"}]
    found = read(fields([line(1, **{"BG-32": two})]))
    assert found.rows[0].supply_point is None
    assert found.rows[0].point_told == f"{PRM} / 99000000000024"
    (finding,) = control([found], points=[POINT]).findings
    assert (finding.rule, finding.severity) == ("unknown-point", "blocking")


def test_gas_is_told_by_the_words_of_the_line_or_by_the_profile() -> None:
    words = line(1, **{"BG-32": [{"BT-160": "PCE", "BT-161": PRM}]})
    assert read(fields([words])).rows[0].supply_point == f"pce:{PRM}"
    gas = SupplierProfile(energy="gas")
    assert read(fields([line(1)]), profiles=(gas,)).rows[0].supply_point == f"pce:{PRM}"


def test_a_profile_says_what_a_line_is_for_and_its_time_class() -> None:
    """Words that mislead: by them the network's energy would be a supply, the accise a fee."""
    told = {
        "BT-153": "Énergie livrée (Été-Jour) : part des réseaux", "BT-154": None,
        "BT-129": "1000", "BT-130": "KWH", "BT-146": "0.0161", "BT-131": "16.10",
    }  # fmt: skip
    tax = {"BT-153": "Droit II bis", "BT-129": "1.000", "BT-146": "33.70", "BT-131": "33.70"}
    given = fields([line(1, **told), line(2, **tax), line(3, **{"BT-153": "Accise (rappel)"})])
    profile = SupplierProfile.model_validate({"lines": [
        {"words": "Part des réseaux", "component": "cs_energy", "time_class": "HPB"},
        {"words": "DROIT II BIS", "component": "accise"}, {"words": "rappel", "component": "other"},
    ]})  # fmt: skip
    found = read(given, profiles=(profile,))
    assert [(one.component, one.time_class) for one in found.rows] == [
        ("cs_energy", "HPB"), ("accise", None), ("other", None),
    ]  # fmt: skip
    checked = control([found], points=[POINT])
    assert [(one.rule, one.found, one.expected) for one in checked.findings] == [
        ("accise", "33.7", "30.85"),
    ], "the network is right, and what is `other` is compared with nothing"
    plain = control([read(given)], points=[POINT])
    assert "33.7" not in [one.found for one in plain.findings], "by its words it is no accise"
    gas = profile.model_copy(update={"energy": "gas"})
    (excise,) = control([read(given, profiles=(gas,))]).findings
    assert (excise.rule, excise.expected) == ("accise", "16.39")


def test_a_period_of_the_whole_invoice_is_that_of_lines_without_one() -> None:
    bare = line(1, **{"BT-134": None, "BT-135": None})
    found = read(fields([bare], **{"BT-73": "2026-06-01", "BT-74": "2026-06-30"}))
    assert (found.rows[0].from_date, found.rows[0].to_date) == (date(2026, 6, 1), date(2026, 7, 1))


def test_a_credit_note_and_a_correction_are_netted_with_the_invoice_that_they_are_about() -> None:
    """38.07 €; all of it credited, or 30.85 of it; or replaced by an invoice of 30.85."""
    less = {"BT-129": "1.000", "BT-131": "30.85"}
    about = {"BG-3": [{"BT-25": "FE-1"}]}
    first = read(fields([line(1)]))
    whole = read(fields([line(1)], **{"BT-1": "FE-2", "BT-3": "381", **about}))
    part = read(fields([line(1, **less)], **{"BT-1": "FE-3", "BT-3": "381", **about}))
    again = read(fields([line(1, **less)], **{"BT-1": "FE-4", "BT-3": "384", **about}))
    for others, net in (
        ([], None), ([whole], Decimal(0)), ([part], Decimal("7.22")), ([again], Decimal(0)),
    ):  # fmt: skip
        found = control([first, *others], points=[POINT])
        assert [one.net_eur for one in found.invoices] == [net, *(None for _ in others)]
        assert found.findings == (), [one.rule for one in found.findings]
    assert {one.rule for one in control([whole], points=[POINT]).findings} == {"credit-alone"}


def test_a_quantity_in_pieces_is_no_energy_and_an_unknown_unit_is_shown() -> None:
    pieces = line(1, **{"BT-129": "1", "BT-130": "C62", "BT-146": "38.07"})
    invoice = read(fields([pieces]))
    assert invoice.rows[0].quantity_unit == "C62"
    found = control([invoice], points=[POINT])
    assert found.findings == ()
    assert "{} lines of accise do not tell their energy" in [one.text for one in found.not_checked]
