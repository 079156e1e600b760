-- Who reads the sealed ledger on from a position, and what people are told of it.

select set_config('luytre.system', 'on', true);

-- A reader's position moves in the transaction of what it writes: nothing is told twice, and nothing is passed over.
create table ledger_follower (
  name text primary key,
  position bigint not null check (position >= 0)
);
-- What happened before this version is told to nobody.
insert into ledger_follower (name, position) select 'notifications', coalesce(max(position), 0) from ledger_seal;

-- Kept by ids alone: names are read when it is shown, by whoever may still read them.
create table notification (
  id uuid primary key,
  organisation_id uuid not null references organisation,
  user_id uuid not null references user_account,
  -- Of the ledger's line that it tells of.
  position bigint not null,
  kind text not null check (length(kind) between 1 and 60),
  record_type text not null,
  record_id uuid not null,
  at timestamptz not null,
  read_at timestamptz,
  -- Whether a mail tells of it: none, the next digest, or one that was written.
  mail text not null check (mail in ('none', 'digest', 'written')),
  unique (user_id, position)
);
create index notification_list on notification (user_id, id);
create index notification_unread on notification (user_id, id) where read_at is null;
create index notification_digest on notification (organisation_id, user_id, id) where mail = 'digest';
create index notification_position on notification (position);
create index notification_age on notification (organisation_id, at);

-- How a person wants to hear of a kind by mail, where it is not as the product has it.
create table notification_setting (
  user_id uuid not null references user_account,
  kind text not null check (length(kind) between 1 and 60),
  organisation_id uuid not null references organisation,
  delivery text not null check (delivery in ('at-once', 'digest', 'none')),
  primary key (user_id, kind)
);

alter table mail drop constraint mail_kind_check;
alter table mail add constraint mail_kind_check check (kind in ('invitation', 'password-reset', 'notification', 'digest'));

do $$
declare t text;
begin
  foreach t in array array['notification', 'notification_setting'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy own_organisation on %I using (organisation_id = (select luytre_organisation()) or (select nullif(luytre_is_system(), false)) is not null)', t);
  end loop;
end $$;
alter table ledger_follower enable row level security;
alter table ledger_follower force row level security;
create policy system_only on ledger_follower using ((select nullif(luytre_is_system(), false)) is not null);

grant select, update on ledger_follower to luytre_app;
grant select, insert, update, delete on notification to luytre_app;
grant select, insert, update on notification_setting to luytre_app;
