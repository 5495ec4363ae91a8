-- The suppliers by role.
-- One row is a supplier: the custom one, then the merchants in file order.
SELECT supplier_id, name
FROM supplier_axis
ORDER BY supplier;
