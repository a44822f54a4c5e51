"""What may be done about a breach, until when, and how it counts: pure functions of rows.

Takes: clauses as they were adopted, rows of decisions and measures, an instant.
Gives: which measures a clause allows, points and standing, whether a measure is in effect,
    what is left of a day's quota.
Keeps: nothing; standing is computed from decisions each time and never stored as truth.
Never: writes a measure (only ``redress`` does, with its notice), reads the wall clock.
"""
