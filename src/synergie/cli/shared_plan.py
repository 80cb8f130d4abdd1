"""What the commands about a plan that is shared do alike, whatever is planned: list, part, answer.

And the words that are the same: where one stands, what it answered, what it pays and gains.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, Protocol

import typer

from synergie.cli.phrase import format_euros
from synergie.cli.print import as_json as print_json
from synergie.cli.print import print_aligned_rows
from synergie.cli.texts import N_, _

if TYPE_CHECKING:
    from pydantic import BaseModel

    from synergie.schemas.shared_plan import PartAnswer

STANDINGS = {"invited": N_("invited"), "joined": N_("joined"), "left": N_("left")}
_ANSWERS = {"accept": N_("accepted"), "decline": N_("declined")}

type Said = Literal["accept", "decline", "withdraw"]


class Answering[PartT](Protocol):
    """The side of a client that answers for one's part."""

    def accept(self, part: PartT, *, reason: str | None = None) -> PartT:
        """The part, accepted."""
        ...

    def decline(self, part: PartT, *, reason: str | None = None) -> PartT:
        """The part, declined."""
        ...

    def withdraw_answer(self, part: PartT) -> PartT:
        """The part without an answer."""
        ...


class _Part(Protocol):
    @property
    def answer(self) -> "PartAnswer | None": ...


class _Paid(Protocol):
    @property
    def cost_eur(self) -> Decimal: ...
    @property
    def alone_eur(self) -> Decimal | None: ...
    @property
    def gain_eur(self) -> Decimal | None: ...


def show_all(
    found: Sequence[Any], *, states: Mapping[str, str], nothing: str, as_json: bool
) -> None:
    """One line each, with its state in a word; *nothing* when there is none."""
    if as_json:
        print_json([one.model_dump(mode="json") for one in found])
    elif found:
        print_aligned_rows(
            (one.id, one.owner, _(states[one.state]), one.record.name) for one in found
        )
    else:
        typer.echo(nothing)


def show_one[M: "BaseModel"](found: M, tell: Callable[[M], None], *, as_json: bool) -> None:
    """*found* as JSON, or as *tell* tells it."""
    if as_json:
        print_json(found)
    else:
        tell(found)


def show_parts(found: Sequence[Any], *, who: Callable[[Any], str], as_json: bool) -> None:
    """What each one pays and answered; *who* names it."""
    if as_json:
        print_json([one.model_dump(mode="json") for one in found])
    else:
        print_aligned_rows(
            (who(one), format_euros(one.view.cost_eur), describe_part_answer(one)) for one in found
        )


def answer[PartT](book: Answering[PartT], read: PartT, said: Said, reason: str | None) -> PartT:
    """The part that was read, after that answer."""
    if said == "withdraw":
        return book.withdraw_answer(read)
    return (book.accept if said == "accept" else book.decline)(read, reason=reason)


def describe_part_answer(found: _Part) -> str:
    """The answer in a word."""
    return _("none yet") if found.answer is None else _(_ANSWERS[found.answer.answer])


def print_member_cost(who: str, view: _Paid) -> None:
    """What one pays, and beside it what it pays alone and gains, when that is known."""
    typer.echo(_("{}: you pay {} €").format(who, format_euros(view.cost_eur)))
    if view.alone_eur is not None and view.gain_eur is not None:
        text = _("alone {} €, gain {} €")
        typer.echo(text.format(format_euros(view.alone_eur), format_euros(view.gain_eur)))


def describe_exclusion_reason(code: str | None, reasons: Mapping[str, str]) -> str:
    """Why one is not in it, in words; a code that has none as it is."""
    return "" if code is None else _(reasons.get(code, code))
