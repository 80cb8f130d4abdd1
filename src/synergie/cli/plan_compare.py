"""`synergie plan compare`: two plans beside each other, on one page."""

from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from synergie.applications import load_declared
from synergie.cli.extras import needs
from synergie.cli.files import load_record, parse
from synergie.cli.phrase import describe_phrase, format_euros
from synergie.cli.print import as_json as print_json
from synergie.cli.print import print_aligned_rows
from synergie.cli.texts import N_, _, format_number
from synergie.errors import BadInput

if TYPE_CHECKING:
    from pydantic import BaseModel

    from synergie.plan.certificate import PlanKind
    from synergie.schemas.plan import DecisionChange, Phrase, PlanComparison, PlanSide

HELP = N_("Two plans beside each other: what moved, for whom, what it costs and who pays.")
EPILOG = """
    synergie plan compare annee-1 annee-2
    synergie plan compare achat/plan.json achat-2/plan.json --json
    """
QUANTITIES = {
    "cost_eur": N_("cost, €"),
    "alone_eur": N_("each alone, €"),
    "lot_eur": N_("cost of the lot, €"),
    "volume_mwh": N_("volume bought together, MWh"),
    "members_joined": N_("members that buy together"),
    "crew_days": N_("crew-days"),
    "late_light_point_weeks": N_("light-point-weeks late"),
    "distance_km": N_("road, km"),
    "drive_minutes": N_("on the road, min"),
    "work_minutes": N_("on site, min"),
    "overtime_minutes": N_("overtime, min"),
    "stops_left_out": N_("stops left out"),
}
"""What is told, by its name."""
_MOST = 20
"""Most lines of a list, so that all is on one page."""


def compare(
    before: Annotated[
        Path, typer.Argument(metavar="BEFORE", help=N_("The first plan: its folder, or its file."))
    ],
    after: Annotated[
        Path, typer.Argument(metavar="AFTER", help=N_("The second plan: its folder, or its file."))
    ],
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help=N_("The whole answer as one JSON document."))
    ] = False,
) -> None:
    """Exit 1 when they are not of one kind, or a problem is not that of the plan beside it."""
    with needs("plan"):
        from synergie.plan.comparison import compare_plans
    first, second = (path / "plan.json" if path.is_dir() else path for path in (before, after))
    kind, other = _find_kind(first), _find_kind(second)
    if kind is not other:
        raise BadInput(second.name, other.key, _("a plan of the same kind as the first: {}").format(
            kind.key))  # fmt: skip
    sides = [(_load_problem(path, kind), load_record(path, kind.plan)) for path in (first, second)]
    found = compare_plans(kind.outline, *sides)
    if as_json:
        print_json(found)
    else:
        print_comparison(found)


def _find_kind(path: Path) -> "PlanKind[Any, Any]":
    """The kind of the plan in *path*, by the fields that plans of it alone have."""
    from synergie.schemas.plan import Plan

    content = parse(path)
    kinds: tuple[PlanKind[Any, Any], ...] = load_declared("kinds")
    for kind in kinds:
        fields = kind.plan.model_fields.items()
        own = {n for n, field in fields if field.is_required() and n not in Plan.model_fields}
        if own <= content.keys():
            return kind
    raise BadInput(
        path.name, ", ".join(sorted(content)[:5]), _("the plan of a purchase, a year or rounds")
    )


def _load_problem(path: Path, kind: "PlanKind[Any, Any]") -> "BaseModel | None":
    """The problem beside the plan in *path*, when it is there."""
    beside = {"plan.json": "probleme.json"}.get(
        path.name, path.name.replace("-tournees.json", "-probleme.json")
    )
    problem = path.with_name(beside)
    return load_record(problem, kind.problem) if beside != path.name and problem.exists() else None


def print_comparison(found: "PlanComparison") -> None:
    """What they are of, figures, who pays what, what changed."""
    if found.same_problem:
        typer.echo(_("Two plans of one problem: only the choice differs"))
    elif found.inputs:
        typer.echo(
            _("Plans of two different problems, which differ in: {}. What differs below comes of "
              "that, too").format(", ".join(found.inputs))
        )  # fmt: skip
    else:
        typer.echo(_("Plans of two different problems: what differs below comes of that, too"))
    typer.echo(_("First: {}").format(_describe_certainty(found.before)))
    typer.echo(_("Second: {}").format(_describe_certainty(found.after)))
    heads = "", _("first"), _("second"), _("difference")
    print_aligned_rows([heads, *_list_quantity_rows(found)])
    typer.echo(_("Who pays what:"))
    _print_rows([
        (f"  {one.member}", *map(_format_euros, (one.before_eur, one.after_eur)),
         _format_signed(one.difference_eur, 2))
        for one in found.members
    ])  # fmt: skip
    gone = sum(one.after is None for one in found.changes)
    new = sum(one.before is None for one in found.changes)
    moved = len(found.changes) - new - gone
    typer.echo(
        _("Decisions: {} the same, {} changed, {} new, {} gone").format(
            found.same, moved, new, gone
        )
    )
    _print_rows([_describe_change(one) for one in found.changes])


def _print_rows(rows: list[tuple[str, ...]]) -> None:
    if rows:
        print_aligned_rows(rows[:_MOST])
    if len(rows) > _MOST:
        typer.echo(_("  … and {} more").format(len(rows) - _MOST))


def _describe_certainty(side: "PlanSide") -> str:
    if side.bound_eur is None:
        return _("{} €, no bound").format(format_euros(side.objective_eur))
    return _("{} €; by its bound, none costs less than {} €").format(
        format_euros(side.objective_eur), format_euros(side.bound_eur)
    )


def _list_quantity_rows(found: "PlanComparison") -> Iterable[tuple[str, ...]]:
    """Figures of the whole plans, and those of parts that differ."""
    parts = [one for one in found.quantities if one.of is not None and one.before != one.after]
    whole = [one for one in found.quantities if one.of is None]
    for one in (*whole, *parts[:_MOST]):
        digits = (
            2 if one.quantity.endswith(("_eur", "_mwh")) else int(one.quantity == "distance_km")
        )
        more = None if one.before is None or one.after is None else one.after - one.before
        named = _(QUANTITIES[one.quantity]) + (f" ({one.of})" if one.of else "")
        yield (
            f"  {named}",
            *(
                "–" if n is None else format_number(float(n), digits)
                for n in (one.before, one.after)
            ),
            _format_signed(more, digits),
        )


def _format_euros(amount: Decimal | None) -> str:
    return "–" if amount is None else f"{format_euros(amount)} €"


def _format_signed(amount: Decimal | None, digits: int) -> str:
    return "" if amount is None else f"{'+' * (amount > 0)}{format_number(float(amount), digits)}"


def _describe_change(one: "DecisionChange") -> tuple[str, ...]:
    def tell(choice: "Phrase | None") -> str:
        return "–" if choice is None else describe_phrase(choice)

    why = "" if one.reason is None else describe_phrase(one.reason)
    return f"  {one.subject}", one.member or "", f"{tell(one.before)} → {tell(one.after)}", why
