"""Dated facts the operator keeps: protected names, credentials, fact-checks, incidents, hotlines.

Takes: CSV and JSON files of rows, checked against the register's schema.
Gives: the rows that were valid at an instant, as a pinned revision knows them.
Keeps: every row ever recorded; a fact is corrected or withdrawn by a later row.
Never: changes or removes a row, takes half a file, or learns anything from a case.
"""
