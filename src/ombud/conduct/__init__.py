"""A code of conduct as data: harms, clauses, rules and lists, read from a folder.

Takes: a folder of YAML, Markdown and text files; the columns that rules may read.
Gives: a frozen :class:`~ombud.conduct.model.Code` with a content hash, or every fault at once.
Keeps: nothing.
Never: evaluates a rule, reads an event, or knows who is bound by the code.
"""
