"""Runs the code of a notebook as it stands, cell by cell, and tells what each one shows.

`python notebook.py FILE`: one line of JSON a code cell, the rich form where there is one.
"""

import ast
import json
import sys
from pathlib import Path
from typing import Any


def list_code(path: Path) -> list[str]:
    """The code cells of the notebook at *path*."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def run_cell(code: str, names: dict[str, Any]) -> str:
    """Runs *code* in *names*; what a notebook would show of its last expression, or ""."""
    tree = ast.parse(code)
    last = tree.body[-1]
    if not isinstance(last, ast.Expr):
        exec(compile(tree, "<cell>", "exec"), names)  # noqa: S102 (a notebook of ours)
        return ""
    tree.body.pop()
    exec(compile(tree, "<cell>", "exec"), names)  # noqa: S102 (as above)
    value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)  # noqa: S307
    show = getattr(value, "_repr_html_", None)
    return str(show() if show else repr(value))


if __name__ == "__main__":
    known: dict[str, Any] = {"__name__": "__main__"}
    for cell in list_code(Path(sys.argv[1])):
        print(json.dumps(run_cell(cell, known)))  # noqa: T201 (the answer)
