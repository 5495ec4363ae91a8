-- The purchase contracts.
-- One row is a contract, in order of first appearance in the file.
SELECT contract_id, name, supplier, in_gw
FROM contract_axis
ORDER BY contract;
