-- The rule of minimum living as of 2025-10-15 (DB-2021 with 民发〔2022〕83号), written by hand for DuckDB: the bare reference of
-- benchmarks/bench_rules.py. Values in force are spelled out; facts are known. Same columns as tuodi.bulk gives.
WITH p1 AS (
  SELECT household_id,
    greatest(20251015 - birth_day, 0) // 10000 AS age,
    registered_kind = 'urban' AS town,
    presence = 'clergy' AND presence_day + 30000 <= 20251015 AS clergy,
    NOT (died_day > 0 AND died_day < 20251001) AS alive,
    registered_kind <> 'none' AND nationality = 'CN' AS chinese,
    identity NOT IN ('tekun', 'orphan') AS free,
    greatest(farm_gross_year_fen - farm_cost_year_fen, 0) + greatest(business_gross_year_fen - business_cost_year_fen, 0)
      + property_year_fen + greatest(pension_resident_year_fen - pension_basic_year_fen, 0) AS earned,
    greatest(maintenance_year_fen,
      CASE WHEN obligor_income_month_per_head_fen > 0
        THEN greatest(obligor_income_month_per_head_fen * 120000 - 17856000000, 0) * obligor_family_size // 10000 * 5000
          // (10000 * obligor_parents) ELSE 0 END) AS support,
    pension_employee_year_fen + unemployment_year_fen + inheritance_year_fen + other_transfer_year_fen
      - transfer_paid_year_fen AS transfers,
    medical_self_pay_year_fen + disability_cost_year_fen AS rigid,
    disability_grade >= 1 AND (valid_until_day = 0 OR valid_until_day >= 20251015)
      AND (disability_grade <= 2 OR (disability IN ('intellectual', 'mental') AND disability_grade <= 3)) AS severe,
    serious_illness, presence, presence_day, student, work_ability, independent, relation, lives_together, legal_duty,
    wage_year_fen * 8000 AS wage_x, obligor_over_60_or_sibling, employment, registered_local, not_receiving_proof, job_refusals
  FROM members
), p2 AS (
  SELECT *,
    (relation IN ('head', 'spouse')
      OR (relation = 'child' AND (age < 18 OR work_ability = 'none' OR NOT independent OR student IN
        ('kindergarten', 'primary', 'junior', 'senior', 'vocational', 'college', 'undergraduate')))
      OR (lives_together AND legal_duty))
    AND alive AND NOT (clergy OR presence = 'conscript'
      OR (presence IN ('prison', 'isolation', 'missing') AND presence_day < 20251001)) AS here,
    greatest(CASE WHEN serious_illness THEN 3000 ELSE 0 END, CASE WHEN severe THEN 2000 ELSE 0 END,
      CASE WHEN age >= 70 OR age < 18 THEN 1000 ELSE 0 END) AS rate,
    CASE WHEN town THEN 892800::BIGINT ELSE 672000::BIGINT END AS own_standard,
    wage_x + (earned + greatest(transfers + support, 0)) * 10000 AS own_x,
    greatest(own_standard * 10000::BIGINT - greatest(wage_x + (earned + greatest(
      transfers + CASE WHEN obligor_over_60_or_sibling THEN 0 ELSE support END, 0) - rigid) * 10000, 0), 0) AS gap
  FROM p1
), p3 AS (
  SELECT *, here AND chinese AND free AS counted,
    gap > 0 AND alive AND chinese AND free AND (clergy OR (here AND age >= 18 AND severe
      AND employment IN ('none', 'registered_jobless'))) AS single_always
  FROM p2
), p4 AS (
  SELECT *, gap > 0 AND counted AND (severe OR serious_illness) AND NOT single_always AS single_hard_up FROM p3
), s AS (
  SELECT household_id,
    sum(counted::INTEGER)::BIGINT AS size,
    sum((counted AND town)::INTEGER)::BIGINT AS towns,
    sum((counted AND registered_local)::INTEGER)::BIGINT AS local,
    sum((counted AND NOT registered_local AND NOT not_receiving_proof)::INTEGER)::BIGINT AS unproven,
    sum(CASE WHEN counted OR (here AND NOT chinese) THEN own_x ELSE 0 END)::BIGINT AS income_x,
    sum(CASE WHEN counted OR (here AND NOT chinese) THEN rigid ELSE 0 END)::BIGINT AS rigid,
    sum(CASE WHEN counted THEN rate ELSE 0 END)::BIGINT AS rates,
    sum((counted AND job_refusals >= 3)::INTEGER)::BIGINT AS refusing,
    sum((counted AND employment IN ('employed', 'self_employed', 'flexible'))::INTEGER)::BIGINT AS at_work,
    sum(CASE WHEN single_always THEN gap ELSE 0 END)::BIGINT AS gap_always,
    sum(CASE WHEN single_hard_up THEN gap ELSE 0 END)::BIGINT AS gap_hard,
    sum(CASE WHEN single_always THEN own_standard * rate ELSE 0 END)::BIGINT AS rates_always,
    sum(CASE WHEN single_hard_up THEN own_standard * rate ELSE 0 END)::BIGINT AS rates_hard
  FROM p4 GROUP BY household_id
), h1 AS (
  SELECT s.*, h.receiving_elsewhere, h.on_roll, h.over_standard_day, h.current_monthly_fen,
    towns * 2 > size OR (towns * 2 = size AND h.claim_kind = 'urban') AS urban,
    greatest(income_x - rigid * 10000, 0) AS counted_x,
    deposits_fen + securities_fen + insurance_fen + internet_finance_fen + receivables_fen <= 1785600 * size AS assets_ok,
    vehicles - vehicles_disability - vehicles_low_value - vehicles_for_living <= 0 AS vehicles_ok,
    houses - houses_excepted <= 1 AS houses_ok, shops <= 0 AS shops_ok, companies <= 0 AS companies_ok
  FROM households h JOIN s USING (household_id)
), h2 AS (
  SELECT *, CASE WHEN urban THEN 892800::BIGINT ELSE 672000::BIGINT END AS standard, standard * size AS lim,
    counted_x < lim * 10000 AS below,
    size >= 1 AND local >= 1 AND unproven = 0 AND NOT receiving_elsewhere AS in_place,
    assets_ok AND vehicles_ok AND houses_ok AND shops_ok AND companies_ok AS property_ok
  FROM h1
), h3 AS (
  SELECT *, in_place AND below AND property_ok AS family,
    in_place AND property_ok AND counted_x < lim * 15000 AS hard_up,
    on_roll AND over_standard_day > 0 AND at_work >= 1 AND in_place AND property_ok AND NOT below
      AND (2025 - over_standard_day // 10000) * 12 + 10 - over_standard_day // 100 % 100
        - CASE WHEN over_standard_day % 100 >= 15 THEN 1 ELSE 0 END < 6 AS fading,
    CASE WHEN NOT property_ok OR receiving_elsewhere THEN 0 ELSE gap_always + CASE WHEN hard_up THEN gap_hard ELSE 0 END END AS single_gap,
    CASE WHEN NOT property_ok OR receiving_elsewhere THEN 0 ELSE rates_always + CASE WHEN hard_up THEN rates_hard ELSE 0 END END AS single_rates
  FROM h2
), h4 AS (
  SELECT *, single_gap > 0 AND NOT family AND NOT fading AS single, hard_up AND NOT family AS margin,
    CASE
      WHEN family AND refusing > 0 THEN ((lim * 10000 - counted_x) * (size - refusing) + size * 12000000 - 1) // (size * 12000000) * 100
      WHEN family THEN (lim * 10000 - counted_x + 11999999) // 12000000 * 100
      WHEN fading THEN (current_monthly_fen + 99) // 100 * 100
      WHEN single THEN (single_gap + 11999999) // 12000000 * 100 ELSE 0 END AS base,
    CASE
      WHEN family THEN (standard * rates + 11999999) // 12000000 * 100
      WHEN fading THEN 0
      WHEN single THEN (single_rates + 11999999) // 12000000 * 100 ELSE 0 END AS supplement
  FROM h3
)
SELECT household_id, family OR fading OR single AS eligible,
  CASE WHEN family THEN 'granted' WHEN fading THEN 'fade_out' WHEN single THEN 'single' WHEN margin THEN 'margin' ELSE 'none' END AS outcome,
  base + supplement AS amount_fen, size, urban, counted_x // 10000 AS income_year_fen, standard AS standard_year_fen,
  lim AS limit_year_fen, base AS base_monthly_fen, supplement AS supplement_monthly_fen,
  size >= 1 AS has_members, local >= 1 AS registered_locally, unproven = 0 AS not_receiving_proven,
  NOT receiving_elsewhere AS not_receiving_elsewhere, below AS income_below_standard, assets_ok AS financial_assets_within,
  vehicles_ok AS vehicles_within, houses_ok AS houses_within, shops_ok AS shops_within, companies_ok AS companies_within,
  margin AS margin_family, single AS single_person_entry, fading AS fade_out, refusing = 0 AS labour_duty_met,
  supplement > 0 AS supplement
FROM h4
