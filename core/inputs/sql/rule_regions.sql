-- The regions' shares of the fleet must sum to 1, or no weighted mean over them would mean anything.
-- One row is a problem: file, line, column, value, what is wrong, what was expected.
SELECT
    'regions.csv' AS file, NULL AS line, 'fleet_share' AS "column", NULL AS value,
    'the shares sum to ' || round(sum(fleet_share), 9) AS wrong, 'shares that sum to 1' AS expected
FROM regions
HAVING abs(sum(fleet_share) - 1) > 1e-9;
