-- Every region needs a price for the year before the first modelled one, from which prices escalate.
-- One row is a problem: file, line, column, value, what is wrong, what was expected.
SELECT
    'power_prices.csv' AS file, NULL AS line, 'region_id' AS "column", regions.region_id AS value,
    'has no price for ' || (first_year() - 1) AS wrong,
    'a row for each region in ' || (first_year() - 1) AS expected
FROM regions
WHERE NOT EXISTS (
    SELECT 1 FROM power_prices
    WHERE power_prices.region_id = regions.region_id AND power_prices.year = first_year() - 1
)
ORDER BY regions.line;
