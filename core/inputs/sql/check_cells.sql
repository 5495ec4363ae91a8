-- Every cell against what its column declares.
-- One row is a problem: file, line, column, value, what is wrong, what was expected.
-- Text that people read must be what it looks like: nothing in it may be unseen, turn the direction of reading, pile
-- up over other lines, or be taken by a page for markup or by a spreadsheet for a formula. Notes may have several lines.
WITH judged AS (
    SELECT
        cell.file, cell.line, cell."column", cell.value, field.* EXCLUDE (file, "column"),
        -- The cast takes more than we do: "nan", "1_000", blanks around the figure.
        CASE field.type
            WHEN 'number' THEN regexp_full_match(cell.value, '[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?')
            WHEN 'integer' THEN regexp_full_match(cell.value, '-?(0|[1-9]\d{0,8})')
        END AS is_figure,
        TRY_CAST(cell.value AS DOUBLE) AS figure
    FROM cell
    JOIN field ON field.file = cell.file AND field."column" = cell."column"
)
SELECT
    file, line, "column", value,
    CASE
        WHEN value IS NULL THEN CASE WHEN required THEN 'the cell is empty' END
        WHEN length(value) > longest THEN 'has ' || length(value) || ' characters'
        WHEN NOT is_figure THEN CASE type WHEN 'integer' THEN 'is not a whole number' ELSE 'is not a number' END
        WHEN is_figure AND NOT isfinite(figure) THEN 'is too large a number'
        WHEN is_figure AND (figure < minimum OR figure <= above OR figure > maximum) THEN 'is out of bounds'
        WHEN text = 'note' AND regexp_matches(value, '[^\P{C}\n\t]') THEN 'has a character that cannot be seen'
        -- A list of points may begin with a dash; a formula that does harm calls something.
        WHEN text = 'note' AND regexp_matches(value, '^\s*([=@]|[+-].*[(|])') THEN 'begins like a formula, which a spreadsheet would run'
        WHEN text IN ('name', 'line') THEN
            CASE
                WHEN is_unseen(value) THEN 'has a character that cannot be seen'
                WHEN regexp_matches(value, '^\p{Z}|\p{Z}$') THEN 'begins or ends with a blank'
                WHEN regexp_matches(value, '^[=+@-]') THEN 'begins like a formula'
                WHEN text = 'name' AND is_markup(value) THEN 'has markup in it'
                WHEN NOT regexp_full_match(value, pattern) THEN 'is not of the right form'
            END
        WHEN NOT regexp_full_match(value, pattern) THEN 'is not of the right form'
        WHEN value < earliest OR value > latest THEN 'is out of bounds'
        WHEN NOT list_contains(options, value) THEN 'is not one of the words in use'
    END AS wrong,
    expected
FROM judged
WHERE wrong IS NOT NULL
ORDER BY file, line, position;
