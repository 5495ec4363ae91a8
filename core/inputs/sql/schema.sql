-- The checked tables, one a CSV file, with the calendar they share.
-- Column by column as in core/inputs/tables.json, which says what each means and in which unit. `line` is the line
-- in the file: it points errors at their place and keeps file order, which breaks ties.
-- What is wrong with a file is said in words: check_*.sql read it before it is inserted, rule_*.sql judge these
-- tables with each other afterwards. The constraints here are the last line of defence: no insert gets around them.

-- Quarter 0 is the first quarter of first_year(). It and last_year(), the last that can be modelled, are macros that
-- core/inputs/database.py makes from the calendar of the data set; so are the merchants' columns of workloads.
CREATE MACRO quarter_index(label) AS
    (CAST(left(label, 4) AS INTEGER) - first_year()) * 4 + CAST(right(label, 1) AS INTEGER) - 1;
CREATE MACRO quarter_label(index) AS first_year() + index // 4 || '-Q' || (index % 4 + 1);
-- One row is a modelled quarter: `quarter` its index, `year`, `nth` its number in the year, 1 to 4.
CREATE MACRO quarters() AS TABLE
    SELECT range AS quarter, first_year() + range // 4 AS year, range % 4 + 1 AS nth
    FROM range(4 * (last_year() - first_year() + 1));

-- What two names have in common that look alike: letters in either case, written in one code or several.
CREATE MACRO looks(name) AS lower(nfc_normalize(name));
-- What a supplier is called on the screen: its name without what stands in brackets.
CREATE MACRO supplier_label(name) AS split_part(name, ' (', 1);

-- Comparisons alone would let NaN and infinities pass: to the database NaN is above every number.
CREATE MACRO is_positive(figure) AS isfinite(figure) AND figure > 0;
CREATE MACRO is_not_negative(figure) AS isfinite(figure) AND figure >= 0;
CREATE MACRO is_share(figure) AS figure BETWEEN 0 AND 1;
CREATE MACRO is_range(low, base, high) AS is_positive(low) AND low <= base AND base <= high AND isfinite(high);
CREATE MACRO is_quarter(label) AS regexp_full_match(label, '\d{4}-Q[1-4]');
CREATE MACRO is_grade(word) AS word IN ('own', 'reported', 'estimate', 'assumption');

CREATE TABLE sources (
    line INTEGER NOT NULL,
    source_id VARCHAR PRIMARY KEY,
    publisher VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    url VARCHAR,
    published_on VARCHAR NOT NULL,
    read_as VARCHAR NOT NULL CHECK (read_as IN ('primary', 'secondary', 'derivation')),
    licence VARCHAR,
    rule VARCHAR,
    follows VARCHAR
);

CREATE TABLE suppliers (
    line INTEGER NOT NULL,
    supplier_id VARCHAR PRIMARY KEY,
    name VARCHAR NOT NULL,
    class VARCHAR NOT NULL CHECK (class IN ('custom', 'merchant')),
    note VARCHAR
);

CREATE TABLE workloads (
    line INTEGER NOT NULL,
    workload_id VARCHAR PRIMARY KEY,
    name VARCHAR NOT NULL,
    short_name VARCHAR,
    family VARCHAR NOT NULL,
    family_name VARCHAR,
    stage VARCHAR NOT NULL CHECK (stage IN ('training', 'inference')),
    custom_share_today DOUBLE NOT NULL CHECK (is_share(custom_share_today)),
    custom_share_plan DOUBLE CHECK (is_share(custom_share_plan)),
    grade VARCHAR NOT NULL CHECK (is_grade(grade)),
    source_id VARCHAR NOT NULL REFERENCES sources,
    note VARCHAR
);

