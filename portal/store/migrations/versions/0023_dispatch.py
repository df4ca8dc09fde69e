"""Rosters, requests to a team, and who took over

Revision: 0023. After: 0022.
"""

import sqlalchemy as sa
from alembic import op


revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('district_middle',
    sa.Column('district_id', sa.Uuid(), nullable=False),
    sa.Column('place', sa.String(), nullable=False),
    sa.Column('latitude', sa.Double(), nullable=False),
    sa.Column('longitude', sa.Double(), nullable=False),
    sa.ForeignKeyConstraint(['district_id'], ['district.id'], name=op.f('fk_district_middle_district_id')),
    sa.PrimaryKeyConstraint('district_id', name=op.f('pk_district_middle'))
    )
    op.create_table('duty_shift',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('program_id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.Column('district_id', sa.Uuid(), nullable=True),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('on_call', sa.Boolean(), nullable=False),
    sa.Column('made_by', sa.Uuid(), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('called_off_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('ends_at > starts_at', name=op.f('ck_duty_shift_ends_after_it_starts')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_duty_shift_account_id')),
    sa.ForeignKeyConstraint(['district_id'], ['district.id'], name=op.f('fk_duty_shift_district_id')),
    sa.ForeignKeyConstraint(['made_by'], ['account.id'], name=op.f('fk_duty_shift_made_by')),
    sa.ForeignKeyConstraint(['program_id'], ['response_program.id'], name=op.f('fk_duty_shift_program_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_duty_shift'))
    )
    with op.batch_alter_table('duty_shift', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_duty_shift_account_id'), ['account_id'], unique=False)
        batch_op.create_index('ix_duty_shift_now', ['program_id', 'ends_at'], unique=False)

    op.create_table('on_call_line',
    sa.Column('program_id', sa.Uuid(), nullable=False),
    sa.Column('label', sa.String(), nullable=False),
    sa.Column('phone', sa.String(), nullable=False),
    sa.Column('video', sa.String(), nullable=False),
    sa.Column('changed_by', sa.Uuid(), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['changed_by'], ['account.id'], name=op.f('fk_on_call_line_changed_by')),
    sa.ForeignKeyConstraint(['program_id'], ['response_program.id'], name=op.f('fk_on_call_line_program_id')),
    sa.PrimaryKeyConstraint('program_id', name=op.f('pk_on_call_line'))
    )
    op.create_table('program_partner',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('program_id', sa.Uuid(), nullable=False),
    sa.Column('organization_id', sa.Uuid(), nullable=False),
    sa.Column('languages', sa.JSON(), nullable=False),
    sa.Column('cultures', sa.JSON(), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_program_partner_organization_id')),
    sa.ForeignKeyConstraint(['program_id'], ['response_program.id'], name=op.f('fk_program_partner_program_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_program_partner')),
    sa.UniqueConstraint('program_id', 'organization_id', name=op.f('uq_program_partner_program_id_organization_id'))
    )
    with op.batch_alter_table('program_partner', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_program_partner_program_id'), ['program_id'], unique=False)

    op.create_table('care_watch',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('program_id', sa.Uuid(), nullable=False),
    sa.Column('encounter_id', sa.Uuid(), nullable=False),
    sa.Column('signs', sa.JSON(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('made_by', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['encounter_id'], ['encounter.id'], name=op.f('fk_care_watch_encounter_id')),
    sa.ForeignKeyConstraint(['made_by'], ['account.id'], name=op.f('fk_care_watch_made_by')),
    sa.ForeignKeyConstraint(['program_id'], ['response_program.id'], name=op.f('fk_care_watch_program_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_care_watch'))
    )
    with op.batch_alter_table('care_watch', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_care_watch_encounter_id'), ['encounter_id'], unique=False)
        batch_op.create_index('ix_care_watch_now', ['program_id', 'until'], unique=False)

    op.create_table('team_request',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('community_id', sa.Uuid(), nullable=False),
    sa.Column('program_id', sa.Uuid(), nullable=False),
    sa.Column('way', sa.String(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('asked_by', sa.Uuid(), nullable=False),
    sa.Column('asker_organization_id', sa.Uuid(), nullable=False),
    sa.Column('reference', sa.String(), nullable=False),
    sa.Column('district_id', sa.Uuid(), nullable=True),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('answers', sa.JSON(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('why', sa.String(), nullable=False),
    sa.Column('means', sa.String(), nullable=False),
    sa.Column('assigned_to', sa.Uuid(), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answer_by', sa.DateTime(timezone=True), nullable=False),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('en_route_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('on_scene_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('returned_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('taken_back_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('custody_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('custody_by', sa.Uuid(), nullable=True),
    sa.Column('receipt', sa.String(), nullable=False),
    sa.Column('task_id', sa.Uuid(), nullable=True),
    sa.Column('parent_id', sa.Uuid(), nullable=True),
    sa.Column('from_encounter_id', sa.Uuid(), nullable=True),
    sa.Column('encounter_id', sa.Uuid(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("source IN ('911', '988', '211', '311', 'on_view', 'police', 'fire_ems', 'provider', 'public', 'family', 'self', 'walk_in', 'station', 'other')", name=op.f('ck_team_request_source_known')),
    sa.CheckConstraint("state IN ('asked', 'accepted', 'en_route', 'on_scene', 'done', 'refused', 'withdrawn', 'returned', 'taken_back', 'dropped', 'kept_out', 'nobody')", name=op.f('ck_team_request_state_known')),
    sa.CheckConstraint("way IN ('dispatch', 'transfer', 'consult')", name=op.f('ck_team_request_way_known')),
    sa.ForeignKeyConstraint(['asked_by'], ['account.id'], name=op.f('fk_team_request_asked_by')),
    sa.ForeignKeyConstraint(['asker_organization_id'], ['organization.id'], name=op.f('fk_team_request_asker_organization_id')),
    sa.ForeignKeyConstraint(['assigned_to'], ['account.id'], name=op.f('fk_team_request_assigned_to')),
    sa.ForeignKeyConstraint(['community_id'], ['community.id'], name=op.f('fk_team_request_community_id')),
    sa.ForeignKeyConstraint(['custody_by'], ['account.id'], name=op.f('fk_team_request_custody_by')),
    sa.ForeignKeyConstraint(['district_id'], ['district.id'], name=op.f('fk_team_request_district_id')),
    sa.ForeignKeyConstraint(['encounter_id'], ['encounter.id'], name=op.f('fk_team_request_encounter_id')),
    sa.ForeignKeyConstraint(['from_encounter_id'], ['encounter.id'], name=op.f('fk_team_request_from_encounter_id')),
    sa.ForeignKeyConstraint(['parent_id'], ['team_request.id'], name=op.f('fk_team_request_parent_id')),
    sa.ForeignKeyConstraint(['program_id'], ['response_program.id'], name=op.f('fk_team_request_program_id')),
    sa.ForeignKeyConstraint(['task_id'], ['program_task.id'], name=op.f('fk_team_request_task_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_team_request'))
    )
    with op.batch_alter_table('team_request', schema=None) as batch_op:
        batch_op.create_index('ix_team_request_asker', ['asker_organization_id', 'asked_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_team_request_assigned_to'), ['assigned_to'], unique=False)
        batch_op.create_index(batch_op.f('ix_team_request_encounter_id'), ['encounter_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_team_request_from_encounter_id'), ['from_encounter_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_team_request_task_id'), ['task_id'], unique=False)
        batch_op.create_index('ix_team_request_team', ['program_id', 'state', 'asked_at'], unique=False)
        batch_op.create_index('ix_team_request_unanswered', ['state', 'answer_by'], unique=False)

    op.create_table('drop_off',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('program_id', sa.Uuid(), nullable=False),
    sa.Column('service_at_location_id', sa.Uuid(), nullable=False),
    sa.Column('arrived_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('released_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('result', sa.String(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('released_recorded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("result IN ('', 'taken', 'refused')", name=op.f('ck_drop_off_result_known')),
    sa.CheckConstraint('released_at >= arrived_at', name=op.f('ck_drop_off_released_after_it_came')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_drop_off_account_id')),
    sa.ForeignKeyConstraint(['program_id'], ['response_program.id'], name=op.f('fk_drop_off_program_id')),
    sa.ForeignKeyConstraint(['service_at_location_id'], ['service_at_location.id'], name=op.f('fk_drop_off_service_at_location_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_drop_off'))
    )
    with op.batch_alter_table('drop_off', schema=None) as batch_op:
        batch_op.create_index('ix_drop_off_program', ['program_id', 'arrived_at'], unique=False)

    op.create_table('pinned_place',
    sa.Column('program_id', sa.Uuid(), nullable=False),
    sa.Column('service_at_location_id', sa.Uuid(), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=False),
    sa.Column('no_refusal', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['program_id'], ['response_program.id'], name=op.f('fk_pinned_place_program_id')),
    sa.ForeignKeyConstraint(['service_at_location_id'], ['service_at_location.id'], name=op.f('fk_pinned_place_service_at_location_id')),
    sa.PrimaryKeyConstraint('program_id', 'service_at_location_id', name=op.f('pk_pinned_place'))
    )
    op.create_table('team_request_event',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('request_id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('action', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.Column('why', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_team_request_event_account_id')),
    sa.ForeignKeyConstraint(['request_id'], ['team_request.id'], name=op.f('fk_team_request_event_request_id')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_team_request_event')),
    info={'guarded': 'purge'}
    )
    with op.batch_alter_table('team_request_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_team_request_event_request_id'), ['request_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('team_request_event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_team_request_event_request_id'))

    op.drop_table('team_request_event')
    op.drop_table('pinned_place')
    with op.batch_alter_table('drop_off', schema=None) as batch_op:
        batch_op.drop_index('ix_drop_off_program')

    op.drop_table('drop_off')
    with op.batch_alter_table('team_request', schema=None) as batch_op:
        batch_op.drop_index('ix_team_request_unanswered')
        batch_op.drop_index('ix_team_request_team')
        batch_op.drop_index(batch_op.f('ix_team_request_task_id'))
        batch_op.drop_index(batch_op.f('ix_team_request_from_encounter_id'))
        batch_op.drop_index(batch_op.f('ix_team_request_encounter_id'))
        batch_op.drop_index(batch_op.f('ix_team_request_assigned_to'))
        batch_op.drop_index('ix_team_request_asker')

    op.drop_table('team_request')
    with op.batch_alter_table('care_watch', schema=None) as batch_op:
        batch_op.drop_index('ix_care_watch_now')
        batch_op.drop_index(batch_op.f('ix_care_watch_encounter_id'))

    op.drop_table('care_watch')
    with op.batch_alter_table('program_partner', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_program_partner_program_id'))

    op.drop_table('program_partner')
    op.drop_table('on_call_line')
    with op.batch_alter_table('duty_shift', schema=None) as batch_op:
        batch_op.drop_index('ix_duty_shift_now')
        batch_op.drop_index(batch_op.f('ix_duty_shift_account_id'))

    op.drop_table('duty_shift')
    op.drop_table('district_middle')
