-- Which beliefs move together when they are drawn, in file order.
SELECT lever_id, other_lever_id, rank_correlation FROM lever_correlations ORDER BY line;
