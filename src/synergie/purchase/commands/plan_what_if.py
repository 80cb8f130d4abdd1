"""`synergie plan what-if`: what becomes of a purchase when something turns out otherwise."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from synergie.cli.extras import needs
from synergie.cli.misuse import Misuse
from synergie.cli.phrase import describe_phrase, format_euros
from synergie.cli.print import as_json as print_json
from synergie.cli.print import print_aligned_rows
from synergie.cli.texts import N_, _, format_number

if TYPE_CHECKING:
    from synergie.purchase.plan.what_if import Where
    from synergie.purchase.records.limits import GainFloor, WaysOut
    from synergie.purchase.records.plan import PurchasePlan
    from synergie.purchase.records.purchase import PurchaseProblem
    from synergie.purchase.records.study import CaseAnswer, Flip, MemberLeaving

HELP = N_("What becomes of a purchase: a member that leaves, other volumes or prices, a floor.")
EPILOG = """
    synergie plan what-if besoins.json
    synergie plan what-if besoins.json --leave frouard --volumes -10 --floor 5
    synergie plan what-if besoins.json --processes 2 --json
    """


def what_if(  # noqa: PLR0913 (the options of a command line)
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help=N_("The problem as JSON, as specs/schemas says."))
    ],
    *,
    leave: Annotated[
        list[str] | None,
        typer.Option(metavar="MEMBER", help=N_("This member leaves; `all` for each in turn.")),
    ] = None,
    volumes: Annotated[
        list[str] | None,
        typer.Option(metavar="PERCENT", help=N_("All volumes change by this. Example: -10.")),
    ] = None,
    prices: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PERCENT", help=N_("All prices change by this, then each supplier's.")
        ),
    ] = None,
    floor: Annotated[
        list[str] | None,
        typer.Option(metavar="PERCENT", help=N_("Every member gains at least this.")),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(
            metavar="MOMENT",
            help=N_("When the award is decided; by default now, if an offer tells its validity."),
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help=N_("All answers as one JSON document."))
    ] = False,
    limit: Annotated[
        float, typer.Option(metavar="SECONDS", min=0.1, help=N_("Longest time for each solve."))
    ] = 60,
    processes: Annotated[
        int,
        typer.Option(
            metavar="N", min=1, help=N_("How many processes of this machine share the solves.")
        ),
    ] = 1,
    cluster: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help=N_("Dask scheduler to use, as tcp://host:8786.")),
    ] = None,
) -> None:
    """Without a question, all of them. Exit 7 when there is no plan: ways out are then told."""
    from synergie.purchase.commands._purchase import is_json, read_purchase_request

    asked = _WhatIfRequest(
        leave=tuple(leave or ()),
        volumes=_parse_percentages("--volumes", volumes),
        prices=_parse_percentages("--prices", prices),
        floor=_parse_percentages("--floor", floor),
    )
    if not is_json(file):
        text = _("{}: what-if reads a problem; plan purchase --out writes it as probleme.json")
        raise Misuse(text.format(file))
    problem = read_purchase_request(file, at=at, now=datetime.now(UTC)).problem
    with needs("plan"):
        from synergie.purchase.plan.what_if import Where
    found = _compute_answers(problem, asked, Where(processes=processes, cluster=cluster), limit)
    if as_json:
        print_json(found.document())
    else:
        found.tell()
    if found.plan is None:
        raise typer.Exit(7)


@dataclass(frozen=True, slots=True)
class _WhatIfRequest:
    """What is asked; nothing: everything."""

    leave: Sequence[str]
    volumes: Sequence[Decimal]
    prices: Sequence[Decimal]
    floor: Sequence[Decimal]

    @property
    def everything(self) -> bool:
        """Whether no question was put."""
        return not (self.leave or self.volumes or self.prices or self.floor)


def _parse_percentages(option: str, texts: list[str] | None) -> tuple[Decimal, ...]:
    """Percentages as a person writes them: -10, 2,5, 5 %."""
    found = []
    for text in texts or ():
        try:
            value = Decimal(text.replace(",", ".").replace("−", "-").strip(" %\u00a0\u202f"))
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite() or not -100 <= value <= 1000:  # noqa: PLR2004 (percent)
            raise Misuse(_("{}: found {!r}, expected {}").format(option, text, _("a percentage")))
        found.append(value)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _WhatIfAnswers:
    """The answers."""

    plan: "PurchasePlan | None"
    departures: "tuple[MemberLeaving, ...]" = ()
    cases: "tuple[CaseAnswer, ...]" = ()
    flips: "tuple[Flip, ...]" = ()
    floors: "tuple[GainFloor, ...]" = ()
    ways: "WaysOut | None" = None

    def document(self) -> dict[str, Any]:
        """All of it, for programs."""
        many = {
            "departures": self.departures,
            "cases": self.cases,
            "flips": self.flips,
            "floors": self.floors,
        }
        made: dict[str, Any] = {
            name: [one.model_dump(mode="json") for one in found] for name, found in many.items()
        }
        made["plan"] = self.plan and self.plan.model_dump(mode="json")
        made["ways_out"] = self.ways and self.ways.model_dump(mode="json")
        return made

    def tell(self) -> None:
        """All of it, in sentences."""
        if self.plan is not None:
            typer.echo(_("The plan costs {} €").format(format_euros(self.plan.objective_eur)))
        for title, rows in (
            (_("If a member leaves:"), _iterate_departure_lines(self.departures)),
            (_("If something turns out otherwise:"), _iterate_case_lines(self.cases)),
            (_("What would change an award:"), _iterate_flip_lines(self.flips)),
            (_("A floor of gain:"), (describe_phrase(one.said) for one in self.floors)),
        ):
            shown = [*rows]
            if shown:
                typer.echo(title)
                print_aligned_rows(("  " + row,) for row in shown)
        if self.ways is not None:
            _print_ways_out(self.ways)


def _compute_answers(
    problem: "PurchaseProblem", asked: _WhatIfRequest, where: "Where", limit: float
) -> _WhatIfAnswers:
    from synergie.errors import Infeasible
    from synergie.purchase.plan import what_if
    from synergie.purchase.plan.award import solve

    try:
        plan = solve(problem, limit_s=limit)
    except Infeasible:
        return _WhatIfAnswers(None, ways=what_if.ways_out(problem, limit_s=limit))
    every = asked.everything or "all" in asked.leave
    leaving = [one.member for one in plan.members] if every else asked.leave
    cases = what_if.usual(problem) if asked.everything else _list_requested_cases(problem, asked)
    return _WhatIfAnswers(
        plan,
        what_if.departures(problem, plan, leaving, limit_s=limit, where=where),
        what_if.answers(problem, plan, cases, limit_s=limit, where=where),
        what_if.flips(problem, plan, limit_s=limit) if asked.everything else (),
        tuple(what_if.gain_floor(problem, plan, x, limit_s=limit) for x in asked.floor),
    )


def _list_requested_cases(problem: "PurchaseProblem", asked: _WhatIfRequest) -> tuple[Any, ...]:
    from synergie.purchase.records.study import PurchaseCase

    suppliers = (None, *sorted({offer.supplier for offer in problem.offers}))
    return (
        *(PurchaseCase(kind="volumes", percent=percent) for percent in asked.volumes),
        *(
            PurchaseCase(kind="prices", percent=percent, supplier=supplier)
            for percent in asked.prices
            for supplier in suppliers
        ),
    )


def _iterate_departure_lines(found: "tuple[MemberLeaving, ...]") -> Iterator[str]:
    for one in found:
        if one.difference_eur is None:
            yield _("{}: without it there is no plan").format(one.member)
            continue
        text = (
            _("{}: the others pay {} € more in all")
            if one.difference_eur >= 0
            else _("{}: the others pay {} € less in all")
        )
        told_ = text.format(one.member, format_euros(abs(one.difference_eur)))
        fallen = [cliff.lot for cliff in one.cliffs if cliff.falls]
        if fallen:
            told_ += _("; the tier falls in {}").format(", ".join(fallen))
        elif above := [cliff for cliff in one.cliffs if cliff.tier > 1]:
            near = min(above, key=lambda cliff: cliff.above_floor_mwh - cliff.volume_mwh)
            left = format_number(float(near.above_floor_mwh - near.volume_mwh), 1)
            told_ += _("; {} stays {} MWh above the floor of its tier").format(near.lot, left)
        yield told_


def _iterate_case_lines(found: "tuple[CaseAnswer, ...]") -> Iterator[str]:
    """Each case that is regretted or cannot be kept, then the whole in short."""
    from synergie.purchase.plan.what_if import stability

    for one in found:
        if one.kept_eur is None:
            yield _("{}: the plan cannot be kept").format(describe_phrase(one.said))
        elif one.regret_eur:
            yield _("{}: {} € more than the best plan then").format(
                describe_phrase(one.said), format_euros(one.regret_eur)
            )
    if found:
        yield from (describe_phrase(phrase) for phrase in stability(found).said)


def _iterate_flip_lines(found: "tuple[Flip, ...]") -> Iterator[str]:
    for one in found:
        if one.may_rise_eur_per_mwh is None:
            yield _("{}: {} stays whatever its price").format(one.lot, one.offer)
            continue
        if not one.may_rise_eur_per_mwh:
            yield _("{}: a plan without {} costs as much").format(one.lot, one.offer)
            continue
        yield _("{}: {} is taken no more once its prices rise by {} €/MWh; then comes {}").format(
            one.lot,
            one.offer,
            format_euros(one.may_rise_eur_per_mwh),
            one.rival or _("no other offer"),
        )
        if one.fewer_mwh is not None:
            yield _("{}: another offer costs less under {} MWh").format(
                one.lot, format_number(float(one.fewer_mwh), 1)
            )
        if one.more_mwh is not None:
            yield _("{}: another offer costs less over {} MWh").format(
                one.lot, format_number(float(one.more_mwh), 1)
            )


def _print_ways_out(found: "WaysOut") -> None:
    typer.echo(_("There is no plan; these cannot hold together:"))
    print_aligned_rows((f"  {describe_phrase(phrase)}",) for phrase in found.conflicts)
    if not found.ways:
        typer.echo(_("No way out was found by relaxing one or two kinds of requirement"))
        return
    typer.echo(_("Ways out, cheapest first:"))
    for number_, way in enumerate(found.ways, 1):
        typer.echo(
            _("  {}. {}: the plan then costs {} €").format(
                number_,
                "; ".join(describe_phrase(one) for one in way.said),
                format_euros(way.cost_eur),
            )
        )
        for phrase in way.dearer:
            typer.echo(f"     {describe_phrase(phrase)}")
