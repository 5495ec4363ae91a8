-- What each merchant but the first has of what is bought, today and as planned.
-- One row is a merchant and a workload, every pair, by merchant, then workload.
SELECT today, plan FROM bought_share ORDER BY place, line;
