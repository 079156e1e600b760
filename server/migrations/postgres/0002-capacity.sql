-- The capacity area: role frameworks, people and their posts, assessments,
-- development plans.

-- Frameworks ---------------------------------------------------------------
-- Immutable once in: a change is a new version. Identity is publisher, key and
-- version. Content is jsonb {vi, en, ja}; a language that the source lacks is absent.

create table framework (
  id uuid primary key,
  organisation_id uuid not null references organisation,
  publisher text not null,
  key text not null,
  version text not null,
  title translated not null,
  description translated not null,
  source_language text not null,
  -- A level per language: 'original', 'reviewed', 'machine', 'missing'.
  translation_status jsonb not null,
  licence text not null,
  source translated not null,
  source_sha256 text not null,
  -- [{level, name, description}]: the scale that ratings and needs use.
  levels jsonb not null,
  imported_at timestamptz not null,
  imported_by uuid,
  unique (organisation_id, publisher, key, version)
);

create table framework_element (
  id uuid primary key,
  organisation_id uuid not null references organisation,
  framework_id uuid not null references framework,
  kind text not null check (kind in ('category', 'role', 'competency', 'statement', 'task', 'knowledge', 'skill')),
  code text not null,
  parent_id uuid references framework_element,
  -- Of a statement: the level that it shows.
  level smallint check (level between 1 and 9),
  position integer not null,
  name translated not null,
  text translated not null,
  unique (framework_id, code)
);
create index framework_element_kind on framework_element (framework_id, kind, position);
create index framework_element_parent on framework_element (parent_id) where parent_id is not null;

-- A role needs a competency, knowledge or skill at a level; a role performs a task.
create table framework_relation (
  id uuid primary key,
  organisation_id uuid not null references organisation,
  framework_id uuid not null references framework,
  kind text not null check (kind in ('needs', 'performs')),
  role_id uuid not null references framework_element,
  element_id uuid not null references framework_element,
  importance text not null check (importance in ('required', 'helpful')),
  level smallint check (level between 1 and 9),
  check ((kind = 'needs') = (level is not null)),
  unique (role_id, element_id)
);
create index framework_relation_element on framework_relation (element_id);

-- People and organisation --------------------------------------------------

create table unit (
  id uuid primary key,
  organisation_id uuid not null references organisation,
  code text not null,
  name translated not null,
  parent_id uuid references unit,
  valid daterange not null check (not isempty(valid)),
  version integer not null default 1,
  unique (organisation_id, code)
);

create table person (
  id uuid primary key,
  organisation_id uuid not null references organisation,
  staff_code text,
  name text not null check (name <> ''),
  reading text,
  name_culture text not null check (name_culture in ('vi', 'en', 'ja')),
  -- Derived in the program: the name in sorting order, and without accents for search.
  sort_key text not null,
  search_key text not null,
  email text,
  version integer not null default 1
);
create unique index person_staff_code on person (organisation_id, staff_code) where staff_code is not null;
create unique index person_email on person (organisation_id, email) where email is not null;
create index person_sort on person (organisation_id, sort_key collate "C", id);
alter table user_account add foreign key (person_id) references person;

-- A post: one person holds one post at a time, in a unit, under a supervisor.
create table post (
  id uuid primary key,
  organisation_id uuid not null references organisation,
  person_id uuid not null references person,
  unit_id uuid not null references unit,
  title text not null,
  supervisor_id uuid references person check (supervisor_id <> person_id),
  -- Role of a framework, by code, so that it survives a framework's new version.
  role_code text,
  valid daterange not null check (not isempty(valid)),
  version integer not null default 1,
  exclude using gist (person_id with =, valid with &&)
);
create index post_person on post (person_id);
create index post_unit on post (unit_id);
create index post_supervisor on post (supervisor_id) where supervisor_id is not null;

-- Assessments --------------------------------------------------------------
-- Self and supervisor are kept apart; agreed lines are set after talking.

