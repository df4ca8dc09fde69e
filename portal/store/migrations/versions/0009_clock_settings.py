"""Clocks that a steward sets, what the hourly look finds, and needs that nobody could meet

Revision: 0009. After: 0008.
"""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('clock_setting',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('community_id', sa.Uuid(), nullable=False),
    sa.Column('service_at_location_id', sa.Uuid(), nullable=True),
    sa.Column('urgency', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('lengths', sa.JSON(), nullable=False),
    sa.Column('follow_up_days', sa.String(), nullable=False),
    sa.Column('backup_email', sa.String(), nullable=False),
    sa.Column('backup_contact_id', sa.Uuid(), nullable=True),
    sa.Column('changed_by', sa.Uuid(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("urgency IN ('now', 'today', 'routine')", name=op.f('ck_clock_setting_urgency_known')),
    sa.ForeignKeyConstraint(['backup_contact_id'], ['contact.id'], name=op.f('fk_clock_setting_backup_contact_id')),
    sa.ForeignKeyConstraint(['changed_by'], ['account.id'], name=op.f('fk_clock_setting_changed_by')),
    sa.ForeignKeyConstraint(['community_id'], ['community.id'], name=op.f('fk_clock_setting_community_id')),
    sa.ForeignKeyConstraint(['service_at_location_id'], ['service_at_location.id'], name=op.f('fk_clock_setting_service_at_location_id')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_clock_setting'))
    )
    op.create_index('ix_clock_setting_newest', 'clock_setting', ['community_id', 'service_at_location_id', 'urgency', 'version'], unique=True)
    op.create_index(op.f('ix_clock_setting_service_at_location_id'), 'clock_setting', ['service_at_location_id'])
    op.create_table('need_fault',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('need_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('found_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('mended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_need_fault_need_id')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_need_fault')),
    sa.UniqueConstraint('need_id', 'kind', name=op.f('uq_need_fault_need_id_kind'))
    )
    op.create_table('unmet_tally',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('area', sa.String(), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_unmet_tally')),
    sa.UniqueConstraint('day', 'code', 'area', name=op.f('uq_unmet_tally_day_code_area'))
    )
    op.create_index(op.f('ix_unmet_tally_day'), 'unmet_tally', ['day'])
    op.add_column('need', sa.Column('unmet_at', sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column('need', 'unmet_at')  # every SQLite that we run on does it without copying the table
    for table in ('unmet_tally', 'need_fault', 'clock_setting'):
        op.drop_table(table)
