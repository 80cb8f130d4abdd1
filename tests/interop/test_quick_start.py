"""The quick start in JavaScript, word for word: generate, compile strictly, read."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from synergie.client import Client
from synergie.client.keys import save_key
from synergie.schemas.assets.site import SiteRecord
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.readings.curve import Curve
from synergie.schemas.series import SeriesRecord
from synergie.schemas.trust.agreement import Period, Selector, Terms
from synergie.testing import server
from tests.authority import Certificates
from tests.components import program

pytestmark = pytest.mark.interop

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "npm"
MORNING = datetime(2026, 11, 2, tzinfo=UTC)


@dataclass(frozen=True)
class Opened:
    """A server on https whose proofs need a nonce, and what a reader was given."""

    url: str
    authority: Path
    client: str
    key: Path
    agreement: str


@pytest.fixture(scope="module")
def built(packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example as a newcomer has it after `npm run generate` and `npm run build`."""
    folder = tmp_path_factory.mktemp("npm")
    for path in EXAMPLE.iterdir():
        if path.is_file():
            shutil.copy(path, folder)
    shutil.copy(ROOT / "specs" / "openapi.json", folder)
    (folder / "node_modules").symlink_to(packages / "node_modules")
    for script in ("generate", "build"):
        line = [program("npm"), "run", "--silent", script]
        done = subprocess.run(
            line, cwd=folder, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def opened(
    certificates: Certificates, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Opened]:
    with ExitStack() as stack:
        running = stack.enter_context(server(**certificates.settings(), demand_nonce=True))
        auth = running.auth("org-reader")
        owner, reader = (
            stack.enter_context(Client(running.url, one, verify=certificates.trusted()))
            for one in (running.auth("org-owner"), auth)
        )
        agreement = _shared(owner, reader)
        key = tmp_path_factory.mktemp("cle") / "cle.json"
        save_key(auth.key, key)
        yield Opened(running.url, certificates.authority, auth.client_id, key, agreement)


def _shared(owner: Client, reader: Client) -> str:
    """A site, its point and a curve of 47 half-hours, opened by half-hours."""
    (site,) = owner.publish_sites(
        [
            SiteRecord(
                external_id="S1", name="École Jules-Ferry", kind="other", provenance="synthetic"
            )
        ]
    ).items
    point = SupplyPointRecord(
        scheme="prm", code="99000000000017", site="S1", personal_data="none", provenance="synthetic"
    )
    (made,) = owner.publish_supply_points([point]).items
    record = SeriesRecord(
        supply_point=point.external_id, quantity="active_power", form="mean_power", unit="W",
        provenance="synthetic",
    )  # fmt: skip
    (series,) = owner.publish_series([record]).items
    values: list[int | float | None] = [2 * step for step in range(47)]
    owner.send_curve(Curve(series=series.id, start=MORNING, step="PT30M", unit="W", values=values))
    terms = Terms(
        owner="org-owner", recipient="org-reader", title="Suivi",
        datasets=("assets", "consumption"),
        selector=Selector(sites=(site.id,), supply_points=(made.id,)), granularity="half_hour",
        purpose="energy_monitoring", legal_basis="contract",
        data_period=Period(start=datetime(2026, 1, 1, tzinfo=UTC)),
        valid_from=datetime(2026, 1, 1, tzinfo=UTC), valid_until=datetime(2036, 1, 1, tzinfo=UTC),
        retention_days=365,
    )  # fmt: skip
    draft = owner.draft(terms)
    owner.propose(draft.id)
    return reader.accept(draft.id).id


def _run(built: Path, opened: Opened, agreement: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [program("node"), "read.js", opened.url, opened.client, str(opened.key), agreement,
         "2026-11-02"],
        cwd=built,
        env=os.environ | {"NODE_EXTRA_CA_CERTS": str(opened.authority)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )  # fmt: skip


def test_a_program_of_thirty_lines_reads_sites_and_a_curve(built: Path, opened: Opened) -> None:
    done = _run(built, opened, opened.agreement)
    assert done.returncode == 0, done.stderr
    series = "2026-11-02T00:00:00Z PT30M " + " ".join(map(str, range(47)))
    assert done.stdout.splitlines() == ["École Jules-Ferry", series]


def test_it_reads_nothing_under_an_agreement_that_is_not_there(built: Path, opened: Opened) -> None:
    assert _run(built, opened, "agr_0123456789abcdef").stdout == ""


def test_the_page_shows_the_example_as_it_is() -> None:
    page = (ROOT / "docs" / "how-to" / "quick-start-in-javascript.md").read_text(encoding="utf-8")
    assert (EXAMPLE / "read.ts").read_text(encoding="utf-8") in page
    assert (EXAMPLE / "tsconfig.json").read_text(encoding="utf-8") in page


def test_it_is_tried_with_the_versions_that_it_names(packages: Path) -> None:
    named = json.loads((EXAMPLE / "package.json").read_text())["dependencies"]
    tried = json.loads((packages / "package.json").read_text())["dependencies"]
    assert named.items() <= tried.items()
    program_lines = [
        line for line in (EXAMPLE / "read.ts").read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.startswith(("//", "/**", "import"))
    ]  # fmt: skip
    assert len(program_lines) <= 36
