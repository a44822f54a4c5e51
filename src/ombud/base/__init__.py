"""The ground every other room stands on.

Takes: nothing of the other rooms.
Gives: the glossary's words, identifiers and hashes, the clock, the tree of errors, settings.
Keeps: nothing.
Never: reads a file of the user's, opens a database, decides anything.
"""
