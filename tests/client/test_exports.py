"""An export over HTTP, from the request to the verified folder; and whatever is changed in it."""

import asyncio
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, override

import httpx2
import pytest

from synergie.cli import main
from synergie.client import AsyncClient, Auth, Client
from synergie.client.keys import new_key, public_jwks
from synergie.client.trust._export_folder import open_export_folder
from synergie.client.trust.verify import Verdict, verify_export
from synergie.errors import BadInput, NotAllowed, NotFound, Unreachable
from synergie.proof import manifest, receipt, tree_head
from synergie.schemas.assets.site import SiteRecord
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.readings.curve import Curve
from synergie.schemas.readings.curve_json import decode
from synergie.schemas.series import SeriesRecord
from synergie.schemas.trust.agreement import Agreement, Period, Selector, Terms
from synergie.schemas.trust.export import Export
from synergie.storage.store import Store
from synergie.testing import Running, server

SPAN = {"start": datetime(2026, 6, 1, tzinfo=UTC), "end": datetime(2026, 7, 1, tzinfo=UTC)}
N = 30 * 48


@dataclass(frozen=True)
class World:
    """Two organisations, and an agreement that opens a curve and a site by the day."""

    running: Running
    owner: Client
    reader: Client
    auth: Auth
    agreement: Agreement

    def made(self, **more: Any) -> Export:
        return self.reader.exports.make(
            ["sites", "curves"], agreement=self.agreement.id, **(SPAN | more)
        )


@pytest.fixture
def world(store: Store) -> Iterator[World]:
    with server(store) as running:
        owner, auth = running.client("commune"), running.auth("syndicat")
        with Client(running.url, auth) as reader:
            yield World(running, owner, reader, auth, _shared(owner, reader))


def _shared(owner: Client, reader: Client) -> Agreement:
    site = SiteRecord(external_id="S1", name="École", kind="building", provenance="synthetic")
    (site_id,) = (item.id for item in owner.publish_sites([site]).items)
    code = "99000000000017"
    point = SupplyPointRecord(
        scheme="prm", code=code, personal_data="none", site="S1", provenance="synthetic"
    )
    owner.publish_supply_points([point])
    record = SeriesRecord(
        supply_point=f"prm:{code}",
        quantity="active_power",
        form="mean_power",
        unit="W",
        provenance="synthetic",
    )
    (series,) = (item.id for item in owner.publish_series([record]).items)
    values = [n % 997 for n in range(N)]
    owner.send_curve(
        Curve(series=series, start=SPAN["start"], step="PT30M", unit="W", values=[*values])
    )
    draft = owner.draft(
        Terms(
            owner="commune",
            recipient="syndicat",
            title="Suivi",
            datasets=("consumption", "assets"),
            selector=Selector(sites=(site_id,)),
            granularity="day",
            purpose="energy_monitoring",
            legal_basis="contract",
            data_period=Period(start=datetime(2020, 1, 1, tzinfo=UTC)),
            valid_from=datetime(2026, 1, 1, tzinfo=UTC),
            valid_until=datetime(2036, 1, 1, tzinfo=UTC),
            retention_days=365,
        )
    )
    owner.propose(draft.id)
    return reader.accept(draft.id)


def test_what_is_fetched_is_proved_by_its_folder_alone(world: World, tmp_path: Path) -> None:
    made = world.made()
    folder = tmp_path / "remise"
    said = world.reader.exports.download(made.id, folder)
    assert said.files == made.files
    assert said.aud == "syndicat"
    assert (said.agreement, said.version) == (world.agreement.id, 1)
    assert {path.name for path in folder.iterdir()} == {
        "sites.ndjson", "curves.ndjson", "manifest.jws", "jwks.json", "tree-head.jws",
        "receipt.jws", "receipt-jwks.json",
    }  # fmt: skip
    curve = decode((folder / "curves.ndjson").read_bytes().strip())
    assert (curve.step, curve.unit) == ("P1D", "Wh")
    verdict = verify_export(folder)
    assert verdict.ok
    assert verdict.manifest == said
    assert verdict.tree_head is not None
    assert verdict.tree_head.tree_size == said.tree_size
    assert not verdict.pinned


