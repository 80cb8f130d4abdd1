"""The command line: French first, one exit code a kind of end, no traceback to the person."""

from synergie.cli._main import main

__all__ = ["main"]
