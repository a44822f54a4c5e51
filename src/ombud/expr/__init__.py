"""The rule language alone: grammar, types, compiler, row evaluation, folding.

Takes: rules as text, the declared columns, named lists; rows as mappings or objects.
Gives: a compiled rule set that finds which rules hold in each row, a parser for the
    linter, ``folded``, and explanations.
Keeps: nothing but what a session's windows hold; compiled plans on disk, if given a folder.
Never: reads a file or column that was not declared, calls what a rule names, or touches
    a database; it imports no SQLAlchemy, DuckDB or pyarrow.
"""

from ombud.expr.columns import Column
from ombud.expr.compile import Parsed, compile_rules, parse_rule
from ombud.expr.explain import Explained
from ombud.expr.fold import FOLD_VERSION, folded
from ombud.expr.live import NO_PARTS, Part
from ombud.expr.ruleset import RuleSet
from ombud.expr.session import RuleMetrics, Session

__all__ = [
    "FOLD_VERSION",
    "NO_PARTS",
    "Column",
    "Explained",
    "Parsed",
    "Part",
    "RuleMetrics",
    "RuleSet",
    "Session",
    "compile_rules",
    "folded",
    "parse_rule",
]
