"""pygeoapi and tipg, each in a process of its own, with the same lights as ours.

Neither fits in this environment: `SYNERGIE_TEST_OGC_PEERS` names a Python that has them
(`python3 -m venv peers && peers/bin/pip install pygeoapi==0.24.0 tipg==1.6.1 uvicorn
psycopg2-binary geoalchemy2`), and `SYNERGIE_TEST_POSTGIS` a PostGIS database to fill for both: what
each is made for.
"""

import json
import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import psycopg

from synergie.schemas.assets.light_point import LightPointRecord
from tests.bench.harness import NotMeasured

PAGE = 1_000
PLAIN = {"Accept": "application/geo+json, application/json", "Accept-Encoding": "identity"}
"""What all are asked with: nobody packs, nobody unpacks."""
_RETURNED = re.compile(rb'"numberReturned":\s*(\d+)')
_NEXT = re.compile(rb'\{[^{}]*"rel":\s*"next"[^{}]*\}')
TABLE = "light_points"


def python() -> str:
    """The Python of the peers."""
    found = os.environ.get("SYNERGIE_TEST_OGC_PEERS")
    if not found:
        raise NotMeasured("needs pygeoapi and tipg (SYNERGIE_TEST_OGC_PEERS)")
    return found


def turned(page: bytes) -> tuple[int, str]:
    """How many features a page has, and the address of the next: not decoded further.

    What a reader does with the features costs it the same whoever sent them.
    """
    found = _NEXT.search(page)
    link = "" if found is None else str(json.loads(found[0])["href"])
    counted = _RETURNED.search(page)
    assert counted is not None, page[:500]
    return int(counted[1]), link


def read(http: httpx2.Client, url: str) -> int:
    """Read every feature from *url* on, page by page as the links say; how many they were."""
    n, here = 0, url
    while here:
        answer = http.get(here, headers=PLAIN)
        assert answer.status_code == 200, answer.text[:500]
        some, here = turned(answer.content)
        n += some
    return n


@contextmanager
def pygeoapi(lights: Sequence[LightPointRecord], folder: Path) -> Iterator[str]:
    """The address of the items in pygeoapi, over the table of `filled`."""
    dsn = filled(lights)
    port = free_port()
    home = f"http://127.0.0.1:{port}"
    config = folder / "pygeoapi.yml"
    config.write_text(json.dumps(_config(home, port, dsn)), "utf-8")
    document = folder / "openapi.yml"
    environ = os.environ | {"PYGEOAPI_CONFIG": str(config), "PYGEOAPI_OPENAPI": str(document)}
    command = Path(python()).with_name("pygeoapi")
    subprocess.run(
        [command, "openapi", "generate", str(config), "--output-file", str(document)],
        check=True, capture_output=True, env=environ,
    )  # fmt: skip
    serve = ["-m", "uvicorn", "pygeoapi.starlette_app:APP", "--port", str(port)]
    with _served(serve, home, environ):
        yield f"{home}/collections/{TABLE}/items?f=json&limit={PAGE}"


@contextmanager
def tipg(lights: Sequence[LightPointRecord], _folder: Path) -> Iterator[str]:
    """The address of the items in tipg."""
    dsn = filled(lights)
    port = free_port()
    home = f"http://127.0.0.1:{port}"
    environ = os.environ | {"DATABASE_URL": dsn, "TIPG_MAX_FEATURES_PER_QUERY": "10000"}
    serve = ["-m", "uvicorn", "tipg.main:app", "--port", str(port)]
    with _served(serve, home, environ):
        yield f"{home}/collections/public.{TABLE}/items?f=geojson&limit={PAGE}"


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


@contextmanager
def _served(words: list[str], home: str, environ: dict[str, str]) -> Iterator[None]:
    process = subprocess.Popen(
        [python(), *words, "--log-level", "error"],
        env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        for _ in range(300):
            try:
                if httpx2.get(f"{home}/conformance?f=json", trust_env=False).is_success:
                    break
            except httpx2.HTTPError:
                time.sleep(0.1)
        else:
            raise NotMeasured("the peer's server did not start")
        yield
    finally:
        process.terminate()
        process.wait(30)


def _config(home: str, port: int, dsn: str) -> dict[str, Any]:
    text = {"en": "lights"}
    return {
        "server": {
            "bind": {"host": "127.0.0.1", "port": port},
            "url": home,
            "mimetype": "application/json; charset=UTF-8",
            "encoding": "utf-8",
            "languages": ["en-US"],
            "limits": {"default_items": PAGE, "max_items": PAGE},
            "map": {"url": "none", "attribution": "none"},
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {
                "title": text, "description": text, "keywords": {"en": ["lights"]},
                "terms_of_service": "none", "url": home,
            },
            "license": {"name": "none", "url": home},
            "provider": {"name": "none", "url": home},
            "contact": {"name": "none"},
        },
        "resources": {
            TABLE: {
                "type": "collection",
                "title": text,
                "description": text,
                "keywords": {"en": ["lights"]},
                "links": [],
                "extents": {"spatial": {"bbox": [-180, -90, 180, 90]}},
                "providers": [
                    {
                        "type": "feature", "name": "PostgreSQL", "id_field": "id",
                        "table": TABLE, "geom_field": "geom", "data": _apart(dsn),
                    }
                ],
            }
        },
    }  # fmt: skip


def _apart(dsn: str) -> dict[str, Any]:
    """An address of PostgreSQL in the parts that pygeoapi wants."""
    parts = urlsplit(dsn)
    return {
        "host": parts.hostname,
        "port": parts.port or 5432,
        "dbname": parts.path.strip("/"),
        "user": parts.username,
        "password": parts.password or "none",
        "search_path": ["public"],
    }


def filled(lights: Sequence[LightPointRecord]) -> str:
    """The address of a database with the same columns in a table with a spatial index."""
    dsn = os.environ.get("SYNERGIE_TEST_POSTGIS")
    if not dsn:
        raise NotMeasured("needs PostGIS (SYNERGIE_TEST_POSTGIS)")
    names = [one for one in LightPointRecord.model_fields if one not in {"location", "raw"}]
    numbers = {"power_w", "flux_lm", "cct_k", "height_m", "ulr_installed"}
    flags = {"is_public", "night_off", "is_adaptive"}
    kinds = {**dict.fromkeys(numbers, "double precision"), **dict.fromkeys(flags, "boolean")}
    columns = ", ".join(f"{one} {kinds.get(one, 'text')}" for one in names)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS postgis")
        connection.execute(f"DROP TABLE IF EXISTS {TABLE}".encode())
        place = "geom geometry(Point, 4326)"
        connection.execute(
            f"CREATE TABLE {TABLE} (id bigint PRIMARY KEY, {place}, {columns})".encode()
        )
        told = f"COPY {TABLE} (id, geom, {', '.join(names)}) FROM STDIN".encode()
        with connection.cursor() as cursor, cursor.copy(told) as copy:
            for n, one in enumerate(lights):
                at = one.location
                assert at is not None
                point = f"SRID=4326;POINT({at.longitude} {at.latitude})"
                copy.write_row((n, point, *(getattr(one, name) for name in names)))
        connection.execute(f"CREATE INDEX ON {TABLE} USING gist (geom)".encode())
        connection.execute(f"ANALYZE {TABLE}".encode())
    return dsn


__all__ = ["PAGE", "PLAIN", "pygeoapi", "read", "tipg", "turned"]
