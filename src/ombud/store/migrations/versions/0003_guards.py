"""What keys alone cannot hold: rows that never change, and what must be true of a new one.

Each guard is one condition under which a write is refused. SQLite gets a trigger for each;
PostgreSQL one function a table and event. REPLACE on SQLite deletes without firing a
delete trigger, so an insert also checks that nobody holds its keys.
"""

from functools import partial

from alembic import op

from ombud.store.guards import guard, kept

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# table: (unique columns, columns that go from NULL to a value once, columns that erasure may empty)
KEPT: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "role_acts": (("n",), (), ()),
    "clause_versions": (("id",), (), ()),
    "decisions": (("n", "id"), (), ("reasons", "facts", "considered", "account")),
    "notices": (("n", "id", "receipt"), ("delivered_at",), ("body", "title", "recipient")),
    "corrections": (
        ("notice_id", "decision_id"),
        ("due_at", "outcome", "outcome_at", "judged_by", "reasons"),
        (),
    ),
    "measures": (("n", "id"), ("reversed_at", "reversed_notice", "ended_at"), ()),
    "suspensions": ((), ("until",), ()),
    "appeals": (
        ("n", "id", "notice_id"),
        ("late_at", "outcome", "decided_at", "judged_by", "reasons", "answer_notice", "replaced_by"),
        ("text", "files", "representative"),
    ),
    "credits_earned": (("n",), (), ()),
}
COLUMNS = {
    "role_acts": "n at person role granted granted_by",
    "clause_versions": "id code clause version ordinal in_force_from harm severity measures ceiling"
    " correction appeal automation body",
    "decisions": "n id case_id clause_id at decided_by seconded_by automatic answer breach_at"
    " severity incidents rules hijacked danger replaces",
    "notices": "n id decision_id kind role language announces at receipt appeal_until",
    "corrections": "notice_id decision_id hours free",
    "measures": "n id notice_id decision_id kind account subject_kind subject territory at starts_at ends_at"
    " needs_points details",
    "suspensions": "measure_id n since why",
    "appeals": "n id notice_id decision_id at due_at",
    "credits_earned": "n account at points granted_by reason",
}
EMPTY = "('', 'null', '[]', '{}', 'erased')"

NEW_DECISION = (
    "NOT EXISTS (SELECT 1 FROM cases c JOIN clause_versions k ON k.code = c.code AND k.clause = c.clause"
    "  WHERE c.id = NEW.case_id AND k.id = NEW.clause_id AND {not_hypothetical})"
    " OR (NEW.answer IN ('applies', 'interim') AND NOT EXISTS ("
    "  SELECT 1 FROM clause_versions k JOIN cases c ON k.code = c.code AND k.clause = c.clause"
    "  WHERE c.id = NEW.case_id AND k.in_force_from <= NEW.breach_at))"
)
NEW_MEASURE = (
    "NOT EXISTS (SELECT 1 FROM notices n JOIN decisions d ON d.id = n.decision_id"
    "  JOIN clause_versions k ON k.id = d.clause_id"
    "  WHERE n.id = NEW.notice_id AND n.at = NEW.at AND d.at = NEW.at AND n.role = 'subject'"
    "  AND n.recipient = NEW.account AND d.account = NEW.account AND n.appeal_until IS NOT NULL"
    "  AND {announced} AND {on_the_ladder}"
    "  AND (d.answer = 'applies' AND NEW.kind <> 'hold' OR d.answer = 'interim' AND NEW.kind = 'hold')"
    "  AND (NEW.kind <> 'closing' OR d.seconded_by IS NOT NULL)"
    "  AND (NOT {automatic} OR NEW.kind = 'label' AND k.automation = 'label'))"
    " OR NOT EXISTS (SELECT 1 FROM outbox o WHERE o.notice_id = NEW.notice_id AND o.kind = 'notice')"
    " OR NEW.reversed_at IS NOT NULL"
)
NEW_APPEAL = (
    "NOT EXISTS (SELECT 1 FROM notices n WHERE n.id = NEW.notice_id AND n.decision_id = NEW.decision_id"
    "  AND n.appeal_until >= NEW.at) OR NEW.outcome IS NOT NULL"
)
JUDGED_APPEAL = (
    "NEW.judged_by IS NOT NULL AND EXISTS (SELECT 1 FROM decisions d WHERE d.id = NEW.decision_id"
    "  AND (d.decided_by = NEW.judged_by OR d.seconded_by = NEW.judged_by))"
)
SAID = {
    "decisions": "a decision needs a case that is not hypothetical and a clause in force",
    "measures": "a measure needs its decision, its notice on the way, and a rung of the clause",
    "appeals": "an appeal needs a notice that can still be appealed",
    "judged": "nobody judges an appeal against their own decision",
}