def test_both_parties_read_the_receipt_that_the_recipient_signed(
    world: World, tmp_path: Path
) -> None:
    made = world.made()
    with pytest.raises(NotFound):
        world.owner.exports.receipt(made.id)
    world.reader.exports.download(made.id, tmp_path / "remise")
    told = world.owner.exports.receipt(made.id)
    assert told == world.reader.exports.receipt(made.id)
    keys = public_jwks(world.auth.key)
    signed = receipt.verify_receipt(told.jws, keys)
    assert (signed.iss, signed.files_ok) == ("syndicat", True)
    assert signed.manifest_sha256 == manifest.digest(world.owner.exports.manifest(made.id))
    assert [one.received for one in world.owner.exports] == [True]
    assert world.owner.exports.get(made.id).received is True


def test_the_async_client_does_the_same(world: World, tmp_path: Path) -> None:
    made, folder = world.made(), tmp_path / "remise"

    async def run() -> None:
        async with AsyncClient(world.running.url, world.auth) as client:
            again = await client.exports.make(["sites"], agreement=world.agreement.id)
            await client.exports.download(made.id, folder)
            assert {one.id async for one in client.exports} == {made.id, again.id}
            assert (await client.exports.get(made.id)).received is True
            assert (await client.exports.receipt(made.id)).files_ok
            assert (await client.exports.manifest(made.id)).count(".") == 2

    asyncio.run(run())
    assert verify_export(folder).ok


def test_a_revocation_closes_the_files_and_leaves_no_folder(world: World, tmp_path: Path) -> None:
    made = world.made()
    world.owner.revoke(world.agreement.id)
    with pytest.raises(NotAllowed):
        world.reader.exports.download(made.id, tmp_path / "remise")
    assert list(tmp_path.glob("*remise*")) == []
    assert world.owner.exports.manifest(made.id)


def test_a_folder_that_is_there_is_left_as_it_is(world: World, tmp_path: Path) -> None:
    (tmp_path / "remise").mkdir()
    with pytest.raises(BadInput):
        world.reader.exports.download(world.made().id, tmp_path / "remise")
    assert list((tmp_path / "remise").iterdir()) == []


def test_a_file_that_is_not_what_was_signed_is_refused_and_the_server_told(
    world: World, tmp_path: Path
) -> None:
    made = world.made()
    stored = world.running.settings.data_dir / "exports" / made.id / "sites.ndjson"
    content = bytearray(stored.read_bytes())
    content[10] ^= 1
    stored.write_bytes(content)
    with pytest.raises(BadInput) as refused:
        world.reader.exports.download(made.id, tmp_path / "remise")
    assert refused.value.where == "sites.ndjson, sha256"
    assert list(tmp_path.glob("*remise*")) == []
    told = world.owner.exports.receipt(made.id)
    assert not told.files_ok
    assert [(one.name, one.reason) for one in told.refused] == [("sites.ndjson", "sha256")]