create table assessment (
  id uuid primary key,
  organisation_id uuid not null references organisation,
  person_id uuid not null references person,
  half_year_id uuid not null references half_year,
  framework_id uuid not null references framework,
  role_id uuid not null references framework_element,
  rater text not null check (rater in ('self', 'supervisor', 'agreed')),
  status text not null check (status in ('draft', 'submitted')),
  submitted_at timestamptz,
  created_by uuid not null,
  created_at timestamptz not null,
  version integer not null default 1,
  check ((status = 'submitted') = (submitted_at is not null)),
  unique (person_id, half_year_id, framework_id, role_id, rater)
);

create table rating (
  id uuid primary key,
  organisation_id uuid not null references organisation,
  assessment_id uuid not null references assessment,
  element_id uuid not null references framework_element,
  level smallint not null check (level between 0 and 9),
  reason text not null,
  rated_on date not null,
  rated_by uuid not null,
  unique (assessment_id, element_id)
);

create table contest (
  id uuid primary key,
  organisation_id uuid not null references organisation,
  rating_id uuid not null references rating,
  person_id uuid not null references person,
  reason text not null,
  contested_at timestamptz not null,
  answer text,
  answered_by uuid,
  answered_at timestamptz,
  version integer not null default 1,
  check ((answer is null) = (answered_at is null))
);
create unique index contest_one_open on contest (rating_id) where answer is null;
create index contest_rating on contest (rating_id);

-- Development plans --------------------------------------------------------

create table development_plan (
  id uuid primary key,
  organisation_id uuid not null references organisation,
  person_id uuid not null references person,
  half_year_id uuid not null references half_year,
  framework_id uuid not null references framework,
  duties text not null,
  current_role_id uuid references framework_element,
  target_role_id uuid not null references framework_element,
  -- Both agree to the plan as it stands: a change of its content takes their agreements away.
  person_agreed_at timestamptz,
  person_agreed_by uuid,
  supervisor_agreed_at timestamptz,
  supervisor_agreed_by uuid,
  created_by uuid not null,
  created_at timestamptz not null,
  version integer not null default 1,
  unique (person_id, half_year_id)
);
create index development_plan_half_year on development_plan (organisation_id, half_year_id);

create table plan_gap (
  id uuid primary key,
  organisation_id uuid not null references organisation,
  plan_id uuid not null references development_plan on delete cascade,
  element_id uuid not null references framework_element,
  -- The need that this gap is measured against.
  relation_id uuid not null references framework_relation,
  have smallint not null,
  -- Whose rating `have` is: 'agreed', 'supervisor', 'self', or 'none' when nobody has rated.
  have_from text not null check (have_from in ('agreed', 'supervisor', 'self', 'none')),
  need smallint not null,
  importance text not null check (importance in ('required', 'helpful')),
  -- 1 is the most urgent.
  priority integer not null,
  is_chosen boolean not null,
  unique (plan_id, element_id)
);

create table plan_action (
  id uuid primary key,
  organisation_id uuid not null references organisation,
  plan_id uuid not null references development_plan on delete cascade,
  gap_id uuid references plan_gap on delete set null,
  kind text not null check (kind in ('course', 'on-the-job', 'mentoring', 'secondment', 'certification', 'self-study')),
  title text not null,
  starts_on date not null,
  due_on date not null check (due_on >= starts_on),
  position integer not null
);
create index plan_action_plan on plan_action (plan_id);
create index plan_action_gap on plan_action (gap_id);

-- Row-level security -------------------------------------------------------

do $$
declare t text;
begin
  foreach t in array array['framework', 'framework_element', 'framework_relation', 'unit', 'person', 'post',
    'assessment', 'rating', 'contest', 'development_plan', 'plan_gap', 'plan_action'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy own_organisation on %I using (organisation_id = (select luytre_organisation()) or (select nullif(luytre_is_system(), false)) is not null)', t);
  end loop;
end $$;

grant select, insert on framework, framework_element, framework_relation to luytre_app;
grant select, insert, update on unit, person, post, assessment, contest, development_plan to luytre_app;
grant select, insert, update, delete on rating, plan_gap, plan_action to luytre_app;
