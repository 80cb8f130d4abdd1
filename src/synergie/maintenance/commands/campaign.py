"""`synergie campaign`: a maintenance campaign on a server, from the invitation to what is done."""

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
from synergie.maintenance.commands import _campaign_print as told

app = build_command_group(
    N_("Maintenance campaigns on a server: joint plans, each body's part, progress.")
)

_Id = Annotated[str, typer.Argument(metavar="CAMPAIGN", help=N_("Its identifier: cmp_…"))]
_Plan = Annotated[str, typer.Argument(metavar="PLAN", help=N_("Its identifier: plan_…"))]


@app.command(
    "create",
    cls=Command,
    help=N_("Announce a campaign that you coordinate, and invite bodies."),
    epilog="synergie campaign create campagne.json --body custines "
    "--server https://donnees.example --client sde54 --key cle.json",
)
def create(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help=N_("What is maintained, a CampaignRecord as JSON.")),
    ],
    *,
    body: Annotated[
        list[str] | None,
        typer.Option(metavar="ORG", help=N_("An organisation to invite; repeat it.")),
    ] = None,
    server: Server,
    client: ClientId,
    key: Key,
    as_json: Json = False,
) -> None:
    """Exit 0 when it is announced."""
    from synergie.maintenance.records.campaign import CampaignRecord

    record = load_record(file, CampaignRecord)
    with There(server, client, key).open() as partner:
        made = partner.campaigns.create(record)
        if body:
            made = partner.campaigns.invite(made.id, body)
    told.print_campaign(made, as_json=as_json)


@app.command(
    "invite",
    cls=Command,
    help=N_("Invite organisations; each joins by an agreement that opens its assets to you."),
    epilog="synergie campaign invite cmp_4f1c0e9b2a7d6c384f1c custines "
    "--server https://donnees.example --client sde54 --key cle.json",
)
def invite(
    campaign: _Id,
    bodies: Annotated[
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
        told.print_campaign(partner.campaigns.invite(campaign, bodies), as_json=as_json)


@app.command(
    "show",
    cls=Command,
    help=N_("Show your campaigns, or one with where each body stands."),
    epilog="synergie campaign show --server https://donnees.example --client sde54 --key cle.json",
)
def show(
    campaign: Annotated[
        str | None, typer.Argument(metavar="CAMPAIGN", help=N_("One of them; all when left out."))
    ] = None,
    *,
    server: Server,
    client: ClientId,
    key: Key,
    as_json: Json = False,
) -> None:
    """Exit 0, also when there is none."""
    with There(server, client, key).open() as partner:
        if campaign is not None:
            told.print_campaign(partner.campaigns.get(campaign), as_json=as_json)
            return
        found = list(partner.campaigns)
    shared.show_all(found, states=told.STATES, nothing=_("No campaign."), as_json=as_json)


@app.command(
    "inputs",
    cls=Command,
    help=N_("Show whose assets are open to you now, and why the others' are not."),
    epilog="synergie campaign inputs cmp_4f1c0e9b2a7d6c384f1c "
    "--server https://donnees.example --client sde54 --key cle.json",
)
def inputs(
    campaign: _Id, *, server: Server, client: ClientId, key: Key, as_json: Json = False
) -> None:
    """Exit 0; that you looked is recorded for each body."""
    with There(server, client, key).open() as partner:
        found = partner.campaigns.inputs(campaign)
    shared.show_one(found, told.inputs, as_json=as_json)


@app.command(
    "compute",
    cls=Command,
    help=N_("Compute a plan of a problem on this machine, and have it kept."),
    epilog="synergie campaign compute cmp_4f1c0e9b2a7d6c384f1c probleme.json "
    "--server https://donnees.example --client sde54 --key cle.json",
)
def compute(
    campaign: _Id,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help=N_("The year, a MaintenanceProblem as JSON."))
    ],
    *,
    limit: Annotated[
        float, typer.Option(metavar="SECONDS", min=0.1, help=N_("Longest time to look for a plan."))
    ] = 60,
    server: Server,
    client: ClientId,
    key: Key,
    as_json: Json = False,
) -> None:
    """Exit 1 when it names a cabinet that is not open to you; 7 when no plan is possible."""
    from synergie.maintenance.records.maintenance import MaintenanceProblem

    problem = load_record(file, MaintenanceProblem)
    with extra("plan"):
        from synergie.maintenance.plan.year import solve
    with There(server, client, key).open() as partner:
        book = partner.campaigns
        run = book.compute(campaign, problem, lambda given: solve(given, limit_s=limit))
        kept = book.plan(campaign, run.id)
    shared.show_one(kept, told.print_saved_plan, as_json=as_json)


