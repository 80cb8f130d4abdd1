"""Nothing reads a data table without a Permit: public functions of storage ask for one first."""

import ast
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "synergie"
STORAGE = [
    path
    for path in sorted(SOURCE.rglob("*.py"))
    if "storage" in path.parts and "migrations" not in path.parts
]
"""Modules of storage, in the core and in each subject."""
INNER = {
    name
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
        "importlinter"
    ]["contracts"]
    if contract["name"] == "what storage keeps to itself"
    for name in contract["protected_modules"]
}
"""Modules that storage alone imports: what they give goes no further without a Permit."""

DATA = {
    "AggregateMemberRow", "AgreementFaultRow", "AgreementItemRow", "AgreementRow", "AlertRow",
    "NeedRow",
    "BatchRow", "BudgetLineRow", "BundleRow", "CabinetRow", "CalendarFeedRow",
    "CampaignBodyRow", "CampaignPartRow", "CampaignRoundsPartRow", "CampaignRoundsRow",
    "CampaignRow", "CampaignRunRow", "CellSchemeRow", "ChangeRow", "ClosureRow", "ConsentRow",
    "ContractDocumentRow",
    "DepositRow", "EmbedRow",
    "ExportRow", "FactRow", "KeyCustodyRow",
    "JournalBundleRow", "JournalPartyRow", "JournalRow", "JournalSubjectRow", "LightPointRow",
    "LightingBodyRow",
    "LightingComparisonRow", "LightingConsultationRow", "LightingOptionsRow", "LightingPartRow",
    "LightingStudyRow", "LightingVoiceRow", "LightingWeighingRow", "NamedPerimeterRow",
    "NewestFactRow", "OpenFileRow",
    "OrganisationRow", "OwnedHistoryRow", "ProfileRow", "PublicNamingRow", "WatchStateRow",
    "PublicationRow", "PurchaseMarketPartRow", "PurchaseMarketRow",
    "PurchaseMemberRow", "PurchaseNeedsRow",
    "PurchaseOffersRow", "PurchasePartRow", "PurchaseRow", "PurchaseRunRow", "ReleaseRow",
    "RelianceRow", "SavedViewRow", "SegmentRow", "SeriesRow", "SharedPointRow", "SiteRow",
    "SupplyPointRow", "UndoRow",
    "MonthEnergyRow", "WebhookDeliveryRow", "WebhookRow", "PointYearRow", "YearEnergyRow",
}  # fmt: skip
"""Tables that hold what organisations own, share or agree."""

GIVEN = {"self.table", "self.invitations"}
"""Data tables that a class is given: of each kind of shared plan."""

PLUMBING = {
    "AggregateYearRow": "which version of a scheme a year has",
    "ClockMarkRow": "when the store was last in use; holds no data of anyone",
    "HeadRow": "counts changes; holds no data of anyone",
    "EpochRow": "since which change each restore holds; no data of anyone",
    "OrganisationKeyRow": "public keys",
    "IdempotencyRow": "answers to the same client's own request",
    "OAuthClientRow": "who may ask for a token, before there is a caller to decide on",
    "AccountRow": "who may log in, before there is a caller to decide on",
    "EntryLinkRow": "digests of one-time links",
    "SittingRow": "digests of cookies: which log-ins hold",
    "LoginMailRow": "addresses at which a link was asked for, until it is sent",
    "PasskeyRow": "public keys",
    "AccessTokenRow": "which tokens hold, before there is a caller to decide on",
    "JournalHeadRow": "size and hashes of the journal's tree, which anyone may read",
    "DpopReplayRow": "digests of used proofs",
    "AssertionReplayRow": "digests of used assertions",
    "PublishedStateRow": "which months were announced; holds no data of anyone",
    "InvitationRow": "digests of words with which a partner may ask to be registered",
}
"""The other tables, and why no Permit is asked for them."""

WITHOUT_PERMIT = {
    "calendar_feeds.feed_of": "whose calendar a secret address opens, before there is a caller",
    "clock_marks.read_clock_mark": "the time of the newest record; gives nothing out",
    "compaction.compact_segments": "makes the operator's Permit itself; gives nothing out",
    "compaction.fold_some": "makes the operator's Permit itself; gives nothing out",
    "journal_tree.prove_inclusion": "hashes under a salt, which anyone may read",
    "journal_tree.prove_consistency": "hashes under a salt, which anyone may read",
    "restatements.announce_restatements": "makes the operator's Permit itself; gives nothing out",
    "readings_digest.digest_readings": "of the operator's own copy; digests, no reading",
    "owned.NounTable.place_of": "the names of columns; gives nothing out",
    "oauth_clients.in_directory": "whether an organisation is registered; gives nothing out",
}
"""Functions that touch a data table without a Permit, each with its reason."""


