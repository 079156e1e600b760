-- People who leave or hand over, plans that end with it, and what the organisation itself was called from one day to another
-- (docs/decisions/0010).

-- Leaving and handing over -------------------------------------------------
-- What was decided about one person, and whether it has taken effect: on its day by the program, at once for a day that has come.

create table departure (
  id uuid primary key,
  organisation_id uuid not null references organisation,
  person_id uuid not null references person,
  kind text not null check (kind in ('leave', 'hand-over')),
  -- First day that the person no longer holds what is handed over.
  happens_on date not null,
  cause text check (cause in ('retirement', 'resignation', 'transfer', 'end-of-contract', 'study', 'illness', 'death', 'other')),
  note text not null,
  -- Who supervises from then on: of everybody, and of those who are named.
  supervisor_id uuid references person check (supervisor_id <> person_id),
  -- [{personId, supervisorId}]
  others jsonb not null,
  status text not null check (status in ('planned', 'done', 'withdrawn')),
  -- Why it could not take effect when its day had come, and when that was last tried.
  hindrance text,
  tried_on date,
  recorded_by uuid not null,
  recorded_at timestamptz not null,
  ended_at timestamptz check ((ended_at is null) = (status = 'planned')),
  version integer not null default 1
);
create index departure_person on departure (person_id, happens_on);
create unique index departure_one_planned on departure (person_id) where status = 'planned';
create index departure_due on departure (organisation_id, happens_on) where status = 'planned';

-- The plan of somebody who left is closed on that day and kept. Who comes back in the same half-year gets another one.
alter table development_plan
  add closed_on date,
  add closed_by_departure_id uuid references departure,
  add check ((closed_on is null) = (closed_by_departure_id is null)),
  drop constraint development_plan_person_id_half_year_id_key;
create unique index development_plan_one_open on development_plan (person_id, half_year_id) where closed_on is null;
create index development_plan_person on development_plan (person_id, half_year_id);

-- Unit events --------------------------------------------------------------
-- What a planned event changed, so that it can be taken back; null of those that were recorded before.

alter table unit_event add undo jsonb;
grant delete on unit, unit_state, unit_event, unit_event_party to luytre_app;
grant update on unit_event to luytre_app;

-- The organisation ---------------------------------------------------------
-- The organisation is an identity that rows belong to; what it is called and whom it is under holds from one day to another.

create table organisation_state (
  id uuid primary key,
  organisation_id uuid not null references organisation,
  name translated not null,
  -- The ministry or other body that it is under.
  parent translated,
  kind text check (kind in ('agency', 'department', 'public-service-unit', 'armed-forces', 'company', 'other')),
  -- How it came to be so; of the first that was recorded: founded.
  change text not null check (change in ('founded', 'renamed', 'moved', 'merged', 'took-over')),
  -- Whom it merged with, or whose function it took over.
  predecessor translated,
  -- Number and date of the decision or decree; of the first it may be unknown.
  basis text not null check (basis <> '' or lower(valid) is null),
  -- Without a first day: since before anybody recorded it.
  valid daterange not null check (not isempty(valid)),
  exclude using gist (organisation_id with =, valid with &&)
);

select set_config('luytre.system', 'on', true);
insert into organisation_state (id, organisation_id, name, change, basis, valid)
  select gen_random_uuid(), id, name, 'founded', '', daterange(null, null) from organisation;
select set_config('luytre.system', '', true);
alter table organisation drop column name;

do $$
declare t text;
begin
  foreach t in array array['departure', 'organisation_state'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy own_organisation on %I using (organisation_id = (select luytre_organisation()) or (select nullif(luytre_is_system(), false)) is not null)', t);
  end loop;
end $$;
grant select, insert, update on departure to luytre_app;
grant select, insert, update, delete on organisation_state to luytre_app;
