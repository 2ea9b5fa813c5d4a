"""Rules that are always true of the rows and that Django cannot say: append-only tables, a frozen identity, versions by one.

TRUNCATE is refused by grants, not here.
"""

from django.db import migrations

APPEND_ONLY = (
    *("certificate", "voiding", "event", "keysight", "memberchange", "premiumstatement", "reviewnote"),
    *("payment", "repayment", "bill", "billline", "dispatch", "dispatchretraction", "masterchange", "obligeefile"),
)

REFUSE_CHANGE = """
CREATE FUNCTION guarantees_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
"""

FROZEN_IDENTITY = """
CREATE FUNCTION guarantees_keep_identity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.public_id, NEW.number, NEW.product, NEW.medium, NEW.contractor_id, NEW.branch_id, NEW.work_id,
        NEW.obligee_id, NEW.obligee_code, NEW.issued_on)
       IS DISTINCT FROM
       (OLD.id, OLD.public_id, OLD.number, OLD.product, OLD.medium, OLD.contractor_id, OLD.branch_id, OLD.work_id,
        OLD.obligee_id, OLD.obligee_code, OLD.issued_on) THEN
        RAISE EXCEPTION 'the identity of a guarantee is frozen' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state <> OLD.state AND OLD.state <> 'in_force' THEN
        RAISE EXCEPTION 'a closed guarantee stays closed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guarantees_guarantee_identity BEFORE UPDATE ON guarantees_guarantee
    FOR EACH ROW EXECUTE FUNCTION guarantees_keep_identity();
CREATE TRIGGER guarantees_guarantee_stays BEFORE DELETE ON guarantees_guarantee
    FOR EACH ROW EXECUTE FUNCTION guarantees_refuse_change();
"""

NEXT_VERSION = """
CREATE FUNCTION guarantees_require_next_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.version <> (
        SELECT coalesce(max(version), 0) + 1 FROM guarantees_certificate WHERE guarantee_id = NEW.guarantee_id
    ) THEN
        RAISE EXCEPTION 'versions go up by one' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guarantees_certificate_version BEFORE INSERT ON guarantees_certificate
    FOR EACH ROW EXECUTE FUNCTION guarantees_require_next_version();
"""

FROZEN_ONCE_ISSUED = """
CREATE FUNCTION guarantees_keep_issued() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status = 'issued' THEN
        RAISE EXCEPTION 'an issued guarantee''s request is frozen' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER guarantees_requested_issued BEFORE UPDATE OR DELETE ON guarantees_requestedguarantee
    FOR EACH ROW EXECUTE FUNCTION guarantees_keep_issued();
CREATE TRIGGER guarantees_endorsement_issued BEFORE UPDATE OR DELETE ON guarantees_endorsement
    FOR EACH ROW EXECUTE FUNCTION guarantees_keep_issued();
"""

# What the contractor's list is read by is that of the application, whoever writes the row.
LISTED_AS_APPLIED_FOR = """
CREATE FUNCTION guarantees_list_as_applied_for() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT contractor_id, (drafted_at AT TIME ZONE 'Asia/Tokyo')::date INTO NEW.contractor_id, NEW.drafted_on
        FROM guarantees_application WHERE id = NEW.application_id;
    RETURN NEW;
END $$;
CREATE TRIGGER guarantees_requested_listed
    BEFORE INSERT OR UPDATE OF application_id, contractor_id, drafted_on ON guarantees_requestedguarantee
    FOR EACH ROW EXECUTE FUNCTION guarantees_list_as_applied_for();
"""

FROZEN_FACTS = """
CREATE FUNCTION guarantees_keep_facts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM guarantees_requestedguarantee WHERE application_id = OLD.id AND status = 'issued')
        AND to_jsonb(NEW) - 'message_to_contractor' IS DISTINCT FROM to_jsonb(OLD) - 'message_to_contractor' THEN
        RAISE EXCEPTION 'the facts of an application are frozen once a guarantee of it is issued'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guarantees_application_facts BEFORE UPDATE ON guarantees_application
    FOR EACH ROW EXECUTE FUNCTION guarantees_keep_facts();
"""

SAME_BYTES = """
ALTER TABLE guarantees_certificate ADD CONSTRAINT certificate_sha256_is_of_pdf
    CHECK (encode(sha256(pdf), 'hex') = sha256);
ALTER TABLE guarantees_premiumstatement ADD CONSTRAINT statement_sha256_is_of_pdf
    CHECK (encode(sha256(pdf), 'hex') = sha256);
ALTER TABLE guarantees_bill ADD CONSTRAINT bill_sha256_is_of_pdf CHECK (encode(sha256(pdf), 'hex') = sha256);
"""

