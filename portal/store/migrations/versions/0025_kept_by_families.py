"""Profiles that their owners keep, and notes of families

Revision: 0025. After: 0024.
"""

import sqlalchemy as sa
from alembic import op


revision = '0025'
down_revision = '0024'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('advocate_call',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('program_id', sa.Uuid(), nullable=False),
    sa.Column('district_id', sa.Uuid(), nullable=True),
    sa.Column('called_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('called_by', sa.Uuid(), nullable=False),
    sa.Column('arrived_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('arrival_recorded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('arrived_by', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['arrived_by'], ['account.id'], name=op.f('fk_advocate_call_arrived_by')),
    sa.ForeignKeyConstraint(['called_by'], ['account.id'], name=op.f('fk_advocate_call_called_by')),
    sa.ForeignKeyConstraint(['district_id'], ['district.id'], name=op.f('fk_advocate_call_district_id')),
    sa.ForeignKeyConstraint(['program_id'], ['response_program.id'], name=op.f('fk_advocate_call_program_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_advocate_call'))
    )
    with op.batch_alter_table('advocate_call', schema=None) as batch_op:
        batch_op.create_index('ix_advocate_call_day', ['program_id', 'called_at'], unique=False)

    op.create_table('advocate_count',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('program_id', sa.Uuid(), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('counts', sa.JSON(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('counted_by', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['counted_by'], ['account.id'], name=op.f('fk_advocate_count_counted_by')),
    sa.ForeignKeyConstraint(['program_id'], ['response_program.id'], name=op.f('fk_advocate_count_program_id')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_advocate_count'))
    )
    with op.batch_alter_table('advocate_count', schema=None) as batch_op:
        batch_op.create_index('ix_advocate_count_month', ['program_id', 'month'], unique=False)

    op.create_table('profile',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('community_id', sa.Uuid(), nullable=False),
    sa.Column('program_id', sa.Uuid(), nullable=False),
    sa.Column('code_hash', sa.String(), nullable=True),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.Column('content', sa.Text(), nullable=True),
    sa.Column('photo', sa.Text(), nullable=True),
    sa.Column('contact', sa.Text(), nullable=True),
    sa.Column('consent_by', sa.String(), nullable=False),
    sa.Column('consent_text', sa.Integer(), nullable=False),
    sa.Column('flyer_agreed', sa.Boolean(), nullable=False),
    sa.Column('expires_on', sa.Date(), nullable=False),
    sa.Column('reminded_on', sa.Date(), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('end_reason', sa.String(), nullable=False),
    sa.CheckConstraint("consent_by IN ('person', 'guardian')", name=op.f('ck_profile_consent_by_known')),
    sa.CheckConstraint("end_reason IN ('', 'owner', 'request', 'expired')", name=op.f('ck_profile_end_reason_known')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_profile_account_id')),
    sa.ForeignKeyConstraint(['community_id'], ['community.id'], name=op.f('fk_profile_community_id')),
    sa.ForeignKeyConstraint(['program_id'], ['response_program.id'], name=op.f('fk_profile_program_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_profile')),
    sa.UniqueConstraint('code_hash', name=op.f('uq_profile_code_hash'))
    )
    with op.batch_alter_table('profile', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_profile_account_id'), ['account_id'], unique=False)
        batch_op.create_index('ix_profile_clock', ['ended_at', 'expires_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_profile_program_id'), ['program_id'], unique=False)

    op.create_table('victim_visit',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('program_id', sa.Uuid(), nullable=False),
    sa.Column('on_day', sa.Date(), nullable=False),
    sa.Column('needs', sa.JSON(), nullable=False),
    sa.Column('met', sa.JSON(), nullable=False),
    sa.Column('recorded_by', sa.Uuid(), nullable=False),
    sa.Column('recorded_on', sa.Date(), nullable=False),
    sa.Column('withdrawn_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['program_id'], ['response_program.id'], name=op.f('fk_victim_visit_program_id')),
    sa.ForeignKeyConstraint(['recorded_by'], ['account.id'], name=op.f('fk_victim_visit_recorded_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_victim_visit'))
    )
    with op.batch_alter_table('victim_visit', schema=None) as batch_op:
        batch_op.create_index('ix_victim_visit_day', ['program_id', 'on_day'], unique=False)

    op.create_table('profile_confirmation',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('profile_id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_on', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['profile_id'], ['profile.id'], name=op.f('fk_profile_confirmation_profile_id')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_profile_confirmation')),
    info={'guarded': 'purge'}
    )
    with op.batch_alter_table('profile_confirmation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_profile_confirmation_profile_id'), ['profile_id'], unique=False)

    op.create_table('profile_look',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('profile_id', sa.Uuid(), nullable=False),
    sa.Column('program_id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.Column('matched', sa.String(), nullable=False),
    sa.Column('call_mac', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('flyer_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('found_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("matched IN ('phone', 'address')", name=op.f('ck_profile_look_matched_known')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_profile_look_account_id')),
    sa.ForeignKeyConstraint(['profile_id'], ['profile.id'], name=op.f('fk_profile_look_profile_id')),
    sa.ForeignKeyConstraint(['program_id'], ['response_program.id'], name=op.f('fk_profile_look_program_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_profile_look'))
    )
    with op.batch_alter_table('profile_look', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_profile_look_profile_id'), ['profile_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_profile_look_program_id'), ['program_id'], unique=False)

    op.create_table('profile_mark',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('profile_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('mac', sa.LargeBinary(), nullable=False),
    sa.Column('pepper_id', sa.String(), nullable=False),
    sa.CheckConstraint("kind IN ('phone', 'address')", name=op.f('ck_profile_mark_kind_known')),
    sa.ForeignKeyConstraint(['profile_id'], ['profile.id'], name=op.f('fk_profile_mark_profile_id')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_profile_mark'))
    )
    with op.batch_alter_table('profile_mark', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_profile_mark_mac'), ['mac'], unique=False)
        batch_op.create_index(batch_op.f('ix_profile_mark_pepper_id'), ['pepper_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_profile_mark_profile_id'), ['profile_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('profile_mark', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_profile_mark_profile_id'))
        batch_op.drop_index(batch_op.f('ix_profile_mark_pepper_id'))
        batch_op.drop_index(batch_op.f('ix_profile_mark_mac'))

    op.drop_table('profile_mark')
    with op.batch_alter_table('profile_look', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_profile_look_program_id'))
        batch_op.drop_index(batch_op.f('ix_profile_look_profile_id'))

    op.drop_table('profile_look')
    with op.batch_alter_table('profile_confirmation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_profile_confirmation_profile_id'))

    op.drop_table('profile_confirmation')
    with op.batch_alter_table('victim_visit', schema=None) as batch_op:
        batch_op.drop_index('ix_victim_visit_day')

    op.drop_table('victim_visit')
    with op.batch_alter_table('profile', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_profile_program_id'))
        batch_op.drop_index('ix_profile_clock')
        batch_op.drop_index(batch_op.f('ix_profile_account_id'))

    op.drop_table('profile')
    with op.batch_alter_table('advocate_count', schema=None) as batch_op:
        batch_op.drop_index('ix_advocate_count_month')

    op.drop_table('advocate_count')
    with op.batch_alter_table('advocate_call', schema=None) as batch_op:
        batch_op.drop_index('ix_advocate_call_day')

    op.drop_table('advocate_call')
