"""Response programs, what they met, and what they owe afterwards

Revision: 0020. After: 0019.
"""

import sqlalchemy as sa
from alembic import op


revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('district',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('community_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('organization_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['community_id'], ['community.id'], name=op.f('fk_district_community_id')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_district_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_district')),
    sa.UniqueConstraint('community_id', 'name', name=op.f('uq_district_community_id_name'))
    )
    op.create_table('response_program',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('community_id', sa.Uuid(), nullable=False),
    sa.Column('organization_id', sa.Uuid(), nullable=False),
    sa.Column('preset', sa.String(), nullable=False),
    sa.Column('preset_version', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('settings', sa.JSON(), nullable=False),
    sa.Column('public', sa.Boolean(), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=False),
    sa.Column('turned_on_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('turned_off_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('changed_by', sa.Uuid(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['changed_by'], ['account.id'], name=op.f('fk_response_program_changed_by')),
    sa.ForeignKeyConstraint(['community_id'], ['community.id'], name=op.f('fk_response_program_community_id')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_response_program_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_response_program'))
    )
    with op.batch_alter_table('response_program', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_response_program_community_id'), ['community_id'], unique=False)
        batch_op.create_index('ix_response_program_on', ['organization_id', 'preset'], unique=True, sqlite_where=sa.text('turned_off_at IS NULL'), postgresql_where=sa.text('turned_off_at IS NULL'))

    op.create_table('encounter',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('community_id', sa.Uuid(), nullable=False),
    sa.Column('program_id', sa.Uuid(), nullable=False),
    sa.Column('organization_id', sa.Uuid(), nullable=False),
    sa.Column('reference', sa.String(), nullable=False),
    sa.Column('ordinal', sa.Integer(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('response_type', sa.String(), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('dispatched_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('on_scene_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cleared_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('district_id', sa.Uuid(), nullable=True),
    sa.Column('meets_criteria', sa.Boolean(), nullable=False),
    sa.Column('disposition', sa.String(), nullable=False),
    sa.Column('outcome', sa.String(), nullable=False),
    sa.Column('met_before', sa.String(), nullable=False),
    sa.Column('contact_consent', sa.String(), nullable=False),
    sa.Column('referral_refused', sa.String(), nullable=False),
    sa.Column('arrest_would', sa.String(), nullable=False),
    sa.Column('ed_would', sa.String(), nullable=False),
    sa.Column('age_band', sa.String(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('race', sa.String(), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('client_id', sa.Uuid(), nullable=True),
    sa.Column('person_id', sa.Uuid(), nullable=True),
    sa.Column('recorded_by', sa.Uuid(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("age_band IN ('unknown', 'under_13', '13_17', '18_24', '25_64', '65_plus')", name=op.f('ck_encounter_age_band_known')),
    sa.CheckConstraint("arrest_would IN ('', 'yes', 'no')", name=op.f('ck_encounter_arrest_would_known')),
    sa.CheckConstraint("contact_consent IN ('', 'yes', 'no')", name=op.f('ck_encounter_contact_consent_known')),
    sa.CheckConstraint("disposition <> 'arrest' OR (client_id IS NULL AND person_id IS NULL)", name=op.f('ck_encounter_arrest_stands_beside_nobody')),
    sa.CheckConstraint("disposition IN ('', 'resolved_on_scene', 'crisis_center', 'hospital', 'shelter_or_service', 'involuntary_evaluation_transport', 'taken_over', 'arrest', 'citation', 'refused_or_left', 'not_found_or_unfounded')", name=op.f('ck_encounter_disposition_known')),
    sa.CheckConstraint("ed_would IN ('', 'yes', 'no')", name=op.f('ck_encounter_ed_would_known')),
    sa.CheckConstraint("met_before IN ('', 'first', 'again')", name=op.f('ck_encounter_met_before_known')),
    sa.CheckConstraint("race IN ('', 'american_indian', 'asian', 'black', 'hispanic', 'middle_eastern', 'pacific_islander', 'white', 'several', 'declined')", name=op.f('ck_encounter_race_known')),
    sa.CheckConstraint("referral_refused IN ('', 'refused')", name=op.f('ck_encounter_referral_refused_known')),
    sa.CheckConstraint("source IN ('911', '988', '211', '311', 'on_view', 'police', 'fire_ems', 'provider', 'public', 'family', 'self', 'walk_in', 'station', 'other')", name=op.f('ck_encounter_source_known')),
    sa.ForeignKeyConstraint(['client_id'], ['client.id'], name=op.f('fk_encounter_client_id')),
    sa.ForeignKeyConstraint(['community_id'], ['community.id'], name=op.f('fk_encounter_community_id')),
    sa.ForeignKeyConstraint(['district_id'], ['district.id'], name=op.f('fk_encounter_district_id')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_encounter_organization_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_encounter_person_id')),
    sa.ForeignKeyConstraint(['program_id'], ['response_program.id'], name=op.f('fk_encounter_program_id')),
    sa.ForeignKeyConstraint(['recorded_by'], ['account.id'], name=op.f('fk_encounter_recorded_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_encounter'))
    )
    with op.batch_alter_table('encounter', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_encounter_changed_at'), ['changed_at'], unique=False)
        batch_op.create_index('ix_encounter_client', ['client_id', 'received_at'], unique=False)
        batch_op.create_index('ix_encounter_program', ['program_id', 'received_at'], unique=False)
        batch_op.create_index('ix_encounter_reference', ['organization_id', 'reference', 'ordinal'], unique=True, sqlite_where=sa.text("reference <> ''"), postgresql_where=sa.text("reference <> ''"))

    op.create_table('program_district',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('program_id', sa.Uuid(), nullable=False),
    sa.Column('district_id', sa.Uuid(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['district_id'], ['district.id'], name=op.f('fk_program_district_district_id')),
    sa.ForeignKeyConstraint(['program_id'], ['response_program.id'], name=op.f('fk_program_district_program_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_program_district')),
    sa.UniqueConstraint('program_id', 'district_id', 'since', name=op.f('uq_program_district_program_id_district_id_since'))
    )
    with op.batch_alter_table('program_district', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_program_district_district_id'), ['district_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_program_district_program_id'), ['program_id'], unique=False)

    op.create_table('program_member',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('program_id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_program_member_account_id')),
    sa.ForeignKeyConstraint(['program_id'], ['response_program.id'], name=op.f('fk_program_member_program_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_program_member')),
    sa.UniqueConstraint('program_id', 'account_id', 'role', name=op.f('uq_program_member_program_id_account_id_role'))
    )
    with op.batch_alter_table('program_member', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_program_member_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_program_member_program_id'), ['program_id'], unique=False)

    op.create_table('encounter_need',
    sa.Column('encounter_id', sa.Uuid(), nullable=False),
    sa.Column('need_id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['encounter_id'], ['encounter.id'], name=op.f('fk_encounter_need_encounter_id')),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_encounter_need_need_id')),
    sa.PrimaryKeyConstraint('encounter_id', 'need_id', name=op.f('pk_encounter_need'))
    )
    op.create_table('encounter_service',
    sa.Column('encounter_id', sa.Uuid(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['encounter_id'], ['encounter.id'], name=op.f('fk_encounter_service_encounter_id')),
    sa.PrimaryKeyConstraint('encounter_id', 'code', name=op.f('pk_encounter_service'))
    )
    op.create_table('encounter_signature',
    sa.Column('encounter_id', sa.Uuid(), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_encounter_signature_account_id')),
    sa.ForeignKeyConstraint(['encounter_id'], ['encounter.id'], name=op.f('fk_encounter_signature_encounter_id')),
    sa.PrimaryKeyConstraint('encounter_id', 'role', name=op.f('pk_encounter_signature'))
    )
    op.create_table('encounter_version',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('encounter_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('values', sa.JSON(), nullable=False),
    sa.Column('changed_by', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['encounter_id'], ['encounter.id'], name=op.f('fk_encounter_version_encounter_id')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_encounter_version')),
    sa.UniqueConstraint('encounter_id', 'version', name=op.f('uq_encounter_version_encounter_id_version')),
    info={'guarded': 'purge'}
    )
    with op.batch_alter_table('encounter_version', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_encounter_version_until'), ['until'], unique=False)

    op.create_table('program_task',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('program_id', sa.Uuid(), nullable=False),
    sa.Column('encounter_id', sa.Uuid(), nullable=True),
    sa.Column('organization_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('step', sa.String(), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.Column('opens_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('alarm_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('result', sa.String(), nullable=False),
    sa.Column('close_reason', sa.String(), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_by', sa.Uuid(), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind IN ('follow_up', 'visit', 'call_back', 'first_contact', 'touch', 'family', 'review', 'page', 'other')", name=op.f('ck_program_task_kind_known')),
    sa.CheckConstraint("result IN ('', 'connected', 'contact', 'family_contact', 'refused', 'in_treatment', 'unreachable', 'other_end')", name=op.f('ck_program_task_result_known')),
    sa.CheckConstraint("state IN ('open', 'done', 'unreachable', 'closed')", name=op.f('ck_program_task_state_known')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_program_task_account_id')),
    sa.ForeignKeyConstraint(['closed_by'], ['account.id'], name=op.f('fk_program_task_closed_by')),
    sa.ForeignKeyConstraint(['encounter_id'], ['encounter.id'], name=op.f('fk_program_task_encounter_id')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_program_task_organization_id')),
    sa.ForeignKeyConstraint(['program_id'], ['response_program.id'], name=op.f('fk_program_task_program_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_program_task'))
    )
    with op.batch_alter_table('program_task', schema=None) as batch_op:
        batch_op.create_index('ix_program_task_alarm', ['state', 'alarm_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_program_task_encounter_id'), ['encounter_id'], unique=False)
        batch_op.create_index('ix_program_task_list', ['program_id', 'state', 'due_at'], unique=False)

    op.create_table('task_attempt',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('task_id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('means', sa.String(), nullable=False),
    sa.Column('result', sa.String(), nullable=False),
    sa.Column('roles', sa.JSON(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_task_attempt_account_id')),
    sa.ForeignKeyConstraint(['task_id'], ['program_task.id'], name=op.f('fk_task_attempt_task_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_task_attempt'))
    )
    with op.batch_alter_table('task_attempt', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_task_attempt_task_id'), ['task_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('task_attempt', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_task_attempt_task_id'))

    op.drop_table('task_attempt')
    with op.batch_alter_table('program_task', schema=None) as batch_op:
        batch_op.drop_index('ix_program_task_list')
        batch_op.drop_index(batch_op.f('ix_program_task_encounter_id'))
        batch_op.drop_index('ix_program_task_alarm')

    op.drop_table('program_task')
    with op.batch_alter_table('encounter_version', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_encounter_version_until'))

    op.drop_table('encounter_version')
    op.drop_table('encounter_signature')
    op.drop_table('encounter_service')
    op.drop_table('encounter_need')
    with op.batch_alter_table('program_member', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_program_member_program_id'))
        batch_op.drop_index(batch_op.f('ix_program_member_account_id'))

    op.drop_table('program_member')
    with op.batch_alter_table('program_district', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_program_district_program_id'))
        batch_op.drop_index(batch_op.f('ix_program_district_district_id'))

    op.drop_table('program_district')
    with op.batch_alter_table('encounter', schema=None) as batch_op:
        batch_op.drop_index('ix_encounter_reference', sqlite_where=sa.text("reference <> ''"), postgresql_where=sa.text("reference <> ''"))
        batch_op.drop_index('ix_encounter_program')
        batch_op.drop_index('ix_encounter_client')
        batch_op.drop_index(batch_op.f('ix_encounter_changed_at'))

    op.drop_table('encounter')
    with op.batch_alter_table('response_program', schema=None) as batch_op:
        batch_op.drop_index('ix_response_program_on', sqlite_where=sa.text('turned_off_at IS NULL'), postgresql_where=sa.text('turned_off_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_response_program_community_id'))

    op.drop_table('response_program')
    op.drop_table('district')
