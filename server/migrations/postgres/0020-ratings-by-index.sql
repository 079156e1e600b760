-- Levels of a sheet read from the index alone: gaps of a unit read a hundred sheets, each from another page of the largest table.
create unique index rating_of_sheet on rating (assessment_id, element_id) include (organisation_id, level);
alter table rating
  drop constraint rating_assessment_id_element_id_key,
  add constraint rating_assessment_id_element_id_key unique using index rating_of_sheet;
