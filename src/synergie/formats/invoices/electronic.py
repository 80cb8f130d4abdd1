"""Electronic invoices (EN 16931): Factur-X, CII and UBL, as towns receive them since 2026.

The library `factur-x` takes the XML out of a PDF, validates it against the schema (XSD) and names
its fields as the norm does (BT-1, BG-25); the sums of the norm (BR-CO) are looked at here. Nothing
is fetched, and a document type or an entity is refused. What cannot be relied on is refused whole,
with the rule and its place. The delivery point of a line has no field of its own: a profile says
where a supplier writes it. docs/formats/electronic-invoices.md.
"""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from importlib import import_module
from typing import Any, Literal

from synergie.errors import BadInput, MissingExtra, Words
from synergie.formats.invoices.annex import lay_annex, list_attachments
from synergie.formats.values import normalize_words
from synergie.schemas.readings.invoice import (
    Invoice,
    InvoiceAnnex,
    InvoiceKind,
    InvoiceRow,
    ToldTotals,
)
from synergie.schemas.readings.supplier_profile import Place, SupplierLine, SupplierProfile

_CENT, _DAY = Decimal("0.01"), timedelta(days=1)
_MOST = 50_000_000
"""Largest file that is read, bytes."""
_KINDS: Mapping[str, InvoiceKind] = {"380": "invoice", "381": "credit", "384": "correction"}
_UNITS = {
    "KWH": ("kWh", "€/kWh"), "MWH": ("MWh", "€/MWh"), "WHR": ("Wh", "€/kWh"), "DAY": ("j", "€/j"),
    "MON": ("mois", "€/mois"), "HUR": ("h", "€/h"), "KVA": ("kVA", "€/kVA"),
    "KVR": ("kVAr", "€/kVAr"), "K3": ("kVArh", "€/kVArh"), "ANN": ("an", "€/an"),
    "GWH": ("GWh", "€/GWh"), "KWT": ("kW", "€/kW"),
}  # fmt: skip
"""Codes of units (UN/ECE Recommendation 20) as our rules write them; another stays as it is."""
_POINT = re.compile(r"(?<![0-9])[0-9]{14}(?![0-9])")
_SPACED = re.compile(r"(?<=[0-9])[ \u00a0\u202f](?=[0-9])")

ANY = SupplierProfile()
type _Fields = Mapping[str, Any]


def is_electronic(start: bytes) -> bool:
    """Whether a file that begins so may be an electronic invoice: a PDF, or the XML of one."""
    return start.startswith(b"%PDF-") or any(
        name in start for name in (b"CrossIndustryInvoice", b":Invoice-2", b":CreditNote-2")
    )


def read_electronic(
    content: bytes, name: str, profiles: Sequence[SupplierProfile] = (ANY,)
) -> Invoice:
    """The invoice in a PDF (Factur-X) or an XML file (CII, UBL).

    BadInput: not one, not valid against its schema, sums that do not hold, or a credit note that
    does not say which invoice it corrects: with the rule and its place.
    """
    fields, attached = _parse(content, name)
    _check_head(fields, name)
    _check_sums(fields, name)
    kind = _KINDS[str(fields["BT-3"])]
    number = str(fields["BT-1"])
    reading = _Reading(name, fields, _find_profile(fields, profiles), kind)
    ht = reading.signed(_amount(fields, "BT-109", name))
    rows, annexes = list(_iterate_rows(reading)), list[InvoiceAnnex]()
    for one in list_attachments(fields, attached):
        rows, annex = lay_annex(rows, one, (name, number, ht))
        annexes.append(annex)
    return Invoice(
        number=number,
        file=name[:200],
        kind=kind,
        corrects=tuple(str(one["BT-25"]) for one in fields.get("BG-3") or () if "BT-25" in one),
        rows=tuple(rows),
        annexes=tuple(annexes),
        told=ToldTotals(
            ht_eur=ht,
            vat_eur=reading.signed(_amount(fields, "BT-110", name, Decimal(0))),
            ttc_eur=reading.signed(_amount(fields, "BT-112", name)),
        ),
    )


