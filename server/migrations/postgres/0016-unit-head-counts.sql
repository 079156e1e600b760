-- How many people a unit has on any day: the days on which somebody's post there begins and ends, in order. On a day there are as many
-- as have begun by it, less those that have ended, and both are found by halving. Counting the posts themselves reads a hundred
-- thousand of them for each look at the organisation. Derived from `post`.
create table unit_head_count (
  unit_id uuid primary key references unit on delete cascade,
  organisation_id uuid not null references organisation,
  -- A post since before anybody recorded it begins at -infinity; one without an end is not among the ends.
  starts_on date[] not null,
  ends_before date[] not null
);

-- Writes the rows of units anew. Whoever changes posts of one unit takes turns, so the last to commit has seen all of them.
create function count_heads(ids uuid[]) returns void language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform from unit where id = any(ids) order by id for no key update;
  insert into unit_head_count (unit_id, organisation_id, starts_on, ends_before)
  select unit.id, unit.organisation_id,
    array(select coalesce(lower(valid), '-infinity') from post where unit_id = unit.id order by 1),
    array(select upper(valid) from post where unit_id = unit.id and not upper_inf(valid) order by 1)
  from unit where unit.id = any(ids)
  on conflict (unit_id) do update set starts_on = excluded.starts_on, ends_before = excluded.ends_before;
end $$;

create function keep_heads_counted() returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    perform count_heads(array(select distinct unit_id from rows_after));
  elsif tg_op = 'DELETE' then
    perform count_heads(array(select distinct unit_id from rows_before));
  else
    perform count_heads(array(
      select unit_id from (select id, unit_id, valid from rows_after except select id, unit_id, valid from rows_before) as arrived
      union
      select unit_id from (select id, unit_id, valid from rows_before except select id, unit_id, valid from rows_after) as gone));
  end if;
  return null;
end $$;

create trigger counted_insert after insert on post referencing new table as rows_after
  for each statement execute function keep_heads_counted();
create trigger counted_update after update on post referencing old table as rows_before new table as rows_after
  for each statement execute function keep_heads_counted();
create trigger counted_delete after delete on post referencing old table as rows_before
  for each statement execute function keep_heads_counted();

alter table unit_head_count enable row level security;
alter table unit_head_count force row level security;
create policy own_organisation on unit_head_count using (organisation_id = (select luytre_organisation()) or (select nullif(luytre_is_system(), false)) is not null);
grant select on unit_head_count to luytre_app;

-- Posts of before this migration.
select set_config('luytre.system', 'on', true);
select count_heads(array(select distinct unit_id from post));
select set_config('luytre.system', '', true);
analyze unit_head_count;
