"""Holes planted in a copy of the server turn the tests red, each the one that is meant for it."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.house.conftest import copied

pytestmark = pytest.mark.faults

SUMMARY = re.compile(r"^(FAILED|ERROR) (.+?) - (.*)$", re.MULTILINE)
MATRIX = "tests/access/test_matrix.py"
LOG = "tests/access/test_log.py"
CONTRACTS = "tests/pages/test_contracts.py"


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
def planted(*, item_id: ItemId, assets: InAssets) -> str:
    """A route that asks nobody who calls."""
    return item_id
'''
_UNPERMITTED = '''
from sqlmodel import select
from synergie.storage.tables import SegmentRow
from synergie.storage.store import Session


class Shelf:
    """A repository whose method asks for no Permit."""

    def curves(self, session: Session) -> list[SegmentRow]:
        """Everything."""
        return list(session.exec(select(SegmentRow)))
'''
_VEIL = "            _redact_event,\n"
_PRESENTED = "        text = _get_presented_token(request)\n"

HOLES = {
    "a route without guard": Hole(
        "src/synergie/server/api/assets/sites.py", "", _UNGUARDED, MATRIX, "ask_for_no_token"
    ),
    "a route that nobody put in the matrix": Hole(
        "src/synergie/server/api/assets/sites.py",
        "",
        _UNGUARDED.replace("item_id: ItemId, assets", "caller: Reader, item_id: ItemId, assets"),
        MATRIX,
        "each_route_has_a_row",
    ),
    "a repository method without Permit": Hole(
        "src/synergie/storage/assets/held.py",
        "",
        _UNPERMITTED,
        "tests/architecture/test_permits.py",
        "takes_a_permit_first and held",
    ),
    "a refusal that says the thing exists": Hole(
        "src/synergie/exchange/door.py",
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
        '        seal = text.rpartition(".")[2]\n'
        '        structlog.get_logger("synergie").info("auth.token", seal=seal)\n',
        "tests/server/test_log.py",
        "nothing_secret_is_written",
    ),
    "a log that veils nothing": Hole(
        "src/synergie/server/log.py", _VEIL, "", LOG, "exception_that_holds_a_secret"
    ),
    "a check dropped from decide": Hole(
        "src/synergie/policy/trust/decide.py",
        '    ("ended", _has_not_ended),\n',
        "",
        MATRIX,
        "once_the_agreement_is_revoked_it_is_403 and read_curve",
    ),
    "a granularity that is not looked at": Hole(
        "src/synergie/policy/trust/decide.py",
        '    ("granularity_too_fine", _not_finer),\n',
        "",
        MATRIX,
        "finer_than_granted and read_curve",
    ),
    "coarsening bypassed": Hole(
        "src/synergie/exchange/readings/curves.py",
        "told = choose_granularity(permit, session, found, granularity, span=(start, end))\n",
        'told = "raw"\n',
        "tests/access/test_campaign.py",
        "never_shows_a_half_hour",
    ),
    "a read that the journal does not hear of": Hole(
        "src/synergie/exchange/trust/seen.py",
        "    with store.write(essential=True) as session:\n"
        "        for permit, entry in entries:\n"
        "            append(permit, session, entry, now=now)\n"
        "\n\ndef _build_access_entry",
        "    del store, entries, now\n\n\ndef _build_access_entry",
        "tests/server/test_audit.py",
        "read_alone_or_in_a_list and site",
    ),
    "a part of a plan with the visits of everybody": Hole(
        "src/synergie/maintenance/plan/year/view.py",
        "        visits = book.visits.get(body, ())\n",
        "        visits = tuple(one for some in book.visits.values() for one in some)\n",
        "tests/exchange/test_campaigns.py",
        "no_part_holds_what_is_of_another_body",
    ),
    "progress of cabinets that are closed": Hole(
        "src/synergie/maintenance/exchange/progress.py",
        "        view = _open_alone(session, part, assets)\n",
        "        view = part.view\n",
        "tests/exchange/test_campaign_attacks.py",
        "progress_tells_no_cabinet",
    ),
    "a campaign that anybody reads": Hole(
        "src/synergie/storage/shared_scope.py",
        "or_(mine, col(table.id).in_(invited))",
        "or_(mine, ~mine, col(table.id).in_(invited))",
        MATRIX,
        "another_organisation_sees and read_campaign",
    ),
    "a lighting study that anybody reads": Hole(
        "src/synergie/storage/shared_scope.py",
        "or_(mine, col(table.id).in_(invited))",
        "or_(mine, ~mine, col(table.id).in_(invited))",
        MATRIX,
        "another_organisation_sees and read_lighting_study",
    ),
    "a revoked token that still opens": Hole(
        "src/synergie/storage/trust/replays.py",
        ' AND t.revoked_at IS NULL AND c.enabled\n"""\n',
        ' AND c.enabled\n"""\n',
        MATRIX,
        "a_revoked_token and read_site",
    ),
    "a proof that may be used twice": Hole(
        "src/synergie/exchange/trust/clients.py",
        "    if not first:\n",
        "    if live is None:\n",
        MATRIX,
        "a_replayed_proof and read_site",
    ),
    "a page of contracts for whoever logs in": Hole(
        "src/synergie/contract/pages.py",
        'require_page_scopes("contracts:read")',
        "require_page_scopes()",
        CONTRACTS,
        "a_role_without_the_scope",
    ),
    "a member's part that is the whole": Hole(
        "src/synergie/contract/exchange/contracts.py",
        "own = [one.member == member for one in contract.points]",
        "own = [True for one in contract.points]",
        CONTRACTS,
        "a_member_reads_its_own_points",
    ),
    "a page of the budget for whoever logs in": Hole(
        "src/synergie/budget/pages.py",
        'require_page_scopes("budget:read")',
        "require_page_scopes()",
        "tests/pages/test_budget.py",
        "without_an_account_or_the_scope",
    ),
    "a contract that strangers read": Hole(
        "src/synergie/contract/storage/documents.py",
        "    row = find_shared_row(permit, session, _ROW, *where, for_update=for_update)\n",
        "    del where, for_update\n    row = session.get(_ROW, (document, 'org-one'))\n",
        CONTRACTS,
        "nobody_else_reads_it",
    ),
}


