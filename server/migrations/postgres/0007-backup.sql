-- A backup names the migrations that its rows were written under; it is made with the server's own role.
grant select on schema_migration to luytre_app;
