"""Rules that are always true of D-Sure's rows and that Django cannot say: append-only, frozen identity, versions by one,
composite foreign keys, and a SHA-256 that is that of the bytes. TRUNCATE is refused by grants, not here."""

from django.db import migrations

APPEND_ONLY = (
    "depositedcertificate",
    "voiding",
    "keyreplacement",
    "statechange",
    "registerentry",
    "viewing",
    "failure",
    "acknowledgement",
    "handover",
    "viewingreceipt",
    "request",
    "requestanswer",
    "event",
    "handinrule",
    "administrativeact",
    "elsewhereguarantee",
    "elsewhereversion",
)

REFUSE_CHANGE = """
CREATE FUNCTION dsure_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
"""

FROZEN_IDENTITY = """
CREATE FUNCTION dsure_keep_identity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.public_id, NEW.number, NEW.obligee_id) IS DISTINCT FROM (OLD.id, OLD.public_id, OLD.number, OLD.obligee_id) THEN
        RAISE EXCEPTION 'the identity of a deposit is frozen' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state <> OLD.state AND OLD.state <> 'in_force' THEN
        RAISE EXCEPTION 'a closed deposit stays closed' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.key_version NOT IN (OLD.key_version, OLD.key_version + 1)
        OR (NEW.verifier_text <> OLD.verifier_text AND NEW.key_version = OLD.key_version AND NEW.pepper_version <= OLD.pepper_version) THEN
        RAISE EXCEPTION 'a new verifier comes with the next key version or with a newer pepper' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER dsure_deposit_identity BEFORE UPDATE ON dsure_deposit
    FOR EACH ROW EXECUTE FUNCTION dsure_keep_identity();
CREATE TRIGGER dsure_deposit_stays BEFORE DELETE ON dsure_deposit
    FOR EACH ROW EXECUTE FUNCTION dsure_refuse_change();
"""

NEXT_VERSION = """
CREATE FUNCTION dsure_require_next_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.version <> (SELECT coalesce(max(version), 0) + 1 FROM dsure_depositedcertificate WHERE deposit_id = NEW.deposit_id) THEN
        RAISE EXCEPTION 'versions go up by one' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER dsure_certificate_version BEFORE INSERT ON dsure_depositedcertificate
    FOR EACH ROW EXECUTE FUNCTION dsure_require_next_version();
"""

SAME_BYTES = """
ALTER TABLE dsure_depositedcertificate ADD CONSTRAINT dsure_certificate_sha256_is_of_pdf
    CHECK (encode(sha256(pdf), 'hex') = sha256);
ALTER TABLE dsure_viewingreceipt ADD CONSTRAINT dsure_receipt_sha256_is_of_pdf
    CHECK (encode(sha256(pdf), 'hex') = sha256);
"""

FROZEN_CLIENT = """
CREATE FUNCTION dsure_keep_client() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.obligee_id, NEW.name, NEW.prefix, NEW.token_sha256, NEW.scopes, NEW.ends_on, NEW.made_at, NEW.made_by_id)
        IS DISTINCT FROM (OLD.id, OLD.obligee_id, OLD.name, OLD.prefix, OLD.token_sha256, OLD.scopes, OLD.ends_on, OLD.made_at, OLD.made_by_id)
        OR (OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at) THEN
        RAISE EXCEPTION 'a token stays what it is, and revoked' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER dsure_client_identity BEFORE UPDATE ON dsure_client
    FOR EACH ROW EXECUTE FUNCTION dsure_keep_client();
CREATE TRIGGER dsure_client_stays BEFORE DELETE ON dsure_client
    FOR EACH ROW EXECUTE FUNCTION dsure_refuse_change();
"""

