"""The tables as the code sees them today; the migrations are how a store gets there.

Takes: nothing.
Gives: one module for each part of a store (core, registers, life, reports, wider, second, outside, record,
    published), and ``core.metadata``, which holds them all.
Keeps: nothing.
Never: reads or writes a row; the modules named after nouns in the room above do.
"""