@pytest.fixture(scope="module")
def tree(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One copy of the server and of its tests; each test spoils it and mends it."""
    return copied(root, tmp_path_factory.mktemp("holes"), "src", "specs", "tests", "pyproject.toml")


def ran(tree: Path, *holes: Hole) -> subprocess.CompletedProcess[str]:
    """The tests that are meant for *holes*, in one process, on the code of *tree*."""
    wanted = " or ".join(sorted({f"({hole.red})" for hole in holes}))
    line = ["-m", "pytest", "-q", "-x", "--tb=short", "-p", "no:cacheprovider", "-p", "no:xdist"]
    kept = {name: text for name, text in os.environ.items() if name == "PATH"}
    return subprocess.run(
        [sys.executable, *line, *sorted({hole.tests for hole in holes}),
         "-m", "not postgres and not faults", "-k", wanted],
        cwd=tree,
        env=kept | {"PYTHONPATH": str(tree / "src"), "COLUMNS": "1000"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )  # fmt: skip


@contextmanager
def dug(tree: Path, hole: Hole) -> Iterator[None]:
    """*tree* with *hole* in it, and afterwards without."""
    file = tree / hole.file
    text = file.read_text(encoding="utf-8")
    assert text.count(hole.old) == 1 or not hole.old, "the place of the hole is there"
    spoilt = text.replace(hole.old, hole.new) if hole.old else text + hole.new
    file.write_text(spoilt, encoding="utf-8")
    try:
        yield
    finally:
        file.write_text(text, encoding="utf-8")


def test_where_there_is_no_hole_the_tests_meant_for_it_pass(tree: Path) -> None:
    sound = ran(tree, *HOLES.values())
    assert sound.returncode == 0, sound.stdout + sound.stderr
    assert SUMMARY.findall(sound.stdout) == []


@pytest.mark.parametrize("name", HOLES)
def test_a_planted_hole_fails_an_assertion_of_the_test_meant_for_it(tree: Path, name: str) -> None:
    hole = HOLES[name]
    with dug(tree, hole):
        done = ran(tree, hole)
    assert done.returncode == 1, done.stdout + done.stderr
    found = SUMMARY.findall(done.stdout)
    assert found, done.stdout
    for outcome, test, why in found:
        assert outcome == "FAILED", done.stdout
        assert test.startswith(f"{hole.tests}::"), test
        assert why.startswith(("assert ", "AssertionError")), done.stdout
