-- A published figure that the model has one of its own for says of which chip, work and quarter it is, in its unit.
-- One row is a problem: file, line, column, value, what is wrong, what was expected.
WITH modelled AS (
    SELECT kind.*
    FROM (
        VALUES
            ('company_capex', 'usd_bn', []),
            ('it_load', 'mw', []),
            ('usd_per_chip_hour', 'usd', ['chip_id', 'quarter']),
            ('tco_reduction', 'fraction', ['chip_id', 'other_chip_id', 'workload_id', 'quarter']),
            ('perf_per_tco', 'ratio', ['chip_id', 'other_chip_id', 'workload_id', 'quarter'])
    ) AS kind (metric, unit, needs)
),
needed AS (
    SELECT calibration_targets.*, unnest(modelled.needs) AS need FROM calibration_targets JOIN modelled ON modelled.metric = calibration_targets.metric
),
compared AS (
    SELECT line, need AS "column", workload_id, unnest([chip_id, other_chip_id]) AS chip_id
    FROM needed
    WHERE need = 'workload_id'
)
SELECT
    'calibration_targets.csv' AS file, line, need AS "column", NULL AS value,
    'the cell is empty' AS wrong, 'the ' || need || ' that ' || metric || ' is about' AS expected
FROM needed
WHERE CASE need
    WHEN 'chip_id' THEN chip_id
    WHEN 'other_chip_id' THEN other_chip_id
    WHEN 'workload_id' THEN workload_id
    WHEN 'quarter' THEN quarter
END IS NULL
UNION ALL
SELECT
    'calibration_targets.csv', calibration_targets.line, 'unit', calibration_targets.unit,
    'is not the unit of ' || calibration_targets.metric, modelled.unit
FROM calibration_targets
JOIN modelled ON modelled.metric = calibration_targets.metric
WHERE calibration_targets.unit <> modelled.unit
UNION ALL
SELECT
    'calibration_targets.csv', line, 'workload_id', workload_id,
    'is work that ' || chip_id || ' cannot run', 'a workload for which chip_throughput.csv has a row of the chip'
FROM compared
WHERE chip_id IS NOT NULL AND workload_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM chip_throughput
    WHERE chip_throughput.chip_id = compared.chip_id AND chip_throughput.workload_id = compared.workload_id
)
ORDER BY line;