def _parse(content: bytes, name: str) -> tuple[_Fields, dict[str, bytes]]:
    """The fields of the norm, and the files that a PDF holds besides.

    BadInput: the file is no such invoice.
    """
    if len(content) > _MOST:
        raise BadInput(name, len(content), "an invoice of at most 50 MB")
    try:
        library = import_module("facturx")
        parsing = import_module("facturx.parse_xml")
        etree: Any = import_module("lxml.etree")
    except ModuleNotFoundError as error:
        raise MissingExtra("invoices") from error
    is_pdf = content.startswith(b"%PDF-")
    xml = _take_xml(library, content, name) if is_pdf else content
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        tree = etree.parse(io.BytesIO(xml), parser)
    except etree.XMLSyntaxError as error:
        raise BadInput(name, Words("no XML"), f"well-formed XML: {error.msg}"[:200]) from error
    if tree.docinfo.doctype or tree.docinfo.internalDTD is not None:
        raise BadInput(name, Words("a document type"), "XML without a document type or entities")
    try:
        fields: _Fields = parsing.parse_ubl_cii_xml(tree.getroot())
    except Exception as error:
        raise BadInput(
            name, Words("not valid"), f"an invoice valid against its XSD: {error}"[:400]
        ) from error
    return fields, _take_attached(content, name) if is_pdf else {}


def _take_attached(content: bytes, name: str) -> dict[str, bytes]:
    """The files that a PDF holds, by name; its XML is not among them."""
    reader = import_module("pypdf").PdfReader(io.BytesIO(content))
    found = {}
    for told, parts in reader.attachments.items():
        if not told.lower().endswith(".xml"):
            found[told] = b"".join(parts)
    if sum(map(len, found.values())) > _MOST:
        raise BadInput(name, Words("larger files"), "attached files of at most 50 MB")
    return found


def _take_xml(library: Any, content: bytes, name: str) -> bytes:
    try:
        _, xml = library.get_xml_from_pdf(content, check_xsd=False)
    except Exception as error:
        raise BadInput(name, Words("no Factur-X"), "a PDF that holds an invoice as XML") from error
    if not xml:
        raise BadInput(name, Words("no Factur-X"), "a PDF that holds an invoice as XML")
    return bytes(xml)


def _check_head(fields: _Fields, name: str) -> None:
    for key, rule in (("BT-1", "BR-02"), ("BT-2", "BR-03"), ("BT-3", "BR-04"), ("BT-5", "BR-05")):
        if not fields.get(key):
            raise BadInput(f"{name}, {key}", "", f"a value here ({rule})")
    if fields["BT-5"] != "EUR":
        raise BadInput(f"{name}, BT-5", str(fields["BT-5"]), "amounts in euros")
    told = str(fields["BT-3"])
    if told not in _KINDS:
        raise BadInput(f"{name}, BT-3", told, "380 (invoice), 381 (credit note), 384 (correction)")
    if told != "380" and not any(one.get("BT-25") for one in fields.get("BG-3") or ()):
        raise BadInput(f"{name}, BG-3", "", "the invoice that this one corrects (BT-25)")
    if not fields.get("BG-25"):
        raise BadInput(f"{name}, BG-25", "", "at least one line (BR-16)")


def _amount(fields: _Fields, key: str, name: str, default: Decimal | None = None) -> Decimal:
    told = fields.get(key)
    if told is None and default is not None:
        return default
    try:
        found = Decimal(str(told))
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite():
        raise BadInput(f"{name}, {key}", "" if told is None else str(told), "an amount")
    return found


def _check_sums(fields: _Fields, name: str) -> None:
    """The sums of EN 16931, in its order; BadInput at the first that does not hold."""
    zero = Decimal(0)
    lines = sum((_amount(one, "BT-131", name) for one in fields["BG-25"]), zero)
    taxes = [(_amount(one, "BT-117", name), one) for one in fields.get("BG-23") or ()]
    net, allowances, charges, ht, vat, ttc = (
        _amount(fields, "BT-106", name),
        _amount(fields, "BT-107", name, zero),
        _amount(fields, "BT-108", name, zero),
        _amount(fields, "BT-109", name),
        _amount(fields, "BT-110", name, zero),
        _amount(fields, "BT-112", name),
    )
    due = _amount(fields, "BT-115", name)
    paid = _amount(fields, "BT-113", name, zero)
    rounding = _amount(fields, "BT-114", name, zero)
    for rule, key, found, expected in (
        ("BR-CO-10", "BT-106", net, lines),
        ("BR-CO-13", "BT-109", ht, net - allowances + charges),
        ("BR-CO-14", "BT-110", vat, sum((one for one, _ in taxes), zero)),
        ("BR-CO-15", "BT-112", ttc, ht + vat),
        ("BR-CO-16", "BT-115", due, ttc - paid + rounding),
    ):
        if found != expected:
            raise BadInput(f"{name}, {key}", found, f"{expected} ({rule})")
    for told, one in taxes:
        base, rate = _amount(one, "BT-116", name), _amount(one, "BT-119", name, zero)
        again = (base * rate / 100).quantize(_CENT, ROUND_HALF_UP)
        if abs(told - again) > _CENT:
            raise BadInput(f"{name}, BT-117", told, f"{again} (BR-CO-17)")
    _check_bases(fields, name)
    _check_lines(fields, name)


