-- The suppliers by role.
-- One row is a supplier: custom, NVIDIA, AMD, in this order.
SELECT supplier_id, name
FROM supplier_axis
ORDER BY supplier;
