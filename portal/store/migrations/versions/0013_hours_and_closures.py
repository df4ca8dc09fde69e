"""Seasons and holidays of schedules, closures with an end

Going down forgets closures, and in which part of the year hours hold.

Revision: 0013. After: 0012.
"""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

OURS = ('season', 'closed_on')


def upgrade() -> None:
    with op.batch_alter_table('schedule', schema=None) as batch_op:
        for column in OURS:
            batch_op.add_column(sa.Column(column, sa.String(), server_default='', nullable=False))
    with op.batch_alter_table('schedule', schema=None) as batch_op:
        for column in OURS:
            batch_op.alter_column(column, server_default=None)
    op.create_table('closure',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('service_at_location_id', sa.Uuid(), nullable=True),
    sa.Column('organization_id', sa.Uuid(), nullable=True),
    sa.Column('begins_on', sa.Date(), nullable=False),
    sa.Column('begins_at', sa.Time(), nullable=True),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('ends_at', sa.Time(), nullable=True),
    sa.Column('words', sa.String(), nullable=False),
    sa.Column('words_es', sa.String(), nullable=False),
    sa.Column('made_by', sa.String(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lifted_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('(service_at_location_id IS NULL) <> (organization_id IS NULL)', name=op.f('ck_closure_of_one_listing_or_organization')),
    sa.CheckConstraint('begins_on <= ends_on', name=op.f('ck_closure_ends_after_it_begins')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_closure_organization_id')),
    sa.ForeignKeyConstraint(['service_at_location_id'], ['service_at_location.id'], name=op.f('fk_closure_service_at_location_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_closure'))
    )
    for column in ('organization_id', 'service_at_location_id'):
        op.create_index(op.f(f'ix_closure_{column}'), 'closure', [column])


def downgrade() -> None:
    op.drop_table('closure')
    with op.batch_alter_table('schedule', schema=None) as batch_op:
        for column in reversed(OURS):
            batch_op.drop_column(column)
