"""Doubts that stop a file, and that whoever has it looked at and found right."""

from collections.abc import Mapping

from synergie.errors import BadInput
from synergie.formats.checks import CHECKS

CONFIRM = "confirm:"
"""How an answer to a doubt begins: `confirm:energy-never-falls`."""
_CONFIRMED = "yes, and the code of a doubt that stops"


def confirmed_codes(answers: Mapping[str, str]) -> tuple[str, ...]:
    """Codes of the doubts that *answers* confirm, each `confirm:CODE` by `yes`.

    BadInput for another answer, and for a code of no check that stops.
    """
    for name, told in answers.items():
        check = CHECKS.get(name.removeprefix(CONFIRM)) if name.startswith(CONFIRM) else None
        if told != "yes" or check is None or check.severity != "block":
            raise BadInput(name, told, _CONFIRMED)
    return tuple(name.removeprefix(CONFIRM) for name in answers)
