-- A chip must be orderable in the quarter from which it is available. No two may be called the same.
-- One row is a problem: file, line, column, value, what is wrong, what was expected.
SELECT
    'chips.csv' AS file, line, 'last_order' AS "column", last_order AS value,
    'is before available_from, which is ' || available_from AS wrong,
    'a quarter from ' || available_from || ' on, or nothing' AS expected
FROM chips
WHERE last_order < available_from
UNION ALL
SELECT
    'chips.csv', line, 'name', name,
    'is what the chip of line ' || first_value(line) OVER same_look || ' is called', 'another name'
FROM chips
WINDOW same_look AS (PARTITION BY looks(name) ORDER BY line)
QUALIFY row_number() OVER same_look > 1
ORDER BY line;
