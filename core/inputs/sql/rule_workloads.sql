-- `start` would make two levers of one name. What a family is called must not differ from row to row, nor be what
-- another one is called; no more may workloads be called the same. Merchants cannot have more than all that is bought.
-- One row is a problem: file, line, column, value, what is wrong, what was expected.
WITH called AS (
    UNPIVOT (SELECT line, workload_id, name, coalesce(short_name, name) AS short_name FROM workloads)
    ON name, short_name INTO NAME fact VALUE value
),
family AS (
    SELECT family AS id, min(line) AS line, coalesce(min_by(family_name, line), family) AS name
    FROM workloads
    GROUP BY family
)
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
UNION ALL
SELECT
    'workloads.csv', line, 'family_name', name,
    'is what the family of line ' || first_value(line) OVER same_look || ' is called', 'another name'
FROM family
WINDOW same_look AS (PARTITION BY looks(name) ORDER BY line)
QUALIFY row_number() OVER same_look > 1
UNION ALL
SELECT
    'workloads.csv', line, fact, value,
    'is what the workload of line ' || first_value(line) OVER same_look || ' is called', 'another name'
FROM called
WINDOW same_look AS (PARTITION BY fact, looks(value) ORDER BY line)
QUALIFY row_number() OVER same_look > 1
UNION ALL
SELECT
    'workloads.csv', line, string_agg(merchant || '_share_today', ', ' ORDER BY merchant),
    NULL, 'the shares of what is bought sum to ' || round(sum(today), 9), 'shares that sum to 1 at the most'
FROM bought_share
GROUP BY line
HAVING sum(today) > 1 + 1e-9
UNION ALL
SELECT
    'workloads.csv', line, string_agg(merchant || '_share_plan', ', ' ORDER BY merchant),
    NULL, 'the shares of what is bought sum to ' || round(sum(plan), 9) || ' (today''s where no plan is given)',
    'shares that sum to 1 at the most'
FROM bought_share
GROUP BY line
HAVING sum(plan) > 1 + 1e-9
ORDER BY line;