class Halves(httpx2.SyncByteStream):
    """The first half of a body, then the connection is gone."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    @override
    def __iter__(self) -> Iterator[bytes]:
        yield self.body[: len(self.body) // 2]
        raise httpx2.ReadError("cut")


@pytest.mark.parametrize(("cuts", "whole"), [(0, True), (1, True), (3, True), (4, False)])
def test_a_file_that_is_cut_is_asked_for_again(
    world: World, tmp_path: Path, cuts: int, *, whole: bool
) -> None:
    left = [cuts]

    class Cutting(httpx2.HTTPTransport):
        @override
        def handle_request(self, request: httpx2.Request) -> httpx2.Response:
            answer = super().handle_request(request)
            if not request.url.path.endswith("/sites.ndjson") or not left[0]:
                return answer
            left[0] -= 1
            stream = Halves(answer.read())
            headers = {"Content-Type": "application/x-ndjson"}
            return httpx2.Response(200, headers=headers, stream=stream)

    made, folder = world.made(), tmp_path / "remise"
    with Client(world.running.url, world.auth, transport=Cutting()) as client:
        if whole:
            client.exports.download(made.id, folder)
        else:
            with pytest.raises(Unreachable):
                client.exports.download(made.id, folder)
    assert left == [0]
    assert folder.exists() is whole
    assert not whole or verify_export(folder).ok


def test_an_answer_that_is_cut_leaves_no_folder(world: World, tmp_path: Path) -> None:
    class Cut(httpx2.HTTPTransport):
        @override
        def handle_request(self, request: httpx2.Request) -> httpx2.Response:
            answer = super().handle_request(request)
            if "/files/" not in request.url.path:
                return answer
            answer.close()
            raise httpx2.ReadError("cut")

    made = world.made()
    with (
        Client(world.running.url, world.auth, transport=Cut()) as client,
        pytest.raises(Unreachable),
    ):
        client.exports.download(made.id, tmp_path / "remise")
    assert list(tmp_path.glob("*remise*")) == []


def test_the_manifest_of_another_server_is_not_taken(world: World, tmp_path: Path) -> None:
    made = world.made()
    other = replace(world.auth, organisation="commune")
    with (
        Client(world.running.url, other) as client,
        pytest.raises(BadInput) as refused,
    ):
        client.exports.download(made.id, tmp_path / "remise")
    assert refused.value.where == "manifest.jws, aud"


def test_the_server_signs_what_it_received(world: World, tmp_path: Path) -> None:
    (batch, *_) = [one for one in world.owner.batches() if one.kind == "curve"]
    compact = world.owner.exports.signed_receipt(batch.id)
    keys = httpx2.get(f"{world.running.url}/jwks", trust_env=False, timeout=60).json()
    said = receipt.verified_stored(compact, keys)
    assert (said.iss, said.aud, said.sub) == (world.running.url, "commune", batch.id)
    assert (said.sha256, said.rows, said.kept) == (batch.digest, N, N)
    assert (said.seq, said.received_at) == (batch.seq, batch.received_at)
    assert said.tree_size is not None
    with pytest.raises(NotFound):
        world.reader.exports.signed_receipt(batch.id)


def test_the_server_signs_a_deposited_file(world: World, tmp_path: Path) -> None:
    file = tmp_path / "points.csv"
    file.write_text("id;commune;armoire;puissance\r\nL1;54430;A1;70\r\nL2;54430;A1;100\r\n")
    report = world.owner.deposit(file)
    (tmp_path / "recu.jws").write_text(world.owner.exports.signed_receipt(str(report.id)))
    keys = httpx2.get(f"{world.running.url}/jwks", trust_env=False, timeout=60).json()
    (tmp_path / "keys.json").write_text(json.dumps(keys))
    said = receipt.verified_stored((tmp_path / "recu.jws").read_text(), keys)
    assert (said.kind, said.sub, said.sha256) == ("deposit", report.id, report.sha256)
    assert set(said.batches) == {one.id for one in report.receipts}
    (tmp_path / "sans.jws").write_text((tmp_path / "recu.jws").read_text().split("~")[0])
    without = ["verify", str(tmp_path / "sans.jws"), "--jwks", str(tmp_path / "keys.json")]
    assert main(without) == 0
    assert main([*without, "--of", str(file)]) == 1
    command = ["verify", str(tmp_path / "recu.jws"), "--jwks", str(tmp_path / "keys.json"), "--of"]
    assert main([*command, str(file)]) == 0
    file.write_text("changed")
    assert main([*command, str(file)]) == 1


# Whatever is changed in the folder is found, and named


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of an export, with the keys of its server and recipient beside it."""
    home = tmp_path_factory.mktemp("kept")
    with server() as running:
        owner, auth = running.client("commune"), running.auth("syndicat")
        with Client(running.url, auth) as reader:
            agreement = _shared(owner, reader)
            made = reader.exports.make(
                ["sites", "curves"], agreement=agreement.id, start=SPAN["start"], end=SPAN["end"]
            )
            reader.exports.download(made.id, home / "remise")
    return home


@pytest.fixture
def folder(kept: Path, tmp_path: Path) -> Path:
    return shutil.copytree(kept / "remise", tmp_path / "remise")


def faults(verdict: Verdict) -> list[str]:
    return [one.fault.where for one in verdict.findings if one.fault is not None]


def test_the_server_is_gone_and_it_is_still_proved(folder: Path) -> None:
    pinned = json.loads((folder / "jwks.json").read_text())
    others = json.loads((folder / "receipt-jwks.json").read_text())
    (folder / "jwks.json").unlink()
    (folder / "receipt-jwks.json").unlink()
    verdict = verify_export(folder, jwks=pinned, receipt_jwks=others)
    assert verdict.ok
    assert verdict.pinned
    assert verdict.receipt_pinned


@pytest.mark.parametrize("name", ["sites.ndjson", "curves.ndjson"])
@pytest.mark.parametrize("place", [0, 7, -1])
def test_one_bit_of_a_file(folder: Path, name: str, place: int) -> None:
    content = bytearray((folder / name).read_bytes())
    content[place] ^= 1
    (folder / name).write_bytes(content)
    assert [where.partition(",")[0] for where in faults(verify_export(folder))] == [name]


def test_a_file_cut_or_longer_or_gone(folder: Path) -> None:
    path = folder / "curves.ndjson"
    content = path.read_bytes()
    path.write_bytes(content[:-5])
    assert faults(verify_export(folder)) == ["curves.ndjson, bytes"]
    path.write_bytes(content + b"x")
    assert faults(verify_export(folder)) == ["curves.ndjson, bytes"]
    path.unlink()
    assert faults(verify_export(folder)) == ["curves.ndjson"]


