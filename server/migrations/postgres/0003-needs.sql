-- How many people an authority needs in a role, and who is ready for one.

create table staffing_need (
  id uuid primary key,
  organisation_id uuid not null references organisation,
  role_id uuid not null references framework_element,
  -- Null: anywhere in the organisation. Otherwise in this unit or below it.
  unit_id uuid references unit,
  people integer not null check (people between 1 and 100000),
  -- Of the framework's scale: what is asked of each competency, if the role itself does not ask less.
  level smallint not null check (level between 1 and 9),
  due_on date not null,
  -- 1 is the most urgent.
  priority smallint not null check (priority between 1 and 5),
  reason text not null,
  created_by uuid not null,
  created_at timestamptz not null,
  ended_at timestamptz,
  version integer not null default 1
);
-- Two lines for one role, place and level would count the same people twice.
create unique index staffing_need_once on staffing_need
  (organisation_id, role_id, level, coalesce(unit_id, '00000000-0000-0000-0000-000000000000')) where ended_at is null;

-- How far each rated person is from each role of the frameworks that the person is rated in: derived from the ratings, kept
-- because counting a million of them for every look is too slow. Written in the transaction that submits ratings.
create table role_readiness (
  role_id uuid not null references framework_element,
  person_id uuid not null references person,
  organisation_id uuid not null references organisation,
  -- [n], 1 to 9: levels that are missing to be ready at level n.
  missing smallint[] not null check (cardinality(missing) = 9),
  primary key (role_id, person_id)
);
-- Who is ready, and who is nearest, at the levels that scales have: of a hundred thousand people the first are read and no
-- more. A scale with more than three levels is served by the key.
create index role_readiness_at_1 on role_readiness (role_id, (missing[1]), person_id) include (organisation_id);
create index role_readiness_at_2 on role_readiness (role_id, (missing[2]), person_id) include (organisation_id);
create index role_readiness_at_3 on role_readiness (role_id, (missing[3]), person_id) include (organisation_id);

-- Measures people anew: docs/decisions/0007. Which rating counts is docs/decisions/0006, for somebody who sees all of them.
create function measure_readiness(of_organisation uuid, of_people uuid[]) returns void language sql as $$
  with said as (
    select distinct on (a.person_id, r.element_id, a.rater) a.person_id, a.framework_id, r.element_id, a.rater, r.level
    from assessment a join half_year h on h.id = a.half_year_id join rating r on r.assessment_id = a.id
    where a.organisation_id = of_organisation and a.person_id = any(of_people) and a.status = 'submitted'
    order by a.person_id, r.element_id, a.rater, lower(h.period) desc, a.submitted_at desc, a.id desc
  ), have as materialized (
    select distinct on (person_id, element_id) person_id, framework_id, element_id, level from said
    order by person_id, element_id, array_position(array['agreed', 'supervisor', 'self'], rater)
  ), measured as (
    select need.role_id, rated.person_id,
      array[
        sum(greatest(0, least(need.level, 1) - coalesce(have.level, 0))), sum(greatest(0, least(need.level, 2) - coalesce(have.level, 0))),
        sum(greatest(0, least(need.level, 3) - coalesce(have.level, 0))), sum(greatest(0, least(need.level, 4) - coalesce(have.level, 0))),
        sum(greatest(0, least(need.level, 5) - coalesce(have.level, 0))), sum(greatest(0, least(need.level, 6) - coalesce(have.level, 0))),
        sum(greatest(0, least(need.level, 7) - coalesce(have.level, 0))), sum(greatest(0, least(need.level, 8) - coalesce(have.level, 0))),
        sum(greatest(0, need.level - coalesce(have.level, 0)))
      ]::smallint[] as missing
    from (select distinct person_id, framework_id from have) as rated
    join framework_relation need on need.framework_id = rated.framework_id and need.kind = 'needs' and need.importance = 'required'
    left join have on have.person_id = rated.person_id and have.element_id = need.element_id
    group by need.role_id, rated.person_id
  )
  insert into role_readiness (role_id, person_id, organisation_id, missing)
  select role_id, person_id, of_organisation, missing from measured order by role_id, person_id
  on conflict (role_id, person_id) do update set missing = excluded.missing where role_readiness.missing <> excluded.missing
$$;

do $$
declare t text;
begin
  foreach t in array array['staffing_need', 'role_readiness'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy own_organisation on %I using (organisation_id = (select luytre_organisation()) or (select nullif(luytre_is_system(), false)) is not null)', t);
  end loop;
end $$;

grant select, insert, update on staffing_need, role_readiness to luytre_app;

-- What was rated before this migration.
select set_config('luytre.system', 'on', true);
select measure_readiness(organisation_id, array_agg(distinct person_id)) from assessment where status = 'submitted' group by organisation_id;
select set_config('luytre.system', '', true);
