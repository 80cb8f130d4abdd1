"""A folder of results that is there whole or not at all."""

import secrets
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from synergie.cli.misuse import Misuse
from synergie.cli.texts import _


def check_output_folder(out: Path, ours: Collection[str], *, force: bool) -> None:
    """Misuse when *out* is there and must stay: without *force*, or with files of others in it.

    *ours*: the names that such a folder may hold.
    """
    if not out.exists() and not out.is_symlink():
        return
    if not force:
        raise Misuse(_("{}: exists already; give another name, or --force").format(out))
    if not out.is_dir() or out.is_symlink():
        raise Misuse(_("{}: not a folder").format(out))
    others = sorted({path.name for path in out.iterdir()} - set(ours))
    if others:
        raise Misuse(
            _("{}: holds {}, which no plan wrote; nothing is removed").format(out, others[0])
        )


@contextmanager
def write_whole_folder(out: Path) -> Iterator[Path]:
    """A folder beside *out* that takes its place at the end, when nothing went wrong."""
    out.parent.mkdir(parents=True, exist_ok=True)
    mark = secrets.token_hex(4)
    beside, before = (out.with_name(f".{out.name}.{mark}{end}") for end in ("", ".old"))
    beside.mkdir()
    try:
        yield beside
        if out.exists():
            out.rename(before)
        beside.rename(out)
    except BaseException:
        if before.exists() and not out.exists():
            before.rename(out)
        raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)
        shutil.rmtree(before, ignore_errors=True)