@pytest.mark.parametrize("name", ["manifest.jws", "receipt.jws", "tree-head.jws"])
@pytest.mark.parametrize("part", [0, 1, 2])
def test_one_letter_of_a_signed_text(folder: Path, name: str, part: int) -> None:
    parts = (folder / name).read_text().split(".")
    letter = parts[part][5]
    parts[part] = parts[part][:5] + ("A" if letter != "A" else "B") + parts[part][6:]
    (folder / name).write_text(".".join(parts))
    assert faults(verify_export(folder)) == [name]


@pytest.mark.parametrize("name", ["manifest.jws", "receipt.jws", "tree-head.jws"])
def test_one_signed_text_does_not_stand_for_another(folder: Path, name: str) -> None:
    others = {"manifest.jws", "receipt.jws", "tree-head.jws"} - {name}
    for other in others:
        before = (folder / name).read_text()
        (folder / name).write_text((folder / other).read_text())
        assert name in faults(verify_export(folder))
        (folder / name).write_text(before)


def test_other_keys_verify_nothing(folder: Path) -> None:
    other = public_jwks(new_key())
    assert faults(verify_export(folder, jwks=other)) == ["manifest.jws"]
    assert faults(verify_export(folder, receipt_jwks=other)) == ["receipt.jws"]


def test_a_manifest_signed_again_by_another_who_changes_the_keys_beside_it(folder: Path) -> None:
    """Keys in the folder prove nothing of who signed; keys that one holds do."""
    held = json.loads((folder / "jwks.json").read_text())
    forger = Auth(new_key(), "forger", "https://forger.example")
    claims = manifest.verify_manifest((folder / "manifest.jws").read_text(), held)
    forged = claims.model_dump(mode="json", exclude_none=True) | {"retention_days": 3650}
    (folder / "manifest.jws").write_text(forger.prove(manifest.TYP, forged))
    (folder / "jwks.json").write_text(json.dumps(forger.signing_jwks()))
    assert faults(verify_export(folder, jwks=held)) == ["manifest.jws"]
    verdict = verify_export(folder)
    assert not verdict.pinned
    assert "manifest.jws" not in faults(verdict)
    assert "tree-head.jws" in faults(verdict)  # and these others were not theirs to sign
    assert "receipt.jws, manifest_sha256" in faults(verdict)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"tree_size": 1}, "tree_size"),
        ({"root": "ab" * 32}, "root"),
        ({"iss": "https://other.example"}, "iss"),
    ],
)
def test_a_head_that_is_not_the_one_the_manifest_names(
    folder: Path, change: dict[str, Any], where: str
) -> None:
    keys = json.loads((folder / "jwks.json").read_text())
    said = manifest.verify_manifest((folder / "manifest.jws").read_text(), keys)
    head = tree_head.verify_tree_head((folder / "tree-head.jws").read_text(), keys)
    server_key = Auth(new_key(), "server", said.iss)
    for name, typ, claims in (
        ("manifest.jws", manifest.TYP, said.model_dump(mode="json", exclude_none=True)),
        ("tree-head.jws", tree_head.TYP, head.model_dump(mode="json") | change),
    ):
        (folder / name).write_text(server_key.prove(typ, claims))
    (folder / "receipt.jws").unlink()
    found = faults(verify_export(folder, jwks=server_key.signing_jwks()))
    assert found == [f"tree-head.jws, {where}", "receipt.jws"]


def test_no_more_of_a_file_is_kept_than_was_told(folder: Path) -> None:
    """A server that sends without end fills no disk."""
    keys = json.loads((folder / "jwks.json").read_text())
    (told, *_) = manifest.verify_manifest((folder / "manifest.jws").read_text(), keys).files
    with open_export_folder(folder.parent / "other") as place, place.file(told) as arriving:
        for _ in range(100):
            arriving.add(b"x" * told.bytes)
    assert (folder.parent / "other" / told.name).stat().st_size == told.bytes
    assert [refused.reason for refused, _ in place.refused] == ["bytes"]


