"""What every table is made of: one metadata with its naming rule, and two kinds of columns."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, MetaData

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def number(name: str = "n") -> Column[int]:
    """Return a primary key that the code numbers itself, so that a run's numbers repeat."""
    return Column(name, BigInteger, primary_key=True, autoincrement=False)


def needed(name: str, kind: Any, *more: Any, **options: Any) -> Column[Any]:
    """Return a column that is never NULL."""
    return Column(name, kind, *more, nullable=False, **options)
