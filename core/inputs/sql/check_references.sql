-- Cells that name something the file they refer to does not hold. References to a file that could not
-- be read as a whole are not declared to this check: all of them would break.
-- One row is a problem: file, line, column, value, what is wrong, what was expected.
SELECT
    cell.file, cell.line, cell."column", cell.value,
    'is not known' AS wrong,
    'a ' || reference.to_column || ' that ' || reference.to_file || ' holds' AS expected
FROM cell
JOIN reference ON reference.file = cell.file AND reference."column" = cell."column"
WHERE cell.value IS NOT NULL
    AND NOT EXISTS (
        SELECT 1 FROM cell AS target
        WHERE target.file = reference.to_file
            AND target."column" = reference.to_column
            AND target.value = cell.value
    )
ORDER BY cell.file, cell.line;
