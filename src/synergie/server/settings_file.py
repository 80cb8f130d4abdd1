"""The file of settings, `synergie.toml`: where it is, what it says, and where each setting is from.

One file for the server and for every command of its operator, so that all work on one store. What
the environment says goes before the file, and what the command line says before both.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

from synergie.errors import Misconfigured

NAME = "synergie.toml"
VARIABLE = "SYNERGIE_CONFIG"
"""The variable that names the file."""
SYSTEM = Path("/etc/synergie")
"""The folder that is looked into last."""

type Origin = Literal["option", "environment", "file", "default"]


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """What one file says."""

    path: Path
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class SettingSource:
    """One setting as it holds, a password in it hidden, and who says it."""

    name: str
    value: str | None
    origin: Origin
    where: str
    """The variable or the file; empty for an option and for a default."""


def find_settings_file(environ: Mapping[str, str], folder: Path) -> Path | None:
    """The file that `SYNERGIE_CONFIG` names; else the one in *folder*, else in `/etc/synergie`.

    Misconfigured when the one that is named is not there.
    """
    named = environ.get(VARIABLE, "")
    if named:
        if not Path(named).exists():
            raise Misconfigured("{}: found {!r}, expected a file", VARIABLE, named)
        return Path(named)
    found = (place / NAME for place in (folder, SYSTEM))
    return next((path for path in found if path.is_file()), None)


def read_settings_file(path: Path, kinds: Mapping[str, object]) -> SettingsFile:
    """What the file at *path* says, its paths counted from its folder; *kinds*: settings by name.

    Misconfigured names the file and the line or the setting: no TOML, no such setting.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Misconfigured("{}: expected TOML in UTF-8; {}", path, error) from error
    except OSError as error:
        raise Misconfigured("{}: cannot be read: {}", path, error.strerror) from error
    for name in values:
        if name not in kinds:
            raise refuse_unknown_setting(f"{path}: {name}", name, kinds)
    folder = path.resolve().parent
    return SettingsFile(path, dict(_anchor_paths(values, kinds, folder)))


def refuse_unknown_setting(where: str, name: str, known: Iterable[str]) -> Misconfigured:
    """That *where* is no setting, with what *name* may have meant of those that are *known*."""
    names = sorted(known)
    near = get_close_matches(name, names, n=1)
    if near:
        return Misconfigured("{}: no such setting; did you mean {}?", where, near[0])
    return Misconfigured("{}: no such setting; known: {}", where, ", ".join(names))


def hide_password(address: str) -> str:
    """*address* without the password between its user and its host."""
    scheme, slashes, rest = address.partition("://")
    place, slash, name = rest.partition("/")
    user, at, host = place.rpartition("@")
    login, colon, _ = user.partition(":")
    return f"{scheme}{slashes}{login}:***{at}{host}{slash}{name}" if at and colon else address


def _anchor_paths(
    values: Mapping[str, object], kinds: Mapping[str, object], folder: Path
) -> Iterator[tuple[str, object]]:
    for name, value in values.items():
        if isinstance(value, str) and kinds[name] in (Path, Path | None):
            yield name, folder / value
        elif name == "database_url" and isinstance(value, str):
            yield name, _anchor_store(value, folder)
        else:
            yield name, value


def _anchor_store(address: str, folder: Path) -> str:
    """`sqlite:///file.db` counts from *folder*; what else there is stays."""
    scheme, slashes, file = address.partition(":///")
    if scheme != "sqlite" or not file or file.startswith(":"):
        return address
    return f"{scheme}{slashes}{folder / file}"
