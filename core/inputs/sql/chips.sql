-- The chip generations with their prices.
-- One row is a chip, in file order. Quarters are indices, last_order $no_last_order if open; kW, US dollars a chip.
SELECT
    chips.chip_id,
    chips.name,
    chip_axis.supplier,
    chip_axis.available,
    coalesce(quarter_index(chips.last_order), $no_last_order) AS last_order,
    chip_axis.future,
    chips.status = 'extrapolated' AS extrapolated,
    chip_prices.grade = 'assumption' AS assumed_price,
    chip_prices.grade = 'own' AS own_price,
    chips.system_power_w / 1000 AS kw,
    chip_prices.price_usd_base AS price_usd,
    chip_prices.system_cost_usd
FROM chips
JOIN chip_axis USING (chip_id)
JOIN chip_prices USING (chip_id)
ORDER BY chip_axis.chip;
