"""`synergie db`: the store of a server, for its operator."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from synergie.cli._store import StoreUrl, opened
from synergie.cli.help import Command, build_command_group
from synergie.cli.texts import N_, _, format_number

app = build_command_group(N_("The store: bring it to this version, make it smaller, check it."))


@app.command(
    "upgrade",
    cls=Command,
    help=N_("Bring the tables to the version of this program; safe to repeat."),
    epilog="synergie db upgrade --store sqlite:///synergie.db",
)
def upgrade(store: StoreUrl = None) -> None:
    """Exit 0 when the tables are at the head of the migrations."""
    with opened(store, make=True):
        typer.echo(_("the store is up to date"))


@app.command(
    "compact",
    cls=Command,
    help=N_(
        "Merge the pieces that arrived day by day into one a month, and give back the room that "
        "nothing needs; readings stay the same."
    ),
    epilog="synergie db compact --store sqlite:///synergie.db",
)
def compact(store: StoreUrl = None) -> None:
    """May be interrupted: each series is one transaction."""
    with opened(store) as place:
        from synergie.storage.readings.compaction import compact_segments as run
        from synergie.storage.space import give_back, measure_store_size

        before = measure_store_size(place)
        merged = run(place, now=datetime.now(UTC))
        given = give_back(place)
        after = measure_store_size(place)
    typer.echo(_("{} months merged").format(merged))
    typer.echo(
        _("the store takes {} kB; it took {} kB").format(
            _format_kilobytes(after), _format_kilobytes(before)
        )
    )
    if not given:
        typer.echo(_("no room was given back: the store or the disk is busy; try again later"))


def _format_kilobytes(size: int) -> str:
    return format_number(-(-size // 1000))


@app.command(
    "check",
    cls=Command,
    help=N_(
        "Compare every stored piece with its sums, and every agreement with its signatures; "
        "changes nothing."
    ),
    epilog="synergie db check --store sqlite:///synergie.db",
)
def check(store: StoreUrl = None) -> None:
    """Exit 1 when a piece does not agree with its sums."""
    with opened(store) as place:
        from synergie.exchange.readings.energies.kept_years import astray_years
        from synergie.policy import permit_operator
        from synergie.storage.proof_soundness import unsound_proofs
        from synergie.storage.readings.morning_check import find_astray_rows
        from synergie.storage.soundness import find_unsound_rows
        from synergie.storage.trust.agreements.agreement_soundness import unsound_agreements

        permit = permit_operator(now=datetime.now(UTC))
        with place.read() as session:
            found = [
                *find_unsound_rows(permit, session),
                *unsound_agreements(permit, session),
                *unsound_proofs(permit, session),
                *find_astray_rows(permit, session),
                *astray_years(permit, session),
            ]
    for fault in found:
        typer.echo(str(fault), err=True)
    typer.echo(_("{} pieces in fault").format(len(found)))
    raise typer.Exit(1 if found else 0)


@app.command(
    "copy",
    cls=Command,
    help=N_("Copy a store between SQLite and PostgreSQL, compare every table, then let it open."),
    epilog="synergie db copy --from sqlite:///synergie.db --to postgresql://localhost/synergie",
)
def copy(
    source: Annotated[
        str, typer.Option("--from", metavar="URL", help=N_("The store to read; stop its server."))
    ],
    target: Annotated[
        str, typer.Option("--to", metavar="URL", help=N_("An empty place on the other engine."))
    ],
) -> None:
    """Interrupted, the same command goes on; until its end the target opens for nobody."""
    from synergie.cli.operate.backup import print_progress_steps
    from synergie.storage.transfer import copy_store

    with print_progress_steps() as progress:
        copied = copy_store(source, target, progress)
    for table in copied:
        typer.echo(f"{table.table}  {table.rows}  {table.sha256}")
    typer.echo(_("{} tables are equal").format(len(copied)))


@app.command(
    "recount",
    cls=Command,
    help=N_("Count again what the morning page is summed from, and set right what differs."),
    epilog="synergie db recount --store sqlite:///synergie.db",
)
def recount(store: StoreUrl = None) -> None:
    """Exit 0; nothing differs unless a hand was in the tables, or a fault of ours."""
    with opened(store) as place:
        from synergie.exchange.readings.energies.kept_years import recount_years
        from synergie.policy import permit_operator
        from synergie.storage.readings.morning_check import mend_astray_rows

        permit = permit_operator(now=datetime.now(UTC))
        with place.write() as session:
            mended = mend_astray_rows(permit, session) + recount_years(permit, session)
    typer.echo(_("{} kept sums set right").format(mended))
