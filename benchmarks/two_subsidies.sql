-- The two subsidies for disabled persons as of 2025-10-15 (国发〔2015〕52号), written by hand for DuckDB: a row a person. Values in force are
-- spelled out; facts are known. Same columns as tuodi.bulk gives, one statement each.
WITH p AS (
  SELECT household_id, member_number,
    disability_grade >= 1 AND (valid_until_day = 0 OR valid_until_day >= 20251015) AS certificate_valid,
    registered_kind <> 'none' AND nationality = 'CN' AND registered_local AS registered_here,
    NOT (died_day > 0 AND died_day < 20251001) AS alive,
    on_roll AS in_dibao_family,
    identity <> 'tekun' AS not_tekun,
    NOT work_injury_care AS no_work_injury_care,
    identity <> 'orphan' AS not_orphan,
    NOT (identity = 'unattended' AND NOT on_roll) AS not_fully_paid_unattended,
    other_living_allowance_month_fen < 9000 AS higher_than_same_nature
  FROM members JOIN households USING (household_id)
), q AS (
  SELECT *, certificate_valid AND registered_here AND alive AND in_dibao_family AND not_tekun AND no_work_injury_care AND not_orphan
    AND not_fully_paid_unattended AND higher_than_same_nature AS eligible
  FROM p
)
SELECT household_id, member_number, eligible, CASE WHEN eligible THEN 'granted' ELSE 'none' END AS outcome,
  CASE WHEN eligible THEN 9000::BIGINT ELSE 0 END AS amount_fen, certificate_valid, registered_here, alive, in_dibao_family, not_tekun,
  no_work_injury_care, not_orphan, not_fully_paid_unattended, higher_than_same_nature
FROM q;

WITH p AS (
  SELECT household_id, member_number,
    CASE WHEN disability_grade = 1 THEN 10000::BIGINT ELSE 9000 END AS amount,
    disability_grade >= 1 AND (valid_until_day = 0 OR valid_until_day >= 20251015) AS certificate_valid,
    disability_grade IN (1, 2) AS severely_disabled,
    care_need_months >= 6 AS needs_long_care,
    registered_kind <> 'none' AND nationality = 'CN' AND registered_local AS registered_here,
    NOT (died_day > 0 AND died_day < 20251001) AS alive,
    identity <> 'tekun' AS not_tekun,
    NOT work_injury_care AS no_work_injury_care,
    amount > other_care_allowance_month_fen AS higher_than_same_nature
  FROM members
), q AS (
  SELECT *, certificate_valid AND severely_disabled AND needs_long_care AND registered_here AND alive AND not_tekun
    AND no_work_injury_care AND higher_than_same_nature AS eligible
  FROM p
)
SELECT household_id, member_number, eligible, CASE WHEN eligible THEN 'granted' ELSE 'none' END AS outcome,
  CASE WHEN eligible THEN amount ELSE 0 END AS amount_fen, certificate_valid, severely_disabled, needs_long_care, registered_here, alive,
  not_tekun, no_work_injury_care, higher_than_same_nature
FROM q
