"""`synergie init`: the files of a server in production, written once."""

import os
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

import typer

from synergie.cli.files import write_whole
from synergie.cli.misuse import Misuse
from synergie.cli.texts import N_, _
from synergie.errors import BadInput

SUMMARY = N_(
    "Write the files of a server in production: settings, secrets, units or containers, proxy."
)
EXAMPLE = (
    "synergie init --public-url https://donnees.example && systemctl enable --now synergie\n"
    "synergie init --public-url https://donnees.example --compose --root . && docker compose up -d"
)

type Kind = Literal["systemd", "compose"]

_PRIVATE, _OPEN = 0o600, 0o644
_IN_CONTAINER = 65532
"""The user that the program is inside its container (`deploy/Containerfile`)."""


@dataclass(frozen=True, slots=True)
class _Planned:
    """One file to write."""

    path: Path
    text: str
    mode: int = _OPEN
    owner: int | None = None
    """Whose it is, where who writes it may give it away."""


def run(
    *,
    public_url: Annotated[
        str,
        typer.Option(metavar="URL", help=N_("Address by which clients reach the server, https.")),
    ],
    compose: Annotated[
        bool, typer.Option("--compose", help=N_("Containers and Caddy, in place of units."))
    ] = False,
    postgres: Annotated[
        bool, typer.Option("--postgres", help=N_("The store is a PostgreSQL, not a SQLite file."))
    ] = False,
    root: Annotated[
        Path,
        typer.Option(metavar="DIR", help=N_("Below which folder: / for units; . for containers.")),
    ] = Path("/"),
) -> None:
    """Exit 1, and nothing is written, when one of the files is there already."""
    host = _read_host(public_url)
    plan = _plan_containers if compose else _plan_units
    planned = plan(public_url.rstrip("/"), host, postgres=postgres)
    for one in planned:
        if (root / one.path).exists():
            raise BadInput(str(root / one.path), _("a file"), "no file of that name")
    for one in planned:
        _write(root / one.path, one)
        typer.echo(root / one.path)
    if compose and os.geteuid() != 0:
        typer.echo(_("first: {}").format(f"sudo chown {_IN_CONTAINER} {root / 'secrets'}/*"))
    if postgres and not compose:
        typer.echo(_("first, with the password of {}:").format(root / "etc/synergie/pgpass"))
        typer.echo("  sudo -u postgres createuser --pwprompt synergie")
        typer.echo("  sudo -u postgres createdb --owner=synergie synergie")
    typer.echo(_("next: {}").format(_describe_next(compose=compose)))


def _write(path: Path, one: _Planned) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, one.text, mode=one.mode)
    if one.owner is not None and os.geteuid() == 0:
        os.chown(path, one.owner, one.owner)


def _read_host(public_url: str) -> str:
    parts = urlsplit(public_url)
    if parts.scheme != "https" or not parts.hostname or parts.path.strip("/"):
        raise Misuse(_("--public-url: found {!r}, expected https://host").format(public_url))
    return parts.netloc


def _plan_units(public_url: str, host: str, *, postgres: bool) -> tuple[_Planned, ...]:
    database = 'database_url = "postgresql://synergie@127.0.0.1/synergie"' if postgres else ""
    credentials = (
        "LoadCredential=pgpass:/etc/synergie/pgpass\nEnvironment=PGPASSFILE=%d/pgpass"
        if postgres
        else ""
    )
    values = {
        "public_url": public_url, "host": host, "upstream": "127.0.0.1:8000", "listen": "127.0.0.1",
        "data_dir": "/var/lib/synergie", "trusted": "127.0.0.0/8,::1/128", "database": database,
        "program": str(Path(sys.executable).with_name("synergie")), "credentials": credentials,
        "hardening": _read_template("hardening.conf").rstrip(),
    }  # fmt: skip
    settings, units = Path("etc/synergie"), Path("etc/systemd/system")
    names = ("synergie.service", "synergie-nightly.service", "synergie-nightly.timer")
    password = secrets.token_urlsafe(24)
    return (
        _Planned(settings / "synergie.toml", _fill("synergie.toml", values)),
        _Planned(settings / "backup-passphrase", secrets.token_urlsafe(24) + "\n", _PRIVATE),
        *(
            (_Planned(settings / "pgpass", f"*:*:*:synergie:{password}\n", _PRIVATE),)
            if postgres
            else ()
        ),
        *(_Planned(units / name, _fill(name, values)) for name in names),
        _Planned(settings / "nginx.conf", _fill("nginx.conf", values)),
        _Planned(settings / "Caddyfile", _fill("Caddyfile", values)),
        _Planned(settings / "alerts.yaml", _read_template("alerts.yaml")),
    )


