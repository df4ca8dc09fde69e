-- PostgreSQL: Handrail runs as a role that may add to the audit trail and cannot change it. Once, as the database's owner,
-- after `portal migrate`; the owner's URL is then used for `portal migrate` alone, the role's URL for everything else.
-- Give the role a password of its own:  ALTER ROLE handrail_app PASSWORD '...';
CREATE ROLE handrail_app LOGIN;
GRANT USAGE ON SCHEMA public TO handrail_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO handrail_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO handrail_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO handrail_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO handrail_app;
REVOKE UPDATE, DELETE, TRUNCATE ON audit_entry, audit_link FROM handrail_app;
