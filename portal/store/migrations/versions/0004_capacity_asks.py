"""Several services are asked for room at once

Revision: 0004. After: 0003.
"""

import sqlalchemy as sa
from alembic import op


revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('asking',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('community_id', sa.Uuid(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('urgency', sa.String(), nullable=False),
    sa.Column('age_band', sa.String(), nullable=False),
    sa.Column('area', sa.String(), nullable=False),
    sa.Column('sender_account_id', sa.Uuid(), nullable=False),
    sa.Column('sender_organization_id', sa.Uuid(), nullable=False),
    sa.Column('callback', sa.String(), nullable=False),
    sa.Column('plan', sa.JSON(), nullable=False),
    sa.Column('owner', sa.String(), nullable=False),
    sa.Column('deadline', sa.DateTime(timezone=True), nullable=True),
    sa.Column('deadline_name', sa.String(), nullable=False),
    sa.Column('escalated_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('turn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('winner', sa.Integer(), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('close_reason', sa.String(), nullable=False),
    sa.Column('idempotency_key', sa.String(), nullable=False),
    sa.Column('request_digest', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(closed_at IS NOT NULL) OR (deadline IS NOT NULL)", name=op.f('ck_asking_open_has_deadline')),
    sa.CheckConstraint("age_band IN ('unknown', 'under_13', '13_17', '18_24', '25_64', '65_plus')", name=op.f('ck_asking_age_band_known')),
    sa.CheckConstraint("close_reason IN ('', 'sent', 'not_needed', 'lapsed')", name=op.f('ck_asking_close_reason_known')),
    sa.CheckConstraint("deadline_name IN ('seen_by', 'decide_by', 'send_by', 'choose_by', 'lapses')", name=op.f('ck_asking_deadline_name_known')),
    sa.CheckConstraint("owner IN ('receiver', 'sender', 'supervisor')", name=op.f('ck_asking_owner_known')),
    sa.CheckConstraint("urgency IN ('now', 'today', 'routine')", name=op.f('ck_asking_urgency_known')),
    sa.ForeignKeyConstraint(['community_id'], ['community.id'], name=op.f('fk_asking_community_id')),
    sa.ForeignKeyConstraint(['sender_account_id'], ['account.id'], name=op.f('fk_asking_sender_account_id')),
    sa.ForeignKeyConstraint(['sender_organization_id'], ['organization.id'], name=op.f('fk_asking_sender_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_asking')),
    sa.UniqueConstraint('sender_account_id', 'idempotency_key', name=op.f('uq_asking_sender_account_id_idempotency_key'))
    )
    with op.batch_alter_table('asking', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_asking_asked_at'), ['asked_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_asking_community_id'), ['community_id'], unique=False)
        batch_op.create_index('ix_asking_due', ['closed_at', 'deadline'], unique=False)
        batch_op.create_index(batch_op.f('ix_asking_sender_account_id'), ['sender_account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_asking_sender_organization_id'), ['sender_organization_id'], unique=False)

    op.create_table('capacity_ask',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('asking_id', sa.Uuid(), nullable=False),
    sa.Column('service_at_location_id', sa.Uuid(), nullable=False),
    sa.Column('organization_id', sa.Uuid(), nullable=False),
    sa.Column('desk_id', sa.Uuid(), nullable=True),
    sa.Column('ordinal', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_by', sa.String(), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.CheckConstraint("channel IN ('', 'inbox', 'link', 'sms')", name=op.f('ck_capacity_ask_channel_known')),
    sa.CheckConstraint("ordinal BETWEEN 1 AND 5", name=op.f('ck_capacity_ask_at_most_five')),
    sa.CheckConstraint("state IN ('asked', 'yes', 'no', 'waitlist', 'assessment', 'released', 'expired')", name=op.f('ck_capacity_ask_state_known')),
    sa.ForeignKeyConstraint(['asking_id'], ['asking.id'], name=op.f('fk_capacity_ask_asking_id')),
    sa.ForeignKeyConstraint(['desk_id'], ['contact.id'], name=op.f('fk_capacity_ask_desk_id')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_capacity_ask_organization_id')),
    sa.ForeignKeyConstraint(['service_at_location_id'], ['service_at_location.id'], name=op.f('fk_capacity_ask_service_at_location_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_capacity_ask')),
    sa.UniqueConstraint('asking_id', 'ordinal', name=op.f('uq_capacity_ask_asking_id_ordinal')),
    sa.UniqueConstraint('asking_id', 'service_at_location_id', name=op.f('uq_capacity_ask_asking_id_service_at_location_id'))
    )
    with op.batch_alter_table('capacity_ask', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_capacity_ask_asking_id'), ['asking_id'], unique=False)
        batch_op.create_index('ix_capacity_ask_inbox', ['organization_id', 'state'], unique=False)
        batch_op.create_index(batch_op.f('ix_capacity_ask_service_at_location_id'), ['service_at_location_id'], unique=False)

    op.create_table('capacity_ask_event',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('ask_id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('action', sa.String(), nullable=False),
    sa.Column('from_state', sa.String(), nullable=False),
    sa.Column('to_state', sa.String(), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.Column('actor_kind', sa.String(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.Column('channel', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['ask_id'], ['capacity_ask.id'], name=op.f('fk_capacity_ask_event_ask_id')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_capacity_ask_event'))
    )
    with op.batch_alter_table('capacity_ask_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_capacity_ask_event_ask_id'), ['ask_id'], unique=False)

    with op.batch_alter_table('need', schema=None) as batch_op:
        batch_op.add_column(sa.Column('asking_id', sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_need_asking_id'), 'asking', ['asking_id'], ['id'])
        batch_op.create_index(batch_op.f('ix_need_asking_id'), ['asking_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('need', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_need_asking_id'))
        batch_op.drop_constraint(batch_op.f('fk_need_asking_id'), type_='foreignkey')
        batch_op.drop_column('asking_id')
    for table in ('capacity_ask_event', 'capacity_ask', 'asking'):
        op.drop_table(table)
