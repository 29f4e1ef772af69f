"""What a hand with SQL might try on the ledger (A8). Each statement is tried by itself and must be refused.

`{available}`, `{reserved}` … are account ids, `{entry}` a sealed entry, `{posting}` one of its postings. Where a bad
thing takes several statements they are tried together and must have failed by the time of the commit.
"""

OPEN = (
    "INSERT INTO funds_entry (key, kind, entered_on, entered_at, by, record_kind, record_id, note) "
    "VALUES ('sabotage', 'reserve', '2026-10-28', '2026-10-28 08:00:00+00', 'x', '', '', '')"
)
_NEW = "(SELECT id FROM funds_entry WHERE key = 'sabotage')"


def posting(debit: str, credit: str, amount: str, entry: str = _NEW) -> str:
    return f"INSERT INTO funds_posting (entry_id, debit_id, credit_id, amount_fen) VALUES ({entry}, {debit}, {credit}, {amount})"


def seal(postings: int, total: int) -> str:
    return f"INSERT INTO funds_seal (key, postings, total_fen) VALUES ('sabotage', {postings}, {total})"


SABOTAGE: dict[str, list[str]] = {
    "an entry without postings or seal": [OPEN],
    "an entry whose seal is missing": [OPEN, posting("{reserved}", "{available}", "1")],
    "a seal over nothing": [OPEN, seal(0, 0)],
    "a seal that counts wrong": [OPEN, posting("{reserved}", "{available}", "1"), seal(2, 1)],
    "a seal that adds wrong": [OPEN, posting("{reserved}", "{available}", "1"), seal(1, 2)],
    "a seal without an entry": [seal(1, 1)],
    "a posting after the seal": [
        OPEN,
        posting("{reserved}", "{available}", "1"),
        seal(1, 1),
        posting("{reserved}", "{available}", "1"),
    ],
    "a posting to yesterday's entry": [posting("{reserved}", "{available}", "1", "{entry}")],
    "a posting to no entry": [posting("{reserved}", "{available}", "1", "999999")],
    "a posting to no account": [OPEN, posting("999999", "{available}", "1"), seal(1, 1)],
    "a one-sided posting": [OPEN, posting("{reserved}", "NULL", "1"), seal(1, 1)],
    "a posting from an account to itself": [OPEN, posting("{available}", "{available}", "1"), seal(1, 1)],
    "a negative amount": [OPEN, posting("{reserved}", "{available}", "-1"), seal(1, -1)],
    "nothing moved": [OPEN, posting("{reserved}", "{available}", "0"), seal(1, 0)],
    "more than there is": [OPEN, posting("{reserved}", "{available}", "100000001"), seal(1, 100000001)],
    "more taken back than was released": [
        "INSERT INTO funds_entry (key, kind, entered_on, entered_at, by, record_kind, record_id, note, reverses_id) "
        "VALUES ('sabotage', 'reverse', '2026-10-28', '2026-10-28 08:00:00+00', 'x', '', '', '', {entry})",
        posting("{source}", "{available}", "100000001"),
        seal(1, 100000001),
    ],
    "a reversal that is not the mirror": [
        "INSERT INTO funds_entry (key, kind, entered_on, entered_at, by, record_kind, record_id, note, reverses_id) "
        "VALUES ('sabotage', 'reverse', '2026-10-28', '2026-10-28 08:00:00+00', 'x', '', '', '', {entry})",
        posting("{source}", "{available}", "1"),
        seal(1, 1),
    ],
    "to another programme": [OPEN, posting("{other_programme}", "{available}", "1"), seal(1, 1)],
    "to another year": [OPEN, posting("{other_year}", "{available}", "1"), seal(1, 1)],
    "to another county's reserve": [OPEN, posting("{other_area}", "{available}", "1"), seal(1, 1)],
    "this year's money carried over and back": [OPEN, posting("{available}", "{carried}", "1"), seal(1, 1)],
    "a claim out of nothing": [OPEN, posting("{claimed}", "{available}", "1"), seal(1, 1)],
    "written off without a claim": [OPEN, posting("{written_off}", "{paid}", "1"), seal(1, 1)],
    "taken back money spent again": [OPEN, posting("{available}", "{taken_back}", "1"), seal(1, 1)],
    "straight from available to paid": [OPEN, posting("{paid}", "{available}", "1"), seal(1, 1)],
    "an entry in a closed month": [OPEN.replace("'2026-10-28',", "'2026-08-31',", 1)],
    "a second entry under one key": [OPEN.replace("'sabotage'", "'{key}'")],
    "an entry edited": ["UPDATE funds_entry SET note = 'x' WHERE id = {entry}"],
    "an entry deleted": ["DELETE FROM funds_entry WHERE id = {entry}"],
    "a posting edited": ["UPDATE funds_posting SET amount_fen = amount_fen + 1 WHERE id = {posting}"],
    "a posting re-pointed": ["UPDATE funds_posting SET debit_id = {reserved} WHERE id = {posting}"],
    "a posting deleted": ["DELETE FROM funds_posting WHERE id = {posting}"],
    "a seal edited": ["UPDATE funds_seal SET total_fen = total_fen + 1"],
    "a seal deleted": ["DELETE FROM funds_seal"],
    "totals set": ["UPDATE funds_account SET debits_fen = debits_fen + 100 WHERE id = {available}"],
    "totals set with the newest posting named": [
        "UPDATE funds_account SET debits_fen = debits_fen + 100, through = {posting} WHERE id = {available}"
    ],
    "the last posting counted twice": [
        "UPDATE funds_account SET debits_fen = debits_fen + (SELECT amount_fen FROM funds_posting WHERE id = {posting}), "
        "through = {posting} WHERE id = {available}"
    ],
    "an account allowed to owe": ["UPDATE funds_account SET may_overdraw = {true} WHERE id = {available}"],
    "an account re-earmarked": ["UPDATE funds_account SET year = 2027 WHERE id = {available}"],
    "an account deleted": ["DELETE FROM funds_account WHERE id = {reserved}"],
    "an account that begins with money": [
        "INSERT INTO funds_account (kind, area_id, programme, source, year, debits_fen, credits_fen, through, may_overdraw) "
        "VALUES ('available', '533122', 'minimum_living', 'central', 2026, 100, 0, 0, {false})"
    ],
    "an account that owes and is no source": [
        "INSERT INTO funds_account (kind, area_id, programme, source, year, debits_fen, credits_fen, through, may_overdraw) "
        "VALUES ('available', '533122', 'minimum_living', 'central', 2026, 0, 0, 0, {true})"
    ],
    "an allotment edited": ["UPDATE funds_allotment SET amount_fen = amount_fen + 1"],
    "an entry before a closed month": [OPEN.replace("'2026-10-28',", "'2026-01-20',", 1)],
    "a whole entry posted to a closed month": [
        OPEN.replace("'2026-10-28',", "'2026-08-01',", 1),
        posting("{reserved}", "{available}", "1"),
        seal(1, 1),
    ],
    "a closed month opened again": ["DELETE FROM funds_closedmonth"],
    "a closed month moved": ["UPDATE funds_closedmonth SET month = '2026-01-01'"],
    "a month closed by the one who asked": [
        "INSERT INTO funds_closedmonth (month, closed_on, closed_by, asked_by) VALUES ('2026-09-01', '2026-10-28', 'x', 'x')"
    ],
}
POSTGRESQL_ONLY = {
    "postings truncated": ["TRUNCATE funds_posting"],
    "entries truncated": ["TRUNCATE funds_entry CASCADE"],
    "accounts truncated": ["TRUNCATE funds_account CASCADE"],
    "seals truncated": ["TRUNCATE funds_seal CASCADE"],
}
SQLITE_ONLY = {
    "a posting replaced": [
        "INSERT OR REPLACE INTO funds_posting (id, entry_id, debit_id, credit_id, amount_fen) VALUES ({posting}, {entry}, {reserved}, {available}, 1)"
    ],
    "an entry replaced": [OPEN.replace("INSERT", "INSERT OR REPLACE").replace("'sabotage'", "'{key}'")],
    "an account replaced": [
        "INSERT OR REPLACE INTO funds_account (id, kind, area_id, programme, source, year, debits_fen, credits_fen, through, may_overdraw) "
        "VALUES ({available}, 'available', '533103', 'minimum_living', 'central', 2026, 0, 0, 0, 0)"
    ],
    "a posting updated or replaced": [
        "UPDATE OR REPLACE funds_posting SET amount_fen = 7 WHERE id = {posting}"
    ],
}
