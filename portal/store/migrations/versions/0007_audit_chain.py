"""The audit trail is chained; what was purged is remembered; a need can be held

The triggers that guard the trail, events and ledger are no part of any revision: env.py takes them down before and puts
them up after. Rows of the trail that are there already are chained by the worker's first turn. Going down forgets the
chain, the holds and the list of what was purged.

Revision: 0007. After: 0006.
"""

import sqlalchemy as sa
from alembic import op


revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('audit_link',
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('hash', sa.String(), nullable=False),
    sa.Column('mac', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_audit_link')),
    sa.UniqueConstraint('position', name=op.f('uq_audit_link_position'))
    )
    op.create_table('purge_door',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_purge_door'))
    )
    op.create_table('erased',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('what', sa.String(), nullable=False),
    sa.Column('subject_id', sa.Uuid(), nullable=False),
    sa.Column('noted', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_erased'))
    )
    with op.batch_alter_table('erased', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_erased_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_erased_noted'), ['noted'], unique=False)

    op.create_table('legal_hold',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('need_id', sa.Uuid(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('placed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('placed_by', sa.Uuid(), nullable=False),
    sa.Column('lifted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lifted_by', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['lifted_by'], ['account.id'], name=op.f('fk_legal_hold_lifted_by')),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_legal_hold_need_id')),
    sa.ForeignKeyConstraint(['placed_by'], ['account.id'], name=op.f('fk_legal_hold_placed_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_legal_hold'))
    )
    with op.batch_alter_table('legal_hold', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_legal_hold_need_id'), ['need_id'], unique=False)
        batch_op.create_index('ix_legal_hold_standing', ['need_id'], unique=True, sqlite_where=sa.text('lifted_at IS NULL'), postgresql_where=sa.text('lifted_at IS NULL'))

    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.create_index('ix_audit_entry_subject', ['subject_id', 'at'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.drop_index('ix_audit_entry_subject')

    op.drop_table('legal_hold')
    op.drop_table('erased')
    op.drop_table('purge_door')
    op.drop_table('audit_link')
