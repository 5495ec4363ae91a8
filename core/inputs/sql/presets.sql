-- The ready-made scenarios.
-- One row is a lever of one, in file order; lever_id and value are NULL where it changes nothing.
SELECT line, preset_id, name, lever_id, value FROM presets ORDER BY line;