def unguarded(path: Path) -> list[str]:
    """Public functions and methods of *path* that read a data table and take no Permit first."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    private = {
        node.name: node
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name.startswith("_")
    }
    return [
        f"{path.stem}.{name}"
        for name, node in _public(tree)
        if _reads(node, private, set()) and not _asks_for_permit(node)
    ]


def _public(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node.name, node
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            for method in node.body:
                if isinstance(method, ast.FunctionDef) and not method.name.startswith("_"):
                    yield f"{node.name}.{method.name}", method


def _reads(node: ast.AST, private: Mapping[str, ast.AST], seen: set[str]) -> bool:
    """Whether *node*, or a private part of its module that it uses, names a data table to read it.

    Building a row (`ChangeRow(...)`) is writing; an annotation reads nothing.
    """
    built = {id(c.func) for c in ast.walk(node) if isinstance(c, ast.Call)}
    noted = {id(n) for a in _annotations(node) for n in ast.walk(a)}
    for name in ast.walk(node):
        if isinstance(name, ast.Constant) and _is_sql(name.value):
            return True
        if isinstance(name, ast.Attribute) and ast.unparse(name) in GIVEN and id(name) not in built:
            return True
        if not isinstance(name, ast.Name) or id(name) in noted:
            continue
        if name.id in DATA and id(name) not in built:
            return True
        if name.id in private and name.id not in seen:
            seen.add(name.id)
            if _reads(private[name.id], private, seen):
                return True
    return False


def _annotations(node: ast.AST) -> Iterator[ast.AST]:
    for part in ast.walk(node):
        if isinstance(part, ast.arg | ast.AnnAssign) and part.annotation:
            yield part.annotation
        elif isinstance(part, ast.FunctionDef) and part.returns:
            yield part.returns


def _is_sql(value: object) -> bool:
    """A text that reads a data table by its SQL name."""
    text = value.casefold() if isinstance(value, str) else ""
    tables = (row.removesuffix("Row").casefold() for row in DATA)
    return any(f"from {table} " in text or f"join {table} " in text for table in tables)


def _asks_for_permit(function: ast.FunctionDef) -> bool:
    places = [*function.args.posonlyargs, *function.args.args]
    if places and places[0].arg in {"self", "cls"}:
        places = places[1:]
    if not places or places[0].annotation is None:
        return False
    said = places[0].arg, ast.unparse(places[0].annotation)
    return said in {("permit", "Permit"), ("permits", "Sequence[Permit]")}


def _dotted(path: Path) -> str:
    return "synergie." + path.relative_to(SOURCE).with_suffix("").as_posix().replace("/", ".")


def test_what_storage_keeps_to_itself_is_there() -> None:
    assert "synergie.storage.scope" in INNER
    assert {_dotted(path) for path in STORAGE} >= INNER


@pytest.mark.parametrize(
    "path",
    [path for path in STORAGE if path.stem[0] != "_" and _dotted(path) not in INNER],
    ids=lambda path: path.relative_to(SOURCE).as_posix(),
)
def test_a_public_function_that_reads_data_takes_a_permit_first(path: Path) -> None:
    assert [name for name in unguarded(path) if name not in WITHOUT_PERMIT] == []


def test_every_table_is_named_as_data_or_as_plumbing() -> None:
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in STORAGE]
    tables = {
        node.name
        for tree in trees
        for node in tree.body
        if isinstance(node, ast.ClassDef) and any(k.arg == "table" for k in node.keywords)
    }
    assert tables == DATA | PLUMBING.keys()


def test_every_exception_is_still_needed() -> None:
    found = [name for path in STORAGE if path.stem[0] != "_" for name in unguarded(path)]
    assert set(WITHOUT_PERMIT) <= set(found)


@pytest.mark.parametrize(
    "body",
    [
        "def cabinets(session):\n    return session.exec(select(CabinetRow))\n",
        (
            "def _find(session):\n    return session.get(CabinetRow, 'x')\n"
            "def one(session):\n    return _find(session)\n"
        ),
        "def curve(session, permit: Permit):\n    return select(SegmentRow)\n",
        "def raw(session):\n    return session.exec(text('SELECT data FROM segment WHERE 1'))\n",
        "class Shelf:\n    def page(self, session):\n        return select(SiteRow)\n",
        "class Rows:\n    def page(self, session):\n        return select(self.table)\n",
    ],
)
def test_a_planted_read_without_permit_is_found(tmp_path: Path, body: str) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text(body, encoding="utf-8")
    assert unguarded(planted) != []


def test_a_guarded_read_and_a_write_are_not_reported(tmp_path: Path) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text(
        "def cabinets(permit: Permit, session):\n    return select(CabinetRow)\n"
        "def tell(session, row: ChangeRow) -> ChangeRow:\n    session.add(ChangeRow(seq=1))\n",
        encoding="utf-8",
    )
    assert unguarded(planted) == []


@pytest.mark.parametrize("part", ["api", "oauth", "pages"])
def test_a_handler_holds_no_database_handle(part: str) -> None:
    held = {"Store", "Session", "Engine", "Connection", "sqlmodel", "sqlalchemy", "psycopg"}
    files = [path for path in sorted(SOURCE.rglob("*.py")) if part in path.parts]
    assert files
    for path in files:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        reached = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        assert names & held == set(), path.name
        assert reached & {"store", "engine", "session"} == set(), path.name
