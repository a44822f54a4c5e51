"""Findings become cases for people to decide.

Takes: findings and the clauses they cite; codes as they are adopted; what reviewers do.
Gives: one open case a subject and clause, a queue in a published order, claims and notes,
    the clause version that a decision cites, roles.
Keeps: cases with their history, claims, people, roles, clauses as adopted, in the store.
Never: decides; removes; acts; lets a report's volume or a public body's wish move a case.
"""
