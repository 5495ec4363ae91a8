-- What one chip does of each workload.
-- One row is a chip and a workload, every pair, by chip, then workload. H100 SXM = 1; 0 if it cannot run it.
SELECT coalesce(chip_throughput.h100e_base, 0) AS h100e
FROM chip_axis
CROSS JOIN workload_axis
LEFT JOIN chip_throughput
    ON chip_throughput.chip_id = chip_axis.chip_id AND chip_throughput.workload_id = workload_axis.workload_id
ORDER BY chip_axis.chip, workload_axis.workload;
