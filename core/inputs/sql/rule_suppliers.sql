-- The suppliers must fill the model's roles: one that is custom, and one to six that are bought from. `facility` and
-- `custom` would make two figures or two levers of one name. No two may be called the same on the screen.
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
    CASE count(*) WHEN 0 THEN 'no supplier is a merchant' ELSE count(*) || ' suppliers are merchants' END,
    'one to six merchants'
FROM suppliers
WHERE class = 'merchant'
HAVING count(*) NOT BETWEEN 1 AND 6
UNION ALL
SELECT
    'suppliers.csv', line, 'supplier_id', supplier_id,
    'is a name that the model has for something else', 'another supplier_id'
FROM suppliers
WHERE supplier_id = 'facility' OR (supplier_id = 'custom' AND class = 'merchant')
UNION ALL
SELECT
    'suppliers.csv', line, 'name', name,
    'is called like the supplier of line ' || first_value(line) OVER same_look,
    'another name; what stands in brackets does not count'
FROM suppliers
WINDOW same_look AS (PARTITION BY looks(supplier_label(name)) ORDER BY line)
QUALIFY row_number() OVER same_look > 1
ORDER BY line;
