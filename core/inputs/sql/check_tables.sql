-- Cells of a column called "table" that name no table of the declaration. What is not even of the form of a name is
-- told by check_cells.sql.
-- One row is a problem: file, line, column, value, what is wrong, what was expected.
SELECT
    file, line, "column", value,
    'is no table' AS wrong,
    'a table such as ' || (SELECT replace(min(file), '.csv', '') FROM field) || ', by its name' AS expected
FROM cell
WHERE "column" = 'table'
    AND regexp_full_match(value, '[a-z][a-z0-9_]*')
    AND value || '.csv' NOT IN (SELECT file FROM field)
ORDER BY file, line;
