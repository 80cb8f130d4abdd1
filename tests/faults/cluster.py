"""A PostgreSQL of a test's own, that it may kill."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from tests.components import missing
from tests.server.process import kept_port


@dataclass(frozen=True)
class Cluster:
    """One cluster, on a free port of this machine."""

    programs: Path
    folder: Path
    port: int

    @property
    def url(self) -> str:
        """The address of its database."""
        return f"postgresql://synergie@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1"
        options += f" -c unix_socket_directories={self.folder} -c max_connections=60"
        self._run("pg_ctl", "-l", str(self.folder / "log"), "-w", "-o", options, "start")

    def stop(self, mode: str) -> None:
        """Stop it: `fast` ends connections with a word, `immediate` is a crash."""
        self._run("pg_ctl", "-w", "-m", mode, "stop")

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self.programs / program), "-D", str(self.folder / "data"), *arguments]
        subprocess.run(
            [*_as_postgres(), *command], check=True, stdout=subprocess.DEVNULL, cwd="/", timeout=120
        )


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A new cluster that runs; gone at the end."""
    folder = Path(mkdtemp())
    if os.geteuid() == 0:
        shutil.chown(folder, user=_user())
    with kept_port() as port:
        one = Cluster(_programs(), folder, port)
        try:
            one._run("initdb", "-U", "synergie", "-A", "trust", "-E", "UTF8", "--no-locale")
            one.start()
            yield one
        finally:
            with suppress(subprocess.CalledProcessError):  # it may be stopped already
                one.stop("immediate")
            shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / "initdb").is_file():
            return folder
    found = shutil.which("initdb")
    if found is None:
        missing("PostgreSQL (initdb)")
    return Path(found).parent


def _as_postgres() -> list[str]:
    """PostgreSQL does not run as root."""
    return ["runuser", "-u", _user(), "--"] if os.geteuid() == 0 else []


def _user() -> str:
    names = {one.pw_name for one in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"
