"""A family of three in one village and what the departments hold about it; every person and number is invented."""

from __future__ import annotations

from datetime import date

from tuodi.delivery.intake import services as intake

ON = date(2026, 11, 9)
AS_OF = date(2026, 11, 1)
VILLAGE, TOWN, COUNTY = "533103105200", "533103105", "533103"

FATHER = {
    "name": "岩温",
    "relation": "head",
    "document": "resident",
    "number": "533103198002290011",
    "sex": "1",
    "birth": "1980-02-29",
    "ethnicity": "18",
    "wage_year_fen": 1_200_000,
    "employment": "flexible",
    "check_consent": True,
    "check_consent_on": "2026-11-09",
}
MOTHER = {
    "name": "玉香",
    "relation": "spouse",
    "document": "none",
    "number": "",
    "no_document_reason": "缅籍配偶，未办永居",
    "sex": "2",
    "birth": "1984-05-01",
    "ethnicity": "18",
    "nationality": "MM",
    "registered_kind": "none",
    "check_consent": True,
    "check_consent_on": "2026-11-09",
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
        "pledge_signed": True,
        "pledge_signed_on": "2026-11-09",
        "payee_name": "岩温",
        "payee_bank": "德宏农商行",
        "payee_account": "6217000000000000012",
        "vehicles": 0,
        "houses": 1,
        "deposits_fen": 300_000,
    },
    "members": [FATHER, MOTHER, DAUGHTER],
}


def hukou(**more):
    return {
        "household_number": "5331031052000001",
        "relation": "户主",
        "area_code": VILLAGE,
        "kind": "rural",
        "state": "registered",
        "changed_on": None,
        "members": 2,
        **more,
    }


SCHOOL = {
    "school": "芒市第一中学",
    "stage": "senior",
    "grade": 3,
    "boards": True,
    "fee_year_fen": 80_000,
    "public_fee_year_fen": 80_000,
}
CAR = {
    "plate": "云N12345",
    "kind": "car",
    "first_registered_on": "2019-03-04",
    "state": "normal",
    "use": "private",
    "value_fen": 4_800_000,
}


def apply(facts, by, key="test-1", on=ON):
    application = intake.submit(key=key, facts=facts, by=by, on=on)
    return intake.accept(application=application, by=by, on=on)
