"""Ombud: run a code of conduct in the open.

Publish the rules, find what breaks them, let people decide, explain every
decision, and let anyone check the record.
"""

__version__ = "0.1.0"