def _check_bases(fields: _Fields, name: str) -> None:
    """The base of each rate of VAT is that of its lines, charges and allowances."""
    bases: dict[Decimal, Decimal] = {}
    parts = [(1, "BT-152", "BT-131", one) for one in fields["BG-25"]]
    for group, sign in (("BG-20", -1), ("BG-21", 1)):
        parts += [(sign, "vat_rate", "amount", one) for one in fields.get(group) or ()]
    for sign, rate, amount, one in parts:
        percent = _amount(one, rate, name, Decimal(0))
        bases[percent] = bases.get(percent, Decimal(0)) + sign * _amount(one, amount, name)
    for one in fields.get("BG-23") or ():
        percent, told = _amount(one, "BT-119", name, Decimal(0)), _amount(one, "BT-116", name)
        due = bases.get(percent, Decimal(0))
        if told != due:
            raise BadInput(f"{name}, BT-116", told, f"{due} (BR-S-08)")


def _check_lines(fields: _Fields, name: str) -> None:
    """Quantity times price of each line, less its allowances; the most that rounding allows."""
    for line in fields["BG-25"]:
        place = f"{name}, BG-25 {line.get('BT-126', '-')}, BT-131"
        told, quantity = _amount(line, "BT-131", place), _amount(line, "BT-129", place, Decimal(0))
        price = _amount(line, "BT-146", place, Decimal(0)) / (
            _amount(line, "BT-149", place, Decimal(1)) or Decimal(1)
        )
        more = _sum_changes(line, "BG-28", place) - _sum_changes(line, "BG-27", place)
        again = (quantity * price + more).quantize(_CENT, ROUND_HALF_UP)
        if abs(told - again) > max(_CENT, abs(quantity) * Decimal("0.00005")):
            raise BadInput(place, told, f"{again}: quantity times price")


def _sum_changes(line: _Fields, group: str, place: str) -> Decimal:
    some = line.get(group) or ()
    return sum((_amount(one, "amount", place) for one in some), Decimal(0))


@dataclass(frozen=True, slots=True)
class _Reading:
    """One invoice while its lines are read."""

    name: str
    fields: _Fields
    profile: SupplierProfile
    kind: InvoiceKind

    def signed(self, amount: Decimal) -> Decimal:
        """An amount as the town sees it: a credit note gives back what it tells as positive."""
        return -amount if self.kind == "credit" else amount


def _find_profile(fields: _Fields, profiles: Sequence[SupplierProfile]) -> SupplierProfile:
    seller = fields.get("BG-4") or {}
    told = re.sub(r"\s", "", " ".join(str(one) for one in _iterate_texts(seller)))
    named = (one for one in profiles if one.supplier != "*" and one.supplier in told)
    return next(named, next((one for one in profiles if one.supplier == "*"), ANY))


def _iterate_seller(fields: _Fields) -> Iterator[str]:
    """Name and SIREN or SIRET of who bills, as the invoice tells them."""
    seller = fields.get("BG-4") or {}
    return (str(seller[key]) for key in ("name", "legal_identifier") if seller.get(key))


def _iterate_texts(value: object) -> Iterator[str]:
    """Every text in a field that may hold others."""
    if isinstance(value, Mapping):
        for one in value.values():
            yield from _iterate_texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _iterate_texts(one)
    elif value is not None:
        yield str(value)


def _iterate_rows(reading: _Reading) -> Iterator[InvoiceRow]:
    for line in reading.fields["BG-25"]:
        yield _build_row(reading, line)
    for group, sign in (("BG-20", -1), ("BG-21", 1)):
        for n, one in enumerate(reading.fields.get(group) or (), 1):
            amount = _amount(one, "amount", reading.name) * sign
            yield InvoiceRow(
                where=f"{reading.name}, {group} {n}"[:200],
                invoice=str(reading.fields["BT-1"]),
                label=str(one.get("reason") or group)[:200],
                amount_eur=reading.signed(amount),
                vat_percent=_percent(one.get("vat_rate")),
            )


