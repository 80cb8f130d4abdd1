"""Files of a purchase that goes over the wire: needs and offers, as JSON or as our workbooks."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from synergie.cli.files import load_record
from synergie.cli.misuse import Misuse
from synergie.cli.texts import _

if TYPE_CHECKING:
    from synergie.energy.records.offer import Offer
    from synergie.purchase.records.needs import NeedsRecord

_JSON = ".json"


def needs_in(file: Path, *, member: str | None, mandate: str | None) -> "NeedsRecord":
    """The needs in *file*: NeedsRecord as JSON, or a perimeter with *mandate* and *member*.

    Rows of a perimeter that lack something are told on stderr, and nothing is published.
    """
    from synergie.purchase.records.needs import NeedsRecord

    if file.suffix.lower() == _JSON:
        if mandate is not None:
            raise Misuse(_("{}: needs as JSON tell their mandate themselves").format(file))
        return load_record(file, NeedsRecord)
    if mandate is None or member is None:
        raise Misuse(_("{}: a perimeter; say --mandate and --org").format(file))
    from synergie.purchase.plan.offers.files import read_perimeter
    from synergie.purchase.plan.offers.needs import points_of

    with file.open("rb") as source:
        told, report = read_perimeter(source, file.name)
    found = points_of(told.rows)
    lacking = [f"{one.site_name or one.supply_point}: {one.column}" for one in found.missing]
    _exit_on_faults([*(one.with_line().tell(_) for one in report.refused), *lacking])
    points = tuple(point.model_copy(update={"member": member}) for point in found.points)
    return NeedsRecord(mandate=mandate, points=points)


def offers_in(files: Sequence[Path]) -> tuple["Offer", ...]:
    """The offers in *files*: OffersRecord as JSON, or price schedules as suppliers fill them in."""
    from synergie.purchase.plan.offers.files import Schedules
    from synergie.purchase.records.needs import OffersRecord

    read: list[Offer] = []
    schedules = Schedules()
    for file in files:
        if file.suffix.lower() == _JSON:
            read += load_record(file, OffersRecord).offers
            continue
        with file.open("rb") as source:
            report = schedules.add(source, file.name)
        _exit_on_faults([one.with_line().tell(_) for one in report.refused])
    found = schedules.offers()
    _exit_on_faults([fault.tell(_) for fault in found.faults if fault.severity == "blocking"])
    return (*read, *found.offers)


def _exit_on_faults(faults: Sequence[str]) -> None:
    """Tell what is wrong; nothing is sent then."""
    for fault in faults:
        typer.echo(fault, err=True)
    if faults:
        typer.echo(_("nothing was sent: complete the files, then try again"), err=True)
        raise typer.Exit(1)
