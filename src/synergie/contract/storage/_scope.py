"""Which documents of contracts a permit opens: to the client all, to others their own once told."""

from collections.abc import Mapping

from synergie.contract.storage._tables import ContractDocumentRow
from synergie.storage.shared_scope import Rule, of_each_once_told
from synergie.storage.tables import Row

RULES: Mapping[type[Row], Rule] = {
    ContractDocumentRow: of_each_once_told(ContractDocumentRow, who=ContractDocumentRow.reader)
}
"""The rule of the table."""
