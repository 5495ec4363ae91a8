-- The suppliers must fill the model's roles: one that is custom, and one to six that are bought from. `start`,
-- `facility` and `custom` would make two levers or two figures of one name.
-- One row is a problem: file, line, column, value, what is wrong, what was expected.
SELECT
    'suppliers.csv' AS file, NULL AS line, 'class' AS "column", NULL AS value,
    count(*) || ' suppliers are custom' AS wrong, 'exactly one custom supplier' AS expected
FROM suppliers
WHERE class = 'custom'
HAVING count(*) <> 1
UNION ALL
SELECT
    'suppliers.csv', NULL, 'class', NULL,
    count(*) || ' suppliers are merchants', 'one to six merchants'
FROM suppliers
WHERE class = 'merchant'
HAVING count(*) NOT BETWEEN 1 AND 6
UNION ALL
SELECT
    'suppliers.csv', line, 'supplier_id', supplier_id,
    'is a name that the model has for something else', 'another supplier_id'
FROM suppliers
WHERE supplier_id = 'facility' OR (supplier_id = 'custom' AND class = 'merchant')
ORDER BY line;
