-- A publication came out on a day, or in a month or year, that there is in the calendar.
-- One row is a problem: file, line, column, value, what is wrong, what was expected.
SELECT
    'sources.csv' AS file, line, 'published_on' AS "column", published_on AS value,
    'is not in the calendar' AS wrong, 'text like 2019-07-29, 2019-07 or 2019' AS expected
FROM sources
WHERE TRY_CAST(published_on || substr('0000-01-01', length(published_on) + 1) AS DATE) IS NULL
ORDER BY line;
