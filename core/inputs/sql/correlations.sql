-- Which beliefs move together when they are drawn.
-- One row is a pair, in file order.
SELECT line, lever_id, other_lever_id, rank_correlation FROM lever_correlations ORDER BY line;
