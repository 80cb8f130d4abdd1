"""A profile that was named: what a file says otherwise than it stops, until it is confirmed."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from synergie.cli._table import confirming, told_differences
from synergie.cli._texts import N_, _

if TYPE_CHECKING:
    from synergie.schemas.file_report import Finding
    from synergie.schemas.profile import Profile

_OTHERWISE = N_("the file says otherwise than the profile: {}")
_ACTION = N_("correct the file or the profile; confirmed, it is read as the profile says")


def confirmed_in(profile: "Profile", answers: Sequence[str]) -> "Profile":
    """*profile* with the doubts that *answers* confirm. Misuse for an answer to anything else."""
    told = confirming(answers)
    return profile if told is None else profile.confirming(told.confirmed)


def difference_in(
    file: Path | bytes, profile: "Profile", tell: Callable[[str], str] = _
) -> "Finding | None":
    """What *file* says otherwise than *profile*: a doubt that stops, unless it is confirmed.

    None: nothing, or the file is no table, or it does not say by itself how it is read. Columns
    that the profile does not read are told, where the head is another than its own. *tell*
    translates the finding.
    """
    from synergie.errors import BadInput
    from synergie.formats.checks import PROFILE_DIFFERS
    from synergie.formats.tables.differences import differences, unread_columns
    from synergie.formats.tables.propose import propose
    from synergie.schemas.file_report import Finding

    if profile.table is None:
        return None
    try:
        proposal = propose(file)
    except BadInput:
        return None
    if unread := unread_columns(proposal, profile.table):
        typer.echo(
            _("columns that the profile does not read: {}").format(", ".join(unread)), err=True
        )
    found = [*differences(proposal, profile.table)]
    if not found or PROFILE_DIFFERS.code in profile.table.confirmed:
        return None
    return Finding(
        code=PROFILE_DIFFERS.code,
        severity=PROFILE_DIFFERS.severity,
        times=len(found),
        place=None,
        text=tell(_OTHERWISE).format(told_differences(found, tell)),
        action=tell(_ACTION),
    )
