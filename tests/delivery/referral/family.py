"""A farmer, his severely disabled son and his daughter at senior school; every person and number is invented."""

from __future__ import annotations

from datetime import date

ON = date(2026, 11, 9)
TOWN, PREFECTURE = "533103105", "533100"

FATHER = {
    "name": "岩温",
    "relation": "head",
    "document": "resident",
    "number": "533103198002290011",
    "sex": "1",
    "birth": "1980-02-29",
    "ethnicity": "18",
    "employment": "farming",
    "farm_gross_year_fen": 300_000,
    "check_consent": True,
    "check_consent_on": "2026-11-09",
}
SON = {
    "name": "岩罕",
    "relation": "child",
    "document": "none",
    "number": "",
    "no_document_reason": "尚未办理",
    "sex": "1",
    "birth": "2013-06-01",
    "ethnicity": "18",
    "student": "primary",
    "disability": "physical",
    "disability_grade": 2,
}
DAUGHTER = {
    "name": "玉罕",
    "relation": "child",
    "document": "resident",
    "number": "533122200801013028",
    "sex": "2",
    "birth": "2008-01-01",
    "ethnicity": "18",
    "student": "senior",
    "boarding": True,
    "check_consent": True,
    "check_consent_on": "2026-11-09",
}
FAMILY = {
    "household": {
        "area_code": "",
        "claim_kind": "rural",
        "need_house": True,
        "pledge_signed": True,
        "pledge_signed_on": "2026-11-09",
        "payee_name": "岩温",
        "payee_bank": "德宏农商行",
        "payee_account": "6217000000000000012",
        "houses": 1,
        "deposits_fen": 312_300,
    },
    "members": [FATHER, SON, DAUGHTER],
}
