-- Frameworks that come in more than one form, are searched as one types, and say which role reports to which.

-- In which form a framework came in. Publishers word one version a little differently in its forms: with the same elements
-- and links the other form is the same framework, while a changed file of the same form is refused.
alter table framework add source_form text not null default 'pack' check (source_form in ('pack', 'cprt', 'workbook'));
select set_config('luytre.system', 'on', true);
update framework set source_form = 'cprt' where publisher = 'NIST' and key = 'nice';
select set_config('luytre.system', '', true);

-- A role reports to another: `role_id` to `element_id`.
alter table framework_relation
  drop constraint framework_relation_kind_check,
  add constraint framework_relation_kind_check check (kind in ('needs', 'performs', 'reports-to')),
  add constraint framework_relation_not_itself check (role_id <> element_id);

-- What a search reads, in every language at once: compatibility forms, Latin marks and case taken away, đ as d. As
-- search-text.ts does with what is typed. A text begins with a line end, so that a beginning can be told from a middle.
create function fold_text(words text) returns text language sql immutable parallel safe
  return case when octet_length(words) = char_length(words) then lower(words)
    else lower(translate(normalize(words, NFKD),
      U&'\0111\0110\0300\0301\0302\0303\0304\0306\0307\0308\0309\030A\030B\030C\031B\0323\0327\0328', 'dd')) end;
create function fold_translated(words translated) returns text language sql immutable parallel safe
  return fold_text(coalesce(E'\n' || (words ->> 'vi'), '') || coalesce(E'\n' || (words ->> 'en'), '') || coalesce(E'\n' || (words ->> 'ja'), ''));

alter table framework_element
  add search_code text not null generated always as (fold_text(code)) stored,
  add search_name text not null generated always as (fold_translated(name)) stored,
  add search_text text not null generated always as (fold_translated(text)) stored;
create index framework_relation_kind on framework_relation (framework_id, kind);
