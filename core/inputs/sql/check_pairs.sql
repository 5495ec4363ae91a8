-- Rows of lever_correlations.csv that pair a lever with itself, or two levers that a row before them pairs already,
-- whichever of the two comes first. The primary key sees only pairs in the same order.
-- One row is a problem: file, line, column, value, what is wrong, what was expected.
WITH pair AS (
    SELECT
        file, line,
        max(value) FILTER ("column" = 'lever_id') AS lever_id,
        max(value) FILTER ("column" = 'other_lever_id') AS other_lever_id
    FROM cell
    WHERE file = 'lever_correlations.csv'
    GROUP BY file, line
),
met AS (
    SELECT
        *,
        first_value(pair) OVER (
            PARTITION BY least(lever_id, other_lever_id), greatest(lever_id, other_lever_id) ORDER BY line
        ) AS before
    FROM pair
    WHERE lever_id IS NOT NULL AND other_lever_id IS NOT NULL
)
SELECT
    file, line, 'other_lever_id' AS "column", other_lever_id AS value,
    'is the lever itself' AS wrong, 'another lever' AS expected
FROM met
WHERE lever_id = other_lever_id
UNION ALL
SELECT
    file, line, 'lever_id, other_lever_id', lever_id || ', ' || other_lever_id,
    'is there already in line ' || before.line || ', the other way round', 'each pair once'
FROM met
WHERE lever_id = before.other_lever_id AND other_lever_id = before.lever_id AND lever_id <> other_lever_id
ORDER BY line;
