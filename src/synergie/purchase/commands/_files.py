"""Files of a purchase that goes over the wire: needs and offers, as JSON or as our workbooks."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from synergie.cli.files import load_record
from synergie.cli.misuse import Misuse
from synergie.cli.texts import _

if TYPE_CHECKING:
    from synergie.purchase.records.needs import NeedsRecord, OffersRecord

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


def offers_in(files: Sequence[Path]) -> "OffersRecord":
    """The offers in *files*: OffersRecord as JSON, or price schedules as suppliers fill them in.

    Notes of the jury, and offers that were drawn, are in an OffersRecord, with or without offers.
    """
    from synergie.purchase.plan.offers.files import Schedules
    from synergie.purchase.records.needs import OffersRecord

    read: list[OffersRecord] = []
    schedules = Schedules()
    for file in files:
        if file.suffix.lower() == _JSON:
            read.append(load_record(file, OffersRecord))
            continue
        with file.open("rb") as source:
            report = schedules.add(source, file.name)
        _exit_on_faults([one.with_line().tell(_) for one in report.refused])
    found = schedules.offers()
    _exit_on_faults([fault.tell(_) for fault in found.faults if fault.severity == "blocking"])
    return OffersRecord(
        offers=(*(offer for one in read for offer in one.offers), *found.offers),
        notes=tuple(note for one in read for note in one.notes),
        drawn=tuple(offer for one in read for offer in one.drawn),
    )


def _exit_on_faults(faults: Sequence[str]) -> None:
    """Tell what is wrong; nothing is sent then."""
    for fault in faults:
        typer.echo(fault, err=True)
    if faults:
        typer.echo(_("nothing was sent: complete the files, then try again"), err=True)
        raise typer.Exit(1)
