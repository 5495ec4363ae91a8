-- Capacity must be known at every year end, from the one before the first modelled quarter on.
-- One row is a problem: file, line, column, value, what is wrong, what was expected.
SELECT
    'power_capacity.csv' AS file, NULL AS line, 'year' AS "column", CAST(years.year AS VARCHAR) AS value,
    'has no row' AS wrong, 'a row for each year, ' || (first_year() - 1) || ' to ' || last_year() AS expected
FROM (SELECT range AS year FROM range(first_year() - 1, last_year() + 1)) AS years
WHERE NOT EXISTS (SELECT 1 FROM power_capacity WHERE power_capacity.year = years.year)
ORDER BY years.year;
