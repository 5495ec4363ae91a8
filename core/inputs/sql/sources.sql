-- The publications that figures rest on.
-- One row is a publication, in file order.
SELECT source_id FROM sources ORDER BY line;
