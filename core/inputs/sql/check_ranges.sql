-- Figures in columns named low, base and high (or x_low, x_base, x_high) that are not in that order.
-- One row is a problem: file, line, column, value, what is wrong, what was expected.
WITH figure AS (
    SELECT
        file, line, "column", value, TRY_CAST(value AS DOUBLE) AS figure,
        regexp_extract("column", '^(.*?)(low|base|high)$', 1) AS stem,
        list_position(['low', 'base', 'high'], regexp_extract("column", '(low|base|high)$')) AS rank
    FROM cell
    WHERE regexp_matches("column", '(^|_)(low|base|high)$') AND isfinite(TRY_CAST(value AS DOUBLE))
)
SELECT
    upper.file, upper.line, upper."column", upper.value,
    'is below ' || lower."column" || ', which is ' || lower.value AS wrong,
    'low, base and high in rising order' AS expected
FROM figure AS lower
JOIN figure AS upper
    ON upper.file = lower.file AND upper.line = lower.line AND upper.stem = lower.stem AND upper.rank = lower.rank + 1
WHERE upper.figure < lower.figure
ORDER BY upper.file, upper.line;
