-- The platform's tables: who may act, what was done, what is being brought in.
-- Row-level security is forced everywhere (docs/decisions/0002): without a
-- transaction that names its organisation, no row is visible.

create extension if not exists btree_gist;

-- A text that people read, as {vi, en, ja}; a language that the source lacks is absent.
create domain translated as jsonb check (jsonb_typeof(value) = 'object');

create function luytre_organisation() returns uuid language sql stable parallel safe
  as $$ select nullif(current_setting('luytre.organisation', true), '')::uuid $$;

create function luytre_is_system() returns boolean language sql stable parallel safe
  as $$ select coalesce(current_setting('luytre.system', true), '') = 'on' $$;

-- Organisations ------------------------------------------------------------

create table organisation (
  id uuid primary key,
  kind text not null check (kind in ('authority', 'agency', 'partner')),
  name translated not null,
  time_zone text not null,
  half_year_start_month smallint not null check (half_year_start_month in (1, 4)),
  is_demo boolean not null default false,
  created_at timestamptz not null,
  version integer not null default 1
);
-- One authority per installation.
create unique index organisation_one_authority on organisation (kind) where kind = 'authority';

create table half_year (
  id uuid primary key,
  organisation_id uuid not null references organisation,
  code text not null,
  period daterange not null check (not isempty(period)),
  unique (organisation_id, code),
  exclude using gist (organisation_id with =, period with &&)
);

-- Identity -----------------------------------------------------------------

create table user_account (
  id uuid primary key,
  organisation_id uuid not null references organisation,
  person_id uuid unique,
  email text not null check (email = lower(email)),
  display_name text not null,
  language text not null check (language in ('vi', 'en', 'ja')),
  password_hash text,
  status text not null check (status in ('invited', 'active', 'disabled')),
  failed_attempts integer not null default 0,
  locked_until timestamptz,
  created_at timestamptz not null,
  version integer not null default 1
);
create unique index user_account_email on user_account (email);

create table membership (
  id uuid primary key,
  user_id uuid not null references user_account,
  organisation_id uuid not null references organisation,
  role text not null,
  valid daterange not null check (not isempty(valid)),
  exclude using gist (user_id with =, organisation_id with =, role with =, valid with &&)
);
create index membership_user on membership (user_id);

-- Tokens are kept as SHA-256 only: a stolen database opens no session.
create table session (
  id uuid primary key,
  token_hash bytea not null unique,
  previous_token_hash bytea unique,
  rotated_at timestamptz not null,
  user_id uuid not null references user_account,
  membership_id uuid not null references membership,
  organisation_id uuid not null references organisation,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  origin text not null,
  user_agent text not null
);
create index session_by_user on session (user_id);
create index session_last_seen on session (last_seen_at);

create table one_time_link (
  token_hash bytea primary key,
  purpose text not null check (purpose in ('first-administrator', 'set-password')),
  user_id uuid references user_account,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);

-- Ledger -------------------------------------------------------------------
-- A line is written unchained with its change; one sealer chains it later
-- (ledger_seal). `body` is the RFC 8785 text that is hashed; the columns beside
-- it exist to be searched and must agree with it, which `verify` checks.

create table ledger_line (
  id uuid primary key,
  at timestamptz not null,
  txid xid8 not null default pg_current_xact_id(),
  organisation_id uuid,
  actor_id uuid,
  verb text not null,
  record_type text not null,
  record_id uuid not null,
  body text not null
);
create index ledger_line_order on ledger_line (txid, id);
create index ledger_line_record on ledger_line (record_type, record_id, id);
create index ledger_line_organisation on ledger_line (organisation_id, id);

-- Values that may be personal. The line holds a salted digest of `content`;
-- the retention role may empty a payload, which itself leaves a line.
create table ledger_payload (
  line_id uuid primary key references ledger_line,
  organisation_id uuid,
  salt text,
  content text,
  erased_by uuid
);

create table ledger_seal (
  position bigint primary key,
  line_id uuid not null unique references ledger_line,
  hash bytea not null
);

create table ledger_checkpoint (
  position bigint primary key,
  hash bytea not null,
  at timestamptz not null,
  key_id text not null,
  signature bytea not null
);

-- Requests -----------------------------------------------------------------

create table idempotency_key (
  user_id uuid not null references user_account,
  key text not null check (length(key) between 8 and 100),
  organisation_id uuid not null references organisation,
  operation text not null,
  request_digest text not null,
  response jsonb not null,
  created_at timestamptz not null,
  primary key (user_id, key)
);
create index idempotency_key_created on idempotency_key (created_at);

