"""The test battery of the ledger: a model, races, storms, and the traps other ledgers fell into."""