CREATE TABLE chips (
    line INTEGER NOT NULL,
    chip_id VARCHAR PRIMARY KEY,
    supplier_id VARCHAR NOT NULL REFERENCES suppliers,
    name VARCHAR NOT NULL,
    available_from VARCHAR NOT NULL CHECK (is_quarter(available_from)),
    last_order VARCHAR CHECK (is_quarter(last_order)),
    tdp_w DOUBLE CHECK (is_positive(tdp_w)),
    system_power_w DOUBLE NOT NULL CHECK (is_positive(system_power_w)),
    memory_gb DOUBLE CHECK (is_positive(memory_gb)),
    memory_tb_s DOUBLE CHECK (is_positive(memory_tb_s)),
    bf16_tflops DOUBLE CHECK (is_positive(bf16_tflops)),
    fp8_tflops DOUBLE CHECK (is_positive(fp8_tflops)),
    fp4_tflops DOUBLE CHECK (is_positive(fp4_tflops)),
    status VARCHAR NOT NULL CHECK (status IN ('in_volume', 'announced', 'extrapolated')),
    grade VARCHAR NOT NULL CHECK (is_grade(grade)),
    source_id VARCHAR NOT NULL REFERENCES sources,
    note VARCHAR
);

CREATE TABLE chip_prices (
    line INTEGER NOT NULL,
    chip_id VARCHAR PRIMARY KEY REFERENCES chips,
    price_usd_low DOUBLE NOT NULL,
    price_usd_base DOUBLE NOT NULL,
    price_usd_high DOUBLE NOT NULL,
    system_cost_usd DOUBLE NOT NULL CHECK (is_not_negative(system_cost_usd)),
    grade VARCHAR NOT NULL CHECK (is_grade(grade)),
    source_id VARCHAR NOT NULL REFERENCES sources,
    note VARCHAR,
    CHECK (is_range(price_usd_low, price_usd_base, price_usd_high))
);

CREATE TABLE chip_throughput (
    line INTEGER NOT NULL,
    chip_id VARCHAR NOT NULL REFERENCES chips,
    workload_id VARCHAR NOT NULL REFERENCES workloads,
    h100e_low DOUBLE NOT NULL,
    h100e_base DOUBLE NOT NULL,
    h100e_high DOUBLE NOT NULL,
    grade VARCHAR NOT NULL CHECK (is_grade(grade)),
    source_id VARCHAR NOT NULL REFERENCES sources,
    note VARCHAR,
    derived_from VARCHAR REFERENCES chips,
    factor DOUBLE CHECK (is_positive(factor)),
    PRIMARY KEY (chip_id, workload_id),
    CHECK (is_range(h100e_low, h100e_base, h100e_high))
);

CREATE TABLE workload_demand (
    line INTEGER NOT NULL,
    workload_id VARCHAR NOT NULL REFERENCES workloads,
    year INTEGER NOT NULL CHECK (year BETWEEN first_year() - 2 AND last_year()),
    h100e_low DOUBLE NOT NULL,
    h100e_base DOUBLE NOT NULL,
    h100e_high DOUBLE NOT NULL,
    grade VARCHAR NOT NULL CHECK (is_grade(grade)),
    source_id VARCHAR NOT NULL REFERENCES sources,
    note VARCHAR,
    PRIMARY KEY (workload_id, year),
    CHECK (is_range(h100e_low, h100e_base, h100e_high))
);

CREATE TABLE opening_fleet (
    line INTEGER NOT NULL,
    chip_id VARCHAR NOT NULL REFERENCES chips,
    workload_id VARCHAR NOT NULL REFERENCES workloads,
    vintage VARCHAR NOT NULL CHECK (is_quarter(vintage)),
    chips DOUBLE NOT NULL CHECK (is_positive(chips)),
    unit_cost_usd DOUBLE NOT NULL CHECK (is_not_negative(unit_cost_usd)),
    grade VARCHAR NOT NULL CHECK (is_grade(grade)),
    source_id VARCHAR NOT NULL REFERENCES sources,
    note VARCHAR,
    PRIMARY KEY (chip_id, workload_id, vintage)
);

CREATE TABLE regions (
    line INTEGER NOT NULL,
    region_id VARCHAR PRIMARY KEY,
    name VARCHAR NOT NULL,
    fleet_share DOUBLE NOT NULL CHECK (is_share(fleet_share)),
    kg_co2_per_mwh DOUBLE NOT NULL CHECK (is_not_negative(kg_co2_per_mwh)),
    grade VARCHAR NOT NULL CHECK (is_grade(grade)),
    source_id VARCHAR NOT NULL REFERENCES sources,
    note VARCHAR
);

