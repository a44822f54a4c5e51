"""The command line: words and pages, no decisions.

Takes: arguments, files, the environment.
Gives: data on standard output, talk on standard error, documented exit codes.
Keeps: nothing.
Never: evaluates, opens or decides anything itself; it calls the rooms below.
"""
