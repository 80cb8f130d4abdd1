"""`synergie lighting`: a joint lighting study on a server, from its announcement on."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from synergie.cli import shared_plan as shared
from synergie.cli.extras import needs as extra
from synergie.cli.files import load_record
from synergie.cli.help import Command, build_command_group
from synergie.cli.print import as_json as print_json
from synergie.cli.print import print_aligned_rows
from synergie.cli.texts import N_, _
from synergie.cli.there import ClientId, Json, Key, Server, There
from synergie.lighting.commands import _says as says
from synergie.lighting.commands import _study_print as told

if TYPE_CHECKING:
    from synergie.lighting.records.effects import LightingComparison
    from synergie.lighting.records.study import LightingStudy
    from synergie.lighting.records.weighing import ValueBounds

app = build_command_group(
    N_("Joint lighting studies on a server: options, effects, each body's part and voice.")
)

_Id = says.Id
_THERE = "--server https://donnees.example --client sde54 --key cle.json"


@app.command(
    "create",
    cls=Command,
    help=N_("Announce a joint study that you coordinate, and invite bodies."),
    epilog=f"synergie lighting create etude.json --body custines {_THERE}",
)
def create(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help=N_("What is studied, a JointStudyRecord as JSON.")),
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
    from synergie.lighting.records.exchange import JointStudyRecord

    record = load_record(file, JointStudyRecord)
    with There(server, client, key).open() as partner:
        made = partner.lighting_studies.create(record)
        if body:
            made = partner.lighting_studies.invite(made.id, body)
    shared.show_one(made, told.study, as_json=as_json)


@app.command(
    "invite",
    cls=Command,
    help=N_("Invite organisations; each joins by an agreement that opens its assets to you."),
    epilog=f"synergie lighting invite lst_4f1c0e9b2a7d6c384f1c custines {_THERE}",
)
def invite(
    study: _Id,
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
        found = partner.lighting_studies.invite(study, bodies)
    shared.show_one(found, told.study, as_json=as_json)


@app.command(
    "show",
    cls=Command,
    help=N_("Show your joint studies, or one with where each body stands."),
    epilog=f"synergie lighting show {_THERE}",
)
def show(
    study: Annotated[
        str | None, typer.Argument(metavar="STUDY", help=N_("One of them; all when left out."))
    ] = None,
    *,
    server: Server,
    client: ClientId,
    key: Key,
    as_json: Json = False,
) -> None:
    """Exit 0, also when there is none."""
    with There(server, client, key).open() as partner:
        if study is not None:
            shared.show_one(partner.lighting_studies.get(study), told.study, as_json=as_json)
            return
        found = list(partner.lighting_studies)
    shared.show_all(found, states=told.STATES, nothing=_("No joint study."), as_json=as_json)


@app.command(
    "publish-options",
    cls=Command,
    help=N_("Publish a catalogue and schedules to every body of a joint study."),
    epilog=f"synergie lighting publish-options lst_4f1c0e9b2a7d6c384f1c options.json {_THERE}",
)
def publish_options(
    study: _Id,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help=N_("The options, an OptionsRecord as JSON."))
    ],
    *,
    server: Server,
    client: ClientId,
    key: Key,
    as_json: Json = False,
) -> None:
    """Exit 0; the same as the last version is that version."""
    from synergie.lighting.records.options import OptionsRecord

    record = load_record(file, OptionsRecord)
    with There(server, client, key).open() as partner:
        made = partner.lighting_studies.publish_options(study, record)
    shared.show_one(made, told.options, as_json=as_json)


@app.command(
    "options",
    cls=Command,
    help=N_("Show the options that were published, or one version with what it says."),
    epilog=f"synergie lighting options lst_4f1c0e9b2a7d6c384f1c {_THERE}",
)
def options(
    study: _Id,
    one: Annotated[
        str | None,
        typer.Argument(metavar="OPTIONS", help=N_("One version: opt_…; all when left out.")),
    ] = None,
    *,
    server: Server,
    client: ClientId,
    key: Key,
    as_json: Json = False,
) -> None:
    """Exit 0, also when there are none."""
    with There(server, client, key).open() as partner:
        book = partner.lighting_studies
        found = list(book.options(study)) if one is None else [book.published(study, one)]
    if as_json:
        shown = [each.model_dump(mode="json") for each in found]
        print_json(shown if one is None else shown[0])
        return
    for each in found:
        told.options(each)


@app.command(
    "inputs",
    cls=Command,
    help=N_("Show whose assets are open to you now, and why the others' are not."),
    epilog=f"synergie lighting inputs lst_4f1c0e9b2a7d6c384f1c {_THERE}",
)
def inputs(
    study: _Id, *, server: Server, client: ClientId, key: Key, as_json: Json = False
) -> None:
    """Exit 0; that you looked is recorded for each body."""
    with There(server, client, key).open() as partner:
        found = partner.lighting_studies.inputs(study)
    shared.show_one(found, told.inputs, as_json=as_json)


@app.command(
    "compute",
    cls=Command,
    help=N_("Compare the scenarios of a study on this machine, and have that kept."),
    epilog=f"synergie lighting compute lst_4f1c0e9b2a7d6c384f1c etude.json {_THERE}",
)
def compute(
    study: _Id,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help=N_("The study, a LightingStudy as JSON."))
    ],
    *,
    voices: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help=N_("The fixed scales, from a LightingVoices as JSON; else drawn.")
        ),
    ] = None,
    server: Server,
    client: ClientId,
    key: Key,
    as_json: Json = False,
) -> None:
    """Exit 1 when it names a cabinet or a light point that is not open to you."""
    from synergie.lighting.records.kept import ComparisonRequest
    from synergie.lighting.records.study import LightingStudy
    from synergie.lighting.records.weighing import LightingVoices

    problem = load_record(file, LightingStudy)
    with extra("plan"):
        from synergie.lighting.plan.compare import compare
    found = compare(problem, cabinets=True)
    bounds = (
        load_record(voices, LightingVoices).bounds
        if voices
        else _build_study_scales(problem, found)
    )
    request = ComparisonRequest(problem=problem, comparison=found, bounds=bounds)
    with There(server, client, key).open() as partner:
        kept = partner.lighting_studies.keep(study, request)
    shared.show_one(kept, told.print_comparison, as_json=as_json)


@app.command(
    "act",
    cls=Command,
    help=N_("Propose a comparison, withdraw it, collect voices, adopt a scenario, or close."),
    epilog="synergie lighting act lst_4f1c0e9b2a7d6c384f1c propose lcp_4f1c0e9b2a7d6c384f1c "
    f"{_THERE}",
)
def act(
    study: _Id,
    step: Annotated[
        Literal["propose", "withdraw", "collect", "adopt", "close"],
        typer.Argument(metavar="STEP", help=N_("propose, withdraw, collect, adopt or close.")),
    ],
    what: Annotated[
        str | None,
        typer.Argument(
            metavar="WHAT", help=N_("The comparison to propose, or the scenario to adopt.")
        ),
    ] = None,
    *,
    server: Server,
    client: ClientId,
    key: Key,
    as_json: Json = False,
) -> None:
    """Exit 1 when its state, an asset that is closed, or a missing answer does not admit it."""
    with There(server, client, key).open() as partner:
        book = partner.lighting_studies
        if step == "propose":
            done = book.propose(study, what or "none")
        elif step == "adopt":
            done = book.adopt(study, book.get(study).proposed or "none", what or "none")
        else:
            plain = {"withdraw": book.withdraw, "collect": book.collect, "close": book.close}
            done = plain[step](study)
    shared.show_one(done, told.study, as_json=as_json)


@app.command(
    "weigh",
    cls=Command,
    help=N_("Weigh the collected voices on this machine, and tell every body."),
    epilog=f"synergie lighting weigh lst_4f1c0e9b2a7d6c384f1c lcp_4f1c0e9b2a7d6c384f1c {_THERE}",
)
def weigh(
    study: _Id,
    comparison: says.Comparison,
    *,
    samples: Annotated[
        int, typer.Option(metavar="N", min=100, help=N_("Samples of weights for each group."))
    ] = 10_000,
    seed: Annotated[int, typer.Option(metavar="N", min=0, help=N_("Seed of the samples."))] = 0,
    server: Server,
    client: ClientId,
    key: Key,
    as_json: Json = False,
) -> None:
    """Exit 1 while voices are taken, or when nobody spoke."""
    with extra("plan"):
        from synergie.lighting.plan.weighing import weigh as weighed
    with There(server, client, key).open() as partner:
        done = partner.lighting_studies.weigh(
            study,
            comparison,
            lambda found, voices: weighed(found, voices, samples=samples, seed=seed),
        )
    shared.show_one(done, told.print_weighing, as_json=as_json)


@app.command(
    "parts",
    cls=Command,
    help=N_("Show whose part was read, who spoke and what each body answered."),
    epilog=f"synergie lighting parts lst_4f1c0e9b2a7d6c384f1c lcp_4f1c0e9b2a7d6c384f1c {_THERE}",
)
def parts(
    study: _Id,
    comparison: says.Comparison,
    *,
    server: Server,
    client: ClientId,
    key: Key,
    as_json: Json = False,
) -> None:
    """Exit 0; for the coordinator."""
    with There(server, client, key).open() as partner:
        found = list(partner.lighting_studies.parts(study, comparison))
    if as_json:
        print_json([one.model_dump(mode="json") for one in found])
    else:
        print_aligned_rows(
            (one.body, told.describe_voice_state(one), told.describe_answer_state(one))
            for one in found
        )


says.add_voice_commands(app)


def _build_study_scales(
    problem: "LightingStudy", found: "LightingComparison"
) -> "tuple[ValueBounds, ...]":
    """Fixed scales of the study itself, when none is given."""
    with extra("plan"):
        from synergie.lighting.plan.weighing import bounds_of
    return bounds_of(problem, found.scenarios[0])
