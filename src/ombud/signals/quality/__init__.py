"""How each signal is measured on labelled data.

Takes: a folder of labelled sets, which is not part of the package.
Gives: scores with confidence intervals and floors (:class:`ombud.signals.eval.Score`).
Keeps: nothing.
Never: runs in production; nothing but ``ombud signal eval`` and tests imports it.
"""
