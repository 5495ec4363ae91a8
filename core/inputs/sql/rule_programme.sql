-- An item of the programme ends no sooner than it begins, is gated by known workloads and tied to custom chips only.
-- One row is a problem: file, line, column, value, what is wrong, what was expected.
SELECT
    'programme.csv' AS file, line, 'last_quarter' AS "column", last_quarter AS value,
    'is before first_quarter, which is ' || first_quarter AS wrong,
    'a quarter from ' || first_quarter || ' on' AS expected
FROM programme
WHERE last_quarter < first_quarter
UNION ALL
SELECT
    'programme.csv', item.line, 'gate_workloads', item.gate,
    'is not known', 'workload_ids that workloads.csv holds, with ; between'
FROM (SELECT line, unnest(string_split(gate_workloads, ';')) AS gate FROM programme) AS item
WHERE NOT EXISTS (SELECT 1 FROM workloads WHERE workloads.workload_id = item.gate)
UNION ALL
SELECT
    'programme.csv', programme.line, 'chip_id', programme.chip_id,
    'is not a custom chip', 'a chip of the custom supplier, or nothing'
FROM programme
JOIN chips ON chips.chip_id = programme.chip_id
JOIN suppliers ON suppliers.supplier_id = chips.supplier_id
WHERE suppliers.class <> 'custom'
ORDER BY line;
