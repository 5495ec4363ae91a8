-- The suppliers must fill the model's three roles, no more: one that is custom, and nvidia and amd that are bought.
-- One row is a problem: file, line, column, value, what is wrong, what was expected.
SELECT
    'suppliers.csv' AS file, NULL AS line, 'class' AS "column", NULL AS value,
    count(*) || ' suppliers are custom' AS wrong, 'exactly one custom supplier' AS expected
FROM suppliers
WHERE class = 'custom'
HAVING count(*) <> 1
UNION ALL
SELECT
    'suppliers.csv', NULL, 'supplier_id', NULL,
    'there is no merchant ' || role.supplier_id, 'nvidia and amd, each of class merchant'
FROM (VALUES ('nvidia'), ('amd')) AS role (supplier_id)
WHERE NOT EXISTS (SELECT 1 FROM suppliers WHERE suppliers.supplier_id = role.supplier_id AND class = 'merchant')
UNION ALL
SELECT
    'suppliers.csv', line, 'supplier_id', supplier_id,
    'has no role in the model', 'nvidia, amd or the one custom supplier'
FROM suppliers
WHERE class = 'merchant' AND supplier_id NOT IN ('nvidia', 'amd');
