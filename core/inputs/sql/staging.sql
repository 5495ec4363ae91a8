-- What was declared and what was read, as text, before anything is believed.

-- One row is a column that core/inputs/tables.json declares; `position` is its place in the file from 0,
-- `above` the bound that a number must exceed, `earliest` and `latest` those of a quarter, `longest` how many
-- characters it may have, `text` the kind of text that people read in it, `key` whether it is part of the primary key;
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
    earliest VARCHAR,
    latest VARCHAR,
    pattern VARCHAR,
    longest INTEGER NOT NULL,
    text VARCHAR,
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

-- Control and format characters (those that turn the direction of reading among them), fillers and blanks that take no
-- room or look like letters, line ends, and more than three marks on one letter.
CREATE TEMP MACRO is_unseen(value) AS regexp_matches(
    value, '[\p{C}\p{Zl}\p{Zp}\x{034F}\x{115F}\x{1160}\x{17B4}\x{17B5}\x{2800}\x{3164}\x{FE00}-\x{FE0F}\x{FFA0}]|\p{M}{4}'
);
-- What pages read as HTML, links, formulas, stress, pictures or symbols.
CREATE TEMP MACRO is_markup(value) AS regexp_matches(value, '[<>\[\]$*~|\\`]|^#|&#?\w+;|:[\w/]+:|://|www\.');
