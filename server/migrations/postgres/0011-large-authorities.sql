-- What screens of a hundred thousand people need.

-- Search ---------------------------------------------------------------------
-- Behind row-level security an index serves only comparisons that PostgreSQL calls
-- leakproof. Comparing texts is; LIKE and the operators of trigrams, arrays and text search are not: they read every person.
-- So the ends of each name, from every place where a search may begin, stand here in byte order, and those that begin with
-- what is searched for lie side by side (docs/decisions/0014).

create table person_search (
  person_id uuid not null,
  organisation_id uuid not null references organisation,
  -- 'word': from the start of a word. 'anywhere': from any letter, of names in scripts without spaces. 'code': the whole staff code.
  kind text not null check (kind in ('word', 'anywhere', 'code')),
  text text collate "C" not null check (length(text) <= 128),
  -- Letters in common with the end before it, in byte order, of the same person and kind. Where these are as many as are searched
  -- for, the person is found by that end already: so everybody is found, and counted, once.
  shared smallint not null,
  sort_key text collate "C" not null,
  primary key (person_id, kind, text)
);
create index person_search_text on person_search (organisation_id, kind, text) include (shared, sort_key, person_id);

-- Writes the rows of people who have none.
create function index_people(ids uuid[]) returns void language sql as $$
  with named as (
    select id, organisation_id, sort_key, search_key, staff_code from person where id = any(ids)
  ), ends as (
    select id, 'word' as kind, left(array_to_string(words[n:], ' '), 128) collate "C" as text
    from named, lateral (select string_to_array(search_key, ' ') as words) as cut, generate_series(1, cardinality(words)) as n
    where words[n] <> ''
    union
    -- From the East Asian scripts on: more than those that searchPattern of names.ts looks for, which costs rows and nothing else.
    select id, 'anywhere', left(substr(search_key, n), 128)
    from named, generate_series(1, length(search_key)) as n
    where search_key collate "C" ~ '[\u2E80-\U0010FFFF]' and substr(search_key, n, 1) <> ' '
  ), beside as (
    select id, kind, text, lag(text) over (partition by id, kind order by text) as before from ends
  )
  insert into person_search (person_id, organisation_id, kind, text, shared, sort_key)
  select beside.id, organisation_id, kind, text, case when left(text, 1) = left(before, 1)
    then (select max(n) from generate_series(1, length(text)) as n where left(text, n) = left(before, n)) else 0 end, sort_key
  from beside join named on named.id = beside.id
  union all
  select id, organisation_id, 'code', left(lower(staff_code), 128), 0, sort_key from named where staff_code is not null
$$;

-- As the schema's owner: the server's role reads this table and writes it only by writing people.
create function keep_people_indexed() returns trigger language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    changed := array(select id from rows_after);
  elsif tg_op = 'DELETE' then
    changed := array(select id from rows_before);
  else
    changed := array(
      select after.id from rows_after after join rows_before before on before.id = after.id
      where (after.search_key, after.sort_key, after.staff_code) is distinct from (before.search_key, before.sort_key, before.staff_code));
  end if;
  if tg_op <> 'INSERT' and cardinality(changed) > 0 then
    delete from person_search where person_id = any(changed);
  end if;
  if tg_op <> 'DELETE' and cardinality(changed) > 0 then
    perform index_people(changed);
  end if;
  return null;
end $$;

create trigger indexed_insert after insert on person referencing new table as rows_after
  for each statement execute function keep_people_indexed();
create trigger indexed_update after update on person referencing old table as rows_before new table as rows_after
  for each statement execute function keep_people_indexed();
create trigger indexed_delete after delete on person referencing old table as rows_before
  for each statement execute function keep_people_indexed();

alter table person_search enable row level security;
alter table person_search force row level security;
create policy own_organisation on person_search using (organisation_id = (select luytre_organisation()) or (select nullif(luytre_is_system(), false)) is not null);
grant select on person_search to luytre_app;

-- Who was there before this migration.
select set_config('luytre.system', 'on', true);
select index_people(array(select id from person));
select set_config('luytre.system', '', true);

-- An address or a name of an account, found by any part of it: lowering a hundred thousand names took most of the time.
alter table user_account add column lower_name text not null generated always as (lower(display_name)) stored;

-- Counts ---------------------------------------------------------------------
-- Read from the index alone, in the order in which they are grouped.

create index person_of_organisation on person (organisation_id);
create index post_held on post (organisation_id, unit_id) include (valid, person_id);

-- Who is ready for a role. An index on the expression alone (0003), which ranks those who are not, leads to the table for every row.
create index role_ready_at_1 on role_readiness (role_id) include (person_id, organisation_id) where missing[1] = 0;
create index role_ready_at_2 on role_readiness (role_id) include (person_id, organisation_id) where missing[2] = 0;
create index role_ready_at_3 on role_readiness (role_id) include (person_id, organisation_id) where missing[3] = 0;

-- The newest lines about one kind of record, however rare.
create index ledger_line_kind on ledger_line (organisation_id, record_type, id);
