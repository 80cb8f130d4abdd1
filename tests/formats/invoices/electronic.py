"""Electronic invoices for tests: made by the library that reads them; no real one is public."""

import io
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest

facturx: Any = pytest.importorskip("facturx", reason="the extra `invoices` is not there")
making: Any = pytest.importorskip("facturx.generate_xml")
pypdf: Any = pytest.importorskip("pypdf")

CENT = Decimal("0.01")
PRM = "99000000000017"


def line(n: int, **more: Any) -> dict[str, Any]:
    """One line: the accise of June 2026 of a C5, 1,234 kWh at 30.85 EUR/MWh, unless told."""
    told = {
        "BT-126": str(n), "BT-129": "1.234", "BT-130": "MWH", "BT-131": "38.07", "BT-146": "30.85",
        "BT-151": "S", "BT-152": "20.00", "BT-153": "Accise sur l'électricité",
        "BT-134": "2026-06-01", "BT-135": "2026-06-30",
        "BG-32": [{"BT-160": "PRM", "BT-161": PRM}],
    }  # fmt: skip
    return {key: value for key, value in (told | more).items() if value is not None}


def fields(lines: Sequence[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """An invoice of *lines*, all at 20 %, its sums made anew."""
    net = sum((Decimal(one["BT-131"]) for one in lines), Decimal(0))
    vat = (net * 20 / 100).quantize(CENT, ROUND_HALF_UP)
    seller = {
        "name": "Fournisseur d'essai", "country_code": "FR", "legal_identifier": "552081317",
        "legal_identifier_schemeid": "0002", "vat_identifier": "FR03552081317",
    }  # fmt: skip
    told = {
        "BT-1": "FE-1", "BT-2": "2026-07-05", "BT-3": "380", "BT-5": "EUR",
        "BT-12": "2025-EP-02",
        "BT-23": "S1", "BT-9": "2026-08-05", "BT-72": "2026-06-30",
        "BG-4": seller,
        "BG-7": seller | {"name": "Commune d'essai", "legal_identifier": "215401159"},
        "BG-25": list(lines),
        "BG-23": [{"BT-116": str(net), "BT-117": str(vat), "BT-118": "S", "BT-119": "20.00"}],
        "BT-106": str(net), "BT-109": str(net), "BT-110": str(vat), "BT-112": str(net + vat),
        "BT-115": str(net + vat),
    }  # fmt: skip
    return told | more


def xml(told: dict[str, Any], flavor: str = "factur-x") -> bytes:
    """The invoice as CII (`factur-x`) or UBL (`ubl-2.1`), valid against its XSD."""
    made = making.generate_xml(
        dict(told), flavor=flavor, level="en16931", check_xsd=True, check_schematron=False
    )
    return made if isinstance(made, bytes) else made.encode()


def pdf(told: dict[str, Any]) -> bytes:
    """The invoice as Factur-X: a PDF of one blank page that holds its CII."""
    writer, page = pypdf.PdfWriter(), io.BytesIO()
    writer.add_blank_page(595, 842)
    writer.write(page)
    found: bytes = facturx.generate_from_binary(
        page.getvalue(), xml(told), flavor="factur-x", level="en16931", check_xsd=False,
        check_schematron=False,
    )  # fmt: skip
    return found
