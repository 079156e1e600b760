-- How many of a unit are ready for a role: each count with the days on which it holds, the next one from the day on which somebody's
-- post begins or ends. Derived from `ready_post` (docs/decisions/0007). Ratings of one unit change at any time, and nobody should wait for
-- anybody else: who writes only marks the unit, its people are then counted one by one, and once a minute marked units are counted anew.
create table unit_ready_count (
  role_id uuid not null references framework_element,
  level smallint not null,
  unit_id uuid not null references unit on delete cascade,
  organisation_id uuid not null references organisation,
  starts_on date not null,
  ends_before date not null,
  people integer not null,
  primary key (unit_id, role_id, level, starts_on)
);
-- Of a day in the present nearly all counts are the last of their series; the others are few.
create index unit_ready_count_last on unit_ready_count (role_id, level) include (unit_id, starts_on, people, organisation_id) where ends_before = 'infinity';
create index unit_ready_count_ends on unit_ready_count (ends_before) where ends_before < 'infinity';

-- Units whose people became ready, or are no more, since they were counted.
create table unit_ready_mark (
  unit_id uuid not null references unit on delete cascade,
  organisation_id uuid not null references organisation
);
create index unit_ready_mark_unit on unit_ready_mark (unit_id, organisation_id);

create index ready_post_unit on ready_post (unit_id, role_id, level);

create function mark_ready() returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into unit_ready_mark (unit_id, organisation_id) select distinct unit_id, organisation_id from rows_changed;
  return null;
end $$;
create trigger marked_insert after insert on ready_post referencing new table as rows_changed
  for each statement execute function mark_ready();
create trigger marked_delete after delete on ready_post referencing old table as rows_changed
  for each statement execute function mark_ready();

-- Counts at most `most` marked units anew and takes their marks away; how many there were. What is committed between the two has a
-- mark of its own, which stays.
create function fold_ready_counts(most integer) returns integer
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  due uuid[];
begin
  perform pg_advisory_xact_lock(hashtextextended('luytre.ready-counts', 0));
  due := array(select distinct unit_id from unit_ready_mark limit most);
  -- Before the marks: whoever deletes a unit locks in that order.
  perform from unit where id = any(due) order by id for key share;
  delete from unit_ready_mark where unit_id = any(due);
  delete from unit_ready_count where unit_id = any(due);
  insert into unit_ready_count (role_id, level, unit_id, organisation_id, starts_on, ends_before, people)
  select * from (
    select role_id, level, unit_id, organisation_id, day, lead(day, 1, 'infinity') over series, (sum(sum(change)) over series)::integer as people
    from (
      select role_id, level, unit_id, organisation_id, starts_on as day, 1 as change from ready_post where unit_id = any(due)
      union all
      select role_id, level, unit_id, organisation_id, ends_before, -1 from ready_post where unit_id = any(due) and ends_before < 'infinity'
    ) as changes group by role_id, level, unit_id, organisation_id, day
    window series as (partition by role_id, level, unit_id, organisation_id order by day)
  ) as counted where people > 0;
  return cardinality(due);
end $$;

do $$
declare
  kept text;
begin
  foreach kept in array array['unit_ready_count', 'unit_ready_mark'] loop
    execute format('alter table %I enable row level security', kept);
    execute format('alter table %I force row level security', kept);
    execute format('create policy own_organisation on %I using (organisation_id = (select luytre_organisation()) or (select nullif(luytre_is_system(), false)) is not null)', kept);
    execute format('grant select on %I to luytre_app', kept);
  end loop;
end $$;

-- Nobody but the triggers calls these, which ask for no permission; the server's role could have set them on tables of its own.
revoke execute on function mark_ready(), keep_heads_counted(), count_heads(uuid[]), keep_accounts_indexed(), index_accounts(uuid[]),
  keep_people_indexed(), keep_ready_placed() from public;

-- Who was ready before this migration.
select set_config('luytre.system', 'on', true);
insert into unit_ready_mark (unit_id, organisation_id) select distinct unit_id, organisation_id from ready_post;
select fold_ready_counts(1000000);
select set_config('luytre.system', '', true);
analyze unit_ready_count;
