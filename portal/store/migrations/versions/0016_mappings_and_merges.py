"""Column mappings of tables, likely duplicates, merges that can be undone

Revision: 0016. After: 0015.
"""

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None

MERGED = ('organization', 'location', 'service', 'service_at_location')


def upgrade() -> None:
    op.create_table('duplicate_pair',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('level', sa.String(), nullable=False),
    sa.Column('first_id', sa.Uuid(), nullable=False),
    sa.Column('second_id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('score', sa.Integer(), nullable=False),
    sa.Column('reasons', sa.JSON(), nullable=False),
    sa.Column('found_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sa.String(), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("level IN ('organization', 'place', 'listing')", name=op.f('ck_duplicate_pair_level_known')),
    sa.CheckConstraint("state IN ('waiting', 'merged', 'apart')", name=op.f('ck_duplicate_pair_state_known')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_duplicate_pair')),
    sa.UniqueConstraint('level', 'first_id', 'second_id', name=op.f('uq_duplicate_pair_level_first_id_second_id'))
    )
    for column in ('first_id', 'second_id', 'state'):
        op.create_index(op.f(f'ix_duplicate_pair_{column}'), 'duplicate_pair', [column])
    op.create_table('table_mapping',
    sa.Column('id', sa.Uuid(), nullable=False),
    *(sa.Column(name, sa.String(), nullable=False) for name in ('name', 'text', 'saved_by')),
    sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_table_mapping')),
    sa.UniqueConstraint('name', name=op.f('uq_table_mapping_name'))
    )
    for table in MERGED:
        op.add_column(table, sa.Column('merged_into_id', sa.Uuid(), nullable=True))
        op.create_index(op.f(f'ix_{table}_merged_into_id'), table, ['merged_into_id'])


def downgrade() -> None:
    for table in MERGED:
        op.drop_index(op.f(f'ix_{table}_merged_into_id'), table_name=table)
        op.drop_column(table, 'merged_into_id')
    op.drop_table('table_mapping')
    op.drop_table('duplicate_pair')
