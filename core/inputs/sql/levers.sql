-- What the data set says of its levers.
-- One row is a lever, in file order; what is NULL stays as the model has it.
SELECT line, lever_id, base, low, high, source_id FROM levers ORDER BY line;
