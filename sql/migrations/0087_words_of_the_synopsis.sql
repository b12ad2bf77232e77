-- A word of the synopsis' filter is a list of answers, as the search gives them;
-- positions are found by them, without a list of thousands of positions between.
alter type app.position_filter add attribute answers bigint[];