# The place in the queue in whole hours: see ombud.cases.priority, which a test holds equal to this.
RANK = (
    "(NEW.opened_at - 864000000000 * (NEW.severity - 1) - 86400000000 * ({least} - 1)"
    " - 864000000000 * NEW.imminence - 432000000000 * NEW.vulnerable) / 3600000000"
)


def upgrade() -> None:
    if op.get_context().dialect.name == "sqlite":
        _sqlite()
    else:
        _postgresql()


def _frozen(table: str, differs: str) -> str:
    """Return the condition under which an update changes what it may not."""
    _, once, empties = KEPT[table]
    parts = [f"NEW.{name} {differs} OLD.{name}" for name in COLUMNS[table].split()]
    parts += [f"(OLD.{name} IS NOT NULL AND NEW.{name} {differs} OLD.{name})" for name in once]
    parts += [
        f"(NEW.{name} {differs} OLD.{name} AND NOT (NEW.salt IS NULL AND NEW.{name} IN {EMPTY}))"
        for name in empties
    ]
    if empties:
        parts.append(f"(NEW.salt {differs} OLD.salt AND NEW.salt IS NOT NULL)")
    return " OR ".join(parts)


def _guards(spelled: dict[str, str]) -> None:
    for table, (unique, _, _) in KEPT.items():
        kept(table, partial(_frozen, table), unique)
    guard("decisions_new", "decisions", "INSERT", NEW_DECISION.format(**spelled), SAID["decisions"])
    guard("measures_new", "measures", "INSERT", NEW_MEASURE.format(**spelled), SAID["measures"])
    guard("appeals_new", "appeals", "INSERT", NEW_APPEAL, SAID["appeals"])
    guard("appeals_judged", "appeals", "UPDATE", JUDGED_APPEAL, SAID["judged"])


def _sqlite() -> None:
    _guards(
        {
            "not_hypothetical": "c.hypothetical = 0",
            "announced": "instr(n.announces, ',' || NEW.kind || ',') > 0",
            "on_the_ladder": "instr(k.measures, ',' || NEW.kind || ',') > 0",
            "automatic": "d.automatic",
        }
    )
    rank = RANK.format(least="min(NEW.findings, 4)")
    watched = "opened_at, severity, findings, imminence, vulnerable"
    for name, event in (("insert", "INSERT"), ("update", f"UPDATE OF {watched}")):
        op.execute(
            f"CREATE TRIGGER cases_rank_{name} AFTER {event} ON cases BEGIN"  # noqa: S608
            f" UPDATE cases SET rank = {rank} WHERE n = NEW.n AND rank IS NOT {rank}; END"
        )
    op.execute("UPDATE cases SET severity = severity")


def _postgresql() -> None:
    _guards(
        {
            "not_hypothetical": "NOT c.hypothetical",
            "announced": "position(',' || NEW.kind || ',' IN n.announces) > 0",
            "on_the_ladder": "position(',' || NEW.kind || ',' IN k.measures) > 0",
            "automatic": "d.automatic",
        }
    )
    rank = RANK.format(least="least(NEW.findings, 4)")
    op.execute(
        "CREATE FUNCTION ombud_cases_rank() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN NEW.rank := {rank}; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER cases_rank BEFORE INSERT OR UPDATE ON cases"
        " FOR EACH ROW EXECUTE FUNCTION ombud_cases_rank()"
    )
    op.execute("UPDATE cases SET severity = severity")
