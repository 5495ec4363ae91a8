-- Every workload needs a bought chip on offer in every modelled quarter, with no chip delayed.
-- One row is a problem: file, line, column, value, what is wrong, what was expected.
WITH offer AS (
    SELECT
        chip_throughput.workload_id,
        quarter_index(chips.available_from) AS first,
        coalesce(quarter_index(chips.last_order), 1e9) AS last
    FROM chip_throughput
    JOIN chips ON chips.chip_id = chip_throughput.chip_id
    JOIN suppliers ON suppliers.supplier_id = chips.supplier_id
    WHERE suppliers.class = 'merchant'
)
SELECT
    'chips.csv' AS file, NULL AS line, 'available_from, last_order' AS "column", workloads.workload_id AS value,
    'has no bought chip on offer in ' || count(*) || ' quarters, first in '
        || quarter_label(min(calendar.quarter)) AS wrong,
    'a merchant''s chip that can run it in every quarter' AS expected
FROM workloads
CROSS JOIN quarters() AS calendar
WHERE NOT EXISTS (
    SELECT 1 FROM offer
    WHERE offer.workload_id = workloads.workload_id AND calendar.quarter BETWEEN offer.first AND offer.last
)
GROUP BY workloads.line, workloads.workload_id
ORDER BY workloads.line;
