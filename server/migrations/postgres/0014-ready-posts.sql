-- Who is ready for a role, by the posts that they hold: maps and needs count a hundred thousand people by unit, on any day.
-- Derived from `role_readiness` and `post` (docs/decisions/0007): joining the two for every look takes five times as long.
create table ready_post (
  post_id uuid not null references post on delete cascade,
  role_id uuid not null references framework_element,
  -- The highest level that nothing is missing to be ready at.
  level smallint not null,
  unit_id uuid not null references unit,
  person_id uuid not null references person,
  organisation_id uuid not null references organisation,
  -- As the post's `valid`. Of days PostgreSQL knows how many rows to expect, of a range it does not.
  starts_on date not null,
  ends_before date not null,
  primary key (post_id, role_id)
);
create index ready_post_counted on ready_post (role_id, level, unit_id) include (starts_on, ends_before, organisation_id);
create index ready_post_person on ready_post (person_id);
-- It counted them until now.
drop index role_ready_at_1, role_ready_at_2, role_ready_at_3;

-- Writes the rows of people anew. As the schema's owner: the server's role reads this table and writes it only by writing
-- posts and readiness. Who changes either for one person takes turns, so the last to commit has seen both.
create function place_ready(ids uuid[]) returns void language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  perform from person where id = any(ids) order by id for no key update;
  delete from ready_post where person_id = any(ids);
  insert into ready_post (post_id, role_id, level, unit_id, person_id, organisation_id, starts_on, ends_before)
  select post.id, ready.role_id, ready.level, post.unit_id, post.person_id, post.organisation_id,
    coalesce(lower(post.valid), '-infinity'), coalesce(upper(post.valid), 'infinity')
  from (
    select role_id, person_id, (select max(n) from generate_series(1, 9) as n where missing[n] = 0) as level
    from role_readiness where person_id = any(ids) and missing[1] = 0
  ) as ready join post on post.person_id = ready.person_id;
end $$;

create function keep_ready_placed() returns trigger language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    changed := array(select distinct person_id from rows_after);
  else
    changed := array(
      select distinct after.person_id from rows_after after join rows_before before on before.id = after.id
      where (after.unit_id, after.valid, after.person_id) is distinct from (before.unit_id, before.valid, before.person_id));
  end if;
  if cardinality(changed) > 0 then
    perform place_ready(changed);
  end if;
  return null;
end $$;

-- A post that is deleted takes its rows with it.
create trigger placed_insert after insert on post referencing new table as rows_after
  for each statement execute function keep_ready_placed();
create trigger placed_update after update on post referencing old table as rows_before new table as rows_after
  for each statement execute function keep_ready_placed();

-- As in 0003; then those who became ready, or are no more, are placed.
alter function measure_readiness(uuid, uuid[]) rename to measure_role_readiness;
create function measure_readiness(of_organisation uuid, of_people uuid[]) returns void language sql as $$
  select measure_role_readiness(of_organisation, of_people);
  select place_ready(of_people)
$$;

alter table ready_post enable row level security;
alter table ready_post force row level security;
create policy own_organisation on ready_post using (organisation_id = (select luytre_organisation()) or (select nullif(luytre_is_system(), false)) is not null);
grant select on ready_post to luytre_app;

-- Who was ready before this migration.
select set_config('luytre.system', 'on', true);
select place_ready(array(select distinct person_id from role_readiness where missing[1] = 0));
select set_config('luytre.system', '', true);
analyze ready_post;
