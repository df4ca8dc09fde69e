"""Tables of the second search engine: derived from the directory, filled by the worker on PostgreSQL

Revision: 0003. After: 0002.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql


revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('search_mark',
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('format', sa.String(), nullable=False),
    sa.Column('community', sa.String(), nullable=False),
    sa.Column('epoch', sa.String(), nullable=False),
    sa.Column('stamp', sa.BigInteger(), nullable=False),
    sa.Column('change', sa.BigInteger(), nullable=False),
    sa.Column('cursor', sa.BigInteger(), nullable=True),
    sa.Column('whole', sa.Boolean(), nullable=False),
    sa.Column('listings', sa.Integer(), nullable=False),
    sa.Column('shared', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_search_mark'))
    )
    op.create_table('search_row',
    sa.Column('number', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('stamp', sa.BigInteger(), nullable=False),
    sa.Column('facts', sa.LargeBinary(), nullable=True),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_search_row'))
    )
    op.create_index('ix_search_row_stamp', 'search_row', ['stamp'])
    op.create_table('search_text',
    sa.Column('number', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('words', postgresql.TSVECTOR().with_variant(sa.Text(), 'sqlite'), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_search_text'))
    )
    op.create_index('ix_search_text_words', 'search_text', ['words'], postgresql_using='gin')
    op.create_table('search_card',
    sa.Column('number', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('card', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_search_card'))
    )
    op.create_table('search_word',
    sa.Column('stem', sa.Text(), nullable=False),
    sa.Column('stamp', sa.BigInteger(), nullable=False),
    sa.Column('listings', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('stem', name=op.f('pk_search_word'))
    )
    op.create_index('ix_search_word_stamp', 'search_word', ['stamp'])
    op.create_table('search_shared',
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('stamp', sa.BigInteger(), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('kind', 'number', name=op.f('pk_search_shared'))
    )
    op.create_index('ix_search_shared_stamp', 'search_shared', ['stamp'])


def downgrade() -> None:
    for table in ('search_shared', 'search_word', 'search_card', 'search_text', 'search_row', 'search_mark'):
        op.drop_table(table)
