-- The purchase contracts.
-- One row is a contract, in order of first appearance in the file; total is what it asks for in all, GW or USD.
SELECT contract_id, name, supplier, in_gw, warrant, total
FROM contract_axis
ORDER BY contract;
