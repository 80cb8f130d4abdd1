"""What proves an exchange: signed texts, the tree of the journal, manifests, receipts. No I/O."""
