"""Puts the rooms in order: the embedded run from source to ledger.

Takes: sources of events, codes of conduct, a store.
Gives: a report of what was taken, found and opened.
Keeps: nothing outside the store; everything it knows can be rebuilt from it.
Never: decides a case, changes a rule, or takes an event twice.
"""
