-- Demand must be known for every workload at every year end, from two years before the first modelled quarter on.
-- One row is a problem: file, line, column, value, what is wrong, what was expected.
SELECT
    'workload_demand.csv' AS file, NULL AS line, 'workload_id, year' AS "column",
    workloads.workload_id || ', ' || years.year AS value,
    'has no row' AS wrong,
    'a row for each workload and year, ' || (first_year() - 2) || ' to ' || last_year() AS expected
FROM workloads
CROSS JOIN (SELECT range AS year FROM range(first_year() - 2, last_year() + 1)) AS years
WHERE NOT EXISTS (
    SELECT 1 FROM workload_demand
    WHERE workload_demand.workload_id = workloads.workload_id AND workload_demand.year = years.year
)
ORDER BY workloads.line, years.year;