CREATE TABLE power_prices (
    line INTEGER NOT NULL,
    region_id VARCHAR NOT NULL REFERENCES regions,
    year INTEGER NOT NULL,
    usd_per_mwh DOUBLE NOT NULL CHECK (is_positive(usd_per_mwh)),
    grade VARCHAR NOT NULL CHECK (is_grade(grade)),
    source_id VARCHAR NOT NULL REFERENCES sources,
    note VARCHAR,
    PRIMARY KEY (region_id, year)
);

CREATE TABLE power_capacity (
    line INTEGER NOT NULL,
    year INTEGER PRIMARY KEY CHECK (year BETWEEN first_year() - 1 AND last_year()),
    mw_it DOUBLE NOT NULL CHECK (is_positive(mw_it)),
    grade VARCHAR NOT NULL CHECK (is_grade(grade)),
    source_id VARCHAR NOT NULL REFERENCES sources,
    note VARCHAR
);

CREATE TABLE programme (
    line INTEGER NOT NULL,
    item_id VARCHAR PRIMARY KEY,
    name VARCHAR NOT NULL,
    kind VARCHAR NOT NULL CHECK (kind IN ('nre', 'team', 'enablement')),
    chip_id VARCHAR REFERENCES chips,
    gate_workloads VARCHAR NOT NULL,
    "trigger" VARCHAR NOT NULL CHECK ("trigger" IN ('any', 'expansion')),
    usd_total DOUBLE NOT NULL CHECK (is_not_negative(usd_total)),
    first_quarter VARCHAR NOT NULL CHECK (is_quarter(first_quarter)),
    last_quarter VARCHAR NOT NULL CHECK (is_quarter(last_quarter)),
    grade VARCHAR NOT NULL CHECK (is_grade(grade)),
    source_id VARCHAR NOT NULL REFERENCES sources,
    note VARCHAR
);

CREATE TABLE commitments (
    line INTEGER NOT NULL,
    contract_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    supplier_id VARCHAR NOT NULL REFERENCES suppliers,
    chips_from VARCHAR NOT NULL CHECK (is_quarter(chips_from)),
    year INTEGER NOT NULL CHECK (year BETWEEN first_year() AND last_year()),
    unit VARCHAR NOT NULL CHECK (unit IN ('gw', 'usd')),
    amount DOUBLE NOT NULL CHECK (is_not_negative(amount)),
    usd_per_gw DOUBLE CHECK (is_positive(usd_per_gw)),
    warrant VARCHAR CHECK (warrant = 'yes'),
    grade VARCHAR NOT NULL CHECK (is_grade(grade)),
    source_id VARCHAR NOT NULL REFERENCES sources,
    note VARCHAR,
    PRIMARY KEY (contract_id, year)
);

CREATE TABLE calibration_targets (
    line INTEGER NOT NULL,
    target_id VARCHAR PRIMARY KEY,
    name VARCHAR NOT NULL,
    metric VARCHAR NOT NULL,
    year INTEGER NOT NULL,
    low DOUBLE CHECK (isfinite(low)),
    base DOUBLE NOT NULL CHECK (isfinite(base)),
    high DOUBLE CHECK (isfinite(high)),
    unit VARCHAR NOT NULL,
    chip_id VARCHAR REFERENCES chips,
    other_chip_id VARCHAR REFERENCES chips,
    workload_id VARCHAR REFERENCES workloads,
    quarter VARCHAR CHECK (is_quarter(quarter)),
    used_for VARCHAR NOT NULL CHECK (used_for IN ('fitted', 'held_out', 'context')),
    grade VARCHAR NOT NULL CHECK (is_grade(grade)),
    source_id VARCHAR NOT NULL REFERENCES sources,
    note VARCHAR,
    covered_share DOUBLE CHECK (covered_share > 0 AND covered_share <= 1),
    CHECK (low <= base AND base <= high)
);

CREATE TABLE reported_financials (
    line INTEGER NOT NULL,
    period VARCHAR NOT NULL CHECK (is_quarter(period)),
    metric VARCHAR NOT NULL,
    value DOUBLE NOT NULL CHECK (isfinite(value)),
    unit VARCHAR NOT NULL,
    grade VARCHAR NOT NULL CHECK (is_grade(grade)),
    source_id VARCHAR NOT NULL REFERENCES sources,
    note VARCHAR,
    PRIMARY KEY (period, metric)
);

