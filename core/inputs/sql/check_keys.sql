-- Rows that repeat the primary key of a row before them in the same file.
-- One row is a problem: file, line, column, value, what is wrong, what was expected. Of a key of several columns,
-- column and value name all of them, with ", " between.
WITH keyed AS (
    SELECT
        cell.file, cell.line,
        list(cell.value ORDER BY field.position) AS key,
        string_agg(cell."column", ', ' ORDER BY field.position) AS columns
    FROM cell
    JOIN field ON field.file = cell.file AND field."column" = cell."column"
    WHERE field.key
    GROUP BY cell.file, cell.line
    HAVING bool_and(cell.value IS NOT NULL)
)
SELECT
    file, line, columns AS "column", array_to_string(key, ', ') AS value,
    'is there already in line ' || first_value(line) OVER same_key AS wrong,
    'each ' || columns || ' once' AS expected
FROM keyed
WINDOW same_key AS (PARTITION BY file, key ORDER BY line)
QUALIFY row_number() OVER same_key > 1
ORDER BY file, line;
