"""Many cases decided by one act, labels that a rule may set, calls for lane 0, reviews of closings."""

from functools import partial
from typing import Any

import sqlalchemy as sa
from alembic import op

from ombud.store.guards import guard, kept

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
JSON = sa.Text()

# table: (columns that never change, columns that go from NULL to a value once); none of them is deleted.
KEPT = {
    "clusters": (
        "n id at code clause shared size sample proposed_by salt",
        "digest confirmed_at confirmed_by seconded_by undone_at undone_by",
    ),
    "automation_acts": ("n at code clause granted person after why", ""),
    "automatic_labels": ("key decision_id finding at", ""),
    "withdrawals": ("decision_id notice_id at ground withdrawn_by", ""),
    "closing_reviews": ("n measure_id at reviewed_by outcome notice_id", ""),
}

# trigger: (table, when a new row is refused, what is said)
NEW = {
    "decisions_automatic": (
        "decisions",
        "NEW.automatic AND NOT EXISTS (SELECT 1 FROM clause_versions k JOIN automation_acts a"
        "  ON a.code = k.code AND a.clause = k.clause WHERE k.id = NEW.clause_id AND k.automation = 'label'"
        "  AND a.granted AND a.person = NEW.decided_by AND NEW.answer = 'applies' AND a.n ="
        "  (SELECT max(b.n) FROM automation_acts b WHERE b.code = k.code AND b.clause = k.clause))",
        "an automatic label needs a clause that allows it and an operator who switched it on",
    ),
    "automatic_labels_new": (
        "automatic_labels",
        "NOT EXISTS (SELECT 1 FROM decisions d WHERE d.id = NEW.decision_id AND d.automatic)"
        " OR EXISTS (SELECT 1 FROM automatic_labels l"
        "  WHERE l.key = NEW.key OR l.decision_id = NEW.decision_id)",
        "a rule labels a subject under a clause once",
    ),
    "withdrawals_new": (
        "withdrawals",
        "NOT EXISTS (SELECT 1 FROM notices n JOIN outbox o ON o.notice_id = n.id WHERE n.id = NEW.notice_id"
        "  AND n.decision_id = NEW.decision_id AND n.role = 'subject' AND n.at = NEW.at)"
        " OR EXISTS (SELECT 1 FROM withdrawals w WHERE w.decision_id = NEW.decision_id)",
        "a decision is taken back once, and with a notice",
    ),
    "closing_reviews_new": (
        "closing_reviews",
        "NOT EXISTS (SELECT 1 FROM measures m JOIN decisions d ON d.id = m.decision_id"
        "  JOIN notices n ON n.decision_id = d.id WHERE m.id = NEW.measure_id AND m.kind = 'closing'"
        "  AND n.id = NEW.notice_id AND n.at = NEW.at AND d.decided_by <> NEW.reviewed_by"
        "  AND coalesce(d.seconded_by, '') <> NEW.reviewed_by)"
        " OR EXISTS (SELECT 1 FROM closing_reviews r WHERE r.n = NEW.n OR r.notice_id = NEW.notice_id)",
        "a closing is looked at again by another person, and with a notice",
    ),
    "clusters_new": (
        "clusters",
        "NEW.state <> 'sampling' OR EXISTS (SELECT 1 FROM clusters c WHERE c.n = NEW.n OR c.id = NEW.id)",
        "a cluster begins with its sample",
    ),
    "automation_acts_new": (
        "automation_acts",
        "EXISTS (SELECT 1 FROM automation_acts a WHERE a.n >= NEW.n)",
        "automation_acts are kept",
    ),
}


def upgrade() -> None:
    _clusters()
    _members()
    _automation()
    _withdrawals()
    _closing_reviews()
    _pages()
    for table in KEPT:
        kept(table, partial(_changed, table))
    for name, (table, when, said) in NEW.items():
        guard(name, table, "INSERT", when, said)


