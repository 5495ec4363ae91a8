-- What was declared and what was read, as text, before anything is believed.

-- One row is a column that core/inputs/tables.json declares; `position` is its place in the file from 0,
-- `above` the bound that a number must exceed, `key` whether it is part of the primary key,
-- `expected` says in words what may stand in it.
CREATE TEMP TABLE field (
    file VARCHAR NOT NULL,
    "column" VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    type VARCHAR NOT NULL,
    required BOOLEAN NOT NULL,
    minimum DOUBLE,
    above DOUBLE,
    maximum DOUBLE,
    pattern VARCHAR,
    options VARCHAR[],
    key BOOLEAN NOT NULL,
    expected VARCHAR NOT NULL,
    PRIMARY KEY (file, "column")
);

-- One row is a foreign key: what stands in `column` of `file` must stand in `to_column` of `to_file`.
CREATE TEMP TABLE reference (
    file VARCHAR NOT NULL,
    "column" VARCHAR NOT NULL,
    to_file VARCHAR NOT NULL,
    to_column VARCHAR NOT NULL
);

-- One row is a cell of a file whose header is right: `line` is that of the file, from 1; `value` is NULL if empty.
CREATE TEMP TABLE cell (
    file VARCHAR NOT NULL,
    line INTEGER NOT NULL,
    "column" VARCHAR NOT NULL,
    value VARCHAR
);
