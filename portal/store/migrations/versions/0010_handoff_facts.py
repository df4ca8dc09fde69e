"""Questions of a service, transport, appointments, spoken codes

Going down keeps of each handoff what stands: what a correction replaced has no place there.

Revision: 0010. After: 0009.
"""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

STANDING = sa.text('replaced_at IS NULL')


def upgrade() -> None:
    with op.batch_alter_table('handoff', schema=None) as batch_op:
        batch_op.add_column(sa.Column('replaced_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_constraint(batch_op.f('uq_handoff_offer_id'), type_='unique')
        batch_op.create_index(batch_op.f('ix_handoff_offer_id'), ['offer_id'], unique=False)
        batch_op.create_index(
            'ix_handoff_standing', ['offer_id'], unique=True, sqlite_where=STANDING, postgresql_where=STANDING
        )
    with op.batch_alter_table('attempt', schema=None) as batch_op:
        batch_op.add_column(sa.Column('recorded_by', sa.String(), server_default='', nullable=False))
    with op.batch_alter_table('attempt', schema=None) as batch_op:
        batch_op.alter_column('recorded_by', server_default=None)
    with op.batch_alter_table('offer', schema=None) as batch_op:
        batch_op.add_column(sa.Column('arrived_at', sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table('need', schema=None) as batch_op:
        batch_op.add_column(sa.Column('language', sa.String(), server_default='', nullable=False))
    with op.batch_alter_table('need', schema=None) as batch_op:
        batch_op.alter_column('language', server_default=None)
    op.create_table('transport',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('offer_id', sa.Uuid(), nullable=False),
    sa.Column('means', sa.String(), nullable=False),
    sa.Column('voluntary', sa.Boolean(), nullable=False),
    sa.Column('departed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('arrived_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('released_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('recorded_by', sa.String(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("means IN ('police', 'ems', 'provider', 'family', 'ride', 'self')", name=op.f('ck_transport_means_known')),
    sa.CheckConstraint("recorded_by IN ('sender', 'receiver')", name=op.f('ck_transport_recorded_by_known')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_transport_account_id')),
    sa.ForeignKeyConstraint(['offer_id'], ['offer.id'], name=op.f('fk_transport_offer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_transport')),
    sa.UniqueConstraint('offer_id', 'recorded_by', name=op.f('uq_transport_offer_id_recorded_by'))
    )
    op.create_table('question_list',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('service_at_location_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('questions', sa.JSON(), nullable=False),
    sa.Column('made_by', sa.String(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['service_at_location_id'], ['service_at_location.id'], name=op.f('fk_question_list_service_at_location_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_question_list')),
    sa.UniqueConstraint('service_at_location_id', 'version', name=op.f('uq_question_list_service_at_location_id_version'))
    )
    op.create_table('script_answers',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('offer_id', sa.Uuid(), nullable=False),
    sa.Column('question_list_id', sa.Uuid(), nullable=False),
    sa.Column('answers', sa.Text(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_script_answers_account_id')),
    sa.ForeignKeyConstraint(['offer_id'], ['offer.id'], name=op.f('fk_script_answers_offer_id')),
    sa.ForeignKeyConstraint(['question_list_id'], ['question_list.id'], name=op.f('fk_script_answers_question_list_id')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_script_answers'))
    )
    with op.batch_alter_table('script_answers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_script_answers_offer_id'), ['offer_id'], unique=False)
    op.create_table('arrival_code',
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('service_at_location_id', sa.Uuid(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['service_at_location_id'], ['service_at_location.id'], name=op.f('fk_arrival_code_service_at_location_id')),
    sa.PrimaryKeyConstraint('digest', name=op.f('pk_arrival_code')),
    sqlite_with_rowid=False
    )
    op.create_index('ix_arrival_code_day', 'arrival_code', ['day'], unique=False)
    op.create_table('arrival_tally',
    sa.Column('service_at_location_id', sa.Uuid(), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('handed', sa.Integer(), nullable=False),
    sa.Column('arrived', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['service_at_location_id'], ['service_at_location.id'], name=op.f('fk_arrival_tally_service_at_location_id')),
    sa.PrimaryKeyConstraint('service_at_location_id', 'month', name=op.f('pk_arrival_tally'))
    )
    op.create_table('decline_tally',
    sa.Column('service_at_location_id', sa.Uuid(), nullable=False),
    sa.Column('need', sa.String(), nullable=False),
    sa.Column('age_band', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('times', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['service_at_location_id'], ['service_at_location.id'], name=op.f('fk_decline_tally_service_at_location_id')),
    sa.PrimaryKeyConstraint('service_at_location_id', 'need', 'age_band', 'reason', 'month', name=op.f('pk_decline_tally'))
    )


def downgrade() -> None:
    for table in ('decline_tally', 'arrival_tally', 'arrival_code', 'script_answers', 'question_list', 'transport'):
        op.drop_table(table)
    with op.batch_alter_table('need', schema=None) as batch_op:
        batch_op.drop_column('language')
    with op.batch_alter_table('offer', schema=None) as batch_op:
        batch_op.drop_column('arrived_at')
    with op.batch_alter_table('attempt', schema=None) as batch_op:
        batch_op.drop_column('recorded_by')
    op.execute('DELETE FROM handoff WHERE replaced_at IS NOT NULL')
    with op.batch_alter_table('handoff', schema=None) as batch_op:
        batch_op.drop_index('ix_handoff_standing')
        batch_op.drop_index(batch_op.f('ix_handoff_offer_id'))
        batch_op.drop_column('replaced_at')
        batch_op.create_unique_constraint(batch_op.f('uq_handoff_offer_id'), ['offer_id'])
