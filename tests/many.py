"""Very many rows, by bulk SQL: guarantees of one contractor strewn among those of others, as years of work leave them."""

from django.db import connection

from guarantees.models import Branch, Contractor, Obligee, RateTable
from netdesk.models import User

# What the lists read; VACUUM lets the indexes answer alone, as autovacuum sees to in a running service.
TABLES = ("work", "application", "requestedguarantee", "guarantee", "certificate")

# Text that a row leaves empty is empty: what is listed below are the columns that say something.
EMPTY_TEXT = """
DO $$ DECLARE one record; BEGIN
    FOR one IN SELECT table_name, column_name FROM information_schema.columns
        WHERE table_name IN ('guarantees_application', 'guarantees_requestedguarantee')
            AND data_type IN ('character varying', 'text') AND is_nullable = 'NO' AND column_default IS NULL
    LOOP
        EXECUTE format('ALTER TABLE %%I ALTER COLUMN %%I SET DEFAULT %%L', one.table_name, one.column_name, '');
    END LOOP;
END $$;
"""

STREWN = """
CREATE TEMPORARY TABLE strewn AS
SELECT row, CASE WHEN row %% %(every)s = 0 THEN %(own)s ELSE %(first_other)s + row %% %(others)s END AS contractor_id,
       now() - (row - %(start)s) * interval '700 days' / %(total)s AS at
FROM generate_series(%(start)s + 1, %(start)s + %(total)s) AS row;
"""
WORKS = """
INSERT INTO guarantees_work (id, public_id, contractor_id)
SELECT 1000000 + row, gen_random_uuid(), contractor_id FROM strewn ORDER BY row DESC;
"""
APPLICATIONS = """
INSERT INTO guarantees_application (id, public_id, work_id, contractor_id, branch_id, status, revision, obligee_id, addressee_id,
    typed_obligee, typed_addressee, work_kind, work_name, work_place, contract_price, work_starts_on, work_ends_on, contracted_on,
    is_approved_by_obligee, jv_name, jv_members, wants_mail, mail_to, contact_section, contact_post, contact_name, contact_phone,
    message_to_surety, message_to_contractor, drafted_at, drafted_by_id, submitted_at, submitted_by_id)
SELECT 1000000 + row, gen_random_uuid(), 1000000 + row, contractor_id, %(branch)s, 'submitted', 1, %(obligee)s, %(addressee)s,
    '', '', 'works', '第' || row || '号道路改良工事', '平塚市○○地内', 50000000, at::date, at::date + 100, at::date,
    false, '', '{}', false, '', '総務部', '主任', '佐藤 花子', '0463-00-0000',
    '', '', at, %(clerk)s, at, %(clerk)s
FROM strewn ORDER BY row DESC;
"""
GUARANTEES = """
INSERT INTO guarantees_guarantee (id, public_id, number, product, medium, contractor_id, branch_id, work_id, obligee_id, obligee_code,
    issued_on, key_ciphertext, key_version, state)
SELECT 1000000 + row, gen_random_uuid(), lpad((90000 + row / 100000)::text, 5, '0') || '-' || lpad((row %% 100000)::text, 5, '0') || 'M',
    'advance', 'electronic', contractor_id, %(branch)s, 1000000 + row, %(obligee)s, '14203', at::date, 'x', 1, 'in_force'
FROM strewn ORDER BY row DESC;
"""
REQUESTED = """
INSERT INTO guarantees_requestedguarantee (id, public_id, application_id, product, medium, guaranteed_amount, entrusted_bank,
    uses_redeposit, premium_payment, premium_billed_to, wants_paper_statement, status, taken_up_at, taken_up_by_id, approved_at,
    approved_by_id, approved_revision, approved_sha256, issued_at, issued_by_id, guarantee_id, premium_amount, premium_rate,
    rate_table_id)
SELECT 1000000 + row, gen_random_uuid(), 1000000 + row, 'advance', 'electronic', 20000000, '○○銀行', false, 'monthly', '○○建設', false,
    'issued', at, %(clerk)s, at, %(clerk)s, 1, 'x', at, %(issuer)s, 1000000 + row, 62500, 0.3, %(rates)s
FROM strewn ORDER BY row DESC;
"""
CERTIFICATES = """
INSERT INTO guarantees_certificate (guarantee_id, version, target, cause, facts, pdf, sha256, guarantee_ends_on, issued_at, issued_by_id)
SELECT 1000000 + row, 1, '新規', 'issue',
    jsonb_build_object('addressee', '平塚市長', 'work_name', '第' || row || '号道路改良工事', 'contract_price', 50000000),
    'x', encode(sha256('x'), 'hex'), at::date + 100, at, %(issuer)s
FROM strewn ORDER BY row DESC;
"""


def issue_many(contractor: Contractor, *, own: int, others: int, start: int = 0) -> None:
    """`own` issued guarantees of this contractor over the last 700 days, strewn evenly among `others` of nine other companies.

    `start` is how many rows were made before in this database.
    """
    blank = {"address": "", "phone": "", "email": "", "postal_code": ""}
    rivals = [
        Contractor.objects.get_or_create(code=f"9{number:09}", defaults={"name": f"他社{number}", **blank})[0]
        for number in range(9)
    ]
    obligee = Obligee.objects.get(code="14203")
    values = {
        "own": contractor.pk,
        "start": start,
        "first_other": rivals[0].pk,
        "others": len(rivals),
        "every": (own + others) // own,
        "total": own + others,
        "branch": Branch.objects.get(name="神奈川支店").pk,
        "obligee": obligee.pk,
        "addressee": obligee.addressees.get(title="平塚市長").pk,
        "clerk": User.objects.get(username="reviewer").pk,
        "rates": RateTable.objects.filter(product="advance").first().pk,
        "issuer": User.objects.get(username="approver").pk,
    }
    with connection.cursor() as cursor:
        for statement in (EMPTY_TEXT, STREWN, WORKS, APPLICATIONS, GUARANTEES, REQUESTED, CERTIFICATES):
            cursor.execute(statement, values)
        cursor.execute("DROP TABLE strewn")


def vacuum() -> None:
    """The tables as autovacuum keeps them. Not inside a transaction."""
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"VACUUM ANALYZE guarantees_{table}")