def _plan_containers(public_url: str, host: str, *, postgres: bool) -> tuple[_Planned, ...]:
    database = 'database_url = "postgresql://synergie@postgres/synergie"' if postgres else ""
    values = {
        "public_url": public_url, "host": host, "upstream": "app:8000", "listen": "0.0.0.0",  # noqa: S104 (its container)
        "data_dir": "/var/lib/synergie", "trusted": "172.16.0.0/12,10.0.0.0/8,192.168.0.0/16",
        "database": database,
    }  # fmt: skip
    pieces = _POSTGRES if postgres else dict.fromkeys(_POSTGRES, "")
    pieces |= {"nightly_secrets": "backup-passphrase, pgpass" if postgres else "backup-passphrase"}
    password = secrets.token_urlsafe(24)
    secret = Path("secrets")
    kept = (
        _Planned(secret / "postgres-password", password, _PRIVATE),
        _Planned(secret / "pgpass", f"postgres:*:*:synergie:{password}\n", _PRIVATE, _IN_CONTAINER),
    )
    return (
        _Planned(Path("synergie.toml"), _fill("synergie.toml", values)),
        _Planned(
            secret / "backup-passphrase", secrets.token_urlsafe(24) + "\n", _PRIVATE, _IN_CONTAINER
        ),
        *(kept if postgres else ()),
        _Planned(Path("compose.yaml"), _fill("compose.yaml", pieces)),
        _Planned(Path("Containerfile"), _read_template("Containerfile")),
        _Planned(Path("Caddyfile"), _fill("Caddyfile", values)),
    )


_POSTGRES = {
    "database": """\
    environment: {PGPASSFILE: /run/secrets/pgpass}
    depends_on: {postgres: {condition: service_healthy}}""",
    "database_service": """\
  postgres:
    <<: *hardened
    image: postgres:17
    cap_add: [CHOWN, DAC_OVERRIDE, FOWNER, SETGID, SETUID]
    environment:
      POSTGRES_USER: synergie
      POSTGRES_PASSWORD_FILE: /run/secrets/postgres-password
      POSTGRES_INITDB_ARGS: --data-checksums
    healthcheck: {test: ["CMD", "pg_isready", "-U", "synergie"], interval: 5s, retries: 12}
    tmpfs: [/tmp, /run/postgresql]
    volumes: ["postgres:/var/lib/postgresql/data"]
    secrets: [postgres-password]""",
    "database_volume": "  postgres:",
    "database_secrets": """\
  postgres-password: {file: secrets/postgres-password}
  pgpass: {file: secrets/pgpass}""",
}
"""What a PostgreSQL of its own adds to `compose.yaml`, place by place."""


def _fill(name: str, values: Mapping[str, str]) -> str:
    """The template *name* with each `@key@` replaced; a line that is left empty by it goes."""
    lines = []
    for line in _read_template(name).splitlines():
        filled = line
        for key, value in values.items():
            filled = filled.replace(f"@{key}@", value)
        if filled.strip() or not line.strip():
            lines.append(filled)
    return "\n".join(lines) + "\n"


def _read_template(name: str) -> str:
    return (files("synergie.cli.operate") / "deploy" / name).read_text(encoding="utf-8")


def _describe_next(*, compose: bool) -> str:
    return (
        "docker compose up -d"
        if compose
        else "systemctl enable --now synergie synergie-nightly.timer"
    )
