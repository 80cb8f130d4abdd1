"""`synergie purchase`: a group purchase on a server, from the survey of needs to the award."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from synergie.cli import shared_plan as shared
from synergie.cli.extras import needs as extra
from synergie.cli.files import load_record
from synergie.cli.help import Command, build_command_group
from synergie.cli.print import as_json as print_json
from synergie.cli.texts import N_, _
from synergie.cli.there import ClientId, Json, Key, Server, There
from synergie.purchase.commands import _print as told
from synergie.purchase.commands._essential_data import decp
from synergie.purchase.commands._execution import execution, print_market

app = build_command_group(N_("Group purchases on a server: needs, plans, each member's part."))

_Id = Annotated[str, typer.Argument(metavar="PURCHASE", help=N_("Its identifier: pur_…"))]
_Plan = Annotated[str, typer.Argument(metavar="PLAN", help=N_("Its identifier: plan_…"))]


@app.command(
    "create",
    cls=Command,
    help=N_("Announce a purchase that you coordinate, and invite members."),
    epilog="synergie purchase create achat.json --member cc-bassin-de-pompey "
    "--server https://donnees.example --client sde54 --key cle.json",
)
def create(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help=N_("What is bought, a PurchaseRecord as JSON."))
    ],
    *,
    member: Annotated[
        list[str] | None,
        typer.Option(metavar="ORG", help=N_("An organisation to invite; repeat it.")),
    ] = None,
    server: Server,
    client: ClientId,
    key: Key,
    as_json: Json = False,
) -> None:
    """Exit 0 when it is announced."""
    from synergie.purchase.records.group import PurchaseRecord

    record = load_record(file, PurchaseRecord)
    with There(server, client, key).open() as partner:
        made = partner.purchases.create(record)
        if member:
            made = partner.purchases.invite(made.id, member)
    told.print_purchase(made, as_json=as_json)


@app.command(
    "invite",
    cls=Command,
    help=N_("Invite organisations; each joins by an agreement that opens its needs to you."),
    epilog="synergie purchase invite pur_4f1c0e9b2a7d6c384f1c cc-bassin-de-pompey "
    "--server https://donnees.example --client sde54 --key cle.json",
)
def invite(
    purchase: _Id,
    members: Annotated[
        list[str], typer.Argument(metavar="ORG…", help=N_("Organisations of the directory."))
    ],
    *,
    server: Server,
    client: ClientId,
    key: Key,
    as_json: Json = False,
) -> None:
    """Exit 0; those who are invited already stay."""
    with There(server, client, key).open() as partner:
        told.print_purchase(partner.purchases.invite(purchase, members), as_json=as_json)


@app.command(
    "show",
    cls=Command,
    help=N_("Show your purchases, or one with where each member stands."),
    epilog="synergie purchase show --server https://donnees.example --client sde54 --key cle.json",
)
def show(
    purchase: Annotated[
        str | None, typer.Argument(metavar="PURCHASE", help=N_("One of them; all when left out."))
    ] = None,
    *,
    server: Server,
    client: ClientId,
    key: Key,
    as_json: Json = False,
) -> None:
    """Exit 0, also when there is none."""
    with There(server, client, key).open() as partner:
        if purchase is not None:
            told.print_purchase(partner.purchases.get(purchase), as_json=as_json)
            return
        found = list(partner.purchases)
    shared.show_all(found, states=told.STATES, nothing=_("No purchase."), as_json=as_json)


@app.command(
    "act",
    cls=Command,
    help=N_("Open or close the survey, award the plan that is proposed, or close the purchase."),
    epilog="synergie purchase act pur_4f1c0e9b2a7d6c384f1c close_survey "
    "--server https://donnees.example --client sde54 --key cle.json",
)
def act(
    purchase: _Id,
    step: Annotated[
        Literal["open_survey", "close_survey", "award", "close"],
        typer.Argument(metavar="STEP", help=N_("open_survey, close_survey, award or close.")),
    ],
    *,
    server: Server,
    client: ClientId,
    key: Key,
    as_json: Json = False,
) -> None:
    """Exit 1 when its state, or an answer that is missing, does not admit it."""
    with There(server, client, key).open() as partner:
        book = partner.purchases
        if step == "award":
            done = book.award(purchase, book.get(purchase).plan or "none")
        else:
            steps = {"open_survey": book.open_survey, "close_survey": book.close_survey}
            done = steps.get(step, book.close)(purchase)
    told.print_purchase(done, as_json=as_json)


@app.command(
    "needs",
    cls=Command,
    help=N_("Publish your needs: JSON, or your perimeter; or withdraw them."),
    epilog="synergie purchase needs pur_4f1c0e9b2a7d6c384f1c perimetre.xlsx "
    '--org custines --mandate "Délibération 2026-041" '
    "--server https://donnees.example --client custines --key cle.json",
)
def needs(
    purchase: _Id,
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help=N_("A NeedsRecord as JSON, or a perimeter.")),
    ] = None,
    *,
    org: Annotated[
        str | None,
        typer.Option("--org", metavar="ORG", help=N_("Your organisation, for a perimeter.")),
    ] = None,
    mandate: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help=N_("Your decision and mandate, for a perimeter.")),
    ] = None,
    server: Server,
    client: ClientId,
    key: Key,
    as_json: Json = False,
) -> None:
    """Without a file they are withdrawn; exit 1 when a row lacks something."""
    from synergie.purchase.commands._files import needs_in

    record = None if file is None else needs_in(file, member=org, mandate=mandate)
    with There(server, client, key).open() as partner:
        if record is None:
            kept = partner.purchases.withdraw_needs(purchase)
        else:
            kept = partner.purchases.publish_needs(purchase, record)
    if as_json:
        print_json(kept)
    elif kept.record is None:
        typer.echo(_("{}: needs withdrawn").format(purchase))
    else:
        text = _("{}: version {}; points: {}")
        typer.echo(text.format(purchase, kept.version, len(kept.record.points)))


@app.command(
    "offers",
    cls=Command,
    help=N_("Deposit the offers that came in: JSON, or price schedules; the whole list."),
    epilog="synergie purchase offers pur_4f1c0e9b2a7d6c384f1c offres.xlsx "
    "--server https://donnees.example --client sde54 --key cle.json",
)
def offers(
    purchase: _Id,
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE…", help=N_("OffersRecord as JSON, or schedules."))
    ],
    *,
    server: Server,
    client: ClientId,
    key: Key,
    as_json: Json = False,
) -> None:
    """Exit 1 when a file has a fault, or when an offer comes after the deadline."""
    from synergie.purchase.commands._files import offers_in

    found = offers_in(files)
    with There(server, client, key).open() as partner:
        kept = partner.purchases.save_offers(purchase, found)
    if as_json:
        print_json(kept)
        return
    typer.echo(_("{}: version {}, {} offers").format(purchase, kept.version, len(kept.offers)))


@app.command(
    "compute",
    cls=Command,
    help=N_("Read the inputs, compute a plan on this machine, and have it kept."),
    epilog="synergie purchase compute pur_4f1c0e9b2a7d6c384f1c "
    "--server https://donnees.example --client sde54 --key cle.json",
)
def compute(
    purchase: _Id,
    *,
    limit: Annotated[
        float, typer.Option(metavar="SECONDS", min=0.1, help=N_("Longest time to look for a plan."))
    ] = 60,
    server: Server,
    client: ClientId,
    key: Key,
    as_json: Json = False,
) -> None:
    """Exit 7 when no plan satisfies the requirements; they are named."""
    with extra("plan"):
        from synergie.purchase.plan.award import solve
    with There(server, client, key).open() as partner:
        run = partner.purchases.compute(purchase, lambda problem: solve(problem, limit_s=limit))
        kept = partner.purchases.plan(purchase, run.id)
    shared.show_one(kept, told.print_plan_run, as_json=as_json)


@app.command(
    "publish",
    cls=Command,
    help=N_("Let each member read its part of a plan, and answer."),
    epilog="synergie purchase publish pur_4f1c0e9b2a7d6c384f1c plan_4f1c0e9b2a7d6c384f1c "
    "--server https://donnees.example --client sde54 --key cle.json",
)
def publish(
    purchase: _Id, plan: _Plan, *, server: Server, client: ClientId, key: Key, as_json: Json = False
) -> None:
    """Exit 1 when needs, agreements or offers changed since it was computed."""
    with There(server, client, key).open() as partner:
        told.print_purchase(partner.purchases.propose(purchase, plan), as_json=as_json)


@app.command(
    "part",
    cls=Command,
    help=N_("Show your part of a plan; with --all, every part and answer, for the coordinator."),
    epilog="synergie purchase part pur_4f1c0e9b2a7d6c384f1c plan_4f1c0e9b2a7d6c384f1c "
    "--server https://donnees.example --client custines --key cle.json",
)
def part(
    purchase: _Id,
    plan: _Plan,
    *,
    every: Annotated[
        bool, typer.Option("--all", help=N_("Every member's, with its answer."))
    ] = False,
    server: Server,
    client: ClientId,
    key: Key,
    as_json: Json = False,
) -> None:
    """Exit 5 before it is proposed."""
    with There(server, client, key).open() as partner:
        book = partner.purchases
        if not every:
            shared.show_one(book.part(purchase, plan), told.part, as_json=as_json)
            return
        found = list(book.parts(purchase, plan))
    shared.show_parts(found, who=lambda one: one.member, as_json=as_json)


@app.command(
    "answer",
    cls=Command,
    help=N_("Accept or decline your part of a plan, or take your answer back."),
    epilog="synergie purchase answer pur_4f1c0e9b2a7d6c384f1c plan_4f1c0e9b2a7d6c384f1c accept "
    "--server https://donnees.example --client custines --key cle.json",
)
def answer(
    purchase: _Id,
    plan: _Plan,
    said: Annotated[
        Literal["accept", "decline", "withdraw"],
        typer.Argument(metavar="ANSWER", help=N_("accept, decline or withdraw.")),
    ],
    *,
    reason: Annotated[
        str | None, typer.Option(metavar="TEXT", help=N_("Why, for the coordinator."))
    ] = None,
    server: Server,
    client: ClientId,
    key: Key,
    as_json: Json = False,
) -> None:
    """Exit 1 when another answer was given, or when the offers have expired."""
    with There(server, client, key).open() as partner:
        book = partner.purchases
        read = shared.answer(book, book.part(purchase, plan), said, reason)
    shared.show_one(read, told.part, as_json=as_json)


@app.command(
    "market",
    cls=Command,
    help=N_("How the contracts of a purchase stand today; with a file, keep them as they go."),
    epilog="synergie purchase market pur_4f1c0e9b2a7d6c384f1c marche.json "
    "--server https://donnees.example --client sde54 --key cle.json",
)
def market(
    purchase: _Id,
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help=N_("All contracts, a MarketRecord as JSON.")),
    ] = None,
    *,
    server: Server,
    client: ClientId,
    key: Key,
    as_json: Json = False,
) -> None:
    """Exit 5 for a member before the award; to it its own part is told."""
    from synergie.purchase.records.market import MarketRecord

    record = None if file is None else load_record(file, MarketRecord)
    with There(server, client, key).open() as partner:
        book = partner.purchases
        found = book.market(purchase) if record is None else book.save_market(purchase, record)
    shared.show_one(found, print_market, as_json=as_json)


@app.command(
    "forward",
    cls=Command,
    help=N_("The forward curve of a purchase and its offers; with a file, keep them."),
    epilog="synergie purchase forward pur_4f1c0e9b2a7d6c384f1c courbe.json "
    "--server https://donnees.example --client sde54 --key cle.json",
)
def forward(
    purchase: _Id,
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help=N_("Curve, load and offers, a ForwardRecord as JSON.")),
    ] = None,
    *,
    server: Server,
    client: ClientId,
    key: Key,
    as_json: Json = False,
) -> None:
    """Exit 5 for a member before the award; to it the curve alone is told."""
    from synergie.purchase.records.market import ForwardRecord

    record = None if file is None else load_record(file, ForwardRecord)
    with There(server, client, key).open() as partner:
        book = partner.purchases
        found = book.forward(purchase) if record is None else book.save_forward(purchase, record)
    shared.show_one(found, told.print_forward, as_json=as_json)


app.command(
    "decp",
    cls=Command,
    help=N_("Write the essential data (DECP 2.0.3) of an award, or check a file of them."),
    epilog="synergie purchase decp achat --terms termes.json --out decp.json",
)(decp)

app.command(
    "execution",
    cls=Command,
    help=N_("How a contract stands: entries and exits, switches, revised prices, bounds."),
    epilog="synergie purchase execution marche.json --on 2027-03-01",
)(execution)
