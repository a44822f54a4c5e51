"""The gate: no code of conduct passes that could be turned against opinions.

Takes: codes of conduct as data, and a way to bind their rules (``ombud.rules.bind``).
Gives: a :class:`~ombud.rules.gate.gate.GateResult`: passed or not, with every fault, its version and hash.
Keeps: a cache of results by content, which can be thrown away at any time.
Never: changes a code, lets one through with a flag, or reads what people decided.
"""
