-- Every chip needs a price. (That it has no more than one, the primary key sees to.)
-- One row is a problem: file, line, column, value, what is wrong, what was expected.
SELECT
    'chip_prices.csv' AS file, NULL AS line, 'chip_id' AS "column", chips.chip_id AS value,
    'has no price' AS wrong, 'a row for each chip of chips.csv' AS expected
FROM chips
WHERE NOT EXISTS (SELECT 1 FROM chip_prices WHERE chip_prices.chip_id = chips.chip_id)
ORDER BY chips.line;
