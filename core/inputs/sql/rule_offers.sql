-- Every workload needs a bought chip on offer in every modelled quarter, however late coming chips may be asked to be:
-- without one, work has no price. A workload is told once, with the shortest delay at which it goes without.
-- One row is a problem: file, line, column, value, what is wrong, what was expected.
WITH late AS (SELECT range AS quarters FROM range(latest_bought() + 1)),
-- A chip to come moves by the delay, but not into the past, nor from there.
offer AS (
    SELECT
        late.quarters AS delay,
        chip_throughput.workload_id,
        CASE chips.status
            WHEN 'in_volume' THEN quarter_index(chips.available_from)
            ELSE greatest(
                quarter_index(chips.available_from) + late.quarters, least(quarter_index(chips.available_from), 0)
            )
        END AS first,
        coalesce(quarter_index(chips.last_order), 1e9) AS last
    FROM late
    CROSS JOIN chip_throughput
    JOIN chips ON chips.chip_id = chip_throughput.chip_id
    JOIN suppliers ON suppliers.supplier_id = chips.supplier_id
    WHERE suppliers.class = 'merchant'
),
missed AS (
    SELECT workloads.line, workloads.workload_id, late.quarters AS delay, count(*) AS times, min(calendar.quarter) AS first
    FROM workloads
    CROSS JOIN late
    CROSS JOIN quarters() AS calendar
    WHERE NOT EXISTS (
        SELECT 1 FROM offer
        WHERE offer.delay = late.quarters
            AND offer.workload_id = workloads.workload_id
            AND calendar.quarter BETWEEN offer.first AND offer.last
    )
    GROUP BY workloads.line, workloads.workload_id, late.quarters
    QUALIFY row_number() OVER (PARTITION BY workloads.workload_id ORDER BY late.quarters) = 1
)
SELECT
    'chips.csv' AS file, NULL AS line, 'available_from, last_order' AS "column", workload_id AS value,
    'has no bought chip on offer in ' || times || CASE times WHEN 1 THEN ' quarter, ' ELSE ' quarters, first in ' END
        || quarter_label(first)
        || CASE delay
            WHEN 0 THEN ''
            WHEN 1 THEN ', if coming chips are a quarter late'
            ELSE ', if coming chips are ' || delay || ' quarters late'
        END AS wrong,
    'a merchant''s chip that can run it in every quarter, however late coming ones are (up to '
        || latest_bought() || ' quarters)' AS expected
FROM missed
ORDER BY line;
