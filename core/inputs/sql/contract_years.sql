-- What each contract asks for, year by year.
-- One row is a contract and a modelled year, every pair, by contract, then year. Amounts in GW or US dollars, 0 in
-- years without one; usd_per_gw is 1 for contracts in dollars, so that amount * usd_per_gw is dollars for all.
SELECT
    commitments.line IS NOT NULL AS active,
    coalesce(commitments.amount, 0) AS amount,
    CASE WHEN commitments.unit = 'usd' THEN 1 ELSE coalesce(commitments.usd_per_gw, 0) END AS usd_per_gw
FROM contract_axis
CROSS JOIN (SELECT DISTINCT year FROM quarters()) AS years
LEFT JOIN commitments
    ON commitments.contract_id = contract_axis.contract_id AND commitments.year = years.year
ORDER BY contract_axis.contract, years.year;
