-- The facts that the model reads must be there, in the unit they are used in and within their bounds.
-- One row is a problem: file, line, column, value, what is wrong, what was expected.
WITH needed AS (
    SELECT fact.*
    FROM (
        VALUES
            ('book_tax_rate', 'share', 0, 0.99, false, 'a share below 1'),
            ('diluted_shares', 'shares', 1, 1e12, false, 'how many shares there are'),
            ('fleet_year', 'year', 2000, 2099, true, 'a year'),
            ('policy_life_quarters', 'quarters', 1, 80, true, 'whole quarters, from 1 to 80')
    ) AS fact (fact_id, unit, least, most, whole, expected)
)
SELECT
    'company_facts.csv' AS file, NULL AS line, 'fact_id' AS "column", needed.fact_id AS value,
    'has no row' AS wrong,
    'a row for each of book_tax_rate, diluted_shares, fleet_year and policy_life_quarters' AS expected
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
    'company_facts.csv', company_facts.line, 'value', CAST(company_facts.value AS VARCHAR),
    CASE
        WHEN company_facts.value BETWEEN needed.least AND needed.most THEN 'is not a whole number'
        ELSE 'is out of bounds'
    END,
    needed.expected
FROM company_facts
JOIN needed ON needed.fact_id = company_facts.fact_id
WHERE company_facts.value NOT BETWEEN needed.least AND needed.most
    OR (needed.whole AND company_facts.value <> floor(company_facts.value))
ORDER BY line;
