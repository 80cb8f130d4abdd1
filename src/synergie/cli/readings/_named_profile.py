"""A profile that was named: what a file says otherwise than it stops, until it is confirmed."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from synergie.cli._table import build_confirming_profile
from synergie.cli.texts import _

if TYPE_CHECKING:
    from synergie.schemas.readings.file_report import Finding
    from synergie.schemas.readings.profile import Profile


def confirmed_in(profile: "Profile", answers: Sequence[str]) -> "Profile":
    """*profile* with the doubts that *answers* confirm. Misuse for an answer to anything else."""
    told = build_confirming_profile(answers)
    return profile if told is None else profile.confirming(told.confirmed)


def difference_in(
    file: Path | bytes, profile: "Profile", tell: Callable[[str], str] = _
) -> "Finding | None":
    """What *file* says otherwise than *profile*, which was named for it: a doubt that stops.

    Columns that the profile does not read are told. *tell* translates the finding.
    """
    from synergie.formats.tables.differences import compare_with_profile

    held = compare_with_profile(file, profile, tell=tell)
    if held.unread:
        told = ", ".join(held.unread)
        typer.echo(_("columns that the profile does not read: {}").format(told), err=True)
    return held.finding
