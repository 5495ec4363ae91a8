-- The chips that are there when the model begins.
-- One row is a lot, in file order: chip, workload and vintage by index (vintages below 0), count, US dollars a chip.
SELECT
    chip_axis.chip,
    workload_axis.workload,
    quarter_index(opening_fleet.vintage) AS vintage,
    opening_fleet.chips,
    opening_fleet.unit_cost_usd
FROM opening_fleet
JOIN chip_axis USING (chip_id)
JOIN workload_axis USING (workload_id)
ORDER BY opening_fleet.line;