def _need(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _number(name: str = "n") -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, autoincrement=False, nullable=False)


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=f"fk_{table}_{column}")


def _clusters() -> None:
    op.create_table(
        "clusters",
        _number(),
        _need("id", TEXT),
        _need("at", sa.BigInteger),
        _need("code", TEXT),
        _need("clause", TEXT),
        _need("shared", TEXT),
        _need("size", sa.Integer),
        _need("sample", sa.Integer),
        _need("proposed_by", TEXT),
        _need("state", TEXT),
        sa.Column("digest", TEXT),
        sa.Column("choice", JSON),
        sa.Column("confirmed_at", sa.BigInteger),
        sa.Column("confirmed_by", TEXT),
        sa.Column("seconded_by", TEXT),
        sa.Column("undone_at", sa.BigInteger),
        sa.Column("undone_by", TEXT),
        sa.Column("undone_because", TEXT),
        sa.Column("salt", sa.LargeBinary),
        sa.PrimaryKeyConstraint("n", name="pk_clusters"),
        sa.UniqueConstraint("id", name="uq_clusters_id"),
        *(
            _to("clusters", name, "people.id")
            for name in ("proposed_by", "confirmed_by", "seconded_by", "undone_by")
        ),
        sa.CheckConstraint(
            "state IN ('sampling', 'confirmed', 'applied', 'undoing', 'undone', 'dropped')",
            name="ck_clusters_state",
        ),
        sa.CheckConstraint("sample >= 30 AND size > sample", name="ck_clusters_sample"),
        sa.CheckConstraint(
            "state IN ('sampling', 'dropped') OR confirmed_by IS NOT NULL AND digest IS NOT NULL",
            name="ck_clusters_confirmed",
        ),
        sa.CheckConstraint("seconded_by IS NULL OR seconded_by <> confirmed_by", name="ck_clusters_two"),
    )
    op.create_index("ix_clusters_state_n", "clusters", ["state", "n"])


def _members() -> None:
    op.create_table(
        "cluster_members",
        _need("cluster_id", TEXT),
        sa.Column("n", sa.Integer, autoincrement=False, nullable=False),
        _need("case_id", TEXT),
        _need("who", TEXT),
        _need("findings", JSON),
        _need("sampled", sa.Boolean),
        _need("seen", sa.Integer),
        _need("state", TEXT),
        sa.Column("why", TEXT),
        sa.Column("shown", TEXT),
        sa.Column("decision_id", TEXT),
        sa.PrimaryKeyConstraint("cluster_id", "n", name="pk_cluster_members"),
        sa.UniqueConstraint("case_id", name="uq_cluster_members_case_id"),
        sa.UniqueConstraint("decision_id", name="uq_cluster_members_decision_id"),
        _to("cluster_members", "cluster_id", "clusters.id"),
        _to("cluster_members", "case_id", "cases.id"),
        _to("cluster_members", "decision_id", "decisions.id"),
        sa.CheckConstraint(
            "state IN ('waiting', 'decided', 'left out', 'undone')", name="ck_cluster_members_state"
        ),
        sa.CheckConstraint(
            "(decision_id IS NOT NULL) = (state IN ('decided', 'undone'))", name="ck_cluster_members_decided"
        ),
    )
    op.create_index("ix_cluster_members_cluster_id_state_n", "cluster_members", ["cluster_id", "state", "n"])
    op.create_table(
        "cluster_agreements",
        _need("cluster_id", TEXT),
        _need("person", TEXT),
        _need("at", sa.BigInteger),
        _need("digest", TEXT),
        sa.PrimaryKeyConstraint("cluster_id", "person", name="pk_cluster_agreements"),
        _to("cluster_agreements", "cluster_id", "clusters.id"),
        _to("cluster_agreements", "person", "people.id"),
    )


