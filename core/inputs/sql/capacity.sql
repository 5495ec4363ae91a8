-- Power capacity by quarter, linear between year ends: C[y-1] + (C[y] - C[y-1]) * q/4.
-- One row is a quarter, in order. MW of IT load.
SELECT last_year_end.mw_it + (year_end.mw_it - last_year_end.mw_it) * calendar.nth / 4 AS capacity_mw
FROM quarters() AS calendar
JOIN power_capacity AS year_end ON year_end.year = calendar.year
JOIN power_capacity AS last_year_end ON last_year_end.year = calendar.year - 1
ORDER BY calendar.quarter;
