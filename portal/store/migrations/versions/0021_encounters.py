"""What an import of encounters remembers

Revision: 0021. After: 0020.
"""

import sqlalchemy as sa
from alembic import op


revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('encounter_mapping',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('program_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('columns', sa.JSON(), nullable=False),
    sa.Column('words', sa.JSON(), nullable=False),
    sa.Column('fixed', sa.JSON(), nullable=False),
    sa.Column('saved_by', sa.Uuid(), nullable=True),
    sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['program_id'], ['response_program.id'], name=op.f('fk_encounter_mapping_program_id')),
    sa.ForeignKeyConstraint(['saved_by'], ['account.id'], name=op.f('fk_encounter_mapping_saved_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_encounter_mapping')),
    sa.UniqueConstraint('program_id', 'name', name=op.f('uq_encounter_mapping_program_id_name'))
    )
    op.create_table('encounter_import',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('program_id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.Column('created', sa.Integer(), nullable=False),
    sa.Column('corrected', sa.Integer(), nullable=False),
    sa.Column('unchanged', sa.Integer(), nullable=False),
    sa.Column('refused', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_encounter_import_account_id')),
    sa.ForeignKeyConstraint(['program_id'], ['response_program.id'], name=op.f('fk_encounter_import_program_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_encounter_import'))
    )
    with op.batch_alter_table('encounter_import', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_encounter_import_program_id'), ['program_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('encounter_import', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_encounter_import_program_id'))
    op.drop_table('encounter_import')
    op.drop_table('encounter_mapping')
