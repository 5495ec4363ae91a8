-- The workloads as they are today.
-- One row is a workload, in file order. Shares are of new capacity (custom) and of what is bought (AMD);
-- demand is H100e at the end of the year before the first modelled one.
SELECT
    workloads.workload_id,
    workloads.name,
    workloads.family,
    workloads.custom_share_today,
    workloads.amd_share_today,
    workload_demand.h100e_base AS demand_h100e
FROM workloads
JOIN workload_demand USING (workload_id)
WHERE workload_demand.year = first_year() - 1
ORDER BY workloads.line;