def _automation() -> None:
    op.create_table(
        "automation_acts",
        _number(),
        _need("at", sa.BigInteger),
        _need("code", TEXT),
        _need("clause", TEXT),
        _need("granted", sa.Boolean),
        sa.Column("person", TEXT),
        _need("after", sa.BigInteger),
        _need("why", TEXT),
        sa.PrimaryKeyConstraint("n", name="pk_automation_acts"),
        _to("automation_acts", "person", "people.id"),
        sa.CheckConstraint("person IS NOT NULL OR NOT granted", name="ck_automation_acts_person"),
    )
    op.create_index("ix_automation_acts_code_clause_n", "automation_acts", ["code", "clause", "n"])
    op.create_table(
        "automatic_labels",
        _need("key", sa.LargeBinary),
        _need("decision_id", TEXT),
        _need("finding", sa.BigInteger),
        _need("at", sa.BigInteger),
        sa.PrimaryKeyConstraint("key", name="pk_automatic_labels"),
        sa.UniqueConstraint("decision_id", name="uq_automatic_labels_decision_id"),
        _to("automatic_labels", "decision_id", "decisions.id"),
        _to("automatic_labels", "finding", "findings.n"),
    )
    op.create_index("ix_automatic_labels_finding", "automatic_labels", ["finding"])


def _withdrawals() -> None:
    op.create_table(
        "withdrawals",
        _need("decision_id", TEXT),
        _need("notice_id", TEXT),
        _need("at", sa.BigInteger),
        _need("ground", TEXT),
        sa.Column("withdrawn_by", TEXT),
        sa.PrimaryKeyConstraint("decision_id", name="pk_withdrawals"),
        sa.UniqueConstraint("notice_id", name="uq_withdrawals_notice_id"),
        _to("withdrawals", "decision_id", "decisions.id"),
        _to("withdrawals", "notice_id", "notices.id"),
        _to("withdrawals", "withdrawn_by", "people.id"),
        sa.CheckConstraint(
            "ground IN ('cluster', 'fact-check', 'mended', 'dispute')", name="ck_withdrawals_ground"
        ),
    )


def _closing_reviews() -> None:
    op.create_table(
        "closing_reviews",
        _number(),
        _need("measure_id", TEXT),
        _need("at", sa.BigInteger),
        _need("reviewed_by", TEXT),
        _need("outcome", TEXT),
        _need("notice_id", TEXT),
        sa.PrimaryKeyConstraint("n", name="pk_closing_reviews"),
        sa.UniqueConstraint("notice_id", name="uq_closing_reviews_notice_id"),
        _to("closing_reviews", "measure_id", "measures.id"),
        _to("closing_reviews", "reviewed_by", "people.id"),
        _to("closing_reviews", "notice_id", "notices.id"),
        sa.CheckConstraint("outcome IN ('kept', 'reopened')", name="ck_closing_reviews_outcome"),
    )
    op.create_index("ix_closing_reviews_measure_id_at", "closing_reviews", ["measure_id", "at"])


def _pages() -> None:
    op.create_table(
        "on_call",
        _need("person", TEXT),
        _need("since", sa.BigInteger),
        _need("set_by", TEXT),
        sa.PrimaryKeyConstraint("person", name="pk_on_call"),
        _to("on_call", "person", "people.id"),
        _to("on_call", "set_by", "people.id"),
    )
    op.create_table(
        "pages",
        _need("case_id", TEXT),
        _need("rounds", sa.Integer),
        sa.Column("first_at", sa.BigInteger),
        sa.Column("last_at", sa.BigInteger),
        _need("next_at", sa.BigInteger),
        sa.Column("error", TEXT),
        sa.PrimaryKeyConstraint("case_id", name="pk_pages"),
        _to("pages", "case_id", "cases.id"),
    )


def _changed(table: str, differs: str) -> str:
    fixed, once = KEPT[table]
    parts = [f"NEW.{name} {differs} OLD.{name}" for name in fixed.split()]
    parts += [f"(OLD.{name} IS NOT NULL AND NEW.{name} {differs} OLD.{name})" for name in once.split()]
    return " OR ".join(parts)