# A band that is added to a table in force would overlap its last one, and bands that overlap give no premium (guarantees/premiums.py).
PAST_RATES = """
CREATE FUNCTION guarantees_keep_past_rates() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    begun_on date;
BEGIN
    IF TG_TABLE_NAME IN ('guarantees_ratetable', 'guarantees_bankaccount') THEN
        begun_on := OLD.starts_on;
    ELSE
        SELECT starts_on INTO begun_on FROM guarantees_ratetable WHERE id = OLD.table_id;
    END IF;
    IF begun_on <= (now() AT TIME ZONE 'Asia/Tokyo')::date THEN
        RAISE EXCEPTION 'rates that have begun are read only' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER guarantees_ratetable_past BEFORE UPDATE OR DELETE ON guarantees_ratetable
    FOR EACH ROW EXECUTE FUNCTION guarantees_keep_past_rates();
CREATE TRIGGER guarantees_bankaccount_past BEFORE UPDATE OR DELETE ON guarantees_bankaccount
    FOR EACH ROW EXECUTE FUNCTION guarantees_keep_past_rates();
CREATE TRIGGER guarantees_rateband_past BEFORE UPDATE OR DELETE ON guarantees_rateband
    FOR EACH ROW EXECUTE FUNCTION guarantees_keep_past_rates();
"""

# Terms by which works are judged, and the name by which documents are signed, from their first day on.
PAST_VERSIONS = """
CREATE FUNCTION guarantees_keep_past_versions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (to_jsonb(OLD) ->> TG_ARGV[0])::date <= (now() AT TIME ZONE 'Asia/Tokyo')::date THEN
        RAISE EXCEPTION 'a version that has begun is read only' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER guarantees_obligeeterms_past BEFORE UPDATE OR DELETE ON guarantees_obligeeterms
    FOR EACH ROW EXECUTE FUNCTION guarantees_keep_past_versions('in_force_from');
CREATE TRIGGER guarantees_signatory_past BEFORE UPDATE OR DELETE ON guarantees_signatory
    FOR EACH ROW EXECUTE FUNCTION guarantees_keep_past_versions('starts_on');
"""

# Whoever confirms a payment issues nothing that it is for; and what is paid per case is issued when exactly its premium is there.
PAID_BEFORE_ISSUE = """
CREATE FUNCTION guarantees_confirm_by_another() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.endorsement_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM guarantees_endorsement e JOIN guarantees_requestedguarantee r ON r.guarantee_id = e.guarantee_id
        WHERE e.id = NEW.endorsement_id AND r.id = NEW.requested_id
    ) THEN
        RAISE EXCEPTION 'payment_is_of_its_own_guarantee: the change is one of another guarantee'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_is_of_its_own_guarantee';
    END IF;
    IF EXISTS (
        SELECT FROM guarantees_requestedguarantee
        WHERE id = NEW.requested_id AND NEW.endorsement_id IS NULL AND issued_by_id = NEW.confirmed_by_id
        UNION ALL SELECT FROM guarantees_endorsement
        WHERE id = NEW.endorsement_id AND issued_by_id = NEW.confirmed_by_id
    ) THEN
        RAISE EXCEPTION 'payment_takes_two_persons: whoever issues confirms no payment'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_takes_two_persons';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guarantees_payment_by_another BEFORE INSERT ON guarantees_payment
    FOR EACH ROW EXECUTE FUNCTION guarantees_confirm_by_another();
CREATE FUNCTION guarantees_issue_by_another() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status <> 'issued' THEN
        RETURN NEW;
    END IF;
    IF EXISTS (
        SELECT FROM guarantees_payment WHERE confirmed_by_id = NEW.issued_by_id AND (
            TG_TABLE_NAME = 'guarantees_requestedguarantee' AND requested_id = NEW.id AND endorsement_id IS NULL
            OR TG_TABLE_NAME = 'guarantees_endorsement' AND endorsement_id = NEW.id)
    ) THEN
        RAISE EXCEPTION 'payment_takes_two_persons: whoever confirmed the payment issues nothing'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_takes_two_persons';
    END IF;
    IF TG_TABLE_NAME = 'guarantees_requestedguarantee' THEN
        IF NEW.premium_payment = 'per_case' AND NEW.premium_amount <>
            (SELECT coalesce(sum(paid_amount), 0) FROM guarantees_payment WHERE requested_id = NEW.id) -
            (SELECT coalesce(sum(repaid_amount), 0) FROM guarantees_repayment WHERE requested_id = NEW.id)
        THEN
            RAISE EXCEPTION 'payment_covers_premium: what was received is not the premium'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_covers_premium';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guarantees_requested_paid BEFORE UPDATE OF status ON guarantees_requestedguarantee
    FOR EACH ROW EXECUTE FUNCTION guarantees_issue_by_another();
CREATE TRIGGER guarantees_endorsement_paid BEFORE UPDATE OF status ON guarantees_endorsement
    FOR EACH ROW EXECUTE FUNCTION guarantees_issue_by_another();
"""

