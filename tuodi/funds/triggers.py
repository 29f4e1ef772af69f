"""The database's own guard over the ledger, as SQL for SQLite and PostgreSQL (docs/how/ledger.md says why each is there).

PostgreSQL works statement by statement on transition tables; SQLite row by row. Both refuse the same things, and
tests/funds/test_sabotage.py tries all of them on both.
"""

# ruff: noqa: S608 - our own SQL, no values in it
from __future__ import annotations

# Which way money may go: from the credited kind of account to the debited kind. A reversal goes the other way round.
MOVES = (
    ("source", "available"),
    ("available", "available"),
    ("available", "reserved"),
    ("reserved", "available"),
    ("available", "carried"),
    ("carried", "reserved"),
    ("reserved", "carried"),
    ("available", "taken_back"),
    ("carried", "taken_back"),
    ("reserved", "returned"),
    ("reserved", "in_transit"),
    ("in_transit", "paid"),
    ("in_transit", "returned"),
    ("paid", "returned"),
    ("returned", "reserved"),
    ("returned", "available"),
    ("paid", "claimed"),
    ("claimed", "paid"),
    ("claimed", "available"),
    ("claimed", "written_off"),
)
APPEND_ONLY = ("funds_entry", "funds_posting", "funds_seal", "funds_allotment", "funds_closedmonth")
_PAIRS = ", ".join(f"('{credit}', '{debit}')" for credit, debit in MOVES)

