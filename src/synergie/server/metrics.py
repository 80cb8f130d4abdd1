"""Metrics of a server in the text form of Prometheus, for a monitor on this machine.

No label is of the caller's choosing: routes are templates, methods and statuses known ones; never
a delivery point, an organisation, an address, a file.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import override

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

from synergie.server.backup.ages import read_ages
from synergie.server.capacity import Capacity
from synergie.server.settings import Settings
from synergie.server.wall_clock import CLOCK

HOST = "127.0.0.1"
SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""The variable by which prometheus-client shares figures between processes."""

_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Meter:
    """The figures of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.capacity: Capacity | None = None
        """What is told of at each request, once there is a door."""
        labels = ("route", "method", "status")
        self._requests = Counter(
            "synergie_requests", "Requests answered.", labels, registry=self.registry
        )
        self._seconds = Histogram(
            "synergie_request_seconds",
            "Seconds from the head of a request to the end of its answer.",
            ("route", "method"),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._shed = Counter(
            "synergie_shed", "Requests refused unread.", ("reason",), registry=self.registry
        )
        self._working = self._make_gauge("synergie_inflight", "Requests at work.")
        self._waiting = self._make_gauge("synergie_queue_depth", "Requests that wait.")
        self._limit = self._make_gauge("synergie_limit", "Requests that may work at once.")
        self._skew = Gauge(
            "synergie_clock_skew_seconds",
            "What this clock is behind.",
            registry=self.registry,
            multiprocess_mode="livemax",
        )

    def _make_gauge(self, name: str, text: str) -> Gauge:
        """Of all processes that live, added up."""
        return Gauge(name, text, registry=self.registry, multiprocess_mode="livesum")

    def count_request(self, route: str | None, method: str, status: int, seconds: float) -> None:
        """One request that was answered, by the template of its *route*."""
        known = method if method in _METHODS else "other"
        self._requests.labels(route or "", known, status).inc()
        self._seconds.labels(route or "", known).observe(seconds)
        self._skew.set(CLOCK.skew().total_seconds())
        if self.capacity is not None:
            self._working.set(self.capacity.working)
            self._waiting.set(len(self.capacity.waiting))
            self._limit.set(int(self.capacity.limit.value))

    def count_refusal(self, reason: str) -> None:
        """One request that was refused from its head."""
        self._shed.labels(reason).inc()


class _FolderCollector(Collector):
    """What the folder of the server tells: sizes, and how old backups are."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @override
    def collect(self) -> Iterator[Metric]:
        """A figure each; a backup that never was has none."""
        usage = shutil.disk_usage(self._settings.data_dir)
        yield GaugeMetricFamily("synergie_free_bytes", "Free bytes of the disk.", usage.free)
        scheme, _, file = self._settings.store_url.partition(":///")
        if scheme == "sqlite":
            store = Path(file)
            yield GaugeMetricFamily("synergie_db_bytes", "Bytes of the store.", _measure(store))
            log = store.with_name(f"{store.name}-wal")
            yield GaugeMetricFamily("synergie_wal_bytes", "Bytes of its log.", _measure(log))
        ages = read_ages(self._settings.data_dir, now=CLOCK.now())
        for name, age in (("backup", ages.backup_s), ("drill", ages.drill_s)):
            if age is not None:
                title = f"Seconds since the last good {name}."
                yield GaugeMetricFamily(f"synergie_{name}_age_seconds", title, age)


def _measure(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


@contextmanager
def serve_metrics(settings: Settings, meter: Meter | None) -> Iterator[None]:
    """`/metrics` on `metrics_port` of this machine until the block ends.

    *meter* None: of all processes that share their figures (`share_metrics`). OSError: the port
    is taken.
    """
    registry = CollectorRegistry() if meter is None else meter.registry
    if meter is None:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    registry.register(_FolderCollector(settings))
    server, thread = start_http_server(settings.metrics_port or 0, HOST, registry)
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def share_metrics(settings: Settings) -> None:
    """Processes that start from now on share their figures; those of earlier ones are forgotten.

    Before prometheus-client is imported in them: it looks for the variable then.
    """
    folder = settings.data_dir / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    os.environ[SHARED] = str(folder)


def forget_process(pid: int) -> None:
    """A process has ended: what it did stays counted, what it holds does not."""
    if SHARED in os.environ:
        mark_process_dead(pid)  # type: ignore[no-untyped-call]