CREATE TABLE company_facts (
    line INTEGER NOT NULL,
    fact_id VARCHAR PRIMARY KEY,
    name VARCHAR NOT NULL,
    value DOUBLE NOT NULL CHECK (is_positive(value)),
    unit VARCHAR NOT NULL,
    grade VARCHAR NOT NULL CHECK (is_grade(grade)),
    source_id VARCHAR NOT NULL REFERENCES sources,
    note VARCHAR
);

CREATE TABLE lever_correlations (
    line INTEGER NOT NULL,
    lever_id VARCHAR NOT NULL,
    other_lever_id VARCHAR NOT NULL,
    rank_correlation DOUBLE NOT NULL CHECK (rank_correlation BETWEEN -1 AND 1),
    grade VARCHAR NOT NULL CHECK (is_grade(grade)),
    source_id VARCHAR NOT NULL REFERENCES sources,
    note VARCHAR NOT NULL,
    PRIMARY KEY (lever_id, other_lever_id),
    CHECK (lever_id <> other_lever_id)
);
CREATE UNIQUE INDEX one_correlation_a_pair ON lever_correlations
    (least(lever_id, other_lever_id), greatest(lever_id, other_lever_id));

CREATE TABLE levers (
    line INTEGER NOT NULL,
    lever_id VARCHAR PRIMARY KEY,
    base VARCHAR,
    low DOUBLE CHECK (isfinite(low)),
    high DOUBLE CHECK (isfinite(high)),
    grade VARCHAR NOT NULL CHECK (is_grade(grade)),
    source_id VARCHAR NOT NULL REFERENCES sources,
    note VARCHAR
);

CREATE TABLE presets (
    line INTEGER NOT NULL,
    preset_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    lever_id VARCHAR,
    value VARCHAR
);

CREATE TABLE changes (
    line INTEGER NOT NULL,
    change_id VARCHAR PRIMARY KEY,
    "group" VARCHAR NOT NULL,
    "table" VARCHAR NOT NULL,
    "row" VARCHAR NOT NULL,
    "column" VARCHAR NOT NULL,
    source_id VARCHAR REFERENCES sources,
    note VARCHAR
);

CREATE TABLE missing (
    line INTEGER NOT NULL,
    missing_id VARCHAR PRIMARY KEY,
    subject VARCHAR NOT NULL,
    why_it_matters VARCHAR NOT NULL,
    looked_where VARCHAR NOT NULL,
    expected VARCHAR,
    "table" VARCHAR,
    note VARCHAR
);

-- Where every name stands on its axis.

-- The custom supplier, then the merchants in file order; the first of them is the lead.
CREATE VIEW supplier_axis AS
SELECT row_number() OVER (ORDER BY class <> 'custom', line) - 1 AS supplier, supplier_id, name
FROM suppliers;

CREATE VIEW workload_axis AS SELECT row_number() OVER (ORDER BY line) - 1 AS workload, workload_id FROM workloads;

CREATE VIEW chip_axis AS
SELECT
    row_number() OVER (ORDER BY chips.line) - 1 AS chip,
    chips.chip_id,
    supplier_axis.supplier,
    quarter_index(chips.available_from) AS available,
    chips.status <> 'in_volume' AS future
FROM chips
JOIN supplier_axis USING (supplier_id);

-- A contract's facts are the same in all its rows (rule_contracts.sql), so any row tells them.
CREATE VIEW contract_axis AS
SELECT
    row_number() OVER (ORDER BY min(commitments.line)) - 1 AS contract,
    commitments.contract_id,
    any_value(commitments.name) AS name,
    any_value(supplier_axis.supplier) AS supplier,
    quarter_index(any_value(commitments.chips_from)) AS chips_from,
    any_value(commitments.unit) = 'gw' AS in_gw,
    coalesce(any_value(commitments.warrant) = 'yes', false) AS warrant,
    sum(commitments.amount) AS total
FROM commitments
JOIN supplier_axis USING (supplier_id)
GROUP BY commitments.contract_id;
