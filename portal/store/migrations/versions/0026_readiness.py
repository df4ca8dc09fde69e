"""Readiness, trainings and monthly totals

Revision: 0026. After: 0025.
"""

import sqlalchemy as sa
from alembic import op


revision = '0026'
down_revision = '0025'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('monthly_total',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('organization_id', sa.Uuid(), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('said_by', sa.Uuid(), nullable=False),
    sa.CheckConstraint("kind IN ('use_of_force', 'injured_people', 'injured_officers', 'swat')", name=op.f('ck_monthly_total_kind_known')),
    sa.CheckConstraint('count >= 0', name=op.f('ck_monthly_total_count_is_none_or_more')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_monthly_total_organization_id')),
    sa.ForeignKeyConstraint(['said_by'], ['account.id'], name=op.f('fk_monthly_total_said_by')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_monthly_total')),
    info={'guarded': 'purge'}
    )
    with op.batch_alter_table('monthly_total', schema=None) as batch_op:
        batch_op.create_index('ix_monthly_total_month', ['organization_id', 'kind', 'month'], unique=False)

    op.create_table('roster_officer',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organization_id', sa.Uuid(), nullable=False),
    sa.Column('reference', sa.String(), nullable=False),
    sa.Column('sworn', sa.Boolean(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_roster_officer_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_roster_officer')),
    sa.UniqueConstraint('organization_id', 'reference', name=op.f('uq_roster_officer_organization_id_reference'))
    )
    op.create_table('readiness_evidence',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('program_id', sa.Uuid(), nullable=False),
    sa.Column('element', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('url', sa.String(), nullable=False),
    sa.Column('file', sa.LargeBinary(), nullable=True),
    sa.Column('has_file', sa.Boolean(), nullable=False),
    sa.Column('signed_on', sa.Date(), nullable=True),
    sa.Column('expires_on', sa.Date(), nullable=True),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('added_by', sa.Uuid(), nullable=False),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('removed_by', sa.Uuid(), nullable=True),
    sa.CheckConstraint("kind IN ('pledge', 'mou', 'policy', 'protocol', 'consent_template', 'audit_sample', 'training_plan', 'minutes', 'report', 'other')", name=op.f('ck_readiness_evidence_kind_known')),
    sa.ForeignKeyConstraint(['added_by'], ['account.id'], name=op.f('fk_readiness_evidence_added_by')),
    sa.ForeignKeyConstraint(['program_id'], ['response_program.id'], name=op.f('fk_readiness_evidence_program_id')),
    sa.ForeignKeyConstraint(['removed_by'], ['account.id'], name=op.f('fk_readiness_evidence_removed_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_readiness_evidence'))
    )
    with op.batch_alter_table('readiness_evidence', schema=None) as batch_op:
        batch_op.create_index('ix_readiness_evidence_element', ['program_id', 'element'], unique=False)

    op.create_table('readiness_status',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('program_id', sa.Uuid(), nullable=False),
    sa.Column('element', sa.String(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('owner_id', sa.Uuid(), nullable=True),
    sa.Column('review_on', sa.Date(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('said_by', sa.Uuid(), nullable=False),
    sa.CheckConstraint("status IN ('not_started', 'partial', 'in_place')", name=op.f('ck_readiness_status_status_known')),
    sa.ForeignKeyConstraint(['owner_id'], ['account.id'], name=op.f('fk_readiness_status_owner_id')),
    sa.ForeignKeyConstraint(['program_id'], ['response_program.id'], name=op.f('fk_readiness_status_program_id')),
    sa.ForeignKeyConstraint(['said_by'], ['account.id'], name=op.f('fk_readiness_status_said_by')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_readiness_status')),
    info={'guarded': 'purge'}
    )
    with op.batch_alter_table('readiness_status', schema=None) as batch_op:
        batch_op.create_index('ix_readiness_status_element', ['program_id', 'element', 'number'], unique=False)

    op.create_table('training',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('officer_id', sa.Uuid(), nullable=False),
    sa.Column('course', sa.String(), nullable=False),
    sa.Column('on_day', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("course IN ('mental_health', 'cit')", name=op.f('ck_training_course_known')),
    sa.ForeignKeyConstraint(['officer_id'], ['roster_officer.id'], name=op.f('fk_training_officer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_training')),
    sa.UniqueConstraint('officer_id', 'course', 'on_day', name=op.f('uq_training_officer_id_course_on_day'))
    )


def downgrade() -> None:
    op.drop_table('training')
    with op.batch_alter_table('readiness_status', schema=None) as batch_op:
        batch_op.drop_index('ix_readiness_status_element')

    op.drop_table('readiness_status')
    with op.batch_alter_table('readiness_evidence', schema=None) as batch_op:
        batch_op.drop_index('ix_readiness_evidence_element')

    op.drop_table('readiness_evidence')
    op.drop_table('roster_officer')
    with op.batch_alter_table('monthly_total', schema=None) as batch_op:
        batch_op.drop_index('ix_monthly_total_month')

    op.drop_table('monthly_total')
