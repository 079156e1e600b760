-- Rosters of 100,000 rows: read and applied beside other work, with their rows in a table of their own.

alter table import_preview drop constraint import_preview_status_check;
alter table import_preview add constraint import_preview_status_check check (status in ('reading', 'open', 'applied', 'failed'));
-- An operator's command has a preview too, until it is over.
alter table import_preview alter column created_by drop not null;

-- The rows of a roster between reading and applying; they go with their preview, or when they have become records.
create table roster_row (
  organisation_id uuid not null references organisation,
  preview_id uuid not null references import_preview on delete cascade,
  row integer not null,
  -- By which the person is found. The name only where neither of the other two is there.
  staff_code text,
  email text,
  name text,
  -- As read: {"values": …, "findings": …}.
  content jsonb not null,
  fate text check (fate in ('create', 'update', 'unchanged', 'refused')),
  -- What was found beside what is known; null where nothing was.
  findings jsonb,
  has_findings boolean not null,
  primary key (preview_id, row)
);
create index roster_row_fate on roster_row (preview_id, fate, row);
create index roster_row_findings on roster_row (preview_id, row) where has_findings;

-- How far reading or applying has come. Written outside of the transaction that it tells of, so that others see it.
create table import_progress (
  organisation_id uuid not null references organisation,
  preview_id uuid primary key references import_preview on delete cascade,
  done integer not null,
  total integer not null
);

do $$
declare t text;
begin
  foreach t in array array['roster_row', 'import_progress'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy own_organisation on %I using (organisation_id = (select luytre_organisation()) or (select nullif(luytre_is_system(), false)) is not null)', t);
  end loop;
end $$;

grant select, insert, update, delete on roster_row to luytre_app;
grant select, insert, update on import_progress to luytre_app;
