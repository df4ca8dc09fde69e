"""Cases, engagement and the case list; and a person may be known again from a meeting too

Revision: 0024. After: 0023.
"""

import sqlalchemy as sa
from alembic import op


revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('blind_index', schema=None) as batch_op:
        batch_op.add_column(sa.Column('met_id', sa.Uuid(), nullable=True))
        batch_op.alter_column('need_id', existing_type=sa.Uuid(), nullable=True)
        batch_op.create_unique_constraint(batch_op.f('uq_blind_index_met_id_kind'), ['met_id', 'kind'])
        batch_op.create_check_constraint(batch_op.f('ck_blind_index_of_one_thing'), '(need_id IS NULL) <> (met_id IS NULL)')

    op.create_table('conference_item',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('program_id', sa.Uuid(), nullable=False),
    sa.Column('encounter_id', sa.Uuid(), nullable=False),
    sa.Column('meets_on', sa.Date(), nullable=False),
    sa.Column('outcome', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_conference_item_account_id')),
    sa.ForeignKeyConstraint(['encounter_id'], ['encounter.id'], name=op.f('fk_conference_item_encounter_id')),
    sa.ForeignKeyConstraint(['program_id'], ['response_program.id'], name=op.f('fk_conference_item_program_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_conference_item')),
    sa.UniqueConstraint('encounter_id', name=op.f('uq_conference_item_encounter_id'))
    )
    with op.batch_alter_table('conference_item', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_conference_item_meets_on'), ['meets_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_conference_item_program_id'), ['program_id'], unique=False)
    op.create_table('engagement',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('community_id', sa.Uuid(), nullable=False),
    sa.Column('program_id', sa.Uuid(), nullable=False),
    sa.Column('encounter_id', sa.Uuid(), nullable=False),
    sa.Column('path', sa.String(), nullable=False),
    sa.Column('referred_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('referred_by', sa.Uuid(), nullable=False),
    sa.Column('review_by', sa.Date(), nullable=False),
    sa.Column('may_tell', sa.String(), nullable=False),
    sa.Column('screen', sa.JSON(), nullable=True),
    sa.Column('score', sa.Integer(), nullable=True),
    sa.Column('screened_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('screened_by', sa.Uuid(), nullable=True),
    sa.Column('assessed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('agreed', sa.String(), nullable=False),
    sa.Column('agreed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('engaged', sa.String(), nullable=False),
    sa.Column('engaged_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('retained', sa.String(), nullable=False),
    sa.Column('retained_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("agreed IN ('', 'yes', 'no')", name=op.f('ck_engagement_agreed_known')),
    sa.CheckConstraint("engaged IN ('', 'yes', 'no')", name=op.f('ck_engagement_engaged_known')),
    sa.CheckConstraint("may_tell IN ('', 'yes', 'no')", name=op.f('ck_engagement_may_tell_known')),
    sa.CheckConstraint("retained IN ('', 'yes', 'no')", name=op.f('ck_engagement_retained_known')),
    sa.ForeignKeyConstraint(['community_id'], ['community.id'], name=op.f('fk_engagement_community_id')),
    sa.ForeignKeyConstraint(['encounter_id'], ['encounter.id'], name=op.f('fk_engagement_encounter_id')),
    sa.ForeignKeyConstraint(['program_id'], ['response_program.id'], name=op.f('fk_engagement_program_id')),
    sa.ForeignKeyConstraint(['referred_by'], ['account.id'], name=op.f('fk_engagement_referred_by')),
    sa.ForeignKeyConstraint(['screened_by'], ['account.id'], name=op.f('fk_engagement_screened_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_engagement')),
    sa.UniqueConstraint('encounter_id', name=op.f('uq_engagement_encounter_id'))
    )
    with op.batch_alter_table('engagement', schema=None) as batch_op:
        batch_op.create_index('ix_engagement_list', ['program_id', 'referred_at'], unique=False)
        batch_op.create_index('ix_engagement_review', ['review_by', 'told_at'], unique=False)
    op.create_table('program_case',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('community_id', sa.Uuid(), nullable=False),
    sa.Column('program_id', sa.Uuid(), nullable=False),
    sa.Column('organization_id', sa.Uuid(), nullable=False),
    sa.Column('encounter_id', sa.Uuid(), nullable=False),
    sa.Column('client_id', sa.Uuid(), nullable=True),
    sa.Column('person_id', sa.Uuid(), nullable=True),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.Column('consent', sa.String(), nullable=False),
    sa.Column('consent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('consent_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('plan_helps', sa.Text(), nullable=True),
    sa.Column('plan_avoid', sa.Text(), nullable=True),
    sa.Column('plan_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_by', sa.Uuid(), nullable=True),
    sa.Column('close_reason', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("close_reason IN ('', 'settled', 'in_care', 'declined', 'moved_on', 'other_end')", name=op.f('ck_program_case_close_reason_known')),
    sa.CheckConstraint("consent IN ('', 'yes', 'no')", name=op.f('ck_program_case_consent_known')),
    sa.CheckConstraint("reason IN ('frequent', 'referred')", name=op.f('ck_program_case_reason_known')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_program_case_account_id')),
    sa.ForeignKeyConstraint(['client_id'], ['client.id'], name=op.f('fk_program_case_client_id')),
    sa.ForeignKeyConstraint(['closed_by'], ['account.id'], name=op.f('fk_program_case_closed_by')),
    sa.ForeignKeyConstraint(['community_id'], ['community.id'], name=op.f('fk_program_case_community_id')),
    sa.ForeignKeyConstraint(['encounter_id'], ['encounter.id'], name=op.f('fk_program_case_encounter_id')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_program_case_organization_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_program_case_person_id')),
    sa.ForeignKeyConstraint(['program_id'], ['response_program.id'], name=op.f('fk_program_case_program_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_program_case'))
    )
    with op.batch_alter_table('program_case', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_program_case_client_id'), ['client_id'], unique=False)
        batch_op.create_index('ix_program_case_open', ['program_id', 'client_id'], unique=True, sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))
        batch_op.create_index(batch_op.f('ix_program_case_opened_at'), ['opened_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_program_case_program_id'), ['program_id'], unique=False)
    op.create_table('care_request',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('community_id', sa.Uuid(), nullable=False),
    sa.Column('program_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('ground', sa.String(), nullable=False),
    sa.Column('organization_id', sa.Uuid(), nullable=False),
    sa.Column('asked_by', sa.Uuid(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=True),
    sa.Column('place', sa.Text(), nullable=True),
    sa.Column('task_id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('result', sa.String(), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('confirmed', sa.String(), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("confirmed IN ('', 'yes', 'no')", name=op.f('ck_care_request_confirmed_known')),
    sa.CheckConstraint("ground IN ('agreed', 'danger', 'civil_order')", name=op.f('ck_care_request_ground_known')),
    sa.CheckConstraint("kind IN ('reengage', 'civil_order', 'concern')", name=op.f('ck_care_request_kind_known')),
    sa.CheckConstraint("result IN ('', 'back_in_care', 'brought', 'spoke', 'refused', 'not_found', 'withdrawn', 'other_end')", name=op.f('ck_care_request_result_known')),
    sa.CheckConstraint("state IN ('asked', 'taken', 'ended')", name=op.f('ck_care_request_state_known')),
    sa.ForeignKeyConstraint(['asked_by'], ['account.id'], name=op.f('fk_care_request_asked_by')),
    sa.ForeignKeyConstraint(['community_id'], ['community.id'], name=op.f('fk_care_request_community_id')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_care_request_organization_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_care_request_person_id')),
    sa.ForeignKeyConstraint(['program_id'], ['response_program.id'], name=op.f('fk_care_request_program_id')),
    sa.ForeignKeyConstraint(['task_id'], ['program_task.id'], name=op.f('fk_care_request_task_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_care_request'))
    )
    with op.batch_alter_table('care_request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_care_request_asked_at'), ['asked_at'], unique=False)
        batch_op.create_index('ix_care_request_list', ['program_id', 'state', 'due_at'], unique=False)
    op.create_table('case_task',
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('task_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['program_case.id'], name=op.f('fk_case_task_case_id')),
    sa.ForeignKeyConstraint(['task_id'], ['program_task.id'], name=op.f('fk_case_task_task_id')),
    sa.PrimaryKeyConstraint('case_id', 'task_id', name=op.f('pk_case_task'))
    )
    op.create_table('family_note',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('community_id', sa.Uuid(), nullable=False),
    sa.Column('program_id', sa.Uuid(), nullable=False),
    sa.Column('client_id', sa.Uuid(), nullable=True),
    sa.Column('person_id', sa.Uuid(), nullable=True),
    sa.Column('helps', sa.Text(), nullable=True),
    sa.Column('caller_name', sa.Text(), nullable=True),
    sa.Column('caller_phone', sa.Text(), nullable=True),
    sa.Column('person_agrees', sa.String(), nullable=False),
    sa.Column('task_id', sa.Uuid(), nullable=True),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('taken_by', sa.Uuid(), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("person_agrees IN ('', 'yes', 'no')", name=op.f('ck_family_note_person_agrees_known')),
    sa.ForeignKeyConstraint(['client_id'], ['client.id'], name=op.f('fk_family_note_client_id')),
    sa.ForeignKeyConstraint(['community_id'], ['community.id'], name=op.f('fk_family_note_community_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_family_note_person_id')),
    sa.ForeignKeyConstraint(['program_id'], ['response_program.id'], name=op.f('fk_family_note_program_id')),
    sa.ForeignKeyConstraint(['taken_by'], ['account.id'], name=op.f('fk_family_note_taken_by')),
    sa.ForeignKeyConstraint(['task_id'], ['program_task.id'], name=op.f('fk_family_note_task_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_family_note'))
    )
    with op.batch_alter_table('family_note', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_family_note_client_id'), ['client_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_family_note_program_id'), ['program_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_family_note_taken_at'), ['taken_at'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('family_note', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_family_note_taken_at'))
        batch_op.drop_index(batch_op.f('ix_family_note_program_id'))
        batch_op.drop_index(batch_op.f('ix_family_note_client_id'))
    op.drop_table('family_note')
    op.drop_table('case_task')
    with op.batch_alter_table('care_request', schema=None) as batch_op:
        batch_op.drop_index('ix_care_request_list')
        batch_op.drop_index(batch_op.f('ix_care_request_asked_at'))
    op.drop_table('care_request')
    with op.batch_alter_table('program_case', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_program_case_program_id'))
        batch_op.drop_index(batch_op.f('ix_program_case_opened_at'))
        batch_op.drop_index('ix_program_case_open', sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_program_case_client_id'))
    op.drop_table('program_case')
    with op.batch_alter_table('engagement', schema=None) as batch_op:
        batch_op.drop_index('ix_engagement_review')
        batch_op.drop_index('ix_engagement_list')
    op.drop_table('engagement')
    with op.batch_alter_table('conference_item', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_conference_item_program_id'))
        batch_op.drop_index(batch_op.f('ix_conference_item_meets_on'))
    op.drop_table('conference_item')

    # A mark of a meeting has no place in the older table; its person is then not known again.
    op.execute('DELETE FROM blind_index WHERE met_id IS NOT NULL')
    with op.batch_alter_table('blind_index', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_blind_index_of_one_thing'), type_='check')
        batch_op.drop_constraint(batch_op.f('uq_blind_index_met_id_kind'), type_='unique')
        batch_op.alter_column('need_id', existing_type=sa.Uuid(), nullable=False)
        batch_op.drop_column('met_id')
