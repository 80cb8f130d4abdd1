"""Holes planted in a copy of the server turn the tests red, each the one that is meant for it."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

pytestmark = pytest.mark.faults

BIN = Path(sys.executable).parent
MATRIX = "tests/access/test_matrix.py"
LOG = "tests/access/test_log.py"


@dataclass(frozen=True)
class Hole:
    """In *file*, *old* becomes *new*; then the tests *red* of the module *tests* fail."""

    file: str
    old: str
    new: str
    tests: str
    red: str


_UNGUARDED = '''

@router.get("/{item_id}/everything", operation_id="planted", responses=READING)
def planted(*, item_id: ItemId, house: InHouse) -> str:
    """A route that asks nobody who calls."""
    return item_id
'''
_UNPERMITTED = '''
from sqlmodel import select
from synergie.storage._tables import SegmentRow
from synergie.storage.store import Session


class Shelf:
    """A repository whose method asks for no Permit."""

    def curves(self, session: Session) -> list[SegmentRow]:
        """Everything."""
        return list(session.exec(select(SegmentRow)))
'''
_VEIL = "            _veil,\n"
_PRESENTED = "        text = _presented(request)\n"

HOLES = {
    "a route without guard": Hole(
        "src/synergie/server/api/sites.py", "", _UNGUARDED, MATRIX, "ask_for_no_token"
    ),
    "a route that nobody put in the matrix": Hole(
        "src/synergie/server/api/sites.py",
        "",
        _UNGUARDED.replace("item_id: ItemId, house", "caller: Reader, item_id: ItemId, house"),
        MATRIX,
        "each_route_has_a_row",
    ),
    "a repository method without Permit": Hole(
        "src/synergie/storage/held.py",
        "",
        _UNPERMITTED,
        "tests/architecture/test_permits.py",
        "takes_a_permit_first and held",
    ),
    "a refusal that says the thing exists": Hole(
        "src/synergie/exchange/_door.py",
        "    raise refusal or NotFound\n",
        '    raise refusal or NotAllowed("selector")\n',
        MATRIX,
        "another_organisation_sees and read_site",
    ),
    "an absent thing that is not told twice in the same bytes": Hole(
        "src/synergie/server/problems.py",
        "        headers = {}\n",
        '        headers = {"X-Case": secrets.token_hex(4)}\n',
        MATRIX,
        "another_organisation_sees and read_site",
    ),
    "a scope that is not asked for": Hole(
        "src/synergie/server/guard.py",
        "            if scope not in held:\n",
        "            if scope not in held and not scope.startswith('sites'):\n",
        MATRIX,
        "with_another_scope and read_site",
    ),
    "a token in the log": Hole(
        "src/synergie/server/guard.py",
        _PRESENTED,
        f"{_PRESENTED}        import structlog\n"
        '        structlog.get_logger("synergie").info("auth.token", token=text[9:])\n',
        LOG,
        "no_token_proof_or_assertion",
    ),
    "a log that veils nothing": Hole(
        "src/synergie/server/log.py", _VEIL, "", LOG, "exception_that_holds_a_secret"
    ),
    "a check dropped from decide": Hole(
        "src/synergie/policy/decide.py",
        '    ("ended", _has_not_ended),\n',
        "",
        MATRIX,
        "once_the_agreement_is_revoked_it_is_403 and read_curve",
    ),
    "a granularity that is not looked at": Hole(
        "src/synergie/policy/decide.py",
        '    ("granularity_too_fine", _not_finer),\n',
        "",
        MATRIX,
        "finer_than_granted and read_curve",
    ),
    "coarsening bypassed": Hole(
        "src/synergie/exchange/curves.py",
        "            told = level(permit, session, found, granularity, span=(start, end))\n",
        '            told = "raw"\n',
        "tests/access/test_campaign.py",
        "never_shows_a_half_hour",
    ),
    "a read that the journal does not hear of": Hole(
        "src/synergie/exchange/_seen.py",
        "        append(permit, session, entry, now=now)\n",
        "        pass\n",
        LOG,
        "each_read_under_an_agreement",
    ),
    "a revoked token that still opens": Hole(
        "src/synergie/storage/tokens.py",
        "        col(AccessTokenRow.revoked_at).is_(None),\n",
        "",
        MATRIX,
        "a_revoked_token and read_site",
    ),
    "a proof that may be used twice": Hole(
        "src/synergie/exchange/clients.py",
        "        if not self.remember_proof(jkt, proof, now=now):\n",
        "        if not jkt:\n",
        MATRIX,
        "a_replayed_proof and read_site",
    ),
}


def ran(tree: Path, hole: Hole) -> subprocess.CompletedProcess[str]:
    """The tests that are meant for *hole*, on the code of *tree*."""
    kept = {name: text for name, text in os.environ.items() if name == "PATH"}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", hole.tests,
         "-m", "not postgres", "-k", hole.red],
        cwd=tree,
        env=kept | {"PYTHONPATH": str(tree / "src"), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )  # fmt: skip


@pytest.mark.parametrize("name", HOLES)
def test_a_planted_hole_turns_the_tests_red(planted: Path, name: str) -> None:
    hole = HOLES[name]
    sound = ran(planted, hole)
    assert sound.returncode == 0, sound.stdout
    assert " passed" in sound.stdout, "the tests meant for it are there"
    file = planted / hole.file
    text = file.read_text(encoding="utf-8")
    assert hole.old in text, "the place of the hole is there"
    spoilt = text.replace(hole.old, hole.new, 1) if hole.old else text + hole.new
    file.write_text(spoilt, encoding="utf-8")
    done = ran(planted, hole)
    assert done.returncode == 1, done.stdout
    assert " failed" in done.stdout or " error" in done.stdout
