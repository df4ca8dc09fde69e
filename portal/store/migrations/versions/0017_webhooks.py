"""Who is told of changes, and what was sent

Revision: 0017. After: 0016.

Two new tables. Going down loses which systems were told, how far each had come, and the tries.
"""

import sqlalchemy as sa
from alembic import op


revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('webhook',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('community_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('secret', sa.Text(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('replays', sa.Integer(), nullable=False),
    sa.Column('wants_test', sa.Boolean(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('next_try_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('claimed_until', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('active', 'paused', 'parked')", name=op.f('ck_webhook_state_known')),
    sa.ForeignKeyConstraint(['community_id'], ['community.id'], name=op.f('fk_webhook_community_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook'))
    )
    op.create_index(op.f('ix_webhook_community_id'), 'webhook', ['community_id'])

    op.create_table('webhook_try',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('webhook_id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('first', sa.Integer(), nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.Column('delivered', sa.Boolean(), nullable=False),
    sa.Column('detail', sa.String(), nullable=False),
    sa.CheckConstraint("kind IN ('changes', 'test')", name=op.f('ck_webhook_try_kind_known')),
    sa.ForeignKeyConstraint(['webhook_id'], ['webhook.id'], name=op.f('fk_webhook_try_webhook_id')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_webhook_try'))
    )
    op.create_index('ix_webhook_try_told', 'webhook_try', ['webhook_id', 'number'])
    op.create_index(op.f('ix_webhook_try_at'), 'webhook_try', ['at'])


def downgrade() -> None:
    op.drop_table('webhook_try')
    op.drop_table('webhook')
