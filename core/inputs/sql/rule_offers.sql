-- Every workload needs a bought chip on offer in every modelled quarter at base levers, or its work has no price.
-- One row is a problem: file, line, column, value, what is wrong, what was expected.
WITH late AS (
    SELECT coalesce(TRY_CAST(max(base) AS DOUBLE), 0) AS quarters FROM levers WHERE lever_id = 'merchant_delay_quarters'
),
-- A chip to come moves by the delay, but not into the past, nor from there.
offer AS (
    SELECT
        chip_throughput.workload_id,
        CASE chips.status
            WHEN 'in_volume' THEN quarter_index(chips.available_from)
            ELSE greatest(
                quarter_index(chips.available_from) + late.quarters, least(quarter_index(chips.available_from), 0)
            )
        END AS first,
        coalesce(quarter_index(chips.last_order), 1e9) AS last
    FROM chip_throughput
    JOIN chips ON chips.chip_id = chip_throughput.chip_id
    JOIN suppliers ON suppliers.supplier_id = chips.supplier_id
    CROSS JOIN late
    WHERE suppliers.class = 'merchant'
),
missed AS (
    SELECT workloads.line, workloads.workload_id, count(*) AS times, min(calendar.quarter) AS first
    FROM workloads
    CROSS JOIN quarters() AS calendar
    WHERE NOT EXISTS (
        SELECT 1 FROM offer
        WHERE offer.workload_id = workloads.workload_id AND calendar.quarter BETWEEN offer.first AND offer.last
    )
    GROUP BY workloads.line, workloads.workload_id
)
SELECT
    'chips.csv' AS file, NULL AS line, 'available_from, last_order' AS "column", missed.workload_id AS value,
    'has no bought chip on offer in ' || missed.times
        || CASE missed.times WHEN 1 THEN ' quarter, ' ELSE ' quarters, first in ' END || quarter_label(missed.first)
        || CASE late.quarters WHEN 0 THEN '' ELSE ', with the delay that levers.csv gives coming chips' END AS wrong,
    'a merchant''s chip that can run it in every quarter' AS expected
FROM missed
CROSS JOIN late
ORDER BY missed.line;
