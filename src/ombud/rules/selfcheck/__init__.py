"""The author's self-check: what the codes would say of a draft, where, and what mends it.

Takes: a draft that nobody has seen, codes of conduct.
Gives: the clauses concerned, the words marked, what would mend them, and hints.
Keeps: nothing; nothing is stored or sent.
Never: stops anybody from posting, or lends its clickbait hint to a rule.
"""
