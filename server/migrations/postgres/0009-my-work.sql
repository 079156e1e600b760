-- What the first page of each kind of user counts: how far a half-year is, and what waits for somebody.

-- Submitted sides of a half-year by person, read from the index alone.
create index assessment_submitted on assessment (half_year_id, rater, person_id) include (organisation_id) where status = 'submitted';

-- Agreements of a half-year's plans, read from the index alone.
create index development_plan_agreed on development_plan (half_year_id) include (organisation_id, person_id, person_agreed_at, supervisor_agreed_at);

-- A person's contests that nobody has answered.
create index contest_open on contest (person_id) where answer is null;
