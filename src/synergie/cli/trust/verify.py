"""`synergie verify`: whether files are what was handed over, without asking any server."""

from collections.abc import Iterator, Mapping
from hashlib import file_digest
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from synergie.cli._ends import End
from synergie.cli.misuse import Misuse
from synergie.cli.print import as_json as print_json
from synergie.cli.texts import N_, _, format_number

if TYPE_CHECKING:
    from synergie.client.trust.verify import Verdict
    from synergie.schemas.trust.export import ExportFile, ManifestClaims, StoredClaims

SUMMARY = N_("Verify an export, or a server's receipt, offline: signatures, files, receipt.")
EXAMPLE = """
synergie verify remise
synergie verify remise --jwks cles-du-serveur.json
synergie verify recu.jws --jwks cles-du-serveur.json --of releve.csv
"""

_MOST_KEYS = 4 << 20
_FOUND_HERE = N_(
    "The keys lie beside what they verify: nothing changed since, but compare them with those you "
    "hold from the sender (--jwks) to know who signed."
)


_PURPOSE = {
    "joint_purchase": N_("joint purchase"),
    "joint_maintenance": N_("joint maintenance"),
    "lighting_planning": N_("lighting planning"),
    "energy_monitoring": N_("energy monitoring"),
    "tariff_optimisation": N_("tariff optimisation"),
    "public_reporting": N_("public reporting"),
}
_STEP = {
    "raw": N_("as measured"),
    "half_hour": N_("by the half-hour"),
    "hour": N_("by the hour"),
    "day": N_("by the day"),
    "month": N_("by the month"),
    "year": N_("by the year"),
}


def run(
    path: Annotated[
        Path, typer.Argument(metavar="DIR", help=N_("Folder of an export, or a signed receipt."))
    ],
    *,
    jwks: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=N_("Public keys of the server, saved from its /jwks.")),
    ] = None,
    receipt_jwks: Annotated[
        Path | None, typer.Option(metavar="FILE", help=N_("Public keys of the recipient."))
    ] = None,
    of: Annotated[
        Path | None, typer.Option(metavar="FILE", help=N_("File that the receipt is for."))
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help=N_("One JSON document; its keys are stable."))
    ] = False,
) -> int:
    """Exit 0 when all is there as it was signed; 1 otherwise, and the file at fault is named."""
    keys = None if jwks is None else _read_verification_keys(jwks)
    if path.is_file():
        return _verify_stored_receipt(path, keys, of, as_json=as_json)
    from synergie.client.trust.verify import verify_export

    others = None if receipt_jwks is None else _read_verification_keys(receipt_jwks)
    verdict = verify_export(path, jwks=keys, receipt_jwks=others)
    if as_json:
        print_json(_dump_verdict(verdict))
    else:
        for line in _describe_verdict(verdict):
            typer.echo(line)
        for finding in verdict.findings:
            if finding.fault is not None:
                typer.echo(finding.fault.tell(_), err=True)
    return End.DONE if verdict.ok else End.REFUSED


def _read_verification_keys(path: Path) -> Mapping[str, Any]:
    from synergie.client.trust.verify import parsed_keys

    with path.open("rb") as source:
        return parsed_keys(source.read(_MOST_KEYS).decode("utf-8", "replace"), path.name)


def _describe_verdict(verdict: "Verdict") -> Iterator[str]:
    if verdict.manifest is not None:
        yield from _describe_manifest(verdict.manifest)
    files = {} if verdict.manifest is None else {one.name: one for one in verdict.manifest.files}
    for finding in verdict.findings:
        if finding.is_missing:
            yield _("{}: missing").format(finding.name)
        elif finding.fault is not None:
            yield _("{}: not as it was signed").format(finding.name)
        elif finding.name in files:
            yield _describe_export_file(files[finding.name])
        else:
            yield _("{}: signature verified").format(finding.name)
    if verdict.receipt is not None:
        text = _("received by {} on {}")
        yield text.format(
            verdict.receipt.iss, _format_signing_moment(verdict.receipt.received_at.timestamp())
        )
    if not verdict.pinned or (verdict.receipt is not None and not verdict.receipt_pinned):
        yield _(_FOUND_HERE)
    yield _("everything is as it was signed") if verdict.ok else _("not everything holds")


def _describe_manifest(said: "ManifestClaims") -> Iterator[str]:
    text = _("export {} signed by {} on {}: data of {} for {}")
    yield text.format(said.jti, said.iss, _format_signing_moment(said.iat), said.owner, said.aud)
    if said.agreement is not None:
        text = _("agreement {}, version {}, purpose {}, to be kept {} days at most")
        purpose = _(_PURPOSE.get(str(said.purpose), str(said.purpose)))
        yield text.format(said.agreement, said.version, purpose, said.retention_days)
    if said.period is not None:
        start, end = (
            _format_signing_moment(one.timestamp()) for one in (said.period.start, said.period.end)
        )
        step = _(_STEP.get(str(said.granularity), str(said.granularity)))
        yield _("curves from {} to {}, {}").format(start, end, step)


def _describe_export_file(file: "ExportFile") -> str:
    text = _("{}: as it was signed ({} bytes, {} rows)")
    return text.format(file.name, format_number(file.bytes), format_number(file.rows))


def _format_signing_moment(seconds: float) -> str:
    from datetime import UTC, datetime

    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"


def _dump_verdict(verdict: "Verdict") -> dict[str, Any]:
    parts = {
        "manifest": verdict.manifest,
        "receipt": verdict.receipt,
        "tree_head": verdict.tree_head,
    }
    return {
        "ok": verdict.ok,
        "pinned": verdict.pinned,
        "receipt_pinned": verdict.receipt_pinned,
        "findings": [
            {"name": one.name, "ok": one.fault is None, "fault": one.fault and one.fault.tell(_)}
            for one in verdict.findings
        ],
        **{name: None if p is None else p.model_dump(mode="json") for name, p in parts.items()},
    }


def _verify_stored_receipt(
    path: Path, keys: Mapping[str, Any] | None, of: Path | None, *, as_json: bool
) -> int:
    """A server's receipt for a batch or a deposit."""
    if keys is None:
        raise Misuse(_("a receipt is verified with the keys of the server: --jwks FILE"))
    from synergie.client.trust.verify import verify_stored

    said = verify_stored(path, keys)
    fault = None if of is None else _find_receipt_fault(said, of)
    if as_json:
        plain = said.model_dump(mode="json")
        print_json({"ok": fault is None, "receipt": plain, "fault": fault})
    else:
        text = _("{}: {} rows received from {}, stored on {}, signed by {}")
        when = _format_signing_moment(said.received_at.timestamp())
        typer.echo(text.format(said.sub, format_number(said.rows), said.aud, when, said.iss))
        if fault is not None:
            typer.echo(fault, err=True)
    return End.DONE if fault is None else End.REFUSED


def _find_receipt_fault(said: "StoredClaims", of: Path) -> str | None:
    """Why the file *of* is not the one that the receipt is for; None: it is."""
    from synergie.errors import BadInput

    if said.sha256 is None:
        return _("the receipt is shown without the digest of what was received: ask for it whole")
    with of.open("rb") as source:
        digest = file_digest(source, "sha256").hexdigest()
    if digest == said.sha256:
        return None
    return BadInput(f"{of.name}, sha256", digest, said.sha256).tell(_)
