"""Client keys and the blind index, what a person holds of us and asks of us, the date of birth

Revision: 0011. After: 0010.

Needs that are there already get no key: it takes the person's name to know them again, and a revision opens nothing sealed.
Going down loses the keys, the index, the cards' codes, the requests and the corrections; people and needs stay.
"""

import sqlalchemy as sa
from alembic import op


revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('client',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('community_id', sa.Uuid(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_encounter_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['community_id'], ['community.id'], name=op.f('fk_client_community_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_client'))
    )
    op.create_index(op.f('ix_client_community_id'), 'client', ['community_id'])

    op.create_table('blind_index',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('mac', sa.LargeBinary(), nullable=False),
    sa.Column('pepper_id', sa.String(), nullable=False),
    sa.Column('client_id', sa.Uuid(), nullable=False),
    sa.Column('need_id', sa.Uuid(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_encounter_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('identity', 'contact', 'phone')", name=op.f('ck_blind_index_kind_known')),
    sa.ForeignKeyConstraint(['client_id'], ['client.id'], name=op.f('fk_blind_index_client_id')),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_blind_index_need_id')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_blind_index')),
    sa.UniqueConstraint('need_id', 'kind', name=op.f('uq_blind_index_need_id_kind'))
    )
    op.create_index('ix_blind_index_mac', 'blind_index', ['mac'])
    op.create_index(op.f('ix_blind_index_pepper_id'), 'blind_index', ['pepper_id'])
    op.create_index(op.f('ix_blind_index_client_id'), 'blind_index', ['client_id'])
    op.create_index(op.f('ix_blind_index_last_encounter_at'), 'blind_index', ['last_encounter_at'])

    op.create_table('receipt',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('need_id', sa.Uuid(), nullable=False),
    sa.Column('code_hash', sa.String(), nullable=False),
    sa.Column('short_hash', sa.String(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['made_by'], ['account.id'], name=op.f('fk_receipt_made_by')),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_receipt_need_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_receipt')),
    sa.UniqueConstraint('code_hash', name=op.f('uq_receipt_code_hash')),
    sa.UniqueConstraint('short_hash', name=op.f('uq_receipt_short_hash'))
    )
    op.create_index(op.f('ix_receipt_need_id'), 'receipt', ['need_id'])

    op.create_table('rights_request',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('community_id', sa.Uuid(), nullable=False),
    sa.Column('need_id', sa.Uuid(), nullable=False),
    sa.Column('client_id', sa.Uuid(), nullable=True),
    sa.Column('identity_check', sa.String(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('opened_by', sa.Uuid(), nullable=False),
    sa.Column('exported_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('corrected_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('restricted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('deleted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_as', sa.String(), nullable=False),
    sa.CheckConstraint("identity_check IN ('photo_document', 'known_to_staff', 'representative')", name=op.f('ck_rights_request_identity_check_known')),
    sa.CheckConstraint("ended_as IN ('', 'done', 'identity_not_shown', 'taken_back')", name=op.f('ck_rights_request_ended_as_known')),
    sa.ForeignKeyConstraint(['client_id'], ['client.id'], name=op.f('fk_rights_request_client_id')),
    sa.ForeignKeyConstraint(['community_id'], ['community.id'], name=op.f('fk_rights_request_community_id')),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_rights_request_need_id')),
    sa.ForeignKeyConstraint(['opened_by'], ['account.id'], name=op.f('fk_rights_request_opened_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rights_request'))
    )
    for column in ('client_id', 'community_id', 'need_id', 'opened_by'):
        op.create_index(op.f(f'ix_rights_request_{column}'), 'rights_request', [column])

    op.create_table('correction',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('need_id', sa.Uuid(), nullable=False),
    sa.Column('request_id', sa.Uuid(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_correction_need_id')),
    sa.ForeignKeyConstraint(['request_id'], ['rights_request.id'], name=op.f('fk_correction_request_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_correction'))
    )
    op.create_index(op.f('ix_correction_need_id'), 'correction', ['need_id'])
    op.create_index(op.f('ix_correction_request_id'), 'correction', ['request_id'])

    op.add_column('person', sa.Column('date_of_birth', sa.Text(), nullable=True))
    # Beside the column itself, so that SQLite adds and drops it without copying a table that others point to.
    key = sa.Column('client_id', sa.Uuid(), sa.ForeignKey('client.id', name=op.f('fk_need_client_id')), nullable=True)
    op.add_column('need', key, inline_references=True)
    op.create_index(op.f('ix_need_client_id'), 'need', ['client_id'])
    op.add_column('need', sa.Column('restricted_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('fallback', sa.Column('person_asked', sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column('fallback', 'person_asked')
    op.drop_column('need', 'restricted_at')
    op.drop_index(op.f('ix_need_client_id'), 'need')
    op.drop_column('need', 'client_id')
    op.drop_column('person', 'date_of_birth')
    for table in ('correction', 'rights_request', 'receipt', 'blind_index', 'client'):
        op.drop_table(table)
