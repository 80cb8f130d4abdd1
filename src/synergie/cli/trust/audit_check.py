"""`synergie audit check`: a record under a head, a head after another, from files alone."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from synergie.cli._ends import End
from synergie.cli.files import load_record
from synergie.cli.misuse import Misuse
from synergie.cli.print import as_json as print_json
from synergie.cli.texts import N_, _, format_number

if TYPE_CHECKING:
    from synergie.schemas.trust.journal import ConsistencyProof, RecordProof, TreeHeadClaims

    type Heads = dict[str, TreeHeadClaims]

HELP = N_(
    "Check, without any connection, that a record is in the journal under a signed head, and that "
    "the journal only grew from one head to another."
)
EPILOG = (
    "synergie audit check preuve-1204.json --jwks cles-du-serveur.json\n"
    "synergie audit check preuve-1204.json --jwks cles.json --head tete-900.jws "
    "--growth suite.json\n"
    "synergie audit check --jwks cles.json --head tete-900.jws --head tete-1300.jws "
    "--growth suite.json"
)
_MOST = 65_536
_MOST_KEYS = 4 << 20


def check(
    proof: Annotated[
        Path | None,
        typer.Argument(metavar="PROOF", help=N_("Proof of a record, from a row of /journal.")),
    ] = None,
    *,
    jwks: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=N_("Public keys of the server that you hold.")),
    ] = None,
    heads: Annotated[
        list[Path] | None,
        typer.Option("--head", metavar="FILE", help=N_("A head kept before; may be repeated.")),
    ] = None,
    growth: Annotated[
        list[Path] | None,
        typer.Option(
            "--growth",
            metavar="FILE",
            help=N_("Proof that the journal grew from one head to the next (its /audit/proof)."),
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help=N_("One JSON document; its keys are stable."))
    ] = False,
) -> int:
    """Exit 1 at the first step that does not hold, which is named."""
    from synergie.errors import BadInput

    if jwks is None and (proof is None or not heads):
        raise Misuse(_("say what you hold of the server: --jwks FILE, or a head kept before"))
    if proof is None and len(heads or ()) < 2:  # noqa: PLR2004 (one head continues nothing)
        raise Misuse(_("give the proof of a record, or two heads"))
    keys = None if jwks is None else _read_proof_keys(jwks)
    steps: list[str] = []
    fault: str | None = None
    try:
        for step in _check_proof_steps(proof, keys, heads or [], growth or []):
            steps.append(step)
            if not as_json:
                typer.echo(step)
    except BadInput as error:
        fault = error.tell(_)
    if as_json:
        print_json(
            {"ok": fault is None, "signed": keys is not None, "steps": steps, "fault": fault}
        )
    else:
        _finish_proof_check(fault, signed=keys is not None)
    return End.DONE if fault is None else End.REFUSED


def _finish_proof_check(fault: str | None, *, signed: bool) -> None:
    if not signed:
        typer.echo(_("the signatures of the heads were not verified: --jwks FILE"))
    if fault is None:
        typer.echo(_("everything holds"))
    else:
        typer.echo(fault, err=True)


def _check_proof_steps(
    proof: Path | None, keys: Mapping[str, Any] | None, heads: list[Path], growth: list[Path]
) -> Iterator[str]:
    """One sentence a step that holds; BadInput at the first that does not."""
    from synergie.client.trust.journal_proof import head_claims
    from synergie.schemas.trust.journal import ConsistencyProof, RecordProof

    known: Heads = {}
    if proof is not None:
        yield from _check_record_proof(load_record(proof, RecordProof), keys, proof.name, known)
    for path in heads:
        known[path.name] = said = head_claims(_read_proof_text(path), keys, path.name)
        text = _("{}: a head of {} records of {}")
        yield text.format(path.name, format_number(said.tree_size), said.iss)
    yield from _check_head_history(
        known, {path.name: load_record(path, ConsistencyProof) for path in growth}
    )


def _check_record_proof(
    proof: "RecordProof", keys: Mapping[str, Any] | None, name: str, known: "Heads"
) -> Iterator[str]:
    from synergie.client.trust.journal_proof import check_inclusion, check_record

    said = check_record(proof, name)
    text = _("record {}: {} by {}, {}; its bytes are those that were hashed")
    yield text.format(said.seq, said.event, said.by, f"{said.at:%Y-%m-%d %H:%M} UTC")
    known[name] = head = check_inclusion(proof, keys, name)
    text = _("record {}: it is under the head of {} records of {}")
    yield text.format(said.seq, format_number(head.tree_size), head.iss)


def _check_head_history(known: "Heads", growth: "Mapping[str, ConsistencyProof]") -> Iterator[str]:
    """The heads, by their sizes, each continued by the next."""
    from synergie.client.trust.journal_proof import check_growth

    by_size = sorted(known.items(), key=lambda one: one[1].tree_size)
    for (name, one), (later, other) in pairwise(by_size):
        sizes = one.tree_size, other.tree_size
        found = [(n, p) for n, p in growth.items() if (p.first, p.second) == sizes]
        if not found and sizes[0] != sizes[1] and one.iss == other.iss:
            text = _("save {}/audit/proof?first={}&second={} and give it with --growth FILE")
            raise Misuse(text.format(one.iss.rstrip("/"), *sizes))
        where, proof = found[0] if found else (later, None)
        check_growth(one, other, proof, where)
        yield _("{}: the journal only grew since {}").format(later, name)


def _read_proof_text(path: Path) -> str:
    with path.open("rb") as source:
        return source.read(_MOST).decode("ascii", "replace").strip()


def _read_proof_keys(path: Path) -> Mapping[str, Any]:
    from synergie.client.trust.verify import parsed_keys

    with path.open("rb") as source:
        return parsed_keys(source.read(_MOST_KEYS).decode("utf-8", "replace"), path.name)
