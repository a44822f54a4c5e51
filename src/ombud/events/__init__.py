"""Outside formats become one event envelope.

Takes: JSONL, CSV and Parquet files or standard input, plain or compressed; a mapping file.
Gives: events in one shape, the columns that rules may read, positions to resume from,
    rejected records with code and place, and the archive's Parquet segments.
Keeps: nothing but segment files where the caller asked for them.
Never: evaluates a rule, opens the store, decides anything, waits for a network.
"""
