"""Who and what an invoice is for: known points, the market, numbers given once."""

from collections.abc import Iterator
from decimal import Decimal

from synergie.energy.plan.tariff._words import N_
from synergie.energy.plan.tariff.control._case import Case, Line
from synergie.energy.plan.tariff.control._findings import FindingDetails, tell, tell_once
from synergie.energy.plan.tariff.control._points import PerimeterPoint
from synergie.energy.plan.tariff.control.meaning import plain_words
from synergie.energy.plan.tariff.options import option_name
from synergie.schemas.plan import Phrase

UNKNOWN = N_("this delivery point is not in the perimeter")
NOT_A_POINT = N_("this is no PRM of 14 digits")
OTHER_MARKET = "this reference is not that of the market"
OTHER_SUPPLIER = "another supplier serves this point on these days, as its dated terms tell"
OTHER_OPTION = "the option of the line is not that of the dated terms of its point"
ALONE = "the invoice that this one corrects was not received"
AGAIN = "an invoice of this number was received before"
SAME_LINE = "the same line stands in {}, too"
TWICE = "the same number and delivery point stand in {}, too"


def unknown_points(case: Case) -> None:
    """Every point is one of the perimeter; once a point and invoice."""
    for lines in case.of_points():
        row = lines[0].row
        if row.supply_point is None and row.point_told is not None:
            _report_unknown_point(case, lines, row.point_told, NOT_A_POINT)
        elif row.supply_point is not None and case.points is not None:
            case.checked["unknown-point"] += 1
            if row.supply_point not in case.points:
                _report_unknown_point(case, lines, row.supply_point, UNKNOWN)


def _report_unknown_point(case: Case, lines: list[Line], found: str, reason: str) -> None:
    tell(
        case,
        FindingDetails(
            rule="unknown-point",
            line=lines[0],
            found=found,
            expected="PRM",
            reason=Phrase(text=reason),
            ask="coordinator",
            amount=sum((one.row.amount_eur for one in lines), Decimal(0)),
        ),
    )


def wrong_markets(case: Case) -> None:
    """The reference of the market, where one is told, is a known one; once an invoice."""
    known = {*case.rules.markets, *(one.market for one in case.schedules if one.market)}
    if not known:
        return
    names = {_normalise_reference(one) for one in known}
    seen: set[tuple[str, str]] = set()
    for line in case.lines:
        told = line.row.market
        if told is None or (line.invoice.number, told) in seen:
            continue
        seen.add((line.invoice.number, told))
        case.checked["wrong-market"] += 1
        if _normalise_reference(told) not in names:
            reason = Phrase(text=OTHER_MARKET)
            expected = ", ".join(sorted(known))
            tell(
                case,
                FindingDetails(
                    rule="wrong-market", line=line, found=told, expected=expected, reason=reason
                ),
            )


def check_line_terms(case: Case) -> None:
    """Supplier and option of a line are those of the dated terms of its days; once each."""
    for lines in case.of_points():
        for line in lines:
            parts = list(case.parts(line)) if line.meaning is not None else []
            for _, _, point in parts:
                _check_supplier(case, line, point)
            if len(parts) == 1 and parts[0][2].is_dated:
                _check_option(case, line, parts[0][2])


def _check_supplier(case: Case, line: Line, point: PerimeterPoint) -> None:
    found, expected = line.row.supplier, point.supplier
    if found is None or expected is None:
        return
    case.checked["terms-differ"] += 1
    names = _normalise_reference(found), _normalise_reference(expected)
    if names[0] not in names[1] and names[1] not in names[0]:
        differs = FindingDetails(
            rule="terms-differ", line=line, found=found, expected=expected,
            reason=Phrase(text=OTHER_SUPPLIER),
        )  # fmt: skip
        tell_once(case, (expected,), differs)


def _check_option(case: Case, line: Line, point: PerimeterPoint) -> None:
    if line.option is None or point.tariff_code is None or line.row.tariff_code is None:
        return
    case.checked["terms-differ"] += 1
    if line.option != option_name(point.tariff_code):
        differs = FindingDetails(
            rule="terms-differ", line=line, found=line.option, expected=point.tariff_code,
            reason=Phrase(text=OTHER_OPTION),
        )  # fmt: skip
        tell_once(case, (line.option,), differs)


def _normalise_reference(reference: str) -> str:
    return plain_words(reference).replace(" ", "")


def check_duplicate_invoices(case: Case) -> None:
    """A number comes once; one invoice in several files has other points in each."""
    first: dict[tuple[str, str | None], Line] = {}
    for lines in case.of_points():
        line = lines[0]
        number = line.invoice.number
        if number == "-":
            continue
        case.checked["duplicate"] += 1
        before = first.setdefault(line.key, line)
        if before.invoice.file != line.invoice.file:
            reason = Phrase(text=TWICE, values=(before.invoice.file,))
            tell(case, _build_duplicate_finding(line, reason))
    for line in _received_before(case):
        tell(case, _build_duplicate_finding(line, Phrase(text=AGAIN)))


def check_corrected_invoices(case: Case) -> None:
    """What a credit note or a correction is about was received, now or before."""
    known = {one.number for one in case.invoices} | set(case.rules.known_numbers)
    for invoice in case.invoices:
        line = next(iter(case.of_invoice(invoice)), None)
        case.checked["credit-alone"] += bool(invoice.corrects)
        for number in invoice.corrects:
            if number not in known and line is not None:
                alone = FindingDetails(
                    rule="credit-alone", line=line, found=invoice.number, expected=number,
                    reason=Phrase(text=ALONE),
                )  # fmt: skip
                tell(case, alone)


def repeated_lines(case: Case) -> None:
    """No line of a point stands twice in one invoice, word for word and cent for cent."""
    for lines in case.of_points():
        seen: dict[tuple[object, ...], Line] = {}
        for line in lines:
            row = line.row
            if line.meaning in {None, "vat"} or line.period is None or not row.amount_eur:
                continue
            case.checked["duplicate"] += 1
            told = (row.label, row.element, row.time_class, line.period, row.quantity,
                    row.unit_price, row.amount_eur)  # fmt: skip
            before = seen.setdefault(told, line)
            if before is not line:
                reason = Phrase(text=SAME_LINE, values=(before.row.where,))
                again = FindingDetails(
                    rule="duplicate", line=line, found=row.amount_eur, expected="-",
                    reason=reason, amount=row.amount_eur,
                )  # fmt: skip
                tell(case, again)


def _received_before(case: Case) -> Iterator[Line]:
    seen: set[str] = set()
    for line in case.lines:
        number = line.invoice.number
        if number in case.rules.known_numbers and number not in seen:
            seen.add(number)
            yield line


def _build_duplicate_finding(line: Line, reason: Phrase) -> FindingDetails:
    return FindingDetails(
        rule="duplicate", line=line, found=line.invoice.number, expected="-", reason=reason
    )
