"""`synergie consult`: forms over lighting scenarios, answers read back, weights of groups."""

from pathlib import Path
from typing import Annotated

import typer

from synergie.cli.extras import needs
from synergie.cli.help import Command, build_command_group
from synergie.cli.print import as_json as print_json
from synergie.cli.texts import N_, _

app = build_command_group(N_("Consult on lighting scenarios: forms, answers, weights of groups."))

_Json = Annotated[bool, typer.Option("--json", help=N_("One JSON document; its keys are stable."))]
_Force = Annotated[
    bool, typer.Option("--force", help=N_("Overwrite the folder when this command wrote it."))
]


@app.command(
    "form",
    cls=Command,
    help=N_("Write the forms: a page to fill in offline, and one to print, in French and English."),
    epilog="synergie consult form comparaison.json --id eclairage-2027 "
    '--title "Quelle lumière la nuit ?" --intro "Le conseil choisit en mars." '
    '--contact "mairie, bureau 3" --opens 2026-12-01 --closes 2027-01-31 '
    "--group habitants:citizens:Habitants:4000 --commune 54430=Pompey --out consultation\n"
    "synergie consult form consultation/consultation.json --out consultation --force",
)
def form(  # noqa: PLR0913 (the options of a command)
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help=N_("A LightingComparison, or a Consultation to write again; JSON.")
        ),
    ],
    *,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help=N_("Folder to write."))],
    name: Annotated[
        str | None,
        typer.Option("--id", metavar="NAME", help=N_("Name of the consultation, on each form.")),
    ] = None,
    title: Annotated[
        str | None, typer.Option(metavar="TEXT", help=N_("What it is called."))
    ] = None,
    intro: Annotated[
        str | None, typer.Option(metavar="TEXT", help=N_("What is decided, by whom, when."))
    ] = None,
    contact: Annotated[
        str | None, typer.Option(metavar="TEXT", help=N_("Whom to ask; no name of a person."))
    ] = None,
    opens: Annotated[str | None, typer.Option(metavar="DATE", help=N_("First day."))] = None,
    closes: Annotated[str | None, typer.Option(metavar="DATE", help=N_("Last day."))] = None,
    group: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY:KIND:TEXT[:N]",
            help=N_(
                "A group to choose: its key; council, agents, citizens, companies, naturalists or "
                "other; what it is called; how many they are. Repeat it."
            ),
        ),
    ] = None,
    commune: Annotated[
        list[str] | None,
        typer.Option(metavar="INSEE=TEXT", help=N_("A commune to choose; repeat it.")),
    ] = None,
    criterion: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME", help=N_("A criterion to ask; by default one of each stake. Repeat it.")
        ),
    ] = None,
    force: _Force = False,
) -> None:
    """Exit 1 when a criterion cannot be asked."""
    from synergie.cli.folder import check_output_folder
    from synergie.lighting.commands._consult_files import (
        ConsultationRequest,
        consultation_in,
        names_of,
        write_forms,
    )

    check_output_folder(out, ("consultation.json", *FORMS), force=force)
    names = names_of(commune or ())
    asked = ConsultationRequest(
        name=name, title=title, intro=intro, contact=contact, opens=opens, closes=closes,
        groups=group or (), communes=tuple(names), criteria=criterion,
    )  # fmt: skip
    made = consultation_in(file, asked)
    write_forms(made, names, out)
    typer.echo(
        _("{}: {} questions, {} groups").format(made.id, len(made.questions), len(made.groups))
    )
    typer.echo(_("{}: written; open {}").format(out, out / FORMS[0]))


FORMS = ("formulaire.html", "formulaire-en.html", "formulaire-papier.html", "reponses.csv")
"""Files of a folder of forms, beside the consultation itself."""
READ = ("resultat.html", "resultat.json", "voix.json")
"""Files of a folder of answers."""


