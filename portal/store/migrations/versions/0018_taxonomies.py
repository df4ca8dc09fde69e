"""Notices of taxonomies, what their terms mean in our words, and the words that stand because of it

Revision: 0018. After: 0017.
"""

import sqlalchemy as sa
from alembic import op

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None

TERM, SERVICE = 'term_number', 'service_number'


def upgrade() -> None:
    op.add_column('taxonomy', sa.Column('notice', sa.String(), nullable=False, server_default=''))
    with op.batch_alter_table('taxonomy') as batch:
        batch.alter_column('notice', server_default=None)
    op.create_table('term_meaning',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column(TERM, sa.Integer(), nullable=False),
    sa.Column('word_number', sa.Integer(), nullable=True),
    sa.Column('decided_by', sa.String(), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint([TERM], ['taxonomy_term.number'], name=op.f('fk_term_meaning_term_number')),
    sa.ForeignKeyConstraint(['word_number'], ['taxonomy_term.number'], name=op.f('fk_term_meaning_word_number')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_term_meaning')),
    sa.UniqueConstraint(TERM, 'word_number', name=op.f('uq_term_meaning_term_number_word_number'))
    )
    for column in (TERM, 'word_number'):
        op.create_index(op.f(f'ix_term_meaning_{column}'), 'term_meaning', [column])
    op.create_table('derived_term',
    sa.Column(SERVICE, sa.Integer(), autoincrement=False, nullable=False),
    sa.Column(TERM, sa.Integer(), autoincrement=False, nullable=False),
    sa.ForeignKeyConstraint([SERVICE], ['service.number'], name=op.f('fk_derived_term_service_number')),
    sa.ForeignKeyConstraint([TERM], ['taxonomy_term.number'], name=op.f('fk_derived_term_term_number')),
    sa.PrimaryKeyConstraint(SERVICE, TERM, name=op.f('pk_derived_term')),
    sqlite_with_rowid=False
    )
    op.create_index(op.f('ix_derived_term_term_number'), 'derived_term', [TERM])
    op.create_table('term_watch',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('change', sa.Integer(), nullable=False),
    sa.Column('afresh', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_term_watch'))
    )


def downgrade() -> None:
    """Words that stood because of a meaning alone go with the meanings."""
    op.execute(
        'DELETE FROM service_term WHERE EXISTS (SELECT 1 FROM derived_term'
        ' WHERE derived_term.service_number = service_term.service_number'
        ' AND derived_term.term_number = service_term.term_number)'
    )
    op.drop_table('term_watch')
    op.drop_table('derived_term')
    op.drop_table('term_meaning')
    with op.batch_alter_table('taxonomy') as batch:
        batch.drop_column('notice')
