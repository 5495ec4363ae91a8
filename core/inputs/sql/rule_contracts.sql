-- All rows of a contract agree on what it is; what a GW not bought counts as is given where amounts are GW, only there.
-- It has a year after the other, and something that counts can be bought under it. At the most 20 contracts, each with
-- a name of its own.
-- One row is a problem: file, line, column, value, what is wrong, what was expected.
WITH said AS (
    UNPIVOT (SELECT line, contract_id, name, supplier_id, chips_from, unit, coalesce(warrant, '') AS warrant FROM commitments)
    ON name, supplier_id, chips_from, unit, warrant INTO NAME fact VALUE value
),
compared AS (
    SELECT *, first_value(value) OVER (PARTITION BY contract_id, fact ORDER BY line) AS first_said FROM said
),
contract AS (
    SELECT
        contract_id, min(line) AS line, min_by(name, line) AS name, min_by(supplier_id, line) AS supplier_id,
        min_by(chips_from, line) AS chips_from, min_by(unit, line) AS unit, bool_or(warrant = 'yes') AS earns,
        min(year) AS first, max(year) AS last
    FROM commitments
    GROUP BY contract_id
)
SELECT
    'commitments.csv' AS file, line, fact AS "column", nullif(value, '') AS value,
    CASE value WHEN '' THEN 'the cell is empty' ELSE 'is not what the contract''s first row says' END AS wrong,
    CASE first_said WHEN '' THEN 'nothing' ELSE first_said END AS expected
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
    'commitments.csv', line, 'amount', CAST(amount AS VARCHAR), 'is out of bounds', 'at most 10,000, as the unit is gw'
FROM commitments
WHERE unit = 'gw' AND amount > 10000
UNION ALL
SELECT
    'commitments.csv', NULL, 'contract_id, year', contract.contract_id || ', ' || years.year,
    'has no row', 'a row for each year from the first to the last of a contract; an amount may be 0'
FROM contract
JOIN (SELECT DISTINCT year FROM quarters()) AS years ON years.year BETWEEN contract.first AND contract.last
WHERE NOT EXISTS (
    SELECT 1 FROM commitments WHERE commitments.contract_id = contract.contract_id AND commitments.year = years.year
)
UNION ALL
SELECT
    'commitments.csv', line, 'chips_from', chips_from,
    'leaves no chip of ' || supplier_id || ' that counts and can be bought when the model runs',
    'a quarter from which ' || supplier_id || ' has such a chip'
FROM contract
WHERE NOT EXISTS (
    SELECT 1 FROM chips
    WHERE chips.supplier_id = contract.supplier_id
        AND (contract.unit = 'usd' OR chips.available_from >= contract.chips_from)
        AND quarter_index(chips.available_from) <= (SELECT max(quarter) FROM quarters())
        AND coalesce(quarter_index(chips.last_order) >= 0, true)
)
UNION ALL
SELECT
    'commitments.csv', line, 'warrant', 'yes', 'is for contracts in gw', 'nothing, as the unit is usd'
FROM contract
WHERE unit = 'usd' AND earns
UNION ALL
SELECT
    'commitments.csv', line, 'warrant', 'yes',
    'is a second contract of ' || supplier_id || ' with a warrant', 'one contract with a warrant a supplier at the most'
FROM contract
WHERE earns
QUALIFY row_number() OVER (PARTITION BY supplier_id ORDER BY line) > 1
UNION ALL
SELECT
    'commitments.csv', line, 'name', name,
    'is what the contract of line ' || first_value(line) OVER same_look || ' is called', 'another name'
FROM contract
WINDOW same_look AS (PARTITION BY looks(name) ORDER BY line)
QUALIFY row_number() OVER same_look > 1
UNION ALL
SELECT 'commitments.csv', NULL, 'contract_id', NULL, 'there are ' || count(*) || ' contracts', 'at most 20'
FROM contract
HAVING count(*) > 20
ORDER BY line;
