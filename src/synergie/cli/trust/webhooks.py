"""`synergie webhooks`: messages of what changed, sent by another process than the server."""

import time
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from synergie.cli._store import StoreUrl, opened, read_cli_settings
from synergie.cli.help import Command, build_command_group
from synergie.cli.texts import N_, _
from synergie.errors import Misconfigured

if TYPE_CHECKING:
    from synergie.exchange.trust.webhooks.webhook_courier import DeliveryAttempt

app = build_command_group(N_("Webhooks: send what is due, from a timer or beside the server."))


@app.command(
    "deliver",
    cls=Command,
    help=N_("Send the messages of webhooks that are due, again and again, or once."),
    epilog="synergie webhooks deliver --once",
)
def deliver(
    *,
    once: Annotated[
        bool, typer.Option("--once", help=N_("Send what is due now, and end: for a timer."))
    ] = False,
    every: Annotated[
        float,
        typer.Option(metavar="SECONDS", min=0.1, help=N_("How often to look, without --once.")),
    ] = 2.0,
    store: StoreUrl = None,
) -> None:
    """Exit 1 when a message of this run failed, so that a timer tells it."""
    told: list[DeliveryAttempt] = []
    place = read_cli_settings(database_url=store)
    if not place.keys_dir.is_dir():  # else keys of its own would be made, that nobody trusts
        raise Misconfigured("{}: no keys of a server here (SYNERGIE_DATA_DIR)", place.keys_dir)
    with opened(store) as kept:
        from synergie.exchange.trust.webhooks.webhook_courier import WebhookSender
        from synergie.exchange.trust.webhooks.webhooks import WebhookKeys
        from synergie.server.keyring import Keyring

        keys = WebhookKeys(Keyring.open(place.keys_dir).secret_for("webhooks"))
        courier = WebhookSender(
            kept, keys, place.outbound, lambda: datetime.now(UTC), quiet=place.quiet
        )
        while True:
            told = courier.run()
            _print_delivery_outcome(told, quiet=not once)
            if once:
                break
            time.sleep(every)
    raise typer.Exit(1 if any(one.problem is not None for one in told) else 0)


@app.command(
    "resume",
    cls=Command,
    help=N_("Send again to the webhooks that a restore paused, from where they were."),
    epilog="synergie webhooks resume --store sqlite:///synergie.db",
)
def resume(store: StoreUrl = None) -> None:
    """Exit 0; once the restored server is the one that serves."""
    with opened(store) as place:
        from synergie.policy import permit_operator
        from synergie.storage.epochs import resume_webhooks

        with place.write() as session:
            resumed = resume_webhooks(permit_operator(now=datetime.now(UTC)), session)
    typer.echo(_("{} webhooks resumed").format(resumed))


def _print_delivery_outcome(told: "list[DeliveryAttempt]", *, quiet: bool) -> None:
    """How many were taken and how many failed; with *quiet* only when there was one."""
    if quiet and not told:
        return
    count = Counter(one.problem is None for one in told)
    typer.echo(_("{} messages taken, {} failed").format(count[True], count[False]))
    for one in told:
        if one.disabled is not None:
            typer.echo(_("webhook {} disabled: {}").format(one.webhook, one.disabled), err=True)