COMPOSITE_KEYS = """
ALTER TABLE dsure_failure ADD CONSTRAINT dsure_failure_of_own_client
    FOREIGN KEY (client_id, obligee_id) REFERENCES dsure_client (id, obligee_id);
ALTER TABLE dsure_event ADD CONSTRAINT dsure_event_of_obligee
    FOREIGN KEY (deposit_id, obligee_id) REFERENCES dsure_deposit (id, obligee_id);
ALTER TABLE dsure_administrativeact ADD CONSTRAINT dsure_act_on_own_officer
    FOREIGN KEY (officer_id, obligee_id) REFERENCES dsure_officer (id, obligee_id);
ALTER TABLE dsure_officer ADD CONSTRAINT dsure_officer_department_of_obligee
    FOREIGN KEY (department_id, obligee_id) REFERENCES dsure_department (id, obligee_id);
ALTER TABLE dsure_registerentry ADD CONSTRAINT dsure_register_entry_of_obligee
    FOREIGN KEY (deposit_id, obligee_id) REFERENCES dsure_deposit (id, obligee_id);
ALTER TABLE dsure_viewing ADD CONSTRAINT dsure_viewing_of_deposit
    FOREIGN KEY (certificate_id, deposit_id) REFERENCES dsure_depositedcertificate (id, deposit_id);
ALTER TABLE dsure_handover ADD CONSTRAINT dsure_handover_of_obligee
    FOREIGN KEY (deposit_id, obligee_id) REFERENCES dsure_deposit (id, obligee_id);
ALTER TABLE dsure_handover ADD CONSTRAINT dsure_handover_to_department_of_obligee
    FOREIGN KEY (department_id, obligee_id) REFERENCES dsure_department (id, obligee_id);
ALTER TABLE dsure_viewingreceipt ADD CONSTRAINT dsure_receipt_of_obligee
    FOREIGN KEY (deposit_id, obligee_id) REFERENCES dsure_deposit (id, obligee_id);
ALTER TABLE dsure_viewingreceipt ADD CONSTRAINT dsure_receipt_of_deposit
    FOREIGN KEY (certificate_id, deposit_id) REFERENCES dsure_depositedcertificate (id, deposit_id);
"""


def append_only(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER dsure_{table}_append_only BEFORE UPDATE OR DELETE ON dsure_{table} "
        "FOR EACH ROW EXECUTE FUNCTION dsure_refuse_change()",
        f"DROP TRIGGER dsure_{table}_append_only ON dsure_{table}",
    )


class Migration(migrations.Migration):
    dependencies = [("dsure", "0001_parties_deposits_and_logs")]

    operations = [
        migrations.RunSQL(REFUSE_CHANGE, "DROP FUNCTION dsure_refuse_change"),
        *(append_only(table) for table in APPEND_ONLY),
        migrations.RunSQL(
            FROZEN_IDENTITY,
            "DROP TRIGGER dsure_deposit_stays ON dsure_deposit; "
            "DROP TRIGGER dsure_deposit_identity ON dsure_deposit; DROP FUNCTION dsure_keep_identity",
        ),
        migrations.RunSQL(
            NEXT_VERSION,
            "DROP TRIGGER dsure_certificate_version ON dsure_depositedcertificate; DROP FUNCTION dsure_require_next_version",
        ),
        migrations.RunSQL(
            SAME_BYTES,
            "ALTER TABLE dsure_viewingreceipt DROP CONSTRAINT dsure_receipt_sha256_is_of_pdf; "
            "ALTER TABLE dsure_depositedcertificate DROP CONSTRAINT dsure_certificate_sha256_is_of_pdf",
        ),
        migrations.RunSQL(
            FROZEN_CLIENT,
            "DROP TRIGGER dsure_client_stays ON dsure_client; "
            "DROP TRIGGER dsure_client_identity ON dsure_client; DROP FUNCTION dsure_keep_client",
        ),
        migrations.RunSQL(
            COMPOSITE_KEYS,
            "ALTER TABLE dsure_event DROP CONSTRAINT dsure_event_of_obligee; "
            "ALTER TABLE dsure_failure DROP CONSTRAINT dsure_failure_of_own_client; "
            "ALTER TABLE dsure_viewingreceipt DROP CONSTRAINT dsure_receipt_of_deposit; "
            "ALTER TABLE dsure_viewingreceipt DROP CONSTRAINT dsure_receipt_of_obligee; "
            "ALTER TABLE dsure_handover DROP CONSTRAINT dsure_handover_to_department_of_obligee; "
            "ALTER TABLE dsure_handover DROP CONSTRAINT dsure_handover_of_obligee; "
            "ALTER TABLE dsure_viewing DROP CONSTRAINT dsure_viewing_of_deposit; "
            "ALTER TABLE dsure_registerentry DROP CONSTRAINT dsure_register_entry_of_obligee; "
            "ALTER TABLE dsure_officer DROP CONSTRAINT dsure_officer_department_of_obligee; "
            "ALTER TABLE dsure_administrativeact DROP CONSTRAINT dsure_act_on_own_officer",
        ),
    ]
