"""Findings become cases for people to decide.

Takes: findings and the clauses they cite.
Gives: one open case a subject and clause, with everything that joined it.
Keeps: case rows in the store.
Never: decides; removes; acts.
"""
