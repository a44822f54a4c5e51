"""Decisions with their notices and measures, the way back, and what leaves the house.

Takes: cases, clauses as adopted, what a person answered and chose, an instant.
Gives: a preview of every consequence with the exact notice; the one writer of decision,
    notice and measures; appeals, disputes and reversals; the outbox, and orders to a platform.
Keeps: decisions, notices, measures, corrections, appeals, disputes, orders and the outbox in the store.
Never: acts in silence, decides by itself, lets somebody judge an appeal against their own decision.
"""