-- What an import would do, kept until somebody applies it, or it is too old.
create table import_preview (
  id uuid primary key,
  organisation_id uuid not null references organisation,
  kind text not null check (kind in ('roster', 'framework')),
  status text not null check (status in ('open', 'applied')),
  file_name text not null,
  file_sha256 text not null,
  content jsonb not null,
  created_by uuid not null,
  created_at timestamptz not null,
  version integer not null default 1
);
create index import_preview_created on import_preview (organisation_id, created_at);

-- Row-level security -------------------------------------------------------
-- In sub-selects, so that both are asked once a query and not once a row. `nullif … is not null` says the same as the
-- function alone; but of a bare condition the planner expects one row in two hundred, and joins of the program's own work
-- were planned for a handful of rows where there are a hundred thousand. Of `is not null` it expects nearly all.

do $$
declare t text;
begin
  foreach t in array array['half_year', 'user_account', 'membership', 'session', 'idempotency_key', 'import_preview'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy own_organisation on %I using (organisation_id = (select luytre_organisation()) or (select nullif(luytre_is_system(), false)) is not null)', t);
  end loop;
end $$;

-- Old previews are removed by the program alone, organisation by organisation: no request of a person removes one.
create policy removed_by_program on import_preview as restrictive for delete
  using ((select nullif(current_setting('luytre.actor', true), '')) is null);

alter table organisation enable row level security;
alter table organisation force row level security;
create policy own_organisation on organisation using (id = (select luytre_organisation()) or (select nullif(luytre_is_system(), false)) is not null);

alter table one_time_link enable row level security;
alter table one_time_link force row level security;
create policy system_only on one_time_link using ((select nullif(luytre_is_system(), false)) is not null);

alter table ledger_line enable row level security;
alter table ledger_line force row level security;
create policy own_organisation on ledger_line using (organisation_id = (select luytre_organisation()) or (select nullif(luytre_is_system(), false)) is not null);
alter table ledger_payload enable row level security;
alter table ledger_payload force row level security;
create policy own_organisation on ledger_payload using (organisation_id = (select luytre_organisation()) or (select nullif(luytre_is_system(), false)) is not null);
alter table ledger_seal enable row level security;
alter table ledger_seal force row level security;
create policy readable on ledger_seal for select using (luytre_organisation() is not null or luytre_is_system());
create policy sealed_by_system on ledger_seal for insert with check (luytre_is_system());
alter table ledger_checkpoint enable row level security;
alter table ledger_checkpoint force row level security;
create policy readable on ledger_checkpoint for select using (luytre_organisation() is not null or luytre_is_system());
create policy signed_by_system on ledger_checkpoint for insert with check (luytre_is_system());

-- The ledger is append-only, also for those who might be granted too much.
create function refuse_ledger_change() returns trigger language plpgsql as $$
begin
  raise exception 'the ledger is append-only: % on % refused', tg_op, tg_table_name using errcode = 'insufficient_privilege';
end $$;
create trigger append_only before update or delete on ledger_line for each row execute function refuse_ledger_change();
create trigger append_only_truncate before truncate on ledger_line for each statement execute function refuse_ledger_change();
create trigger append_only before update or delete on ledger_seal for each row execute function refuse_ledger_change();
create trigger append_only_truncate before truncate on ledger_seal for each statement execute function refuse_ledger_change();
create trigger append_only before update or delete on ledger_checkpoint for each row execute function refuse_ledger_change();
create trigger append_only_truncate before truncate on ledger_checkpoint for each statement execute function refuse_ledger_change();
create trigger append_only before delete on ledger_payload for each row execute function refuse_ledger_change();
create trigger append_only_truncate before truncate on ledger_payload for each statement execute function refuse_ledger_change();

-- Rights of the server's role ------------------------------------------------
-- `luytre_app` is made by `luytre migrate` before this file runs.

grant usage on schema public to luytre_app;
grant select, insert, update on organisation, half_year, user_account, membership, import_preview to luytre_app;
grant select, insert, update, delete on session, one_time_link, idempotency_key to luytre_app;
grant delete on import_preview to luytre_app;
-- Not ledger_line.txid: when a line was written is the database's word, never the writer's.
grant select on ledger_line to luytre_app;
grant insert (id, at, organisation_id, actor_id, verb, record_type, record_id, body) on ledger_line to luytre_app;
grant select, insert on ledger_payload, ledger_seal, ledger_checkpoint to luytre_app;
