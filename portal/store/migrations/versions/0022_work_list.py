"""Hand-overs of tasks, and lone workers

Revision: 0022. After: 0021.

Going down loses what happened to tasks beside their tries, outreach days, lone visits and their contacts, where a person lives,
and what was given at a visit. A task that was "done" loses its result, a person's own word becomes "left a message".
"""

import sqlalchemy as sa
from alembic import op


revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None

RESULTS = "result IN ('', 'connected', 'contact', 'family_contact', 'refused', 'in_treatment', 'unreachable', 'other_end'%s)"


def upgrade() -> None:
    with op.batch_alter_table('encounter', schema=None) as batch_op:
        batch_op.add_column(sa.Column('home_district_id', sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_encounter_home_district_id'), 'district', ['home_district_id'], ['id'])
    with op.batch_alter_table('program_task', schema=None) as batch_op:
        batch_op.add_column(sa.Column('district_id', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('again_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('facts', sa.JSON(), nullable=False, server_default='{}'))
        batch_op.create_foreign_key(batch_op.f('fk_program_task_district_id'), 'district', ['district_id'], ['id'])
        batch_op.drop_constraint(batch_op.f('ck_program_task_result_known'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_program_task_result_known'), RESULTS % ", 'done'")
    with op.batch_alter_table('program_task', schema=None) as batch_op:
        batch_op.alter_column('facts', server_default=None)
        batch_op.create_index('ix_program_task_day', ['program_id', 'organization_id', 'step', 'opens_at'], unique=True, sqlite_where=sa.text('encounter_id IS NULL'), postgresql_where=sa.text('encounter_id IS NULL'))
    with op.batch_alter_table('task_attempt', schema=None) as batch_op:
        batch_op.add_column(sa.Column('given', sa.JSON(), nullable=False, server_default='[]'))
        batch_op.create_check_constraint(batch_op.f('ck_task_attempt_means_known'), "means IN ('phone', 'text', 'in_person', 'mail', 'video', 'card')")
        batch_op.create_check_constraint(batch_op.f('ck_task_attempt_result_known'), "result IN ('reached', 'family', 'no_answer', 'not_home', 'left_message', 'wrong_number', 'answered')")
    with op.batch_alter_table('task_attempt', schema=None) as batch_op:
        batch_op.alter_column('given', server_default=None)
    _create()


def _create() -> None:
    op.create_table('task_event',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('task_id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('what', sa.String(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.Column('to_account_id', sa.Uuid(), nullable=True),
    sa.CheckConstraint("what IN ('taken', 'given_back', 'handed_over', 'alarm', 'asked', 'ended', 'unreachable', 'closed', 'opened_again')", name=op.f('ck_task_event_what_known')),
    sa.ForeignKeyConstraint(['task_id'], ['program_task.id'], name=op.f('fk_task_event_task_id')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_task_event'))
    )
    op.create_index(op.f('ix_task_event_task_id'), 'task_event', ['task_id'])
    op.create_table('task_text',
    sa.Column('reference', sa.String(), nullable=False),
    sa.Column('task_id', sa.Uuid(), nullable=False),
    sa.Column('number_id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['number_id'], ['text_number.id'], name=op.f('fk_task_text_number_id')),
    sa.ForeignKeyConstraint(['task_id'], ['program_task.id'], name=op.f('fk_task_text_task_id')),
    sa.PrimaryKeyConstraint('reference', name=op.f('pk_task_text'))
    )
    for column in ('task_id', 'number_id', 'at'):
        op.create_index(op.f(f'ix_task_text_{column}'), 'task_text', [column])
    op.create_table('outreach_day',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('program_id', sa.Uuid(), nullable=False),
    sa.Column('district_id', sa.Uuid(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('people', sa.Integer(), nullable=False),
    sa.Column('kits', sa.Integer(), nullable=False),
    sa.Column('recorded_by', sa.Uuid(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('hot_spot', 'drop_in')", name=op.f('ck_outreach_day_kind_known')),
    sa.CheckConstraint('people >= 0 AND kits >= 0', name=op.f('ck_outreach_day_not_below_zero')),
    sa.ForeignKeyConstraint(['district_id'], ['district.id'], name=op.f('fk_outreach_day_district_id')),
    sa.ForeignKeyConstraint(['program_id'], ['response_program.id'], name=op.f('fk_outreach_day_program_id')),
    sa.ForeignKeyConstraint(['recorded_by'], ['account.id'], name=op.f('fk_outreach_day_recorded_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outreach_day')),
    sa.UniqueConstraint('program_id', 'district_id', 'day', 'kind', name=op.f('uq_outreach_day_program_id_district_id_day_kind'))
    )
    op.create_index(op.f('ix_outreach_day_program_id'), 'outreach_day', ['program_id'])
    op.create_table('lone_visit',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('program_id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('task_id', sa.Uuid(), nullable=True),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('panic_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('seen_by', sa.Uuid(), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_lone_visit_account_id')),
    sa.ForeignKeyConstraint(['program_id'], ['response_program.id'], name=op.f('fk_lone_visit_program_id')),
    sa.ForeignKeyConstraint(['seen_by'], ['account.id'], name=op.f('fk_lone_visit_seen_by')),
    sa.ForeignKeyConstraint(['task_id'], ['program_task.id'], name=op.f('fk_lone_visit_task_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lone_visit'))
    )
    op.create_index(op.f('ix_lone_visit_program_id'), 'lone_visit', ['program_id'])
    op.create_index(op.f('ix_lone_visit_account_id'), 'lone_visit', ['account_id'])
    op.create_index('ix_lone_visit_due', 'lone_visit', ['ended_at', 'due_at'])
    op.create_table('panic_contact',
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.Text(), nullable=True),
    sa.Column('phone', sa.Text(), nullable=True),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_panic_contact_account_id')),
    sa.PrimaryKeyConstraint('account_id', name=op.f('pk_panic_contact'))
    )
    op.create_index(op.f('ix_panic_contact_used_at'), 'panic_contact', ['used_at'])


def downgrade() -> None:
    for table in ('panic_contact', 'lone_visit', 'outreach_day', 'task_text', 'task_event'):
        op.drop_table(table)
    op.execute("UPDATE task_attempt SET result = 'left_message' WHERE result = 'answered'")
    op.execute("UPDATE task_attempt SET means = 'phone' WHERE means = 'card'")
    op.execute("UPDATE program_task SET result = '' WHERE result = 'done'")
    with op.batch_alter_table('task_attempt', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_task_attempt_result_known'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_task_attempt_means_known'), type_='check')
        batch_op.drop_column('given')
    with op.batch_alter_table('program_task', schema=None) as batch_op:
        batch_op.drop_index('ix_program_task_day')
    with op.batch_alter_table('program_task', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_program_task_result_known'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_program_task_result_known'), RESULTS % '')
        batch_op.drop_constraint(batch_op.f('fk_program_task_district_id'), type_='foreignkey')
        batch_op.drop_column('facts')
        batch_op.drop_column('again_at')
        batch_op.drop_column('district_id')
    with op.batch_alter_table('encounter', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_encounter_home_district_id'), type_='foreignkey')
        batch_op.drop_column('home_district_id')
