"""The life of a case: people and roles, clauses as adopted, claims, decisions, notices, measures, appeals.

The keys make silence impossible: no measure without its notice and decision, no notice
without a decision, no decision without a case and a clause as it was adopted.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
JSON = sa.Text()
TIMED = (
    "'hold', 'interaction_limit', 'rate_limit', 'live_stop', 'out_of_recommendations', 'escrow', 'tips_off',"
    " 'product_links_off', 'paid_features_off', 'advertising_share_off', 'posting_pause'"
)
ALL = f"'hint', 'notice', 'label', 'disable', 'rename', 'closing', {TIMED}"


def upgrade() -> None:
    _cases()
    _people()
    _role_acts()
    _clause_versions()
    _claims()
    _conflicts()
    _decisions()
    _notices()
    _corrections()
    _measures()
    _suspensions()
    _appeals()
    _outbox()
    _credits_earned()


def _need(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _number(name: str = "n") -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, autoincrement=False, nullable=False)


def _cases() -> None:
    for name, kind in (
        ("imminence", sa.SmallInteger),
        ("vulnerable", sa.SmallInteger),
        ("reach", sa.BigInteger),
    ):
        op.add_column("cases", sa.Column(name, kind, nullable=False, server_default="0"))
    op.add_column("cases", sa.Column("language", TEXT))
    op.add_column("cases", sa.Column("rank", sa.BigInteger))
    op.create_index("ix_cases_rank", "cases", ["state", "lane", "rank", sa.text("reach DESC"), "n"])


def _people() -> None:
    op.create_table(
        "people",
        _need("id", TEXT),
        _need("languages", JSON),
        _need("at", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
    )


def _role_acts() -> None:
    op.create_table(
        "role_acts",
        _number("n"),
        _need("at", sa.BigInteger),
        _need("person", TEXT),
        _need("role", TEXT),
        _need("granted", sa.Boolean),
        _need("granted_by", TEXT),
        sa.PrimaryKeyConstraint("n", name="pk_role_acts"),
        sa.ForeignKeyConstraint(["granted_by"], ["people.id"], name="fk_role_acts_granted_by"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_role_acts_person"),
        sa.CheckConstraint(
            "role IN ('reviewer', 'appeal_reviewer', 'code_editor', 'operator', 'auditor')",
            name="ck_role_acts_role",
        ),
    )
    op.create_index("ix_role_acts_person_role_n", "role_acts", ["person", "role", "n"])


def _clause_versions() -> None:
    op.create_table(
        "clause_versions",
        _need("id", TEXT),
        _need("code", TEXT),
        _need("clause", TEXT),
        _need("version", TEXT),
        _need("ordinal", sa.Integer),
        _need("in_force_from", sa.BigInteger),
        _need("harm", TEXT),
        _need("severity", sa.SmallInteger),
        _need("measures", TEXT),
        _need("ceiling", TEXT),
        sa.Column("correction", sa.Integer),
        sa.Column("appeal", sa.Integer),
        _need("automation", TEXT),
        _need("body", JSON),
        sa.PrimaryKeyConstraint("id", name="pk_clause_versions"),
        sa.ForeignKeyConstraint(
            ["code", "ordinal"], ["pins.code", "pins.ordinal"], name="fk_clause_versions_code_ordinal"
        ),
        sa.CheckConstraint("severity BETWEEN 1 AND 4", name="ck_clause_versions_severity"),
    )
    op.create_index(
        "ix_clause_versions_code_clause_in_force_from", "clause_versions", ["code", "clause", "in_force_from"]
    )


def _claims() -> None:
    op.create_table(
        "claims",
        _need("case_id", TEXT),
        _need("person", TEXT),
        _need("at", sa.BigInteger),
        sa.PrimaryKeyConstraint("case_id", name="pk_claims"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_claims_case_id"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_claims_person"),
    )
    op.create_index("ix_claims_person", "claims", ["person"])


def _conflicts() -> None:
    op.create_table(
        "conflicts",
        _need("case_id", TEXT),
        _need("person", TEXT),
        _need("at", sa.BigInteger),
        _need("why", TEXT),
        sa.PrimaryKeyConstraint("case_id", "person", name="pk_conflicts"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_conflicts_case_id"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_conflicts_person"),
    )


def _decisions() -> None:
    op.create_table(
        "decisions",
        _number("n"),
        _need("id", TEXT),
        _need("case_id", TEXT),
        _need("clause_id", TEXT),
        _need("at", sa.BigInteger),
        _need("decided_by", TEXT),
        sa.Column("seconded_by", TEXT),
        _need("automatic", sa.Boolean),
        _need("answer", TEXT),
        _need("account", TEXT),
        sa.Column("breach_at", sa.BigInteger),
        _need("severity", sa.SmallInteger),
        _need("facts", JSON),
        _need("incidents", JSON),
        _need("rules", JSON),
        _need("reasons", TEXT),
        _need("considered", JSON),
        _need("hijacked", sa.Boolean),
        _need("danger", sa.Boolean),
        sa.Column("replaces", TEXT),
        sa.Column("salt", sa.LargeBinary),
        sa.PrimaryKeyConstraint("n", name="pk_decisions"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_decisions_case_id"),
        sa.ForeignKeyConstraint(["clause_id"], ["clause_versions.id"], name="fk_decisions_clause_id"),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name="fk_decisions_decided_by"),
        sa.ForeignKeyConstraint(["replaces"], ["decisions.id"], name="fk_decisions_replaces"),
        sa.ForeignKeyConstraint(["seconded_by"], ["people.id"], name="fk_decisions_seconded_by"),
        sa.UniqueConstraint("id", name="uq_decisions_id"),
        sa.CheckConstraint(
            "answer IN ('applies', 'does_not_apply', 'cannot_tell', 'interim')", name="ck_decisions_answer"
        ),
        sa.CheckConstraint("severity BETWEEN 1 AND 4", name="ck_decisions_severity"),
        sa.CheckConstraint(
            "breach_at IS NOT NULL OR answer NOT IN ('applies', 'interim')", name="ck_decisions_breach"
        ),
        sa.CheckConstraint("seconded_by IS NULL OR seconded_by <> decided_by", name="ck_decisions_two"),
        sa.CheckConstraint(
            "severity < 4 OR answer <> 'applies' OR seconded_by IS NOT NULL", name="ck_decisions_grave"
        ),
        sa.CheckConstraint("reasons <> '' OR salt IS NULL", name="ck_decisions_reasons"),
    )
    op.create_index("ix_decisions_account_at", "decisions", ["account", "at"])
    op.create_index("ix_decisions_at", "decisions", ["at"])
    op.create_index("ix_decisions_case_id", "decisions", ["case_id"])


def _notices() -> None:
    op.create_table(
        "notices",
        _number("n"),
        _need("id", TEXT),
        _need("decision_id", TEXT),
        _need("kind", TEXT),
        _need("role", TEXT),
        _need("recipient", TEXT),
        _need("language", TEXT),
        _need("title", TEXT),
        _need("body", TEXT),
        _need("announces", TEXT),
        _need("at", sa.BigInteger),
        _need("receipt", sa.LargeBinary),
        sa.Column("appeal_until", sa.BigInteger),
        sa.Column("delivered_at", sa.BigInteger),
        sa.Column("salt", sa.LargeBinary),
        sa.PrimaryKeyConstraint("n", name="pk_notices"),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name="fk_notices_decision_id"),
        sa.UniqueConstraint("id", name="uq_notices_id"),
        sa.UniqueConstraint("id", "decision_id", name="uq_notices_id_decision_id"),
        sa.UniqueConstraint("receipt", name="uq_notices_receipt"),
        sa.CheckConstraint(
            "kind IN ('decision', 'hold', 'lifted', 'appeal', 'outcome')", name="ck_notices_kind"
        ),
        sa.CheckConstraint("role IN ('subject', 'reporter', 'affected')", name="ck_notices_role"),
        sa.CheckConstraint("language IN ('en', 'zh')", name="ck_notices_language"),
        sa.CheckConstraint("body <> '' OR salt IS NULL", name="ck_notices_body"),
    )
    op.create_index("ix_notices_decision_id", "notices", ["decision_id"])
    op.create_index("ix_notices_recipient_n", "notices", ["recipient", "n"])


def _corrections() -> None:
    op.create_table(
        "corrections",
        _need("notice_id", TEXT),
        _need("decision_id", TEXT),
        _need("hours", sa.Integer),
        _need("free", sa.Boolean),
        sa.Column("due_at", sa.BigInteger),
        sa.Column("outcome", TEXT),
        sa.Column("outcome_at", sa.BigInteger),
        sa.Column("judged_by", TEXT),
        sa.Column("reasons", TEXT),
        sa.PrimaryKeyConstraint("notice_id", name="pk_corrections"),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name="fk_corrections_decision_id"),
        sa.ForeignKeyConstraint(["judged_by"], ["people.id"], name="fk_corrections_judged_by"),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name="fk_corrections_notice_id"),
        sa.UniqueConstraint("decision_id", name="uq_corrections_decision_id"),
        sa.CheckConstraint("hours BETWEEN 24 AND 72", name="ck_corrections_hours"),
        sa.CheckConstraint("outcome IS NULL OR outcome IN ('done', 'missed')", name="ck_corrections_outcome"),
        sa.CheckConstraint(
            "(outcome IS NULL) = (outcome_at IS NULL) AND (outcome IS NULL) = (judged_by IS NULL)",
            name="ck_corrections_judged",
        ),
    )
    op.create_index("ix_corrections_outcome_due_at", "corrections", ["outcome", "due_at"])


def _measures() -> None:
    op.create_table(
        "measures",
        _number("n"),
        _need("id", TEXT),
        _need("notice_id", TEXT),
        _need("decision_id", TEXT),
        _need("kind", TEXT),
        _need("account", TEXT),
        _need("subject_kind", TEXT),
        _need("subject", TEXT),
        _need("territory", TEXT),
        _need("at", sa.BigInteger),
        _need("starts_at", sa.BigInteger),
        sa.Column("ends_at", sa.BigInteger),
        _need("needs_points", sa.Integer),
        _need("details", JSON),
        sa.Column("reversed_at", sa.BigInteger),
        sa.Column("reversed_notice", TEXT),
        sa.Column("ended_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("n", name="pk_measures"),
        sa.ForeignKeyConstraint(
            ["notice_id", "decision_id"],
            ["notices.id", "notices.decision_id"],
            name="fk_measures_notice_id_decision_id",
        ),
        sa.ForeignKeyConstraint(["reversed_notice"], ["notices.id"], name="fk_measures_reversed_notice"),
        sa.UniqueConstraint("id", name="uq_measures_id"),
        sa.UniqueConstraint("notice_id", "kind", name="uq_measures_notice_id_kind"),
        sa.CheckConstraint(f"kind IN ({ALL})", name="ck_measures_kind"),
        sa.CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name="ck_measures_ends"),
        sa.CheckConstraint(f"ends_at IS NOT NULL OR kind NOT IN ({TIMED})", name="ck_measures_timed"),
        sa.CheckConstraint("kind <> 'hold' OR ends_at - starts_at <= 259200000000", name="ck_measures_hold"),
        sa.CheckConstraint("starts_at >= at", name="ck_measures_starts"),
        sa.CheckConstraint("(reversed_at IS NULL) = (reversed_notice IS NULL)", name="ck_measures_undone"),
    )
    op.create_index("ix_measures_account", "measures", ["account"])
    op.create_index("ix_measures_at_kind", "measures", ["at", "kind"])
    op.create_index("ix_measures_decision_id", "measures", ["decision_id"])
    op.create_index("ix_measures_ended_at_ends_at", "measures", ["ended_at", "ends_at"])


def _suspensions() -> None:
    op.create_table(
        "suspensions",
        _need("measure_id", TEXT),
        sa.Column("n", sa.Integer, autoincrement=False, nullable=False),
        _need("since", sa.BigInteger),
        sa.Column("until", sa.BigInteger),
        _need("why", TEXT),
        sa.PrimaryKeyConstraint("measure_id", "n", name="pk_suspensions"),
        sa.ForeignKeyConstraint(["measure_id"], ["measures.id"], name="fk_suspensions_measure_id"),
        sa.CheckConstraint("why IN ('appeal', 'late')", name="ck_suspensions_why"),
        sa.CheckConstraint("until IS NULL OR until >= since", name="ck_suspensions_order"),
    )


def _appeals() -> None:
    op.create_table(
        "appeals",
        _number("n"),
        _need("id", TEXT),
        _need("notice_id", TEXT),
        _need("decision_id", TEXT),
        _need("at", sa.BigInteger),
        sa.Column("representative", TEXT),
        _need("text", TEXT),
        _need("files", JSON),
        _need("due_at", sa.BigInteger),
        sa.Column("late_at", sa.BigInteger),
        sa.Column("outcome", TEXT),
        sa.Column("decided_at", sa.BigInteger),
        sa.Column("judged_by", TEXT),
        sa.Column("reasons", TEXT),
        sa.Column("answer_notice", TEXT),
        sa.Column("replaced_by", TEXT),
        sa.Column("salt", sa.LargeBinary),
        sa.PrimaryKeyConstraint("n", name="pk_appeals"),
        sa.ForeignKeyConstraint(["answer_notice"], ["notices.id"], name="fk_appeals_answer_notice"),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name="fk_appeals_decision_id"),
        sa.ForeignKeyConstraint(["judged_by"], ["people.id"], name="fk_appeals_judged_by"),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name="fk_appeals_notice_id"),
        sa.ForeignKeyConstraint(["replaced_by"], ["decisions.id"], name="fk_appeals_replaced_by"),
        sa.UniqueConstraint("id", name="uq_appeals_id"),
        sa.UniqueConstraint("notice_id", name="uq_appeals_notice_id"),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome IN ('kept', 'reversed', 'changed')", name="ck_appeals_outcome"
        ),
        sa.CheckConstraint(
            "(outcome IS NULL) = (decided_at IS NULL) AND (outcome IS NULL) = (judged_by IS NULL)"
            " AND (outcome IS NULL) = (answer_notice IS NULL)"
            " AND (outcome IS NULL) = (reasons IS NULL)",
            name="ck_appeals_answered",
        ),
        sa.CheckConstraint(
            "(replaced_by IS NOT NULL) = (outcome IS NOT NULL AND outcome = 'changed')",
            name="ck_appeals_changed",
        ),
        sa.CheckConstraint("text <> '' OR salt IS NULL", name="ck_appeals_text"),
    )
    op.create_index("ix_appeals_decision_id", "appeals", ["decision_id"])
    op.create_index("ix_appeals_outcome_due_at", "appeals", ["outcome", "due_at"])


def _outbox() -> None:
    op.create_table(
        "outbox",
        _number("n"),
        _need("key", TEXT),
        _need("kind", TEXT),
        _need("notice_id", TEXT),
        _need("at", sa.BigInteger),
        _need("next_at", sa.BigInteger),
        _need("attempts", sa.Integer),
        sa.Column("sent_at", sa.BigInteger),
        sa.Column("given_up_at", sa.BigInteger),
        sa.Column("error", TEXT),
        sa.PrimaryKeyConstraint("n", name="pk_outbox"),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name="fk_outbox_notice_id"),
        sa.UniqueConstraint("key", name="uq_outbox_key"),
        sa.CheckConstraint("kind IN ('notice', 'apply', 'undo')", name="ck_outbox_kind"),
        sa.CheckConstraint("attempts >= 0", name="ck_outbox_attempts"),
    )
    op.create_index("ix_outbox_notice_id", "outbox", ["notice_id"])
    op.create_index("ix_outbox_sent_at_given_up_at_next_at", "outbox", ["sent_at", "given_up_at", "next_at"])


def _credits_earned() -> None:
    op.create_table(
        "credits_earned",
        _number("n"),
        _need("account", TEXT),
        _need("at", sa.BigInteger),
        _need("points", sa.Integer),
        _need("granted_by", TEXT),
        _need("reason", TEXT),
        sa.PrimaryKeyConstraint("n", name="pk_credits_earned"),
        sa.ForeignKeyConstraint(["granted_by"], ["people.id"], name="fk_credits_earned_granted_by"),
        sa.CheckConstraint("points > 0", name="ck_credits_earned_points"),
    )
    op.create_index("ix_credits_earned_account", "credits_earned", ["account"])
