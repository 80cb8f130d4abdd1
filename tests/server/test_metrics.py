"""Metrics: on this machine alone, of every process, and no label of a caller's choosing."""

import time
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest

from tests.components import package
from tests.server.process import kept_port, serving


def read(port: int) -> dict[str, float]:
    """Each line of `/metrics`: its name with its labels, and its figure."""
    parser = package("prometheus_client.parser")
    text = httpx2.get(f"http://127.0.0.1:{port}/metrics", trust_env=False).text
    return {
        " ".join([one.name, *sorted(one.labels.values())]): one.value
        for family in parser.text_string_to_metric_families(text)
        for one in family.samples
        if "le" not in one.labels
    }


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 180  # a busy machine is no fault
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize("workers", [1, 2])
def test_requests_of_all_processes_are_counted_by_template(tmp_path: Path, workers: int) -> None:
    with kept_port() as port:
        told = {"metrics_port": str(port), "workers": str(workers), "drain_s": "0"}
        with serving(tmp_path / "data", **told) as one:
            before = read(port).get("synergie_requests_total /health/live 200 GET", 0)
            for _n in range(7):
                assert one.status("/health/live") == 200
            one.status("/v1/curves/99123456789012?secret=1")
            until(lambda: read(port)["synergie_requests_total /health/live 200 GET"] == before + 7)
            found = read(port)
            assert one.status("/metrics") == 404, "not where partners call"
        assert found["synergie_limit"] >= workers
        assert found["synergie_free_bytes"] > 0
        assert found["synergie_db_bytes"] > 0
        assert found["synergie_request_seconds_count /health/live GET"] >= 7
        assert not [name for name in found if "99123456789012" in name or "secret" in name]
        assert "synergie_backup_age_seconds" not in found, "none was ever made: no figure"
        with pytest.raises(httpx2.ConnectError):
            read(port)
