"""Values of the options of `synergie bill`: windows, figures by class, days, hours of overrun."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from synergie.cli.misuse import Misuse
from synergie.cli.texts import _
from synergie.errors import BadInput

if TYPE_CHECKING:
    from synergie.energy.records.tariff import ClassOverrun

_WINDOW = re.compile(r"(\d\d:\d\d)-(\d\d:\d\d)", re.ASCII)


@contextmanager
def name_refused_option(place: str) -> Iterator[None]:
    """A value that does not hold, as a refusal that names the option."""
    from pydantic import ValidationError

    from synergie.schemas.faults import faults

    try:
        yield
    except ValidationError as error:
        raise faults(error)[0].at(place) from error


@contextmanager
def name_option_of_use() -> Iterator[None]:
    """A fault of the one use that options tell, as one of the option."""
    try:
        yield
    except BadInput as fault:
        parts = fault.where.split("/")
        option = _OF_USES.get("/".join(parts[:4]))
        if option is None:
            raise
        where = " ".join((option, *parts[4:]))
        raise BadInput(where, fault.found, fault.expected) from fault


_OF_USES = {"/uses/0/energy": "--energy", "/uses/0/overruns": "--overrun"}


def parse_offpeak_window(told: str) -> tuple[str, str]:
    found = _WINDOW.fullmatch(told.strip())
    if found is None:
        raise Misuse(_("--offpeak: {!r} is not of the form 22:00-06:00").format(told))
    return found[1], found[2]


def parse_off_window(told: str) -> tuple[str, str]:
    found = _WINDOW.fullmatch(told.strip())
    if found is None:
        raise Misuse(_("--off: {!r} is not of the form 00:00-05:30").format(told))
    return found[1], found[2]


def parse_class_numbers(told: str, option: str) -> dict[str, Decimal]:
    """`HPH=1200,HCH=900` as figures by class."""
    found: dict[str, Decimal] = {}
    for part in re.split(r"[;,\s]+(?=[A-Za-z])", told.strip()):
        name, _equals, value = part.partition("=")
        if not name.isalpha() or name.upper() in found:
            raise Misuse(_("{}: {!r} is not of the form HPH=1200,HCH=900").format(option, told))
        found[name.upper()] = parse_option_number(value, option)
        if found[name.upper()] < 0:
            raise Misuse(_("{}: {!r} is not of the form HPH=1200,HCH=900").format(option, told))
    return found


def parse_option_number(told: str, option: str) -> Decimal:
    try:
        value = Decimal(told.strip().replace(",", "."))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise Misuse(_("{}: {!r} is not a number").format(option, told))
    return value


def parse_option_day(told: str, option: str) -> date:
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(told.strip(), form).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    raise Misuse(_("{}: {!r} is not a day as 2026-03-01").format(option, told))


def parse_overrun_hours(told: str) -> Decimal:
    """Hours above the subscribed power (BT > 36 kVA)."""
    if "=" in told:
        raise Misuse(_("--overrun: hours; kW by class are for HTA"))
    hours = parse_option_number(told, "--overrun")
    if hours < 0:
        raise Misuse(_("--overrun: hours of at least 0"))
    return hours


def parse_overruns(told: str) -> "tuple[ClassOverrun, ...]":
    """Quadratic sums of a month by class, kW (HTA)."""
    from synergie.energy.records.tariff import ClassOverrun

    if "=" not in told:
        if parse_option_number(told, "--overrun") == 0:
            return ()
        raise Misuse(_("--overrun: in HTA the kW of each class of a month, as POINTE=20,HPH=120"))
    by_class = parse_class_numbers(told, "--overrun")
    return tuple(ClassOverrun(time_class=name, kw=kw) for name, kw in by_class.items())
