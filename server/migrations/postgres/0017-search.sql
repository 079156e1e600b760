-- Accounts are found as people are (0011): by a name or an address from the start of a word on, with or without accents; in scripts
-- without spaces from any letter on. Until now by any part, for which a hundred thousand accounts were read whole.

-- Without case, accents and width; a name in kana is found in either script. The marks of kana stay: か and が are different letters.
create function fold_for_search(value text) returns text language sql immutable as $$
  select regexp_replace(trim(normalize(regexp_replace(translate(lower(normalize(translate(normalize(value, NFKC),
    'ァアィイゥウェエォオカガキギクグケゲコゴサザシジスズセゼソゾタダチヂッツヅテデトドナニヌネノハバパヒビピフブプヘベペホボポマミムメモャヤュユョヨラリルレロヮワヰヱヲンヴヵヶ',
    'ぁあぃいぅうぇえぉおかがきぎくぐけげこごさざしじすずせぜそぞただちぢっつづてでとどなにぬねのはばぱひびぴふぶぷへべぺほぼぽまみむめもゃやゅゆょよらりるれろゎわゐゑをんゔゕゖ'),
    NFD)), 'đĐ', 'dd'), '[\u0300-\u036F]', '', 'g'), NFC)), '\s+', ' ', 'g')
$$;

create table account_search (
  user_id uuid not null references user_account on delete cascade,
  organisation_id uuid not null references organisation,
  text text collate "C" not null check (length(text) <= 128),
  -- What lists are in the order of.
  email text not null,
  -- As in `person_search`: letters in common with the end before it, so that every account is found once.
  shared smallint not null,
  primary key (user_id, text)
);
create index account_search_text on account_search (organisation_id, text) include (shared, email, user_id);

-- Writes the rows of accounts anew.
create function index_accounts(ids uuid[]) returns void language sql as $$
  delete from account_search where user_id = any(ids);
  with named as (
    select id, organisation_id, email, value from user_account,
      unnest(array[fold_for_search(display_name), lower(email)]) as value where id = any(ids) and value <> ''
  ), ends as (
    -- A word begins after whatever is no letter and no digit; a name may be searched for with such a sign, too.
    select id, organisation_id, email, left(substr(value, n), 128) collate "C" as text
    from named, generate_series(1, length(value)) as n
    where n = 1 or substr(value, n, 1) !~ '\s' and (substr(value, n - 1, 1) ~ '[^[:alnum:]]'
      or substr(value, n, 1) ~ '[^[:alnum:]]' or substr(value, n, 1) collate "C" ~ '[\u2E80-\U0010FFFF]')
  ), beside as (
    select distinct id, organisation_id, email, text, lag(text) over (partition by id order by text) as before
    from (select distinct id, organisation_id, email, text from ends) as each
  )
  insert into account_search (user_id, organisation_id, email, text, shared)
  select id, organisation_id, email, text, case when left(text, 1) = left(before, 1)
    then (select max(n) from generate_series(1, length(text)) as n where left(text, n) = left(before, n)) else 0 end
  from beside
$$;

create function keep_accounts_indexed() returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    changed := array(select id from rows_after);
  else
    changed := array(
      select after.id from rows_after after join rows_before before on before.id = after.id
      where (after.display_name, after.email) is distinct from (before.display_name, before.email));
  end if;
  -- Every sign-in writes accounts; few change a name.
  if cardinality(changed) > 0 then
    perform index_accounts(changed);
  end if;
  return null;
end $$;
create trigger indexed_insert after insert on user_account referencing new table as rows_after
  for each statement execute function keep_accounts_indexed();
create trigger indexed_update after update on user_account referencing old table as rows_before new table as rows_after
  for each statement execute function keep_accounts_indexed();

alter table account_search enable row level security;
alter table account_search force row level security;
create policy own_organisation on account_search using (organisation_id = (select luytre_organisation()) or (select nullif(luytre_is_system(), false)) is not null);
grant select on account_search to luytre_app;

-- Accounts of before this migration.
select set_config('luytre.system', 'on', true);
select index_accounts(array(select id from user_account));
select set_config('luytre.system', '', true);
alter table user_account drop column lower_name;

-- What many people have in common is looked for in the order of the list.
create index person_search_sorted on person_search (organisation_id, kind, sort_key, person_id) include (text, shared);
