"""The commands, put together; each module imports what is heavy inside its functions."""

from typing import Annotated

import typer

from synergie.cli import (
    account,
    aggregate,
    agreement,
    audit,
    backup,
    bill,
    campaign,
    check,
    client,
    closures,
    consult,
    db,
    demo,
    deposit,
    digest,
    export,
    formats,
    freshness,
    keys,
    lighting,
    offers,
    org,
    perimeter,
    plan,
    proxy,
    publication,
    purchase,
    restore,
    sandbox,
    serve,
    specs,
    template,
    verify,
    webhooks,
)
from synergie.cli._help import Command, application
from synergie.cli._texts import N_

app = application(
    N_("Exchange energy and street-lighting data under signed agreements, and plan together.")
)


@app.callback(
    epilog="synergie demo\nsynergie check releve.csv\nsynergie plan purchase besoins.json"
)
def root(
    *,
    locale: Annotated[
        str,
        typer.Option(
            metavar="fr|en",
            envvar="SYNERGIE_LOCALE",
            help=N_("Language of the texts; never of the files. Stands anywhere on the line."),
        ),
    ] = "fr",
    debug: Annotated[
        bool, typer.Option("--debug", help=N_("Show the cause of an error to the last detail."))
    ] = False,
) -> None:
    """The two options are read by `main` before anything else; here they are only told."""


for module in (
    demo,
    sandbox,
    check,
    bill,
    formats,
    deposit,
    export,
    template,
    closures,
    freshness,
    digest,
    verify,
    serve,
    restore,
    proxy,
    specs,
):
    app.command(
        module.__name__.rpartition(".")[2],
        cls=Command,
        help=module.SUMMARY,
        epilog=module.EXAMPLE,
    )(module.run)

for group in (
    perimeter,
    offers,
    plan,
    purchase,
    campaign,
    consult,
    lighting,
    keys,
    org,
    client,
    account,
    agreement,
    db,
    backup,
    audit,
    webhooks,
    aggregate,
    publication,
):
    app.add_typer(group.app, name=group.__name__.rpartition(".")[2])
