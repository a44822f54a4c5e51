"""Measurements on posts and accounts, one detector a module.

Takes: events and dated register rows.
Gives: values that rules read as ``signal.<name>.<field>``, each with its evidence.
Keeps: window state that can be rebuilt from the archive.
Never: reads a case, a report's outcome or a person's standing; decides anything.
"""