@app.command(
    "act",
    cls=Command,
    help=N_("Propose a plan to the bodies, withdraw it, adopt it, or close the campaign."),
    epilog="synergie campaign act cmp_4f1c0e9b2a7d6c384f1c propose plan_4f1c0e9b2a7d6c384f1c "
    "--server https://donnees.example --client sde54 --key cle.json",
)
def act(
    campaign: _Id,
    step: Annotated[
        Literal["propose", "withdraw", "adopt", "close"],
        typer.Argument(metavar="STEP", help=N_("propose, withdraw, adopt or close.")),
    ],
    plan: Annotated[
        str | None, typer.Argument(metavar="PLAN", help=N_("The plan, to propose or adopt it."))
    ] = None,
    *,
    server: Server,
    client: ClientId,
    key: Key,
    as_json: Json = False,
) -> None:
    """Exit 1 when its state, an asset that is closed, or a missing answer does not admit it."""
    with There(server, client, key).open() as partner:
        book = partner.campaigns
        if step == "propose":
            done = book.propose(campaign, plan or "none")
        elif step == "adopt":
            done = book.adopt(campaign, plan or book.get(campaign).proposed or "none")
        else:
            done = (book.withdraw if step == "withdraw" else book.close)(campaign)
    told.print_campaign(done, as_json=as_json)


@app.command(
    "part",
    cls=Command,
    help=N_("Show your part of a plan; with --all, every part and answer, for the coordinator."),
    epilog="synergie campaign part cmp_4f1c0e9b2a7d6c384f1c plan_4f1c0e9b2a7d6c384f1c "
    "--server https://donnees.example --client custines --key cle.json",
)
def part(
    campaign: _Id,
    plan: _Plan,
    *,
    every: Annotated[
        bool, typer.Option("--all", help=N_("Every body's, with its answer."))
    ] = False,
    server: Server,
    client: ClientId,
    key: Key,
    as_json: Json = False,
) -> None:
    """Exit 5 before it is proposed."""
    with There(server, client, key).open() as partner:
        book = partner.campaigns
        if not every:
            shared.show_one(book.part(campaign, plan), told.part, as_json=as_json)
            return
        found = list(book.parts(campaign, plan))
    shared.show_parts(found, who=lambda one: one.body, as_json=as_json)


@app.command(
    "answer",
    cls=Command,
    help=N_("Accept or decline your part of a plan, or take your answer back."),
    epilog="synergie campaign answer cmp_4f1c0e9b2a7d6c384f1c plan_4f1c0e9b2a7d6c384f1c accept "
    "--server https://donnees.example --client custines --key cle.json",
)
def answer(
    campaign: _Id,
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
    """Exit 1 when another answer was given, or when the plan is not proposed."""
    with There(server, client, key).open() as partner:
        book = partner.campaigns
        read = shared.answer(book, book.part(campaign, plan), said, reason)
    shared.show_one(read, told.part, as_json=as_json)


@app.command(
    "progress",
    cls=Command,
    help=N_("Show how far the plan in force is: planned, done, late."),
    epilog="synergie campaign progress cmp_4f1c0e9b2a7d6c384f1c "
    "--server https://donnees.example --client custines --key cle.json",
)
def progress(
    campaign: _Id, *, server: Server, client: ClientId, key: Key, as_json: Json = False
) -> None:
    """Exit 0; a body sees its own visits."""
    with There(server, client, key).open() as partner:
        found = partner.campaigns.progress(campaign)
    shared.show_one(found, told.progress, as_json=as_json)


@app.command(
    "send-rounds",
    cls=Command,
    help=N_("Have rounds of a week or a day kept, and each body told its part."),
    epilog="synergie campaign send-rounds cmp_4f1c0e9b2a7d6c384f1c probleme.json tournees.json "
    "--server https://donnees.example --client sde54 --key cle.json",
)
def send_rounds(
    campaign: _Id,
    problem: Annotated[
        Path, typer.Argument(metavar="PROBLEM", help=N_("A RoundsProblem as JSON."))
    ],
    rounds: Annotated[Path, typer.Argument(metavar="ROUNDS", help=N_("Its RoundsPlan as JSON."))],
    *,
    server: Server,
    client: ClientId,
    key: Key,
    as_json: Json = False,
) -> None:
    """Exit 1 while no plan is in force, or when they name what is not open to you."""
    from synergie.maintenance.records.rounds import RoundsPlan, RoundsProblem

    asked, found = load_record(problem, RoundsProblem), load_record(rounds, RoundsPlan)
    with There(server, client, key).open() as partner:
        made = partner.campaigns.keep_rounds(campaign, asked, found)
    shared.show_one(made, told.rounds, as_json=as_json)


@app.command(
    "rounds",
    cls=Command,
    help=N_("Show the rounds you are told of, or your part of one: when who comes where."),
    epilog="synergie campaign rounds cmp_4f1c0e9b2a7d6c384f1c "
    "--server https://donnees.example --client custines --key cle.json",
)
def rounds(
    campaign: _Id,
    one: Annotated[
        str | None,
        typer.Argument(metavar="ROUNDS", help=N_("One of them: rnd_…; all when left out.")),
    ] = None,
    *,
    server: Server,
    client: ClientId,
    key: Key,
    as_json: Json = False,
) -> None:
    """Exit 5 for rounds without a part of yours."""
    with There(server, client, key).open() as partner:
        book = partner.campaigns
        part = None if one is None else book.rounds_part(campaign, one)
        found = list(book.rounds(campaign)) if part is None else []
    if as_json:
        print_json(part or [each.model_dump(mode="json") for each in found])
    elif part is not None:
        told.rounds_part(part)
    else:
        for each in found:
            told.rounds(each)
