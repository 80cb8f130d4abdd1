"""`synergie plan share`: what each member pays of a common cost, method by method."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from synergie.cli.extras import needs
from synergie.cli.files import load_record, parse
from synergie.cli.folder import check_output_folder, write_whole_folder
from synergie.cli.phrase import describe_phrase, format_euros
from synergie.cli.print import as_json as print_json
from synergie.cli.print import print_aligned_rows
from synergie.cli.texts import N_, _, format_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel

    from synergie.plan.sharing.certificate import NucleolusProof
    from synergie.purchase.records.purchase import PurchaseProblem
    from synergie.schemas.sharing import CostGame, MemberShare, Method, Sharing, SharingStudy

type Chosen = Literal["all", "proportional", "scrb", "equal-profit", "shapley", "nucleolus"]
type Bearer = Literal["coordinator", "members"]

HELP = N_("What each member pays of what the group pays, by several methods, and who would leave.")
EPILOG = """
    synergie plan share besoins.json
    synergie plan share besoins.json --method nucleolus --json
    synergie plan share coalitions.csv --out partage
    """

NAMES: dict["Method", str] = {
    "proportional_mwh": N_("in proportion to energy"),
    "proportional_points": N_("in proportion to delivery points"),
    "proportional_alone": N_("in proportion to the cost alone"),
    "scrb": N_("separable cost and remaining benefit"),
    "equal_profit": N_("equal relative gains"),
    "shapley": N_("Shapley value"),
    "nucleolus": N_("nucleolus"),
}

_GROUPS: dict[Chosen, tuple["Method", ...]] = {
    "all": tuple(NAMES),
    "proportional": ("proportional_mwh", "proportional_points", "proportional_alone"),
    "scrb": ("scrb",),
    "equal-profit": ("equal_profit",),
    "shapley": ("shapley",),
    "nucleolus": ("nucleolus",),
}


def share(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help=N_(
                "A purchase or a game as JSON, or a CSV table of coalitions (membres;cout_eur)."
            ),
        ),
    ],
    *,
    method: Annotated[
        Chosen, typer.Option(metavar="METHOD", help=N_("One method, or all of them side by side."))
    ] = "all",
    remainder: Annotated[
        Bearer,
        typer.Option(
            metavar="coordinator|members",
            help=N_("Who bears what a cap cuts off the coordinator's fees."),
        ),
    ] = "coordinator",
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="DIR",
            help=N_("Write what is shared, the shares and the proof of the nucleolus there."),
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help=N_("The whole study as one JSON document."))
    ] = False,
    limit: Annotated[
        float, typer.Option(metavar="SECONDS", min=0.1, help=N_("Longest time to look for a plan."))
    ] = 60,
) -> None:  # fmt: skip
    """Exit 7 when no purchase satisfies the requirements; they are named."""
    if out is not None:
        check_output_folder(out, (), force=False)
    given, study, proof = _compute_sharing_study(file, _GROUPS[method], limit, remainder)
    if out is not None:
        _write_sharing(out, {"probleme.json": given, "partage.json": study}, proof)
    if as_json:
        print_json(study)
        return
    _print_sharing_summary(study)
    for sharing in study.sharings:
        _print_sharing(sharing)
    for one in study.not_shared:
        typer.echo(
            _("{}: not possible: {}").format(_(NAMES[one.method]), describe_phrase(one.reason))
        )
    typer.echo(_("Assumed:"))
    for phrase in study.assumptions:
        typer.echo(f"  {describe_phrase(phrase)}")


def _write_sharing(
    out: Path, records: "Mapping[str, BaseModel]", proof: "NucleolusProof | None"
) -> None:
    with write_whole_folder(out) as folder:
        for name, record in records.items():
            text = record.model_dump_json(indent=2) + "\n"
            (folder / name).write_text(text, "utf-8", newline="\n")
        if proof is not None:
            proof.write(folder / "nucleole.json")


def _compute_sharing_study(
    file: Path, methods: tuple["Method", ...], limit: float, remainder: Bearer
) -> "tuple[CostGame | PurchaseProblem, SharingStudy, NucleolusProof | None]":
    """What *file* holds, its study, its proof: told apart by its form, not by its name."""
    with file.open("rb") as source:
        json_like = source.read(64).lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"["))
    with needs("plan"):
        from synergie.plan.sharing.study import share_game_with_proof
        from synergie.purchase.plan.sharing.purchases import share_purchase_with_proof
    if not json_like:
        from synergie.purchase.commands._coalitions import read_coalition_file

        game = read_coalition_file(file)
        return game, *share_game_with_proof(game, methods=methods)
    if "costs" in parse(file):
        from synergie.schemas.sharing import CostGame

        game = load_record(file, CostGame)
        return game, *share_game_with_proof(game, methods=methods)
    from synergie.purchase.plan.sharing.purchases import lift_fee_cap
    from synergie.purchase.records.purchase import PurchaseProblem

    problem = load_record(file, PurchaseProblem)
    found = share_purchase_with_proof(problem, methods=methods, limit_s=limit, remainder=remainder)
    return lift_fee_cap(problem, remainder), *found


def _print_sharing_summary(study: "SharingStudy") -> None:
    """What is shared, against what, and whether it can keep everybody."""
    typer.echo(_("To share: {} €").format(format_euros(study.total_eur)))
    if study.alone_eur is not None:
        gain = study.alone_eur - study.total_eur
        typer.echo(
            _("Each alone: {} €; saved together: {} €").format(
                format_euros(study.alone_eur), format_euros(gain)
            )
        )
    if study.core_empty is None or study.epsilon_eur is None:
        return
    if study.core_empty:
        text = _("Whatever the sharing, some members would pay less by themselves, by {} € or more")
        typer.echo(text.format(format_euros(study.epsilon_eur)))
        for one in study.blocking:
            typer.echo(f"  {', '.join(one.members)}: {format_euros(one.cost_eur)} €")
        return
    typer.echo(
        _(
            "A sharing exists that nobody has a reason to leave; every group gains at least {} €"
        ).format(format_euros(max(-study.epsilon_eur, 0)))
    )


def _print_sharing(sharing: "Sharing") -> None:
    """Alone, together, the difference; then the method and who would leave."""
    head = (_("member"), _("alone"), _("together"), _("difference"))
    typer.echo("")
    print_aligned_rows([head, *map(_format_member_row, sharing.shares)])
    typer.echo(_("Method: {}").format(_(NAMES[sharing.method])))
    if sharing.least_gain is not None and sharing.most_gain is not None:
        typer.echo(
            _("Gains least: {}; gains most: {}").format(sharing.least_gain, sharing.most_gain)
        )
    if not sharing.nobody_pays_more:
        typer.echo(_("Some members pay more than alone"))
    if sharing.in_core:
        typer.echo(_("No group of members would pay less by itself"))
    for one in sharing.departures[:3]:
        typer.echo(
            _("Would rather leave: {}: pay {} €, by themselves {} €, {} € less").format(
                ", ".join(one.members), format_euros(one.share_eur), format_euros(one.alone_eur),
                format_euros(one.saves_eur),
            )
        )  # fmt: skip
    for remark in sharing.remarks:
        typer.echo(describe_phrase(remark))


def _format_member_row(one: "MemberShare") -> tuple[str, str, str, str]:
    alone = "–" if one.alone_eur is None else f"{format_euros(one.alone_eur)} €"
    wide = "" if one.half_width_eur is None else f" ± {format_euros(one.half_width_eur)}"
    gain = "–" if one.gain_eur is None else f"{format_euros(-one.gain_eur)} €"
    if one.gain_ratio is not None:
        gain += f" ({format_number(-100 * one.gain_ratio, 1)} %)"
    return one.member, alone, f"{format_euros(one.share_eur)} €{wide}", gain
