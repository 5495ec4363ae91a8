-- Which workloads call for which item of the programme.
-- One row is an item and a workload, every pair, by item in file order, then workload.
SELECT list_contains(string_split(programme.gate_workloads, ';'), workload_axis.workload_id) AS gates
FROM programme
CROSS JOIN workload_axis
ORDER BY programme.line, workload_axis.workload;
