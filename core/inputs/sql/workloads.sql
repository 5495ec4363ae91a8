-- The workloads as they are today.
-- One row is a workload, in file order, with the columns that follow from the merchants. Shares are of new capacity
-- (custom) and of what is bought (each merchant but the lead); a plan is today's share where none is given; demand is
-- H100e at the end of the year before the first modelled one.
SELECT
    workloads.* REPLACE (
        coalesce(short_name, workloads.name) AS short_name,
        coalesce(family_name, family) AS family_name,
        coalesce(custom_share_plan, custom_share_today) AS custom_share_plan
    ),
    workload_demand.h100e_base AS demand_h100e
FROM workloads
JOIN workload_demand USING (workload_id)
WHERE workload_demand.year = first_year() - 1
ORDER BY workloads.line;
