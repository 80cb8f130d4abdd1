"""The mark beside a SQLite file: how far it had come, so that an older file put back is seen.

A file copied back by hand bears the same epoch and lower numbers: its next changes would take the
numbers of others that followers were told of. The mark is written after what it names is on the
disk, at most a second later: a database behind it is another one than the last that was served.
"""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from secrets import token_hex

from sqlalchemy import Engine, make_url
from sqlmodel import Session

from synergie.errors import Misconfigured
from synergie.storage.epochs import list_epochs
from synergie.storage.head import head

_SUFFIX = "-mark"


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a database had come: its epoch and the number of its last change."""

    epoch: str
    n: int


def mark_path(url: str) -> Path | None:
    """The mark of the store at *url*: `synergie.db-mark` beside `synergie.db`. None: no file."""
    database = make_url(url).database
    if not url.startswith("sqlite") or database in {None, "", ":memory:"}:
        return None
    return Path(f"{database}{_SUFFIX}")


def read_mark(path: Path) -> Mark | None:
    """The mark at *path*; None when there is none, or what a power cut left, or another user's."""
    try:
        return Mark(**json.loads(path.read_text(encoding="ascii")))
    except (OSError, ValueError, TypeError):
        return None


def write_mark(engine: Engine, url: str) -> None:
    """Write how far the store at *url* has come, when that is not what its mark says."""
    path = mark_path(url)
    if path is None or not path.parent.is_dir():
        return
    with Session(engine) as session:
        state = head(session)
    mark = Mark(state.epoch, state.n)
    if read_mark(path) == mark:
        return
    draft = path.with_name(f".{path.name}.{token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            if os.geteuid() == 0:  # as SQLite does with its WAL: the server is another user
                owner = path.with_name(path.name.removesuffix(_SUFFIX)).stat()
                os.fchown(handle, owner.st_uid, owner.st_gid)
            json.dump(asdict(mark), file)
        draft.rename(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def require_reached(engine: Engine, url: str) -> None:
    """Misconfigured when the store is behind its mark: an older file was put in its place."""
    path = mark_path(url)
    mark = None if path is None else read_mark(path)
    if mark is None:
        return
    with Session(engine) as session:
        if _has_reached(session, mark):
            return
        n = head(session).n
    raise Misconfigured(
        "{}: its last change is {}, and this server had come to {}: another file was put in its"
        " place. If it is the right one: synergie restore --accept --store {}",
        Path(url.removeprefix("sqlite:///")).name,
        n,
        mark.n,
        url,
    )


def _has_reached(session: Session, mark: Mark) -> bool:
    """An epoch of before is all in it, for the present one began after."""
    state = head(session)
    if state.epoch == mark.epoch:
        return state.n >= mark.n
    return mark.epoch in {one.id for one in list_epochs(session)}
