"""A missing optional part is said with the command that installs it."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from synergie.errors import MissingExtra


@contextmanager
def needs(extra: str) -> Iterator[None]:
    """Imports inside raise MissingExtra(*extra*) when a library of that extra is absent."""
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] == "synergie":
            raise
        raise MissingExtra(extra) from error


def is_here(*libraries: str) -> bool:
    """Whether each of *libraries* can be imported; none is."""
    return all(find_spec(name) is not None for name in libraries)
