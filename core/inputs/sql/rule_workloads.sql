-- `start` would make two levers of one name. What a family is called must not differ from row to row.
-- One row is a problem: file, line, column, value, what is wrong, what was expected.
SELECT
    'workloads.csv' AS file, line, 'workload_id' AS "column", workload_id AS value,
    'is a name that the model has for something else' AS wrong, 'another workload_id' AS expected
FROM workloads
WHERE workload_id = 'start'
UNION ALL
SELECT
    'workloads.csv', line, 'family_name', family_name,
    'is not what the first row of the family says', coalesce(said, 'nothing')
FROM (
    SELECT line, family, family_name, first_value(family_name) OVER (PARTITION BY family ORDER BY line) AS said
    FROM workloads
)
WHERE family_name IS DISTINCT FROM said
ORDER BY line;
