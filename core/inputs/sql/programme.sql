-- The fixed costs of the custom programme.
-- One row is an item, in file order. US dollars; first and last quarter by index, negative if in the past.
SELECT
    programme.item_id,
    programme.name,
    programme.kind,
    coalesce(chip_axis.future, false) AS future_chip,
    programme."trigger" = 'expansion' AS expansion,
    programme.usd_total,
    quarter_index(programme.first_quarter) AS first_quarter,
    quarter_index(programme.last_quarter) AS last_quarter
FROM programme
LEFT JOIN chip_axis USING (chip_id)
ORDER BY programme.line;
