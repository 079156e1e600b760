-- Mail that leaves the house.

-- An outbox: written with the change that it tells of, sent by a job, at most once by its key.
create table mail (
  id uuid primary key,
  organisation_id uuid not null references organisation,
  key text not null check (length(key) between 1 and 200),
  kind text not null check (kind in ('invitation', 'password-reset')),
  user_id uuid not null references user_account,
  recipient text not null,
  recipient_name text not null,
  language text not null check (language in ('vi', 'en', 'ja')),
  subject text not null,
  -- Paragraphs, actions and lists (platform/mail/letter.ts). A one-time link is made when the mail is sent: it is in no row.
  content jsonb not null,
  status text not null check (status in ('waiting', 'sending', 'sent', 'failed', 'cancelled')),
  fault text check (fault in ('refused', 'given-up', 'outcome-unknown', 'address-invalid', 'no-longer-wanted', 'too-late')),
  -- What the other server said last.
  answer text,
  attempts integer not null default 0,
  next_attempt_at timestamptz not null,
  -- Not worth sending any more after this.
  not_after timestamptz,
  claimed_at timestamptz,
  ended_at timestamptz,
  created_at timestamptz not null,
  version integer not null default 1,
  unique (organisation_id, key),
  check ((status = 'sending') = (claimed_at is not null)),
  check ((status in ('sent', 'failed', 'cancelled')) = (ended_at is not null))
);
create index mail_due on mail (next_attempt_at) where status = 'waiting';
create index mail_under_way on mail (claimed_at) where status = 'sending';
create index mail_list on mail (organisation_id, id);
create index mail_list_by_status on mail (organisation_id, status, id);
create index mail_of_user on mail (user_id, id);

alter table mail enable row level security;
alter table mail force row level security;
create policy own_organisation on mail using (organisation_id = (select luytre_organisation()) or (select nullif(luytre_is_system(), false)) is not null);

grant select, insert, update on mail to luytre_app;