def _build_row(reading: _Reading, line: _Fields) -> InvoiceRow:
    place = f"{reading.name}, BG-25 {line.get('BT-126', '-')}"
    words = " ".join(str(line[key]) for key in ("BT-153", "BT-154") if line.get(key))
    seller = " ".join(_iterate_seller(reading.fields))
    point, told = _find_point(reading, line, f"{words} {' '.join(_notes(line))}")
    begins, ends = (
        _day(line.get(own) or reading.fields.get(whole))
        for own, whole in (("BT-134", "BT-73"), ("BT-135", "BT-74"))
    )
    told_unit = line.get("BT-130")
    unit, per = _UNITS.get(str(told_unit), (None if told_unit is None else str(told_unit), None))
    quantity = _amount(line, "BT-129", place, Decimal(0))
    price = line.get("BT-146")
    base = _amount(line, "BT-149", place, Decimal(1)) or Decimal(1)
    market = reading.fields.get("BT-12")
    named = _find_named_line(reading.profile, words)
    own_class = None if named is None else named.time_class
    return InvoiceRow(
        where=place[:200],
        invoice=str(reading.fields["BT-1"]),
        supply_point=point,
        point_told=told,
        market=None if market is None else str(market)[:200],
        supplier=seller[:200] or None,
        tariff_code=_attribute(line, reading.profile.tariff_code),
        label=words[:200] or None,
        component=None if named is None else named.component,
        time_class=own_class or _attribute(line, reading.profile.time_class),
        from_date=begins,
        to_date=None if ends is None else ends + _DAY,
        quantity=reading.signed(quantity),
        quantity_unit=unit,
        unit_price=None if price is None else Decimal(str(price)) / base,
        price_unit=None if price is None else per,
        amount_eur=reading.signed(_amount(line, "BT-131", place)),
        vat_percent=_percent(line.get("BT-152")),
    )


def _find_named_line(profile: SupplierProfile, words: str) -> SupplierLine | None:
    """How the profile names a line of these words. None: it does not."""
    told = f" {normalize_words(words)} "
    return next((one for one in profile.lines if f" {normalize_words(one.words)} " in told), None)


def _percent(told: object) -> Decimal | None:
    return None if told is None else Decimal(str(told))


def _day(told: object) -> date | None:
    return told if isinstance(told, date) else None


def _notes(line: _Fields) -> Iterator[str]:
    yield from _iterate_texts([one.get("BT-127") for one in line.get("BT-127-00") or ()])


def _attribute(line: _Fields, name: str | None) -> str | None:
    """The value (BT-161) of the attribute of a line that bears *name*. None: there is none."""
    for one in line.get("BG-32") or ():
        if name is not None and str(one.get("BT-160", "")).casefold() == name.casefold():
            return str(one.get("BT-161", ""))[:200] or None
    return None


def _find_point(reading: _Reading, line: _Fields, words: str) -> tuple[str | None, str | None]:
    """The key of the delivery point of a line and how it was told; the first place that tells one.

    A place that tells two is none: nothing is guessed.
    """
    for place in reading.profile.places:
        texts = list(_texts_at(reading, line, place))
        found = sorted({one for text in texts for one in _POINT.findall(_SPACED.sub("", text))})
        if len(found) == 1:
            scheme = _find_scheme(reading.profile, f"{words} {' '.join(texts)}")
            return f"{scheme}:{found[0]}", found[0]
        if found:
            return None, " / ".join(found)[:200]
    return None, None


def _find_scheme(profile: SupplierProfile, words: str) -> Literal["prm", "pce"]:
    if profile.energy is not None:
        return "pce" if profile.energy == "gas" else "prm"
    return "pce" if re.search(r"\b(pce|gaz)\b", words.casefold()) else "prm"


def _texts_at(reading: _Reading, line: _Fields, place: Place) -> Iterator[str]:
    match place:
        case "BG-32":
            name = reading.profile.attribute
            for one in line.get("BG-32") or ():
                if name is None or str(one.get("BT-160", "")).casefold() == name.casefold():
                    yield f"{one.get('BT-160', '')} {one.get('BT-161', '')}"
        case "BT-127":
            yield from _notes(line)
        case "BT-71":
            yield from _iterate_texts((reading.fields.get("BG-13") or {}).get("identifiers"))
        case "BT-18":
            yield from _iterate_texts(reading.fields.get("BT-18"))
        case _:
            yield from _iterate_texts(line.get(place))