POSTGRESQL = [
    f"""
    CREATE OR REPLACE FUNCTION funds_posted() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE wrong text;
    BEGIN
        -- Everything a posting must be, asked once for each distinct (entry, debit, credit) of the statement.
        SELECT CASE
            WHEN e.id IS NULL THEN 'no such entry'
            WHEN s.key IS NOT NULL THEN 'entry is sealed'
            WHEN d.id IS NULL OR c.id IS NULL THEN 'no such account'
            WHEN (d.programme, d.source, d.year) IS DISTINCT FROM (c.programme, c.source, c.year) THEN 'earmark'
            WHEN d.area_id <> c.area_id AND NOT (d.kind = 'available' AND c.kind = 'available') THEN 'area'
            WHEN e.reverses_id IS NULL AND (c.kind, d.kind) NOT IN ({_PAIRS}) THEN 'way'
            WHEN e.reverses_id IS NOT NULL AND (d.kind, c.kind) NOT IN ({_PAIRS}) THEN 'way'
            END INTO wrong
        FROM (SELECT DISTINCT entry_id, debit_id, credit_id FROM fresh) n
        LEFT JOIN funds_entry e ON e.id = n.entry_id
        LEFT JOIN funds_seal s ON s.key = e.key
        LEFT JOIN funds_account d ON d.id = n.debit_id
        LEFT JOIN funds_account c ON c.id = n.credit_id
        WHERE e.id IS NULL OR s.key IS NOT NULL OR d.id IS NULL OR c.id IS NULL
            OR (d.programme, d.source, d.year) IS DISTINCT FROM (c.programme, c.source, c.year)
            OR (d.area_id <> c.area_id AND NOT (d.kind = 'available' AND c.kind = 'available'))
            OR (e.reverses_id IS NULL AND (c.kind, d.kind) NOT IN ({_PAIRS}))
            OR (e.reverses_id IS NOT NULL AND (d.kind, c.kind) NOT IN ({_PAIRS}))
        LIMIT 1;
        IF wrong IS NOT NULL THEN
            RAISE EXCEPTION 'ledger: posting refused: %', wrong USING ERRCODE = 'restrict_violation';
        END IF;
        -- Two batches touch the same accounts in any order: lock them in one order, so neither waits for ever.
        PERFORM 1 FROM funds_account WHERE id IN (SELECT debit_id FROM fresh UNION SELECT credit_id FROM fresh)
            ORDER BY id FOR UPDATE;
        UPDATE funds_account a
        SET debits_fen = a.debits_fen + m.debits, credits_fen = a.credits_fen + m.credits, through = m.last
        FROM (
            SELECT side.account, sum(side.debit)::bigint AS debits, sum(side.credit)::bigint AS credits, max(g.last) AS last
            FROM (SELECT debit_id, credit_id, sum(amount_fen) AS amount, max(id) AS last FROM fresh GROUP BY 1, 2) g
            CROSS JOIN LATERAL (VALUES (g.debit_id, g.amount, 0), (g.credit_id, 0, g.amount)) AS side(account, debit, credit)
            GROUP BY side.account
        ) m
        WHERE a.id = m.account;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER funds_posting_kept AFTER INSERT ON funds_posting REFERENCING NEW TABLE AS fresh
        FOR EACH STATEMENT EXECUTE FUNCTION funds_posted()
    """,
    """
    CREATE OR REPLACE FUNCTION funds_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE found record; first_entry bigint; first_reverses bigint; unlike bigint;
    BEGIN
        SELECT id, reverses_id INTO first_entry, first_reverses FROM funds_entry WHERE key = NEW.key;
        SELECT count(*) AS postings, coalesce(sum(amount_fen), 0) AS total INTO found
            FROM funds_posting WHERE entry_id = first_entry;
        IF first_entry IS NULL OR found.postings <> NEW.postings OR found.total <> NEW.total_fen THEN
            RAISE EXCEPTION 'ledger: seal does not fit its entry' USING ERRCODE = 'restrict_violation';
        END IF;
        IF first_reverses IS NOT NULL THEN
            SELECT count(*) INTO unlike FROM (
                (SELECT debit_id, credit_id, amount_fen, payment_reference, count(*) FROM funds_posting
                    WHERE entry_id = first_entry GROUP BY 1, 2, 3, 4)
                EXCEPT
                (SELECT credit_id, debit_id, amount_fen, payment_reference, count(*) FROM funds_posting
                    WHERE entry_id = first_reverses GROUP BY 1, 2, 3, 4)) AS differing;
            IF unlike > 0 OR found.postings <> (SELECT count(*) FROM funds_posting WHERE entry_id = first_reverses) THEN
                RAISE EXCEPTION 'ledger: reversal is not the mirror of its entry' USING ERRCODE = 'restrict_violation';
            END IF;
        END IF;
        RETURN NEW;
    END $$
    """,
    "CREATE TRIGGER funds_seal_fits BEFORE INSERT ON funds_seal FOR EACH ROW EXECUTE FUNCTION funds_sealed()",
    """
    CREATE OR REPLACE FUNCTION funds_account_guard() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'INSERT' AND NEW.debits_fen = 0 AND NEW.credits_fen = 0 AND NEW.through = 0 THEN RETURN NEW; END IF;
        RAISE EXCEPTION 'ledger: account totals come from postings alone' USING ERRCODE = 'restrict_violation';
    END $$
    """,
    "CREATE TRIGGER funds_account_begins_empty BEFORE INSERT ON funds_account FOR EACH ROW EXECUTE FUNCTION funds_account_guard()",
    # An UPDATE sent by a client has depth 0; the one inside funds_posted() has depth 1.
    """
    CREATE TRIGGER funds_account_no_update BEFORE UPDATE ON funds_account FOR EACH STATEMENT
        WHEN (pg_trigger_depth() < 1) EXECUTE FUNCTION funds_account_guard()
    """,
    "CREATE TRIGGER funds_account_no_delete BEFORE DELETE ON funds_account FOR EACH STATEMENT EXECUTE FUNCTION funds_account_guard()",
    "CREATE TRIGGER funds_account_no_truncate BEFORE TRUNCATE ON funds_account FOR EACH STATEMENT EXECUTE FUNCTION funds_account_guard()",
    """
    CREATE OR REPLACE FUNCTION funds_entry_in_open_month() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT 1 FROM funds_closedmonth WHERE month >= date_trunc('month', NEW.entered_on)::date) THEN
            RAISE EXCEPTION 'ledger: month is closed' USING ERRCODE = 'restrict_violation';
        END IF;
        IF EXISTS (SELECT 1 FROM funds_seal WHERE key = NEW.key) THEN
            RAISE EXCEPTION 'ledger: entry made under a seal' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    "CREATE TRIGGER funds_entry_month BEFORE INSERT ON funds_entry FOR EACH ROW EXECUTE FUNCTION funds_entry_in_open_month()",
    # Whoever is writing an entry at this moment finishes first; whoever comes after sees the month closed.
    """
    CREATE OR REPLACE FUNCTION funds_closing_waits() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    BEGIN LOCK TABLE funds_entry IN SHARE MODE; RETURN NEW; END $$
    """,
    "CREATE TRIGGER funds_closing_alone BEFORE INSERT ON funds_closedmonth FOR EACH ROW EXECUTE FUNCTION funds_closing_waits()",
]
POSTGRESQL_BACK = [
    "DROP TRIGGER IF EXISTS funds_posting_kept ON funds_posting",
    "DROP TRIGGER IF EXISTS funds_seal_fits ON funds_seal",
    "DROP TRIGGER IF EXISTS funds_account_begins_empty ON funds_account",
    "DROP TRIGGER IF EXISTS funds_account_no_update ON funds_account",
    "DROP TRIGGER IF EXISTS funds_account_no_delete ON funds_account",
    "DROP TRIGGER IF EXISTS funds_account_no_truncate ON funds_account",
    "DROP TRIGGER IF EXISTS funds_entry_month ON funds_entry",
    "DROP TRIGGER IF EXISTS funds_closing_alone ON funds_closedmonth",
]


def _raise(text: str) -> str:
    return f"SELECT RAISE(ABORT, '{text}')"


def _no_replacing(table: str, condition: str) -> str:
    # INSERT OR REPLACE deletes the old row without firing delete triggers: say no before it can.
    return (
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {condition}) "
        f"BEGIN {_raise(f'UNIQUE constraint failed: append-only: {table}')}; END"
    )


SQLITE = [
    _no_replacing("funds_entry", "id = NEW.id OR key = NEW.key"),
    _no_replacing("funds_posting", "id = NEW.id"),
    _no_replacing("funds_seal", "key = NEW.key"),
    _no_replacing("funds_allotment", "id = NEW.id OR key = NEW.key OR entry_id = NEW.entry_id"),
    _no_replacing("funds_closedmonth", "month = NEW.month"),
    _no_replacing(
        "funds_account",
        "id = NEW.id OR (kind = NEW.kind AND area_id = NEW.area_id AND programme = NEW.programme "
        "AND source = NEW.source AND year = NEW.year)",
    ),
    f"""
    CREATE TRIGGER funds_posting_fits BEFORE INSERT ON funds_posting
    WHEN NOT EXISTS (
        SELECT 1 FROM funds_entry e JOIN funds_account d ON d.id = NEW.debit_id JOIN funds_account c ON c.id = NEW.credit_id
        WHERE e.id = NEW.entry_id
            AND NOT EXISTS (SELECT 1 FROM funds_seal s WHERE s.key = e.key)
            AND d.programme = c.programme AND d.source = c.source AND d.year = c.year
            AND (d.area_id = c.area_id OR (d.kind = 'available' AND c.kind = 'available'))
            AND CASE WHEN e.reverses_id IS NULL THEN (c.kind, d.kind) ELSE (d.kind, c.kind) END IN (VALUES {_PAIRS}))
    BEGIN {_raise("ledger: posting refused")}; END
    """.replace(
        "CASE WHEN e.reverses_id IS NULL THEN (c.kind, d.kind) ELSE (d.kind, c.kind) END IN",
        "(CASE WHEN e.reverses_id IS NULL THEN c.kind ELSE d.kind END, CASE WHEN e.reverses_id IS NULL THEN d.kind ELSE c.kind END) IN",
    ),
    """
    CREATE TRIGGER funds_posting_kept AFTER INSERT ON funds_posting BEGIN
        UPDATE funds_account SET debits_fen = debits_fen + NEW.amount_fen, through = NEW.id WHERE id = NEW.debit_id;
        UPDATE funds_account SET credits_fen = credits_fen + NEW.amount_fen, through = NEW.id WHERE id = NEW.credit_id;
    END
    """,
    # No session knows here whether a trigger is speaking. But after the trigger above, `through` is the newest posting
    # of the account, so an update that names a newer one with just its amount can only be the trigger's own.
    f"""
    CREATE TRIGGER funds_account_no_update BEFORE UPDATE ON funds_account
    WHEN NOT (
        NEW.through > OLD.through AND NEW.id = OLD.id AND NEW.kind = OLD.kind AND NEW.area_id = OLD.area_id
        AND NEW.programme = OLD.programme AND NEW.source = OLD.source AND NEW.year = OLD.year
        AND NEW.may_overdraw = OLD.may_overdraw
        AND EXISTS (SELECT 1 FROM funds_posting p WHERE p.id = NEW.through AND (
            (p.debit_id = NEW.id AND NEW.debits_fen = OLD.debits_fen + p.amount_fen AND NEW.credits_fen = OLD.credits_fen)
            OR (p.credit_id = NEW.id AND NEW.credits_fen = OLD.credits_fen + p.amount_fen AND NEW.debits_fen = OLD.debits_fen))))
    BEGIN {_raise("ledger: account totals come from postings alone")}; END
    """,
    f"""
    CREATE TRIGGER funds_account_begins_empty BEFORE INSERT ON funds_account
    WHEN NEW.debits_fen <> 0 OR NEW.credits_fen <> 0 OR NEW.through <> 0
    BEGIN {_raise("ledger: account totals come from postings alone")}; END
    """,
    f"CREATE TRIGGER funds_account_no_delete BEFORE DELETE ON funds_account BEGIN {_raise('ledger: accounts stay')}; END",
    f"""
    CREATE TRIGGER funds_seal_fits BEFORE INSERT ON funds_seal
    WHEN NOT EXISTS (
        SELECT 1 FROM funds_entry e WHERE e.key = NEW.key
            AND NEW.postings = (SELECT count(*) FROM funds_posting WHERE entry_id = e.id)
            AND NEW.total_fen = (SELECT coalesce(sum(amount_fen), 0) FROM funds_posting WHERE entry_id = e.id))
    BEGIN {_raise("ledger: seal does not fit its entry")}; END
    """,
    f"""
    CREATE TRIGGER funds_reversal_mirrors BEFORE INSERT ON funds_seal
    WHEN EXISTS (
        SELECT 1 FROM funds_entry e WHERE e.key = NEW.key AND e.reverses_id IS NOT NULL AND (
            (SELECT count(*) FROM funds_posting WHERE entry_id = e.id)
                <> (SELECT count(*) FROM funds_posting WHERE entry_id = e.reverses_id)
            OR EXISTS (
                SELECT debit_id, credit_id, amount_fen, payment_reference, count(*) FROM funds_posting
                    WHERE entry_id = e.id GROUP BY 1, 2, 3, 4
                EXCEPT
                SELECT credit_id, debit_id, amount_fen, payment_reference, count(*) FROM funds_posting
                    WHERE entry_id = e.reverses_id GROUP BY 1, 2, 3, 4)))
    BEGIN {_raise("ledger: reversal is not the mirror of its entry")}; END
    """,
    f"""
    CREATE TRIGGER funds_entry_month BEFORE INSERT ON funds_entry
    WHEN EXISTS (SELECT 1 FROM funds_closedmonth WHERE month >= substr(NEW.entered_on, 1, 8) || '01')
        OR EXISTS (SELECT 1 FROM funds_seal WHERE key = NEW.key)
    BEGIN {_raise("ledger: month is closed, or entry made under a seal")}; END
    """,
]
SQLITE_BACK = [
    f"DROP TRIGGER IF EXISTS {name}"
    for name in (
        "funds_entry_no_replace", "funds_posting_no_replace", "funds_seal_no_replace", "funds_allotment_no_replace",
        "funds_closedmonth_no_replace", "funds_account_no_replace", "funds_posting_fits", "funds_posting_kept",
        "funds_account_no_update", "funds_account_begins_empty", "funds_account_no_delete", "funds_seal_fits",
        "funds_reversal_mirrors", "funds_entry_month",
    )
]  # fmt: skip
