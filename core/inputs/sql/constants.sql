-- The single figures: price and carbon of a MWh as means over the regions, weighted by fleet share, capacity at the
-- start, and the company's constants. Prices are those of the year before the first modelled one.
-- One row.
WITH region AS (
    SELECT
        sum(regions.fleet_share * power_prices.usd_per_mwh) AS power_usd_per_mwh,
        sum(regions.fleet_share * regions.kg_co2_per_mwh) AS kg_co2_per_mwh
    FROM regions
    JOIN power_prices USING (region_id)
    WHERE power_prices.year = first_year() - 1
)
SELECT
    region.power_usd_per_mwh,
    region.kg_co2_per_mwh,
    (SELECT mw_it FROM power_capacity WHERE year = first_year() - 1) AS capacity_before_mw,
    (SELECT value FROM company_facts WHERE fact_id = 'book_tax_rate') AS book_tax_rate,
    (SELECT value FROM company_facts WHERE fact_id = 'diluted_shares') AS diluted_shares,
    (SELECT value FROM company_facts WHERE fact_id = 'policy_life_quarters') AS policy_life_quarters,
    EXISTS (SELECT 1 FROM company_facts WHERE fact_id = 'public_sources') AS public_sources,
    coalesce((SELECT name FROM company_facts WHERE fact_id = 'company'), '') AS company
FROM region;