COMPOSITE_KEYS = """
ALTER TABLE guarantees_addressee ADD CONSTRAINT addressee_obligee_pair UNIQUE (id, obligee_id);
ALTER TABLE guarantees_application ADD CONSTRAINT application_addressee_of_obligee
    FOREIGN KEY (addressee_id, obligee_id) REFERENCES guarantees_addressee (id, obligee_id);
ALTER TABLE guarantees_work ADD CONSTRAINT work_contractor_pair UNIQUE (id, contractor_id);
ALTER TABLE guarantees_application ADD CONSTRAINT application_work_of_contractor
    FOREIGN KEY (work_id, contractor_id) REFERENCES guarantees_work (id, contractor_id);
ALTER TABLE guarantees_guarantee ADD CONSTRAINT guarantee_work_of_contractor
    FOREIGN KEY (work_id, contractor_id) REFERENCES guarantees_work (id, contractor_id);
"""

# An interim advance follows an advance of the same job, a 契約保証 a reservation of the same job; and on one guarantee
# at most one stands (neither declined nor withdrawn). The followed row is locked, so that two at once take turns.
FOLLOWS_FITTINGLY = """
CREATE FUNCTION guarantees_follow_fittingly() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.product = 'reservation') <> (
        SELECT tendered_on IS NOT NULL FROM guarantees_application WHERE id = NEW.application_id
    ) THEN
        RAISE EXCEPTION 'reservation_is_for_a_tender: a reservation is for a tender, and nothing else is'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'reservation_is_for_a_tender';
    END IF;
    IF NEW.follows_id IS NULL OR (TG_OP = 'UPDATE' AND OLD.status <> 'declined' AND
        (NEW.follows_id, NEW.product, NEW.application_id) IS NOT DISTINCT FROM
        (OLD.follows_id, OLD.product, OLD.application_id)) THEN
        RETURN NEW;
    END IF;
    PERFORM 1 FROM guarantees_guarantee g JOIN guarantees_application a ON a.work_id = g.work_id
        WHERE g.id = NEW.follows_id AND a.id = NEW.application_id
        AND g.product = CASE NEW.product WHEN 'interim' THEN 'advance' WHEN 'performance' THEN 'reservation' END
        FOR UPDATE OF g;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'requested_follows_its_own_kind: what is followed is of another product or job'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'requested_follows_its_own_kind';
    END IF;
    IF NEW.status <> 'declined' AND EXISTS (
        SELECT 1 FROM guarantees_requestedguarantee r JOIN guarantees_application a ON a.id = r.application_id
        WHERE r.follows_id = NEW.follows_id AND r.id IS DISTINCT FROM NEW.id
        AND r.status <> 'declined' AND a.status NOT IN ('withdrawn', 'discarded')
    ) THEN
        RAISE EXCEPTION 'guarantee_is_followed_once: another one stands on this guarantee'
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'guarantee_is_followed_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guarantees_requested_follows
    BEFORE INSERT OR UPDATE OF follows_id, product, application_id, status ON guarantees_requestedguarantee
    FOR EACH ROW EXECUTE FUNCTION guarantees_follow_fittingly();
CREATE FUNCTION guarantees_keep_job() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.work_id <> OLD.work_id OR (NEW.tendered_on IS NULL) <> (OLD.tendered_on IS NULL) THEN
        RAISE EXCEPTION 'application_keeps_its_job: an application stays with its job and its kind'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'application_keeps_its_job';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guarantees_application_job BEFORE UPDATE ON guarantees_application
    FOR EACH ROW EXECUTE FUNCTION guarantees_keep_job();
"""


