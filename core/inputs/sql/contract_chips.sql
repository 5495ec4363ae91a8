-- Which chips count towards which contract: those of its supplier that are available from chips_from on.
-- One row is a contract and a chip, every pair, by contract, then chip.
SELECT
    chip_axis.supplier = contract_axis.supplier AND chip_axis.available >= contract_axis.chips_from AS counts
FROM contract_axis
CROSS JOIN chip_axis
ORDER BY contract_axis.contract, chip_axis.chip;
