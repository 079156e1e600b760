-- PostgreSQL looks for a table among a session's temporary ones first, unless the path names them. Without this the server's role
-- could lay a table of its own with a trigger before the functions that run as the owner, and have the trigger run as the owner, too.
alter function keep_people_indexed() set search_path = pg_catalog, public, pg_temp;
alter function place_ready(uuid[]) set search_path = pg_catalog, public, pg_temp;
alter function keep_ready_placed() set search_path = pg_catalog, public, pg_temp;
