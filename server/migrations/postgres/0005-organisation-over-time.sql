-- Units over time. A unit is an identity; what it is called and where it belongs holds from one day to another, so that a
-- unit that is renamed or moved stays the same unit, with its people and needs. A unit that merges, splits, hands its
-- function on or is dissolved ends, and an event says what succeeds it (docs/decisions/0009).

create table unit_state (
  id uuid primary key,
  organisation_id uuid not null references organisation,
  unit_id uuid not null references unit,
  code text not null,
  name translated not null,
  parent_id uuid references unit check (parent_id <> unit_id),
  -- Without a first day: since before anybody recorded it. Days are the authority's; a planned state begins by its date alone.
  valid daterange not null check (not isempty(valid)),
  exclude using gist (unit_id with =, valid with &&),
  -- A code may be used again once the unit that had it has another one or has ended.
  exclude using gist (organisation_id with =, code with =, valid with &&)
);
create index unit_state_unit on unit_state (unit_id);
create index unit_state_parent on unit_state (parent_id) where parent_id is not null;

create table unit_event (
  id uuid primary key,
  organisation_id uuid not null references organisation,
  kind text not null check (kind in ('rename', 'move', 'merge', 'split', 'transfer', 'dissolve')),
  happens_on date not null,
  -- Number and date of the decision or decree.
  basis text not null check (basis <> ''),
  recorded_by uuid not null,
  recorded_at timestamptz not null
);
create index unit_event_day on unit_event (organisation_id, happens_on, id);

-- Who was before and who came after; of a rename or a move the unit is both.
create table unit_event_party (
  event_id uuid not null references unit_event,
  organisation_id uuid not null references organisation,
  unit_id uuid not null references unit,
  part text not null check (part in ('predecessor', 'successor')),
  primary key (event_id, unit_id, part)
);
create index unit_event_party_unit on unit_event_party (unit_id);

-- What was known of units becomes their first state; the unit itself keeps its identity alone.
select set_config('luytre.system', 'on', true);
insert into unit_state (id, organisation_id, unit_id, code, name, parent_id, valid)
  select gen_random_uuid(), organisation_id, id, code, name, parent_id, valid from unit;
select set_config('luytre.system', '', true);

alter table unit drop column code, drop column name, drop column parent_id, drop column valid;

do $$
declare t text;
begin
  foreach t in array array['unit_state', 'unit_event', 'unit_event_party'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy own_organisation on %I using (organisation_id = (select luytre_organisation()) or (select nullif(luytre_is_system(), false)) is not null)', t);
  end loop;
end $$;

grant select, insert, update on unit_state to luytre_app;
grant select, insert on unit_event, unit_event_party to luytre_app;
-- A post that is planned and never begins is taken back; one that was held only ends.
grant delete on post to luytre_app;
