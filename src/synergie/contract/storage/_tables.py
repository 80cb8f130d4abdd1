"""The private table of contracts: each document once for each one who reads it."""

from datetime import datetime

from sqlmodel import Field

from synergie.storage.columns import TEXT
from synergie.storage.tables import Row
from synergie.storage.trust.fields import define_moment, define_text, key, maybe_moment


class ContractDocumentRow(Row, table=True):
    """A plan of measurement or a statement, as *reader* reads it; the client of it owns it."""

    __tablename__ = "contract_document"
    id: str = key()
    reader: str = Field(primary_key=True, sa_type=TEXT, index=True)
    """The two parties, who read the whole; or a member, who reads its part."""
    owner: str = define_text(index=True)
    operator: str = define_text()
    contract: str = define_text()
    """Its number."""
    title: str = define_text()
    kind: str = define_text()
    state: str = define_text()
    from_date: str = define_text()
    to_date: str = define_text()
    digest: str = define_text()
    body: str = define_text()
    """MvPlan or SavingsReport as JSON; of a member MemberContract or MemberStatement."""
    sources: str = define_text()
    """Whose readings it tells: organisations by point, as JSON."""
    changed_at: datetime = define_moment()
    told_at: datetime | None = maybe_moment()
    """When its owner proposed it. Null: a draft, which its owner alone reads."""
