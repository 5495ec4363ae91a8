-- The opening fleet was installed before the first modelled quarter and does work that its chips can run.
-- One row is a problem: file, line, column, value, what is wrong, what was expected.
SELECT
    'opening_fleet.csv' AS file, line, 'vintage' AS "column", vintage AS value,
    'is not in the past' AS wrong, 'a quarter before ' || quarter_label(0) AS expected
FROM opening_fleet
WHERE quarter_index(vintage) >= 0
UNION ALL
SELECT
    'opening_fleet.csv', line, 'workload_id', workload_id,
    'is work that ' || chip_id || ' cannot run', 'a workload for which chip_throughput.csv has a row of the chip'
FROM opening_fleet
WHERE NOT EXISTS (
    SELECT 1 FROM chip_throughput
    WHERE chip_throughput.chip_id = opening_fleet.chip_id AND chip_throughput.workload_id = opening_fleet.workload_id
)
ORDER BY line;
