"""Annexes of an electronic invoice (BG-24): the detail per site, as a table of lines.

A grouped invoice has one line a component for many delivery points; its supplier attaches their
detail as CSV or XLSX. The lines of an annex stand for those that tell no delivery point when they
add up to them, or to the whole invoice; else the lines of the invoice stay, and it is told.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from synergie.errors import BadInput, TooLarge
from synergie.formats.invoices.table import TotalRow, read_rows
from synergie.schemas.readings.invoice import InvoiceAnnex, InvoiceRow

_TABLES = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".ods"})
_CENTS, _HALF_CENT = Decimal("0.05"), Decimal("0.005")
_NAME = 80


class Attachment(NamedTuple):
    """A file that an invoice holds."""

    name: str
    content: bytes


def list_attachments(fields: Mapping[str, Any], more: Mapping[str, bytes]) -> Iterator[Attachment]:
    """The tables among the files that the XML (BT-125) and, as *more*, its PDF hold."""
    for one in fields.get("BG-24") or ():
        content = one.get("BT-125")
        if content:
            yield from _keep_table(str(one.get("BT-125-2") or one.get("BT-122")), bytes(content))
    for name, content in more.items():
        yield from _keep_table(name, content)


def _keep_table(told: str, content: bytes) -> Iterator[Attachment]:
    name = PurePosixPath(told.replace("\\", "/")).name[-_NAME:]
    if PurePosixPath(name).suffix.lower() in _TABLES:
        yield Attachment(name, content)


def lay_annex(
    rows: Sequence[InvoiceRow], attachment: Attachment, of: tuple[str, str, Decimal]
) -> tuple[list[InvoiceRow], InvoiceAnnex]:
    """The lines of an invoice with those of an annex, and what became of the annex.

    *of*: name of the file and number of the invoice, and its total excluding VAT, a credit's
    negative.
    """
    file, number, ht = of
    name = f"{file}, {attachment.name}"
    try:
        told, _ = read_rows(io.BytesIO(attachment.content), name)
    except (BadInput, TooLarge):
        return list(rows), InvoiceAnnex(name=attachment.name, n_rows=0)
    mine = [
        one.model_copy(update={"invoice": number})
        for one in told
        if not isinstance(one, TotalRow) and one.invoice in {None, number}
    ]
    added = sum((one.amount_eur for one in mine), Decimal(0))
    found = InvoiceAnnex(name=attachment.name, n_rows=len(mine), added_eur=added)
    for kept, due in _list_readings(rows, ht):
        for sign in (1, -1) if ht < 0 else (1,):
            if mine and abs(sign * added - due) <= max(_CENTS, _HALF_CENT * len(mine)):
                detail = [_sign_row(one, sign) for one in mine]
                return [*kept, *detail], found.model_copy(update={"is_detail": True})
    return list(rows), found


def _list_readings(
    rows: Sequence[InvoiceRow], ht: Decimal
) -> Iterator[tuple[list[InvoiceRow], Decimal]]:
    """What an annex may be the detail of: lines that stay, and what those that go add up to.

    Lines without a delivery point, with the allowances and charges of the whole invoice or not; or
    all of it. None, when each line tells its point.
    """
    bare = [one for one in rows if one.supply_point is None]
    lines = [one for one in bare if "BG-25" in one.where]
    if not lines:
        return
    for gone in (lines, bare):
        kept = [one for one in rows if not any(one is other for other in gone)]
        yield kept, sum((one.amount_eur for one in gone), Decimal(0))
    yield [], ht


def _sign_row(row: InvoiceRow, sign: int) -> InvoiceRow:
    if sign > 0:
        return row
    quantity = None if row.quantity is None else -row.quantity
    return row.model_copy(update={"quantity": quantity, "amount_eur": -row.amount_eur})
