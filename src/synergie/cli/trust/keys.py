"""`synergie keys`: the key pair of a partner's program, and the keys of this server."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from synergie.cli._ask import require_confirmation
from synergie.cli._store import StoreUrl, opened, read_cli_settings, require_store
from synergie.cli.extras import needs
from synergie.cli.files import write_whole
from synergie.cli.help import Command, build_command_group
from synergie.cli.misuse import Misuse
from synergie.cli.print import print_aligned_rows
from synergie.cli.texts import N_, _

if TYPE_CHECKING:
    from synergie.server.keyring import Keyring

app = build_command_group(
    N_("Keys: of a program, whose private one stays here; and of this server, with their rotation.")
)

_ROLES = ("tokens", "proofs")


@app.command(
    "new",
    cls=Command,
    help=N_("Make a key pair: the private key into a file, the public one (JWKS) on the output."),
    epilog="synergie keys new --out cle.json --jwks cle-publique.json\n"
    "synergie keys new --beside cle.json --out cle-2027.json --jwks cles-publiques.json",
)
def new(
    out: Annotated[Path, typer.Option(metavar="FILE", help=N_("Private key; must not exist yet."))],
    jwks: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=N_("Public keys into this file instead of the output.")),
    ] = None,
    alg: Annotated[
        str, typer.Option(metavar="ES256|PS256|Ed25519", help=N_("Algorithm of the key."))
    ] = "ES256",
    beside: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help=N_(
                "The private key in use: its public half is kept, so that both hold for a while."
            ),
        ),
    ] = None,
) -> None:
    """The private key is readable by its owner only (mode 0600) and never printed.

    To change keys without a stop: make the new one *beside* the old, have both registered, use the
    new one, then have the old one taken away.
    """
    from synergie.client.keys import load_key, new_key, public_jwks, save_key

    if alg not in {"ES256", "PS256", "Ed25519"}:
        raise Misuse(_("--alg: found {!r}, expected {}").format(alg, "ES256, PS256, Ed25519"))
    if out.exists():
        raise Misuse(_("{}: exists already; a key is never overwritten").format(out))
    present = [] if beside is None else [load_key(beside)]
    key = new_key(alg)
    save_key(key, out)
    public = json.dumps(public_jwks(key, *present), indent=2) + "\n"
    if jwks is None:
        typer.echo(public, nl=False)
    else:
        write_whole(jwks, public)


@app.command(
    "rotate",
    cls=Command,
    help=N_("Rotate the keys of this server: what is due, or one step. Run it every day."),
    epilog="synergie keys rotate\nsynergie keys rotate --role tokens --step promote",
)
def rotate(
    *,
    role: Annotated[
        str | None, typer.Option(metavar="tokens|proofs", help=N_("Only the keys that sign this."))
    ] = None,
    step: Annotated[
        str | None,
        typer.Option(
            metavar="next|promote|retire",
            help=N_("Take this step now: make the next key, let it sign, forget the old one."),
        ),
    ] = None,
    store: StoreUrl = None,
) -> None:
    """Exit 0, also when there is nothing to do; 1 while the waiting time of a step is not over."""
    roles = _ROLES if role is None else (_check_option_value(role, "--role", _ROLES),)
    if step is not None:
        _check_option_value(step, "--step", ("next", "promote", "retire"))
    now = datetime.now(UTC)
    with opened(store) as place:
        from synergie.exchange.trust.keys import note_rotation

        ring = _open_keyring()
        for one in roles:
            for taken in ring.due(one, now=now) if step is None else (step,):  # type: ignore[arg-type]
                if ring.rotate(one, taken, now=now):  # type: ignore[arg-type]
                    note_rotation(place, taken, now=now)
                    typer.echo(f"{one}: {taken}")
    _print_key_ring(ring)


@app.command(
    "list",
    cls=Command,
    help=N_("The keys of this server: what each signs, since when and until when."),
    epilog="synergie keys list",
)
def list_() -> None:
    """One line a key."""
    _print_key_ring(_open_keyring())


@app.command(
    "revoke",
    cls=Command,
    context_settings={"ignore_unknown_options": True},  # an identifier may begin with a hyphen
    help=N_("Stop a key of this server at once: it is, or may be, in other hands."),
    epilog="synergie keys revoke KID --yes",
)
def revoke(
    kid: Annotated[str, typer.Argument(metavar="KID", help=N_("The key's identifier."))],
    *,
    yes: Annotated[bool, typer.Option("--yes", help=N_("Do not ask."))] = False,
    store: StoreUrl = None,
) -> None:
    """Every token there is holds no more when it was a key of tokens: partners ask for new ones."""
    require_confirmation(_("Stop the key {}? The next one signs at once.").format(kid), yes=yes)
    now = datetime.now(UTC)
    with opened(store) as place:
        from synergie.exchange.trust.clients import Clients
        from synergie.exchange.trust.keys import note_rotation

        ring = _open_keyring()
        if ring.revoke(kid, now=now) == "tokens":
            Clients(place).revoke_all(now=now)
        note_rotation(place, "revoke", now=now)
    _print_key_ring(ring)


def _open_keyring() -> "Keyring":
    with needs("server"):
        from synergie.server.keyring import Keyring
    settings = read_cli_settings()
    require_store(settings.store_url)
    return Keyring.open(settings.keys_dir, now=datetime.now(UTC))


def _print_key_ring(ring: "Keyring") -> None:
    print_aligned_rows(
        (
            held.role,
            held.state,
            held.kid,
            _format_key_moment(held.since),
            _format_key_moment(held.until),
        )
        for held in ring.ring
    )


def _format_key_moment(at: datetime | None) -> str:
    return "-" if at is None else at.isoformat(timespec="seconds")


def _check_option_value(found: str, option: str, known: tuple[str, ...]) -> str:
    if found not in known:
        raise Misuse(_("{}: found {!r}, expected {}").format(option, found, ", ".join(known)))
    return found
