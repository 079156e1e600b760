-- Files that people attach; versions of development plans, who signed which of them, wishes, and what each kind of action needs.

-- Files --------------------------------------------------------------------
-- The bytes lie in the data directory under their SHA-256, written and synced before the row is committed.

create table stored_file (
  id uuid primary key,
  organisation_id uuid not null references organisation,
  name text not null check (name <> ''),
  -- As the content says, whatever the sender said.
  media_type text not null check (media_type in ('application/pdf', 'image/jpeg', 'image/png')),
  byte_count integer not null check (byte_count > 0),
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  created_by uuid not null,
  created_at timestamptz not null
);
create index stored_file_sha256 on stored_file (sha256);

-- Which directory holds them: its own mark says the same. A server with another directory keeps no files.
create table file_store (
  is_only boolean primary key default true check (is_only),
  id uuid not null
);

alter table stored_file enable row level security;
alter table stored_file force row level security;
create policy own_organisation on stored_file using (organisation_id = (select luytre_organisation()) or (select nullif(luytre_is_system(), false)) is not null);
alter table file_store enable row level security;
alter table file_store force row level security;
create policy readable on file_store for select using (luytre_organisation() is not null or luytre_is_system());
create policy claimed_by_system on file_store for insert with check (luytre_is_system());
create policy reclaimed_by_system on file_store for update using (luytre_is_system());

grant select, insert on stored_file to luytre_app;
grant select, insert, update on file_store to luytre_app;

-- Plans --------------------------------------------------------------------

-- Rows of every organisation are brought along.
select set_config('luytre.system', 'on', true);

alter table development_plan
  -- Counts contents; `version` counts every change, agreements too.
  add content_version integer not null default 1 check (content_version > 0),
  -- What the person wishes; development-plans.api.ts says what it holds.
  add preferences jsonb not null default '{"wishedRoleId": null, "kinds": [], "availableFrom": null, "availableTo": null, "languages": [], "remarks": ""}';

-- What an action of its kind needs besides; the API's discriminated union says what each kind holds.
alter table plan_action add details jsonb;
update plan_action set details = case kind
  when 'course' then '{"provider": "", "hours": null, "place": ""}'
  when 'on-the-job' then '{"task": "", "guide": ""}'
  when 'mentoring' then '{"mentorId": null, "mentorName": "", "rhythm": ""}'
  when 'secondment' then '{"unitId": null, "unitName": null, "place": ""}'
  when 'certification' then '{"body": "", "exam": "", "examOn": null}'
  else '{"material": "", "hours": null}' end::jsonb;
alter table plan_action alter details set not null;

-- Every content that a plan ever had, whole. Never changed: the server's role may only add.
create table plan_version (
  plan_id uuid not null references development_plan,
  number integer not null check (number > 0),
  organisation_id uuid not null references organisation,
  cause text not null check (cause in ('proposed', 'changed', 'renewed', 'kept')),
  -- JSON as it is hashed, with the person's name, post, unit and supervisor of that day.
  content text not null,
  -- Of plan id, number and content, with a space between: what the code on the paper is made from.
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  made_by uuid,
  made_by_name text not null,
  made_at timestamptz not null,
  primary key (plan_id, number)
);

-- One side's agreement to one version, with the name as it was.
create table plan_signature (
  plan_id uuid not null,
  version integer not null,
  side text not null check (side in ('person', 'supervisor')),
  organisation_id uuid not null references organisation,
  way text not null check (way in ('in-system', 'on-paper')),
  name text not null check (name <> ''),
  -- Who agreed, or who attached the signed paper.
  recorded_by uuid not null,
  recorded_by_name text not null,
  recorded_at timestamptz not null,
  -- Of a paper: the day that stands on it, and its scan.
  signed_on date,
  file_id uuid references stored_file,
  check ((way = 'on-paper') = (signed_on is not null)),
  check ((way = 'on-paper') = (file_id is not null)),
  primary key (plan_id, version, side),
  foreign key (plan_id, version) references plan_version
);

-- Plans from before versions were kept begin with the content that they have.
insert into plan_version (plan_id, number, organisation_id, cause, content, sha256, made_by, made_by_name, made_at)
select kept.id, 1, kept.organisation_id, 'kept', kept.content,
  encode(sha256(convert_to(kept.id || ' 1 ' || kept.content, 'UTF8')), 'hex'), null, '', kept.created_at
from (
  select p.id, p.organisation_id, p.created_at, json_build_object(
    'person', json_build_object('name', person.name, 'title', held.title, 'unitName', unit.name,
      'supervisorId', held.supervisor_id, 'supervisorName', supervisor.name),
    'duties', p.duties, 'currentRoleId', p.current_role_id, 'targetRoleId', p.target_role_id, 'preferences', p.preferences,
    'gaps', coalesce((select json_agg(json_build_object('id', g.id, 'elementId', g.element_id, 'relationId', g.relation_id, 'have', g.have,
      'haveFrom', g.have_from, 'need', g.need, 'importance', g.importance, 'priority', g.priority, 'isChosen', g.is_chosen)
      order by g.priority) from plan_gap g where g.plan_id = p.id), '[]'),
    'actions', coalesce((select json_agg(json_build_object('id', a.id, 'gapId', a.gap_id, 'kind', a.kind, 'title', a.title,
      'startsOn', a.starts_on, 'dueOn', a.due_on, 'details', a.details) order by a.position) from plan_action a where a.plan_id = p.id), '[]')
  )::text as content
  from development_plan p
  join person on person.id = p.person_id
  left join post held on held.person_id = p.person_id and held.valid @> current_date
  left join unit on unit.id = held.unit_id
  left join person supervisor on supervisor.id = held.supervisor_id
) as kept;

insert into plan_signature (plan_id, version, side, organisation_id, way, name, recorded_by, recorded_by_name, recorded_at)
select p.id, 1, signed.side, p.organisation_id, 'in-system', coalesce(person.name, account.display_name, '–'), signed.by,
  coalesce(person.name, account.display_name, '–'), signed.at
from development_plan p
cross join lateral (values ('person', p.person_agreed_by, p.person_agreed_at), ('supervisor', p.supervisor_agreed_by, p.supervisor_agreed_at))
  as signed (side, by, at)
left join user_account account on account.id = signed.by
left join person on person.id = account.person_id
where signed.at is not null;

-- The instants stay, for lists; names are kept with the signatures.
alter table development_plan drop person_agreed_by, drop supervisor_agreed_by;

do $$
declare t text;
begin
  foreach t in array array['plan_version', 'plan_signature'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy own_organisation on %I using (organisation_id = (select luytre_organisation()) or (select nullif(luytre_is_system(), false)) is not null)', t);
  end loop;
end $$;
grant select, insert on plan_version, plan_signature to luytre_app;
