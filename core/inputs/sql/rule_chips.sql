-- A chip must be orderable in the quarter from which it is available.
-- One row is a problem: file, line, column, value, what is wrong, what was expected.
SELECT
    'chips.csv' AS file, line, 'last_order' AS "column", last_order AS value,
    'is before available_from, which is ' || available_from AS wrong,
    'a quarter from ' || available_from || ' on, or nothing' AS expected
FROM chips
WHERE last_order < available_from
ORDER BY line;