@app.command(
    "read",
    cls=Command,
    help=N_("Read answers back: what may be shown, and the groups as voices of a weighing."),
    epilog="synergie consult read reponses.csv --consultation consultation/consultation.json "
    "--out resultat",
)
def read(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE…", help=N_("Answers, CSV, XLSX or ODS."))
    ],
    *,
    consultation: Annotated[
        Path,
        typer.Option("--consultation", "-c", metavar="FILE", help=N_("The consultation, JSON.")),
    ],
    evidence: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            help=N_("Votes elsewhere, Decidim or pabulib, to go with it; repeat it."),
        ),
    ] = None,
    bounds: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help=N_("LightingVoices whose scales are taken, not the ranges that people saw."),
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="DIR", help=N_("Folder to write."))
    ] = None,
    force: _Force = False,
    as_json: _Json = False,
) -> None:
    """Exit 1 when a row was refused; the rest counts."""
    from synergie.cli.folder import check_output_folder
    from synergie.lighting.commands._consult_files import read_consultation_files, write_read
    from synergie.lighting.commands._consult_print import show_refused, show_result

    if out is not None:
        check_output_folder(out, READ, force=force)
    found = read_consultation_files(files, consultation, evidence or (), bounds)
    if as_json:
        print_json(found.result)
    else:
        show_result(found)
    show_refused(found.refused)
    if out is not None:
        write_read(found, out)
        if not as_json:
            typer.echo(_("{}: written; open {}").format(out, out / READ[0]))
    raise typer.Exit(1 if found.refused else 0)


@app.command(
    "votes",
    cls=Command,
    help=N_("Read votes of Decidim or pabulib: evidence of priorities by category, never weights."),
    epilog="synergie consult votes budget-participatif.pb",
)
def votes(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE…", help=N_("A .pb file, or a Decidim export, CSV or XLSX.")),
    ],
    *,
    as_json: _Json = False,
) -> None:
    """Exit 1 when a row was refused; the rest counts."""
    from synergie.lighting.commands._consult_print import show_evidence, show_refused

    with needs("plan"):
        from synergie.lighting.plan.evidence import read_evidence
    found = [read_evidence(file) for file in files]
    if as_json:
        print_json([one.evidence.model_dump(mode="json") for one in found])
    else:
        for one in found:
            show_evidence(one.evidence)
    refused = [fault for one in found for fault in one.refused]
    show_refused(refused)
    raise typer.Exit(1 if refused else 0)


@app.command(
    "weigh",
    cls=Command,
    help=N_("Weigh scenarios by what each group said, side by side; no single score."),
    epilog="synergie consult weigh comparaison.json conseil.json resultat/voix.json "
    "--samples 10000 --out pesee.json",
)
def weigh(
    comparison: Annotated[
        Path, typer.Argument(metavar="COMPARISON", help=N_("A LightingComparison, JSON."))
    ],
    voices: Annotated[
        list[Path],
        typer.Argument(metavar="VOICES…", help=N_("LightingVoices, JSON; their groups together.")),
    ],
    *,
    study: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help=N_("The study: its park gives the shipped scales where none is told."),
        ),
    ] = None,
    samples: Annotated[
        int, typer.Option(metavar="N", min=1, help=N_("Samples of weights for each group."))
    ] = 10_000,
    seed: Annotated[
        int, typer.Option(metavar="N", min=0, help=N_("The same seed draws the same."))
    ] = 0,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE", help=N_("Write the weighing, JSON.")),
    ] = None,
    as_json: _Json = False,
) -> None:
    """Exit 1 when what was said leaves no weights, or a criterion has no scale."""
    from synergie.cli.files import write_whole
    from synergie.lighting.commands._consult_files import weigh_voice_files
    from synergie.lighting.commands._consult_print import show_weighing

    made = weigh_voice_files(comparison, voices, study, samples=samples, seed=seed)
    if out is not None:
        write_whole(out, made.model_dump_json(indent=2) + "\n")
    if as_json:
        print_json(made)
        return
    show_weighing(made)
    if out is not None:
        typer.echo(_("{}: written").format(out))
