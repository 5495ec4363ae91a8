-- The suppliers by role.
-- One row is a supplier: custom, NVIDIA, AMD, in this order.
SELECT supplier_id AS suppliers, name AS supplier_names
FROM supplier_axis
ORDER BY supplier;
