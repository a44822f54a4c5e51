"""The record as others see it: signed checkpoints, proofs, public bundles, figures; and erasure.

Takes: the ledger and the tables of a store, a signing key from a file, people's words on demands.
Gives: checkpoints in the C2SP form, bundles and proofs that `verify` checks offline, back-ups,
    erasures after which every proof still holds, holds, the register of demands and disclosures,
    figures with small cells suppressed.
Keeps: checkpoints, holds, erasures, demands and disclosures in the store.
Never: keeps or prints a private key, publishes a person's data, sends anything to anyone,
    changes an entry of the ledger, gives a demand weight in the queue.
"""
