"""What a body says in a joint lighting study from the command line: part, voice, answer, poll."""

from pathlib import Path
from typing import Annotated

import typer

from synergie.cli import shared_plan as shared
from synergie.cli.files import load_record
from synergie.cli.help import Command
from synergie.cli.misuse import Misuse
from synergie.cli.print import as_json as print_json
from synergie.cli.texts import N_, _
from synergie.cli.there import ClientId, Json, Key, Server, There
from synergie.lighting.commands import _study_print as told

Id = Annotated[str, typer.Argument(metavar="STUDY", help=N_("Its identifier: lst_…"))]
Comparison = Annotated[str, typer.Argument(metavar="COMPARISON", help=N_("Its identifier: lcp_…"))]
_THERE = "--server https://donnees.example --client custines --key cle.json"
_BOTH = "lst_4f1c0e9b2a7d6c384f1c lcp_4f1c0e9b2a7d6c384f1c"


def part(
    study: Id,
    comparison: Comparison,
    *,
    server: Server,
    client: ClientId,
    key: Key,
    as_json: Json = False,
) -> None:
    """Exit 5 before it is proposed."""
    with There(server, client, key).open() as partner:
        found = partner.lighting_studies.part(study, comparison)
    shared.show_one(found, told.part, as_json=as_json)


def speak(
    study: Id,
    comparison: Comparison,
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="VOICES",
            help=N_("What your groups say, a LightingVoices as JSON; its scales are left aside."),
        ),
    ] = None,
    *,
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help=N_("Take what you said back instead."))
    ] = False,
    server: Server,
    client: ClientId,
    key: Key,
    as_json: Json = False,
) -> None:
    """Exit 1 when voices are not taken, for a group of one to nine people, or said twice."""
    from synergie.lighting.records.weighing import LightingVoices

    if withdraw == (file is not None):
        raise Misuse(_(told.VOICE_OR_WITHDRAW))
    said = None if file is None else load_record(file, LightingVoices)
    with There(server, client, key).open() as partner:
        book = partner.lighting_studies
        if said is None:
            book.withdraw_voice(study, comparison)
        else:
            book.speak(book.part(study, comparison), said.groups)
        found = book.part(study, comparison)
    shared.show_one(found, told.part, as_json=as_json)


def answer(  # noqa: PLR0913 (the options of a command)
    study: Id,
    comparison: Comparison,
    said: Annotated[
        shared.Said, typer.Argument(metavar="ANSWER", help=N_("accept, decline or withdraw."))
    ],
    scenario: Annotated[
        str | None,
        typer.Argument(metavar="SCENARIO", help=N_("Which one; none to take an answer back.")),
    ] = None,
    *,
    reason: Annotated[
        str | None, typer.Option(metavar="TEXT", help=N_("Why, for the coordinator."))
    ] = None,
    server: Server,
    client: ClientId,
    key: Key,
    as_json: Json = False,
) -> None:
    """Exit 1 before voices are collected, or when another answer was given."""
    with There(server, client, key).open() as partner:
        book = partner.lighting_studies
        read = book.part(study, comparison)
        if said == "withdraw":
            read = book.withdraw_answer(read)
        else:
            take = book.accept if said == "accept" else book.decline
            read = take(read, scenario or "none", reason=reason)
    shared.show_one(read, told.part, as_json=as_json)


def weighing(
    study: Id,
    comparison: Comparison,
    *,
    server: Server,
    client: ClientId,
    key: Key,
    as_json: Json = False,
) -> None:
    """Exit 5 before it is kept."""
    with There(server, client, key).open() as partner:
        found = partner.lighting_studies.weighing(study, comparison)
    shared.show_one(found, told.print_weighing, as_json=as_json)


def publish_consultation(
    study: Id,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help=N_("What was asked and what came of it, a ConsultationRecord.")
        ),
    ],
    *,
    server: Server,
    client: ClientId,
    key: Key,
    as_json: Json = False,
) -> None:
    """Exit 1 when a group or a rest of one to nine people is in it."""
    from synergie.lighting.records.voice import ConsultationRecord

    record = load_record(file, ConsultationRecord)
    with There(server, client, key).open() as partner:
        made = partner.lighting_studies.publish_consultation(study, record)
    shared.show_one(made, told.consultation, as_json=as_json)


def consultations(
    study: Id,
    one: Annotated[
        str | None,
        typer.Argument(metavar="RESULT", help=N_("One of them: cst_…; all when left out.")),
    ] = None,
    *,
    server: Server,
    client: ClientId,
    key: Key,
    as_json: Json = False,
) -> None:
    """Exit 0, also when there is none."""
    with There(server, client, key).open() as partner:
        book = partner.lighting_studies
        found = list(book.consultations(study)) if one is None else [book.consultation(study, one)]
    if as_json:
        shown = [each.model_dump(mode="json") for each in found]
        print_json(shown if one is None else shown[0])
        return
    for each in found:
        told.consultation(each)


_COMMANDS = (
    (
        "part",
        part,
        N_("Show your part of a comparison: your communes, your cabinets, what you pay."),
        f"synergie lighting part {_BOTH} {_THERE}",
    ),
    (
        "speak",
        speak,
        N_("Say the weights of your council and of groups you asked, or take them back."),
        f"synergie lighting speak {_BOTH} voix.json {_THERE}",
    ),
    (
        "answer",
        answer,
        N_("Accept or decline a scenario once voices are collected, or take your answer back."),
        f"synergie lighting answer {_BOTH} accept s5 {_THERE}",
    ),
    (
        "weighing",
        weighing,
        N_("Show the weighing: groups side by side, what is first for each."),
        f"synergie lighting weighing {_BOTH} {_THERE}",
    ),
    (
        "publish-consultation",
        publish_consultation,
        N_("Publish what came of a consultation to every body: counts alone, once."),
        f"synergie lighting publish-consultation lst_4f1c0e9b2a7d6c384f1c resultat.json {_THERE}",
    ),
    (
        "consultations",
        consultations,
        N_("Show what came of consultations that bodies published."),
        f"synergie lighting consultations lst_4f1c0e9b2a7d6c384f1c {_THERE}",
    ),
)


def add_voice_commands(app: typer.Typer) -> None:
    """Put these commands into the group."""
    for name, act, text, example in _COMMANDS:
        app.command(name, cls=Command, help=text, epilog=example)(act)
