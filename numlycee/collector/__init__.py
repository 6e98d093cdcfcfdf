"""A bulletin in, the ledger, the timeline store, a receipt out; and the live board."""