def test_a_receipt_for_another_manifest_or_that_refuses(folder: Path) -> None:
    auth = Auth(new_key(), "syndicat-app", "https://donnees.example")
    before = json.loads((folder / "receipt-jwks.json").read_text())
    told = receipt.verify_receipt((folder / "receipt.jws").read_text(), before)
    (folder / "receipt-jwks.json").write_text(json.dumps(auth.signing_jwks()))
    for change, where in (
        ({"manifest_sha256": "ab" * 32}, "manifest_sha256"),
        ({"iss": "autre"}, "iss"),
        ({"files_ok": False, "refused": [{"name": "x", "reason": "sha256"}]}, "files_ok"),
    ):
        claims = told.model_dump(mode="json") | change
        (folder / "receipt.jws").write_text(auth.prove(receipt.TYP, claims))
        assert faults(verify_export(folder)) == [f"receipt.jws, {where}"]


def test_a_file_that_the_manifest_does_not_know(folder: Path) -> None:
    (folder / "notes.txt").write_text("x")
    assert faults(verify_export(folder)) == ["notes.txt"]


@pytest.mark.parametrize("name", ["manifest.jws", "jwks.json"])
def test_without_manifest_or_keys_nothing_is_proved(folder: Path, name: str) -> None:
    (folder / name).unlink()
    verdict = verify_export(folder)
    assert faults(verdict) == [name]
    assert verdict.manifest is None


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"{", b"[]", b'{"keys": 1}', b"[" * 100_000])
def test_keys_that_are_none(folder: Path, content: bytes) -> None:
    (folder / "jwks.json").write_bytes(content)
    assert faults(verify_export(folder)) == ["jwks.json"]


@pytest.mark.parametrize("content", [b"", b"a.b.c", b"\xff\xfe", b"x" * 300_000])
def test_a_manifest_that_is_none(folder: Path, content: bytes) -> None:
    (folder / "manifest.jws").write_bytes(content)
    assert faults(verify_export(folder)) == ["manifest.jws"]


@pytest.mark.parametrize("name", ["receipt.jws", "tree-head.jws", "sites.ndjson"])
def test_what_was_taken_out_is_named_as_missing(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """Who removes a proof must not leave a folder of which all is said to hold."""
    (folder / name).unlink()
    verdict = verify_export(folder)
    assert not verdict.ok
    assert [one.name for one in verdict.findings if one.is_missing] == faults(verdict) == [name]
    assert main(["--locale", "en", "verify", str(folder)]) == 1
    out, err = capsys.readouterr()
    assert f"{name}: missing" in out
    assert "everything is as it was signed" not in out
    assert err.startswith(f"{name}: nothing found")


def test_a_manifest_without_a_journal_has_no_head(folder: Path) -> None:
    """Signed by a server that keeps no journal: nothing is missing then."""
    auth = Auth(new_key(), "server", "https://donnees.example")
    said = verify_export(folder).manifest
    assert said is not None
    claims = said.model_dump(mode="json", exclude={"tree_size", "root"}, exclude_none=True)
    (folder / "manifest.jws").write_text(auth.prove(manifest.TYP, claims))
    (folder / "tree-head.jws").unlink()
    verdict = verify_export(folder, jwks=auth.signing_jwks())
    assert "tree-head.jws" not in faults(verdict)
    assert verdict.manifest is not None


# The command


def test_the_command_says_what_it_is_and_that_all_holds(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--locale", "en", "verify", str(folder)]) == 0
    out = capsys.readouterr().out
    assert "data of commune for syndicat" in out
    assert "curves.ndjson: as it was signed" in out
    assert "everything is as it was signed" in out
    assert "--jwks" in out


def test_the_command_names_the_file_at_fault(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "sites.ndjson").write_text("{}\n")
    keys = folder.parent / "keys.json"
    keys.write_text((folder / "jwks.json").read_text())
    assert main(["--locale", "en", "verify", str(folder), "--jwks", str(keys)]) == 1
    out, err = capsys.readouterr()
    assert "sites.ndjson: not as it was signed" in out
    assert err.startswith("sites.ndjson, bytes: found")


def test_the_command_as_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(folder), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is True
    assert told["manifest"]["aud"] == "syndicat"
    assert {one["name"]: one["ok"] for one in told["findings"]} == {
        "manifest.jws": True,
        "sites.ndjson": True,
        "curves.ndjson": True,
        "tree-head.jws": True,
        "receipt.jws": True,
    }
    (folder / "curves.ndjson").unlink()
    assert main(["verify", str(folder), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["ok"] is False


def test_the_command_on_what_is_not_there(tmp_path: Path) -> None:
    assert main(["verify", str(tmp_path / "nothing")]) == 1
    (tmp_path / "recu.jws").write_text("a.b.c")
    assert main(["verify", str(tmp_path / "recu.jws")]) == 2
