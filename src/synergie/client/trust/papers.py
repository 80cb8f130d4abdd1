"""What is written of an agreement, from a program: `client.papers`."""

from typing import Any

from synergie.client.calls import AsyncCall, SyncCall
from synergie.client.trust import agreement_calls as calls
from synergie.schemas.trust.agreement_proof import AgreementProof
from synergie.schemas.trust.clause import Clauses


class Papers:
    """An agreement as people read, print and sign it, in French, and as programs read policies.

    *version* None: the one that holds now.

    Path("accord.pdf").write_bytes(client.papers.pdf(agreement))
    """

    def __init__(self, call: SyncCall) -> None:
        self._call = call

    def clauses(self, agreement: str, *, version: int | None = None) -> Clauses:
        """Clause by clause, each with what it means."""
        return self._call(calls.read_clauses(agreement, version))

    def proof(self, agreement: str, *, version: int | None = None) -> AgreementProof:
        """The exact text that is signed, the signatures, and the keys of both parties."""
        return self._call(calls.read_agreement_proof(agreement, version))

    def odrl(self, agreement: str, *, version: int | None = None) -> dict[str, Any]:
        """A W3C ODRL 2.2 Agreement, JSON-LD."""
        return self._call(calls.read_odrl(agreement, version))

    def html(self, agreement: str, *, version: int | None = None) -> str:
        """One HTML file that needs nothing else."""
        return self._call(calls.html(agreement, version))

    def pdf(self, agreement: str, *, version: int | None = None) -> bytes:
        """A tagged PDF (PDF/UA-1)."""
        return self._call(calls.read_agreement_pdf(agreement, version))


class AsyncPapers:
    """The same for asyncio; see `Papers`."""

    def __init__(self, call: AsyncCall) -> None:
        self._call = call

    async def clauses(self, agreement: str, *, version: int | None = None) -> Clauses:
        """Clause by clause, each with what it means."""
        return await self._call(calls.read_clauses(agreement, version))

    async def proof(self, agreement: str, *, version: int | None = None) -> AgreementProof:
        """The exact text that is signed, the signatures, and the keys of both parties."""
        return await self._call(calls.read_agreement_proof(agreement, version))

    async def odrl(self, agreement: str, *, version: int | None = None) -> dict[str, Any]:
        """A W3C ODRL 2.2 Agreement, JSON-LD."""
        return await self._call(calls.read_odrl(agreement, version))

    async def html(self, agreement: str, *, version: int | None = None) -> str:
        """One HTML file that needs nothing else."""
        return await self._call(calls.html(agreement, version))

    async def pdf(self, agreement: str, *, version: int | None = None) -> bytes:
        """A tagged PDF (PDF/UA-1)."""
        return await self._call(calls.read_agreement_pdf(agreement, version))
