-- All rows of a contract agree on what it is; what a GW not bought counts as is given where amounts are GW, only there.
-- One row is a problem: file, line, column, value, what is wrong, what was expected.
WITH said AS (
    UNPIVOT (SELECT line, contract_id, name, supplier_id, chips_from, unit, coalesce(warrant, '') AS warrant FROM commitments)
    ON name, supplier_id, chips_from, unit, warrant INTO NAME fact VALUE value
),
compared AS (
    SELECT *, first_value(value) OVER (PARTITION BY contract_id, fact ORDER BY line) AS first_said FROM said
)
SELECT
    'commitments.csv' AS file, line, fact AS "column", value,
    'is not what the contract''s first row says' AS wrong, first_said AS expected
FROM compared
WHERE value <> first_said
UNION ALL
SELECT
    'commitments.csv', line, 'usd_per_gw', NULL, 'the cell is empty', 'a number above 0, as the unit is gw'
FROM commitments
WHERE unit = 'gw' AND usd_per_gw IS NULL
UNION ALL
SELECT
    'commitments.csv', line, 'usd_per_gw', CAST(usd_per_gw AS VARCHAR), 'has no use here', 'nothing, as the unit is usd'
FROM commitments
WHERE unit = 'usd' AND usd_per_gw IS NOT NULL
UNION ALL
SELECT
    'commitments.csv', min(commitments.line), 'warrant', 'yes', 'is for contracts in gw', 'nothing, as the unit is usd'
FROM commitments
WHERE unit = 'usd' AND warrant = 'yes'
GROUP BY contract_id
UNION ALL
SELECT
    'commitments.csv', line, 'warrant', 'yes',
    'is a second contract of ' || supplier_id || ' with a warrant', 'one contract with a warrant a supplier at the most'
FROM (
    SELECT
        contract_id, supplier_id, min(line) AS line,
        row_number() OVER (PARTITION BY supplier_id ORDER BY min(line)) AS nth
    FROM commitments
    WHERE warrant = 'yes'
    GROUP BY contract_id, supplier_id
)
WHERE nth > 1
ORDER BY line;
