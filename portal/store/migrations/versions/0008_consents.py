"""Consent with all that the law asks of it

Going down takes signed consents out: what stands below has no place for their elements. A school's ground becomes an
emergency, the nearest that was known.

Revision: 0008. After: 0007.
"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

BEFORE = "'written_consent', 'verbal_consent', 'emergency', 'none_needed'"
SIGNED = ('person_id', 'discloser_id', 'scope', 'recipient_id', 'purpose', 'revoke_how', 'signature_kind', 'signature', 'signer',
          'signed_on', 'text', 'language')
TEXTS = ('scope', 'purpose', 'revoke_how', 'signature_kind', 'signature', 'signer', 'text', 'language')
LISTS = {
    'kind': "'scene', 'signed'",
    'scope': "'status', 'request'",
    'purpose': "'handoff', 'treatment'",
    'signer': "'person', 'person_and_parent', 'parent_guardian', 'representative'",
    'signature_kind': "'electronic', 'paper'",
    'language': "'en', 'es'",
}
WHAT = "'request', 'identity', 'information', 'question', 'status', 'handoff', 'follow_up', 'emergency'"


def upgrade() -> None:
    with op.batch_alter_table('organization') as batch:
        batch.add_column(sa.Column('part2_program', sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table('need') as batch:
        _bases(batch, 'need', BEFORE + ", 'health_or_safety'")
    with op.batch_alter_table('consent') as batch:
        _bases(batch, 'consent', BEFORE + ", 'health_or_safety'")
        batch.add_column(sa.Column('kind', sa.String(), server_default='scene', nullable=False))
        for name in ('withdrawn_role', 'intermediary', 'members', 'statements'):
            batch.add_column(sa.Column(name, sa.String(), server_default='', nullable=False))
        for name in ('lapsed_at', 'expires_at'):
            batch.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))
        for name in ('person_id', 'discloser_id', 'recipient_id'):
            batch.add_column(sa.Column(name, sa.Uuid(), nullable=True))
        for name in TEXTS:
            batch.add_column(sa.Column(name, sa.Text() if name == 'signature' else sa.String(), nullable=True))
        batch.add_column(sa.Column('signed_on', sa.Date(), nullable=True))
        for name in ('discloser_id', 'recipient_id'):
            batch.create_foreign_key(op.f(f'fk_consent_{name}'), 'organization', [name], ['id'])
        batch.create_index(op.f('ix_consent_expires_at'), ['expires_at'])
        for name, words in _checks().items():
            batch.create_check_constraint(op.f(f'ck_consent_{name}'), words)
    with op.batch_alter_table('disclosure') as batch:
        for name in ('discloser_id', 'consent_id'):
            batch.add_column(sa.Column(name, sa.Uuid(), nullable=True))
        batch.add_column(sa.Column('basis', sa.String(), server_default='', nullable=False))
        batch.create_foreign_key(op.f('fk_disclosure_discloser_id'), 'organization', ['discloser_id'], ['id'])
        batch.create_foreign_key(op.f('fk_disclosure_consent_id'), 'consent', ['consent_id'], ['id'])
        batch.create_check_constraint(op.f('ck_disclosure_what_known'), f'what IN ({WHAT})')
        batch.create_index('ix_disclosure_to', ['organization_id', 'at'])
    _name_who_disclosed()


def downgrade() -> None:
    with op.batch_alter_table('disclosure') as batch:
        batch.drop_index('ix_disclosure_to')
        batch.drop_constraint(op.f('ck_disclosure_what_known'), type_='check')
        for name in ('fk_disclosure_discloser_id', 'fk_disclosure_consent_id'):
            batch.drop_constraint(op.f(name), type_='foreignkey')
        for name in ('basis', 'consent_id', 'discloser_id'):
            batch.drop_column(name)
    op.execute("DELETE FROM consent WHERE kind = 'signed'")
    for table in ('need', 'consent'):
        op.execute(f"UPDATE {table} SET basis = 'emergency' WHERE basis = 'health_or_safety'")
    with op.batch_alter_table('consent') as batch:
        for name in _checks():
            batch.drop_constraint(op.f(f'ck_consent_{name}'), type_='check')
        batch.drop_index(op.f('ix_consent_expires_at'))
        for name in ('discloser_id', 'recipient_id'):
            batch.drop_constraint(op.f(f'fk_consent_{name}'), type_='foreignkey')
        for name in ('kind', 'withdrawn_role', 'intermediary', 'members', 'statements', 'lapsed_at', 'expires_at',
                     'person_id', 'discloser_id', 'recipient_id', 'signed_on', *TEXTS):
            batch.drop_column(name)
        _bases(batch, 'consent', BEFORE)
    with op.batch_alter_table('need') as batch:
        _bases(batch, 'need', BEFORE)
    with op.batch_alter_table('organization') as batch:
        batch.drop_column('part2_program')


def _bases(batch: object, table: str, listed: str) -> None:
    name = op.f(f'ck_{table}_basis_known')
    batch.drop_constraint(name, type_='check')  # type: ignore[attr-defined]
    batch.create_check_constraint(name, f'basis IN ({listed})')  # type: ignore[attr-defined]


def _checks() -> dict[str, str]:
    """Name -> words of every check that a consent gains."""
    found = {f'{column}_known': f'{column} IN ({listed})' for column, listed in LISTS.items()}
    for column in SIGNED:
        there = f'{column} IS NOT NULL' + (f" AND {column} <> ''" if column in TEXTS else '')
        found[f'signed_has_{column}'] = f"NOT (kind = 'signed') OR ({there})"
    found['signed_has_expires_at'] = "NOT (kind = 'signed' AND purpose <> 'treatment') OR (expires_at IS NOT NULL)"
    found['signed_has_statements'] = (
        "NOT (kind = 'signed' AND purpose = 'treatment') OR (statements IS NOT NULL AND statements <> '')"
    )
    found['ends_after_it_began'] = 'expires_at IS NULL OR expires_at > at'
    found['intermediary_names_its_members'] = "(intermediary = '') = (members = '')"
    return found


def _name_who_disclosed() -> None:
    """Earlier rows: an answer came from the service, everything else from the sender's unit."""
    op.execute(
        "UPDATE disclosure SET discloser_id = (SELECT offer.organization_id FROM offer WHERE offer.id = disclosure.offer_id)"
        " WHERE what = 'status'"
    )
    op.execute(
        "UPDATE disclosure SET discloser_id = (SELECT need.sender_organization_id FROM need WHERE need.id = disclosure.need_id)"
        " WHERE discloser_id IS NULL"
    )
    op.execute("UPDATE disclosure SET basis = (SELECT need.basis FROM need WHERE need.id = disclosure.need_id)")
