-- Demand by quarter, growing by the same factor in each quarter between two year ends:
-- A[y-1] * (A[y] / A[y-1]) ** (q/4).
-- One row is a quarter and a workload, every pair, by quarter, then workload. H100e at the end of the quarter.
SELECT
    last_year_end.h100e_base
    * pow(year_end.h100e_base / last_year_end.h100e_base, calendar.nth / 4) AS demand_h100e
FROM quarters() AS calendar
CROSS JOIN workload_axis
JOIN workload_demand AS year_end
    ON year_end.workload_id = workload_axis.workload_id AND year_end.year = calendar.year
JOIN workload_demand AS last_year_end
    ON last_year_end.workload_id = workload_axis.workload_id AND last_year_end.year = calendar.year - 1
ORDER BY calendar.quarter, workload_axis.workload;
