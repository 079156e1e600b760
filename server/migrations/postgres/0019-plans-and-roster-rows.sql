-- Counting the plans of a half-year for the first page took 25 ms of 100,000, their actions as long again; a page of a roster's rows 90 ms.

-- Agreements of a half-year's plans that are not closed, read from the index alone.
drop index development_plan_agreed;
create index development_plan_agreed on development_plan (half_year_id)
  include (organisation_id, person_id, person_agreed_at, supervisor_agreed_at, closed_on);

-- Actions that have begun, for the plans that are overdue.
create index plan_action_begun on plan_action (starts_on) include (organisation_id, plan_id);

-- The next rows of a roster, by its key. A table that has just been filled is not counted yet, and the planner takes a preview for a few
-- hundred rows: it would read all 100,000 for each page and sort them.
create function next_roster_rows(preview uuid, behind integer, most integer) returns setof roster_row
  language sql stable set enable_sort = off
  as $$ select * from roster_row where preview_id = preview and row > behind order by row limit most $$;
