"""The checker of certificates alone: what it holds, what it refuses, what it needs."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from synergie.plan.certificate import checker

HEAD = "VER 1.0\nVAR 2\nx y\nINT 2\n0 1\nOBJ min\n2 0 1 1 1\nCON 2 0\n"
"""min x + y, both whole, with the two constraints that follow."""
ROWS = "C1 G 1 2 0 4 1 1\nC2 L 2 2 0 4 1 -1\n"
PROOF = HEAD + ROWS + (
    "RTP range 0 inf\nSOL 0\nDER 3\n"
    "D0 G -1/2 1 1 1 { lin 2 0 1/2 1 -1/2 } -1\n"
    "D1 G -1/8 OBJ { lin 2 0 1/4 2 3/4 } -1\n"
    "D2 G 0 OBJ { rnd 1 3 1 } -1\n"
)  # fmt: skip
"""x + y >= 0: y >= -1/2 by both rows, x + y >= -1/8 with the first, and whole."""


def check(tmp_path: Path, text: str) -> tuple[int, str]:
    path = tmp_path / "preuve.vipr"
    path.write_text(text, "utf-8")
    return checker.check_file(str(path))


def test_a_bound_that_rounding_gives_holds(tmp_path: Path) -> None:
    assert check(tmp_path, PROOF) == (0, "proved: no cost below 0 (3 steps)")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("D0 G -1/2", "D0 G 0", "not proved: D0: it does not follow from its parts"),
        ("lin 2 0 1/2 1 -1/2", "lin 2 0 1/2 1 1/2", "not proved: D0: its parts press both ways"),
        ("lin 2 0 1/2 1 -1/2", "asm", "not proved: nothing is derived without an assumption"),
        ("INT 2\n0 1", "INT 1\n0", "not proved: D2: what is not whole cannot be rounded"),
        ("range 0 inf", "range 1 inf", "not proved: the last step does not say"),
        ("D2 G 0", "D2 G 1", "not proved: D2: it does not follow from its parts"),
        ("lin 2 0 1/2 1", "lin 2 0 1/2 0", "no certificate: number 0 stands twice in one list"),
        ("lin 2 0 1/2 1", "lin 2 0 1/2 7", "no certificate: number 7, and there are only 2"),
        ("range 0 inf", "range 0 9", "no certificate: '9' where inf was expected"),
        ("OBJ min", "OBJ max", "no certificate: 'max' where min was expected"),
        ("VER 1.0", "VER 9", "no certificate: '9' where 1.0 was expected"),
        ("C1 G 1 2", "C1 G 1/0 2", "no certificate: '1/0' where a rational was expected"),
        ("C1 G 1 2", "C1 G 1e9999 2", "no certificate: '1e9999' where a rational was expected"),
        ("VAR 2", "VAR -2", "no certificate: '-2' where a count was expected"),
        ("DER 3", "DER 9", "no certificate: the file ends too early"),
        ("DER 3", "DER 2", "no certificate: 'D2' after the last step"),
        ("SOL 0", "SOL 1", "no certificate: '1' where 0 was expected"),
        ("D0 G", "D0 X", "no certificate: 'X' where L or E or G was expected"),
    ],
)  # fmt: skip
def test_what_does_not_hold_is_refused_with_its_place(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    assert old in PROOF
    status, answer = check(tmp_path, PROOF.replace(old, new, 1))
    assert answer.startswith(said), answer
    assert status == (1 if said.startswith("not") else 2)


SPLIT = HEAD + "C1 G 3 2 0 2 1 2\nC2 G 0 1 0 1\n" + (
    "RTP range 2 inf\nSOL 0\nDER 6\n"
    "A1 L 1 2 0 1 1 1 { asm } -1\n"
    "A2 G 2 2 0 1 1 1 { asm } -1\n"
    "D2 G 1 0 { lin 2 0 1 2 -2 } -1\n"
    "D3 G 2 OBJ { lin 1 3 1 } -1\n"
    "D4 G 2 OBJ { uns 4 2 5 3 } -1\n"
    "D5 G 2 OBJ { lin 1 6 1 } -1\n"
)  # fmt: skip
"""2 x + 2 y >= 3 and whole: x + y >= 2, by x + y <= 1 or >= 2."""


def test_a_split_joins_what_holds_on_both_sides(tmp_path: Path) -> None:
    assert check(tmp_path, SPLIT) == (0, "proved: no cost below 2 (6 steps)")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("A2 G 2 2", "A2 G 3 2", "D4: its two assumptions leave something out"),
        ("A1 L 1 2 0 1 1 1", "A1 L 1 2 0 1 1 2", "D2: it does not follow from its parts"),
        ("uns 4 2 5 3", "uns 5 2 5 3", "nothing is derived without an assumption"),
        ("uns 4 2 5 3", "uns 4 2 0 3", "D4: one of its parts does not say it"),
        ("INT 2\n0 1", "INT 1\n0", "D4: its two assumptions leave something out"),
        ("D5 G 2 OBJ { lin 1 6 1 }", "D5 G 2 OBJ { lin 1 5 1 }", "nothing is derived without"),
    ],
)
def test_a_split_that_leaves_something_out_is_refused(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    assert old in SPLIT
    status, answer = check(tmp_path, SPLIT.replace(old, new, 1))
    assert (status, answer.startswith(f"not proved: {said}")) == (1, True), answer


def test_it_runs_alone_without_any_package(tmp_path: Path) -> None:
    path = tmp_path / "preuve.vipr"
    path.write_text(SPLIT, "ascii")
    done = subprocess.run(
        [sys.executable, "-I", "-S", checker.__file__, str(path)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "proved: no cost below 2 (6 steps)\n")


def test_it_imports_nothing_but_the_standard_library() -> None:
    tree = ast.parse(Path(checker.__file__).read_text("utf-8"))
    names = {
        name
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names] if isinstance(node, ast.Import)
            else [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        )
    }  # fmt: skip
    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names
    assert names == {"sys", "collections.abc", "fractions", "math"}


def test_a_file_that_is_no_text_is_no_certificate(tmp_path: Path) -> None:
    path = tmp_path / "preuve.vipr"
    path.write_bytes(b"\xff\xfe\x00")
    assert checker.check_file(str(path))[0] == 2
    assert checker.check_file(str(tmp_path / "absent"))[0] == 2
