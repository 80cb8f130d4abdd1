"""The options by which a command takes a profile: a file, or the name of one that was saved."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from synergie.cli.texts import N_

if TYPE_CHECKING:
    from synergie.schemas.readings.profile import Profile

ProfileOption = Annotated[
    str | None,
    typer.Option(
        "--profile",
        metavar="PROFILE",
        help=N_("How to read it: the name of a saved profile, or a JSON file (ends in .json)."),
    ),
]
"""What the file does not say of itself."""

AnswerOption = Annotated[
    list[str] | None,
    typer.Option(
        "--answer",
        metavar="QUESTION=ANSWER",
        help=N_("Answer a question about a new table, as unit=kWh; repeat it."),
    ),
]
"""What a proposal leaves open."""


def read_profile_option(told: str) -> "Profile | str":
    """The profile in a JSON file, or the name of a saved one."""
    if not told.endswith(".json"):
        return told
    from synergie.cli.files import load_record
    from synergie.schemas.readings.profile import Profile

    return load_record(Path(told), Profile)
