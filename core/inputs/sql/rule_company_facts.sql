-- The facts from which the effect on earnings per share is worked out must be there, in the unit they are used in.
-- One row is a problem: file, line, column, value, what is wrong, what was expected.
WITH needed AS (
    SELECT fact.fact_id, fact.unit
    FROM (
        VALUES
            ('book_tax_rate', 'share'), ('diluted_shares', 'shares'), ('fleet_year', 'year'),
            ('policy_life_quarters', 'quarters')
    ) AS fact (fact_id, unit)
)
SELECT
    'company_facts.csv' AS file, NULL AS line, 'fact_id' AS "column", needed.fact_id AS value,
    'has no row' AS wrong, 'a row for each of book_tax_rate, diluted_shares, fleet_year and policy_life_quarters' AS expected
FROM needed
WHERE NOT EXISTS (SELECT 1 FROM company_facts WHERE company_facts.fact_id = needed.fact_id)
UNION ALL
SELECT
    'company_facts.csv', company_facts.line, 'unit', company_facts.unit,
    'is not the unit of ' || needed.fact_id, needed.unit
FROM company_facts
JOIN needed ON needed.fact_id = company_facts.fact_id
WHERE company_facts.unit <> needed.unit
UNION ALL
SELECT
    'company_facts.csv', line, 'value', CAST(value AS VARCHAR), 'is out of bounds', 'a share below 1'
FROM company_facts
WHERE fact_id = 'book_tax_rate' AND value >= 1
UNION ALL
SELECT
    'company_facts.csv', line, 'value', CAST(value AS VARCHAR), 'is not a whole number', 'whole quarters, such as 22'
FROM company_facts
WHERE fact_id = 'policy_life_quarters' AND value <> floor(value)
ORDER BY line;
