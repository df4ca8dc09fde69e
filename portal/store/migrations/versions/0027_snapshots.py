"""Published figures, as they were published

Revision: 0027. After: 0026.
"""

import sqlalchemy as sa
from alembic import op


revision = '0027'
down_revision = '0026'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('snapshot',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('program_id', sa.Uuid(), nullable=False),
    sa.Column('quarter', sa.String(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('cut', sa.DateTime(timezone=True), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('kept', sa.JSON(), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('published_by', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['program_id'], ['response_program.id'], name=op.f('fk_snapshot_program_id')),
    sa.ForeignKeyConstraint(['published_by'], ['account.id'], name=op.f('fk_snapshot_published_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_snapshot')),
    sa.UniqueConstraint('program_id', 'quarter', 'revision', name=op.f('uq_snapshot_program_id_quarter_revision')),
    info={'guarded': 'always'}
    )


def downgrade() -> None:
    op.drop_table('snapshot')