def append_only(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER guarantees_{table}_append_only BEFORE UPDATE OR DELETE ON guarantees_{table} "
        "FOR EACH ROW EXECUTE FUNCTION guarantees_refuse_change()",
        f"DROP TRIGGER guarantees_{table}_append_only ON guarantees_{table}",
    )


class Migration(migrations.Migration):
    dependencies = [("guarantees", "0001_parties_applications_and_guarantees")]

    operations = [
        migrations.RunSQL(REFUSE_CHANGE, "DROP FUNCTION guarantees_refuse_change"),
        *(append_only(table) for table in APPEND_ONLY),
        migrations.RunSQL(
            FROZEN_IDENTITY,
            "DROP TRIGGER guarantees_guarantee_stays ON guarantees_guarantee; "
            "DROP TRIGGER guarantees_guarantee_identity ON guarantees_guarantee; DROP FUNCTION guarantees_keep_identity",
        ),
        migrations.RunSQL(
            NEXT_VERSION,
            "DROP TRIGGER guarantees_certificate_version ON guarantees_certificate; "
            "DROP FUNCTION guarantees_require_next_version",
        ),
        migrations.RunSQL(
            FROZEN_ONCE_ISSUED,
            "DROP TRIGGER guarantees_endorsement_issued ON guarantees_endorsement; "
            "DROP TRIGGER guarantees_requested_issued ON guarantees_requestedguarantee; DROP FUNCTION guarantees_keep_issued",
        ),
        migrations.RunSQL(
            FOLLOWS_FITTINGLY,
            "DROP TRIGGER guarantees_application_job ON guarantees_application; DROP FUNCTION guarantees_keep_job; "
            "DROP TRIGGER guarantees_requested_follows ON guarantees_requestedguarantee; "
            "DROP FUNCTION guarantees_follow_fittingly",
        ),
        migrations.RunSQL(
            LISTED_AS_APPLIED_FOR,
            "DROP TRIGGER guarantees_requested_listed ON guarantees_requestedguarantee; "
            "DROP FUNCTION guarantees_list_as_applied_for",
        ),
        migrations.RunSQL(
            FROZEN_FACTS,
            "DROP TRIGGER guarantees_application_facts ON guarantees_application; DROP FUNCTION guarantees_keep_facts",
        ),
        migrations.RunSQL(
            SAME_BYTES,
            "ALTER TABLE guarantees_bill DROP CONSTRAINT bill_sha256_is_of_pdf; "
            "ALTER TABLE guarantees_premiumstatement DROP CONSTRAINT statement_sha256_is_of_pdf; "
            "ALTER TABLE guarantees_certificate DROP CONSTRAINT certificate_sha256_is_of_pdf",
        ),
        migrations.RunSQL(
            PAST_RATES,
            "DROP TRIGGER guarantees_bankaccount_past ON guarantees_bankaccount; "
            "DROP TRIGGER guarantees_rateband_past ON guarantees_rateband; "
            "DROP TRIGGER guarantees_ratetable_past ON guarantees_ratetable; DROP FUNCTION guarantees_keep_past_rates",
        ),
        migrations.RunSQL(
            PAST_VERSIONS,
            "DROP TRIGGER guarantees_signatory_past ON guarantees_signatory; "
            "DROP TRIGGER guarantees_obligeeterms_past ON guarantees_obligeeterms; "
            "DROP FUNCTION guarantees_keep_past_versions",
        ),
        migrations.RunSQL(
            PAID_BEFORE_ISSUE,
            "DROP TRIGGER guarantees_endorsement_paid ON guarantees_endorsement; "
            "DROP TRIGGER guarantees_requested_paid ON guarantees_requestedguarantee; DROP FUNCTION guarantees_issue_by_another; "
            "DROP TRIGGER guarantees_payment_by_another ON guarantees_payment; DROP FUNCTION guarantees_confirm_by_another",
        ),
        migrations.RunSQL(
            COMPOSITE_KEYS,
            "ALTER TABLE guarantees_guarantee DROP CONSTRAINT guarantee_work_of_contractor; "
            "ALTER TABLE guarantees_application DROP CONSTRAINT application_work_of_contractor; "
            "ALTER TABLE guarantees_work DROP CONSTRAINT work_contractor_pair; "
            "ALTER TABLE guarantees_application DROP CONSTRAINT application_addressee_of_obligee; "
            "ALTER TABLE guarantees_addressee DROP CONSTRAINT addressee_obligee_pair",
        ),
    ]
