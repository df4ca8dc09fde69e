"""The first house: every table of the first slice

Revision: 0001. The first.
"""

import sqlalchemy as sa
from alembic import op


revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('audit_entry',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_kind', sa.String(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.Column('community_id', sa.Uuid(), nullable=True),
    sa.Column('action', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('subject_id', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_audit_entry'))
    )
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_audit_entry_at'), ['at'], unique=False)

    op.create_table('change',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('service_at_location_number', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_change'))
    )
    with op.batch_alter_table('change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_change_service_at_location_number'), ['service_at_location_number'], unique=False)

    op.create_table('community',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('time_zone', sa.String(), nullable=False),
    sa.Column('languages', sa.JSON(), nullable=False),
    sa.Column('area', sa.JSON(), nullable=False),
    sa.Column('crisis_lines', sa.JSON(), nullable=False),
    sa.Column('business_hours', sa.JSON(), nullable=False),
    sa.Column('settings', sa.JSON(), nullable=False),
    sa.Column('demonstration', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_community'))
    )
    op.create_table('geocode',
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('latitude', sa.Double(), nullable=True),
    sa.Column('longitude', sa.Double(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_geocode'))
    )
    op.create_table('import_run',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('files', sa.JSON(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('counts', sa.JSON(), nullable=False),
    sa.CheckConstraint("state IN ('running', 'done', 'refused')", name=op.f('ck_import_run_state_known')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_run'))
    )
    op.create_table('message',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('about', sa.Uuid(), nullable=True),
    sa.Column('letter', sa.String(), nullable=False),
    sa.Column('to_address', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('html', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('next_try_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('claimed_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('queued', 'sending', 'sent', 'shown', 'parked', 'dropped')", name=op.f('ck_message_state_known')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_message')),
    sa.UniqueConstraint('key', name=op.f('uq_message_key'))
    )
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_message_about'), ['about'], unique=False)
        batch_op.create_index('ix_message_due', ['state', 'next_try_at'], unique=False)

    op.create_table('metadata',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('resource_type', sa.String(), nullable=False),
    sa.Column('resource_id', sa.Uuid(), nullable=False),
    sa.Column('last_action_date', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_action_type', sa.String(), nullable=False),
    sa.Column('field_name', sa.String(), nullable=False),
    sa.Column('previous_value', sa.String(), nullable=False),
    sa.Column('replacement_value', sa.String(), nullable=False),
    sa.Column('updated_by', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_metadata'))
    )
    with op.batch_alter_table('metadata', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_metadata_resource_id'), ['resource_id'], unique=False)

    op.create_table('person',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.Text(), nullable=True),
    sa.Column('phone', sa.Text(), nullable=True),
    sa.Column('safety_notes', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('purged_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person'))
    )
    op.create_table('place',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('folded', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('county', sa.String(), nullable=False),
    sa.Column('latitude', sa.Double(), nullable=True),
    sa.Column('longitude', sa.Double(), nullable=True),
    sa.Column('time_zone', sa.String(), nullable=False),
    sa.CheckConstraint("kind IN ('zip', 'city')", name=op.f('ck_place_kind_known')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_place'))
    )
    with op.batch_alter_table('place', schema=None) as batch_op:
        batch_op.create_index('ix_place_code', ['kind', 'code'], unique=False)
        batch_op.create_index('ix_place_county', ['state', 'county'], unique=False)
        batch_op.create_index('ix_place_folded', ['kind', 'folded', 'state'], unique=False)
        batch_op.create_index('ix_place_latitude', ['kind', 'latitude'], unique=False)

    op.create_table('rate_limit',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_rate_limit'))
    )
    with op.batch_alter_table('rate_limit', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_rate_limit_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_rate_limit_key'), ['key'], unique=False)

    op.create_table('search_tally',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('care', sa.String(), nullable=False),
    sa.Column('area', sa.String(), nullable=False),
    sa.Column('found', sa.Boolean(), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_search_tally'))
    )
    with op.batch_alter_table('search_tally', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_search_tally_day'), ['day'], unique=False)

    op.create_table('taxonomy',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('description', sa.String(), nullable=False),
    sa.Column('version', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_taxonomy')),
    sa.UniqueConstraint('name', name=op.f('uq_taxonomy_name'))
    )
    op.create_table('worker_seen',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_worker_seen'))
    )
    op.create_table('account',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('community_id', sa.Uuid(), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('phone', sa.String(), nullable=False),
    sa.Column('password_hash', sa.String(), nullable=False),
    sa.Column('disabled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['community_id'], ['community.id'], name=op.f('fk_account_community_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account')),
    sa.UniqueConstraint('email', name=op.f('uq_account_email'))
    )
    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_account_community_id'), ['community_id'], unique=False)

    op.create_table('delivery',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('transport', sa.String(), nullable=False),
    sa.Column('result', sa.String(), nullable=False),
    sa.Column('detail', sa.String(), nullable=False),
    sa.CheckConstraint("result IN ('delivered', 'temporary', 'permanent')", name=op.f('ck_delivery_result_known')),
    sa.ForeignKeyConstraint(['message_id'], ['message.id'], name=op.f('fk_delivery_message_id')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_delivery'))
    )
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_delivery_message_id'), ['message_id'], unique=False)

    op.create_table('organization',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('community_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('alternate_name', sa.String(), nullable=False),
    sa.Column('description', sa.String(), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('website', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('joined_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('source', sa.String(), nullable=True),
    sa.Column('source_key', sa.String(), nullable=True),
    sa.Column('not_in_source_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind IN ('treatment_provider', 'part2_program', 'victim_service', 'social_service', 'law_enforcement', 'response_team', 'school', 'other')", name=op.f('ck_organization_kind_known')),
    sa.CheckConstraint('length(name) > 0', name=op.f('ck_organization_named')),
    sa.ForeignKeyConstraint(['community_id'], ['community.id'], name=op.f('fk_organization_community_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organization')),
    sa.UniqueConstraint('source', 'source_key', name=op.f('uq_organization_source_source_key'))
    )
    with op.batch_alter_table('organization', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_organization_community_id'), ['community_id'], unique=False)

    op.create_table('rejected_row',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('import_run_id', sa.Uuid(), nullable=False),
    sa.Column('file', sa.String(), nullable=False),
    sa.Column('row', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['import_run_id'], ['import_run.id'], name=op.f('fk_rejected_row_import_run_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rejected_row'))
    )
    with op.batch_alter_table('rejected_row', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_rejected_row_import_run_id'), ['import_run_id'], unique=False)

    op.create_table('taxonomy_term',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('taxonomy_id', sa.Uuid(), nullable=False),
    sa.Column('category', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('description', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['taxonomy_id'], ['taxonomy.id'], name=op.f('fk_taxonomy_term_taxonomy_id')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_taxonomy_term')),
    sa.UniqueConstraint('id', name=op.f('uq_taxonomy_term_id')),
    sa.UniqueConstraint('taxonomy_id', 'category', 'code', name=op.f('uq_taxonomy_term_taxonomy_id_category_code'))
    )
    with op.batch_alter_table('taxonomy_term', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_taxonomy_term_taxonomy_id'), ['taxonomy_id'], unique=False)

    op.create_table('account_session',
    sa.Column('token_hash', sa.String(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_account_session_account_id')),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_account_session'))
    )
    with op.batch_alter_table('account_session', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_account_session_account_id'), ['account_id'], unique=False)

    op.create_table('contact',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organization_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('department', sa.String(), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_contact_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contact'))
    )
    with op.batch_alter_table('contact', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_contact_organization_id'), ['organization_id'], unique=False)

    op.create_table('location',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organization_id', sa.Uuid(), nullable=False),
    sa.Column('location_type', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('description', sa.String(), nullable=False),
    sa.Column('transportation', sa.String(), nullable=False),
    sa.Column('latitude', sa.Double(), nullable=True),
    sa.Column('longitude', sa.Double(), nullable=True),
    sa.Column('point_kind', sa.String(), nullable=False),
    sa.Column('address_confidential', sa.Boolean(), nullable=False),
    sa.Column('area_text', sa.String(), nullable=False),
    sa.Column('time_zone', sa.String(), nullable=False),
    sa.Column('source', sa.String(), nullable=True),
    sa.Column('source_key', sa.String(), nullable=True),
    sa.Column('not_in_source_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(point_kind = 'none') = (latitude IS NULL)", name=op.f('ck_location_point_known')),
    sa.CheckConstraint("location_type IN ('physical', 'postal', 'virtual')", name=op.f('ck_location_location_type_known')),
    sa.CheckConstraint("point_kind IN ('exact', 'zip', 'city', 'none')", name=op.f('ck_location_point_kind_known')),
    sa.CheckConstraint('(latitude IS NULL) = (longitude IS NULL)', name=op.f('ck_location_whole_point')),
    sa.CheckConstraint('NOT address_confidential OR latitude IS NULL', name=op.f('ck_location_confidential_has_no_point')),
    sa.CheckConstraint('latitude IS NULL OR (latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180)', name=op.f('ck_location_on_earth')),
    sa.CheckConstraint('latitude IS NULL OR latitude <> 0 OR longitude <> 0', name=op.f('ck_location_not_null_island')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_location_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_location')),
    sa.UniqueConstraint('id', 'address_confidential', name=op.f('uq_location_id_address_confidential')),
    sa.UniqueConstraint('source', 'source_key', name=op.f('uq_location_source_source_key'))
    )
    with op.batch_alter_table('location', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_location_organization_id'), ['organization_id'], unique=False)

    op.create_table('membership',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('organization_id', sa.Uuid(), nullable=True),
    sa.Column('role', sa.String(), nullable=False),
    sa.CheckConstraint("role IN ('responder', 'dispatcher', 'supervisor', 'provider', 'steward', 'evaluator', 'privacy_officer', 'admin')", name=op.f('ck_membership_role_known')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_membership_account_id')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_membership_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_membership')),
    sa.UniqueConstraint('account_id', 'organization_id', 'role', name=op.f('uq_membership_account_id_organization_id_role'))
    )
    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_membership_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_membership_organization_id'), ['organization_id'], unique=False)

    op.create_table('need',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('community_id', sa.Uuid(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('urgency', sa.String(), nullable=False),
    sa.Column('age_band', sa.String(), nullable=False),
    sa.Column('area', sa.String(), nullable=False),
    sa.Column('safe_contact', sa.String(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=True),
    sa.Column('sender_account_id', sa.Uuid(), nullable=False),
    sa.Column('sender_organization_id', sa.Uuid(), nullable=False),
    sa.Column('callback', sa.String(), nullable=False),
    sa.Column('basis', sa.String(), nullable=False),
    sa.Column('hears_back', sa.Boolean(), nullable=False),
    sa.Column('plan', sa.JSON(), nullable=False),
    sa.Column('owner', sa.String(), nullable=False),
    sa.Column('deadline', sa.DateTime(timezone=True), nullable=True),
    sa.Column('deadline_name', sa.String(), nullable=False),
    sa.Column('escalated_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('close_reason', sa.String(), nullable=False),
    sa.Column('sender_closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('idempotency_key', sa.String(), nullable=False),
    sa.Column('request_digest', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("age_band IN ('unknown', 'under_13', '13_17', '18_24', '25_64', '65_plus')", name=op.f('ck_need_age_band_known')),
    sa.CheckConstraint("basis IN ('written_consent', 'verbal_consent', 'emergency', 'none_needed')", name=op.f('ck_need_basis_known')),
    sa.CheckConstraint("deadline_name IN ('seen_by', 'supervisor', 'next_service', 'your_turn', 'waitlist_told', 'waitlist_answer', 'information', 'next_step', 'handoff_by', 'arrival_asked', 'follow_up', 'no_information')", name=op.f('ck_need_deadline_name_known')),
    sa.CheckConstraint("owner IN ('receiver', 'sender', 'supervisor')", name=op.f('ck_need_owner_known')),
    sa.CheckConstraint("urgency IN ('now', 'today', 'routine')", name=op.f('ck_need_urgency_known')),
    sa.CheckConstraint('(closed_at IS NOT NULL) OR (deadline IS NOT NULL)', name=op.f('ck_need_open_has_deadline')),
    sa.ForeignKeyConstraint(['community_id'], ['community.id'], name=op.f('fk_need_community_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_need_person_id')),
    sa.ForeignKeyConstraint(['sender_account_id'], ['account.id'], name=op.f('fk_need_sender_account_id')),
    sa.ForeignKeyConstraint(['sender_organization_id'], ['organization.id'], name=op.f('fk_need_sender_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_need')),
    sa.UniqueConstraint('sender_account_id', 'idempotency_key', name=op.f('uq_need_sender_account_id_idempotency_key'))
    )
    with op.batch_alter_table('need', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_need_community_id'), ['community_id'], unique=False)
        batch_op.create_index('ix_need_due', ['closed_at', 'deadline'], unique=False)
        batch_op.create_index(batch_op.f('ix_need_sender_account_id'), ['sender_account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_need_sender_organization_id'), ['sender_organization_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_need_sent_at'), ['sent_at'], unique=False)

    op.create_table('service',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organization_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('alternate_name', sa.String(), nullable=False),
    sa.Column('description', sa.String(), nullable=False),
    sa.Column('url', sa.String(), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('interpretation_services', sa.String(), nullable=False),
    sa.Column('application_process', sa.String(), nullable=False),
    sa.Column('fees_description', sa.String(), nullable=False),
    sa.Column('eligibility_description', sa.String(), nullable=False),
    sa.Column('minimum_age', sa.Integer(), nullable=True),
    sa.Column('maximum_age', sa.Integer(), nullable=True),
    sa.Column('alert', sa.String(), nullable=False),
    sa.Column('assured_date', sa.Date(), nullable=True),
    sa.Column('assurer_email', sa.String(), nullable=False),
    sa.Column('last_modified', sa.DateTime(timezone=True), nullable=False),
    sa.Column('source', sa.String(), nullable=True),
    sa.Column('source_key', sa.String(), nullable=True),
    sa.Column('not_in_source_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("status IN ('active', 'inactive', 'defunct', 'temporarily closed')", name=op.f('ck_service_status_known')),
    sa.CheckConstraint('length(name) > 0', name=op.f('ck_service_named')),
    sa.CheckConstraint('maximum_age IS NULL OR maximum_age BETWEEN 0 AND 120', name=op.f('ck_service_maximum_age_sane')),
    sa.CheckConstraint('minimum_age IS NULL OR minimum_age BETWEEN 0 AND 120', name=op.f('ck_service_minimum_age_sane')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_service_organization_id')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_service')),
    sa.UniqueConstraint('id', name=op.f('uq_service_id')),
    sa.UniqueConstraint('source', 'source_key', name=op.f('uq_service_source_source_key'))
    )
    with op.batch_alter_table('service', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_service_organization_id'), ['organization_id'], unique=False)

    op.create_table('accessibility',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('location_id', sa.Uuid(), nullable=False),
    sa.Column('description', sa.String(), nullable=False),
    sa.Column('details', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['location_id'], ['location.id'], name=op.f('fk_accessibility_location_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_accessibility'))
    )
    with op.batch_alter_table('accessibility', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_accessibility_location_id'), ['location_id'], unique=False)

    op.create_table('address',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('location_id', sa.Uuid(), nullable=False),
    sa.Column('confidential', sa.Boolean(), nullable=False),
    sa.Column('address_1', sa.String(), nullable=False),
    sa.Column('address_2', sa.String(), nullable=False),
    sa.Column('city', sa.String(), nullable=False),
    sa.Column('state_province', sa.String(), nullable=False),
    sa.Column('postal_code', sa.String(), nullable=False),
    sa.Column('country', sa.String(), nullable=False),
    sa.Column('address_type', sa.String(), nullable=False),
    sa.CheckConstraint("address_type IN ('physical', 'postal', 'virtual')", name=op.f('ck_address_address_type_known')),
    sa.CheckConstraint('NOT confidential', name=op.f('ck_address_never_confidential')),
    sa.ForeignKeyConstraint(['location_id', 'confidential'], ['location.id', 'location.address_confidential'], name='fk_address_open_location'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_address'))
    )
    with op.batch_alter_table('address', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_address_location_id'), ['location_id'], unique=False)

    op.create_table('consent',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('need_id', sa.Uuid(), nullable=False),
    sa.Column('basis', sa.String(), nullable=False),
    sa.Column('hears_back', sa.Boolean(), nullable=False),
    sa.Column('recorded_by', sa.Uuid(), nullable=False),
    sa.Column('text_version', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("basis IN ('written_consent', 'verbal_consent', 'emergency', 'none_needed')", name=op.f('ck_consent_basis_known')),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_consent_need_id')),
    sa.ForeignKeyConstraint(['recorded_by'], ['account.id'], name=op.f('fk_consent_recorded_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consent'))
    )
    with op.batch_alter_table('consent', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_consent_need_id'), ['need_id'], unique=False)

    op.create_table('cost_option',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('service_id', sa.Uuid(), nullable=False),
    sa.Column('option', sa.String(), nullable=False),
    sa.Column('currency', sa.String(), nullable=False),
    sa.Column('amount', sa.Numeric(), nullable=True),
    sa.Column('amount_description', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_cost_option_service_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cost_option'))
    )
    with op.batch_alter_table('cost_option', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_cost_option_service_id'), ['service_id'], unique=False)

    op.create_table('language',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('service_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_language_service_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_language'))
    )
    with op.batch_alter_table('language', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_language_service_id'), ['service_id'], unique=False)

    op.create_table('required_document',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('service_id', sa.Uuid(), nullable=False),
    sa.Column('document', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_required_document_service_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_required_document'))
    )
    with op.batch_alter_table('required_document', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_required_document_service_id'), ['service_id'], unique=False)

    op.create_table('service_area',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('service_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('extent', sa.String(), nullable=False),
    sa.Column('extent_type', sa.String(), nullable=False),
    sa.CheckConstraint("extent_type IN ('zip', 'county', 'state', 'nation')", name=op.f('ck_service_area_extent_type_known')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_service_area_service_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service_area'))
    )
    with op.batch_alter_table('service_area', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_service_area_service_id'), ['service_id'], unique=False)

    op.create_table('service_at_location',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('service_id', sa.Uuid(), nullable=False),
    sa.Column('location_id', sa.Uuid(), nullable=False),
    sa.Column('description', sa.String(), nullable=False),
    sa.Column('desk_id', sa.Uuid(), nullable=True),
    sa.Column('availability', sa.String(), nullable=False),
    sa.Column('availability_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('availability_by', sa.String(), nullable=False),
    sa.Column('availability_source', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("availability IN ('yes', 'limited', 'no', 'unknown')", name=op.f('ck_service_at_location_availability_known')),
    sa.ForeignKeyConstraint(['desk_id'], ['contact.id'], name=op.f('fk_service_at_location_desk_id')),
    sa.ForeignKeyConstraint(['location_id'], ['location.id'], name=op.f('fk_service_at_location_location_id')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_service_at_location_service_id')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_service_at_location')),
    sa.UniqueConstraint('id', name=op.f('uq_service_at_location_id')),
    sa.UniqueConstraint('service_id', 'location_id', name=op.f('uq_service_at_location_service_id_location_id'))
    )
    with op.batch_alter_table('service_at_location', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_service_at_location_desk_id'), ['desk_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_service_at_location_location_id'), ['location_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_service_at_location_service_id'), ['service_id'], unique=False)

    op.create_table('service_term',
    sa.Column('service_number', sa.Integer(), nullable=False),
    sa.Column('term_number', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['service_number'], ['service.number'], name=op.f('fk_service_term_service_number')),
    sa.ForeignKeyConstraint(['term_number'], ['taxonomy_term.number'], name=op.f('fk_service_term_term_number')),
    sa.PrimaryKeyConstraint('service_number', 'term_number', name=op.f('pk_service_term')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('service_term', schema=None) as batch_op:
        batch_op.create_index('ix_service_term_term', ['term_number'], unique=False)

    op.create_table('call_record',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('service_at_location_id', sa.Uuid(), nullable=False),
    sa.Column('organization_id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answered', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_call_record_organization_id')),
    sa.ForeignKeyConstraint(['service_at_location_id'], ['service_at_location.id'], name=op.f('fk_call_record_service_at_location_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_call_record'))
    )
    with op.batch_alter_table('call_record', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_call_record_organization_id'), ['organization_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_call_record_service_at_location_id'), ['service_at_location_id'], unique=False)

    op.create_table('fallback',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('need_id', sa.Uuid(), nullable=False),
    sa.Column('service_at_location_id', sa.Uuid(), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=False),
    sa.CheckConstraint('rank BETWEEN 1 AND 3', name=op.f('ck_fallback_at_most_three')),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_fallback_need_id')),
    sa.ForeignKeyConstraint(['service_at_location_id'], ['service_at_location.id'], name=op.f('fk_fallback_service_at_location_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fallback')),
    sa.UniqueConstraint('need_id', 'rank', name=op.f('uq_fallback_need_id_rank')),
    sa.UniqueConstraint('need_id', 'service_at_location_id', name=op.f('uq_fallback_need_id_service_at_location_id'))
    )
    with op.batch_alter_table('fallback', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_fallback_need_id'), ['need_id'], unique=False)

    op.create_table('listing_flag',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('service_at_location_id', sa.Uuid(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("reason IN ('hours', 'listing')", name=op.f('ck_listing_flag_reason_known')),
    sa.ForeignKeyConstraint(['service_at_location_id'], ['service_at_location.id'], name=op.f('fk_listing_flag_service_at_location_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_listing_flag'))
    )
    with op.batch_alter_table('listing_flag', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_listing_flag_service_at_location_id'), ['service_at_location_id'], unique=False)

    op.create_table('offer',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('need_id', sa.Uuid(), nullable=False),
    sa.Column('service_at_location_id', sa.Uuid(), nullable=False),
    sa.Column('organization_id', sa.Uuid(), nullable=False),
    sa.Column('desk_id', sa.Uuid(), nullable=True),
    sa.Column('ordinal', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('reopens_id', sa.Uuid(), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_by', sa.String(), nullable=False),
    sa.Column('decline_reason', sa.String(), nullable=False),
    sa.Column('decline_note', sa.String(), nullable=False),
    sa.Column('who_could_id', sa.Uuid(), nullable=True),
    sa.Column('question', sa.String(), nullable=False),
    sa.Column('answer', sa.String(), nullable=False),
    sa.Column('answer_by', sa.DateTime(timezone=True), nullable=True),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('appointment_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('connected_on', sa.Date(), nullable=True),
    sa.Column('connected_by', sa.String(), nullable=False),
    sa.Column('receiver_name', sa.String(), nullable=False),
    sa.CheckConstraint("state IN ('draft', 'sent', 'seen', 'info_asked', 'waitlisted', 'accepted', 'handoff', 'scheduled', 'no_show', 'connected', 'declined', 'expired', 'released', 'unable_to_reach', 'not_connected', 'no_information', 'cancelled', 'withdrawn', 'void')", name=op.f('ck_offer_state_known')),
    sa.ForeignKeyConstraint(['desk_id'], ['contact.id'], name=op.f('fk_offer_desk_id')),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_offer_need_id')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_offer_organization_id')),
    sa.ForeignKeyConstraint(['reopens_id'], ['offer.id'], name=op.f('fk_offer_reopens_id')),
    sa.ForeignKeyConstraint(['service_at_location_id'], ['service_at_location.id'], name=op.f('fk_offer_service_at_location_id')),
    sa.ForeignKeyConstraint(['who_could_id'], ['service_at_location.id'], name=op.f('fk_offer_who_could_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_offer')),
    sa.UniqueConstraint('need_id', 'ordinal', name=op.f('uq_offer_need_id_ordinal'))
    )
    with op.batch_alter_table('offer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_offer_desk_id'), ['desk_id'], unique=False)
        batch_op.create_index('ix_offer_inbox', ['organization_id', 'state'], unique=False)
        batch_op.create_index(batch_op.f('ix_offer_need_id'), ['need_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_offer_service_at_location_id'), ['service_at_location_id'], unique=False)

    op.create_table('phone',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organization_id', sa.Uuid(), nullable=True),
    sa.Column('contact_id', sa.Uuid(), nullable=True),
    sa.Column('service_at_location_id', sa.Uuid(), nullable=True),
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('extension', sa.String(), nullable=False),
    sa.Column('type', sa.String(), nullable=False),
    sa.Column('description', sa.String(), nullable=False),
    sa.Column('ordinal', sa.Integer(), nullable=False),
    sa.CheckConstraint("type IN ('voice', 'intake', 'crisis', 'hotline', 'text', 'fax', 'tty')", name=op.f('ck_phone_type_known')),
    sa.CheckConstraint('(CASE WHEN organization_id IS NULL THEN 0 ELSE 1 END + CASE WHEN contact_id IS NULL THEN 0 ELSE 1 END + CASE WHEN service_at_location_id IS NULL THEN 0 ELSE 1 END) = 1', name=op.f('ck_phone_one_parent')),
    sa.CheckConstraint('length(number) > 0', name=op.f('ck_phone_numbered')),
    sa.ForeignKeyConstraint(['contact_id'], ['contact.id'], name=op.f('fk_phone_contact_id')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_phone_organization_id')),
    sa.ForeignKeyConstraint(['service_at_location_id'], ['service_at_location.id'], name=op.f('fk_phone_service_at_location_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_phone'))
    )
    with op.batch_alter_table('phone', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_phone_contact_id'), ['contact_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_phone_organization_id'), ['organization_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_phone_service_at_location_id'), ['service_at_location_id'], unique=False)

    op.create_table('proposal',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('service_at_location_id', sa.Uuid(), nullable=False),
    sa.Column('field', sa.String(), nullable=False),
    sa.Column('old_value', sa.String(), nullable=False),
    sa.Column('new_value', sa.String(), nullable=False),
    sa.Column('proposed_by', sa.String(), nullable=False),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('decided_by', sa.String(), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('waiting', 'approved', 'refused')", name=op.f('ck_proposal_state_known')),
    sa.ForeignKeyConstraint(['service_at_location_id'], ['service_at_location.id'], name=op.f('fk_proposal_service_at_location_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_proposal'))
    )
    with op.batch_alter_table('proposal', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_proposal_service_at_location_id'), ['service_at_location_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_proposal_state'), ['state'], unique=False)

    op.create_table('schedule',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('service_at_location_id', sa.Uuid(), nullable=False),
    sa.Column('freq', sa.String(), nullable=False),
    sa.Column('byday', sa.String(), nullable=False),
    sa.Column('opens_at', sa.Time(), nullable=False),
    sa.Column('closes_at', sa.Time(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('description', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['service_at_location_id'], ['service_at_location.id'], name=op.f('fk_schedule_service_at_location_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_schedule'))
    )
    with op.batch_alter_table('schedule', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_schedule_service_at_location_id'), ['service_at_location_id'], unique=False)

    op.create_table('disclosure',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('need_id', sa.Uuid(), nullable=False),
    sa.Column('offer_id', sa.Uuid(), nullable=True),
    sa.Column('organization_id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('what', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_disclosure_need_id')),
    sa.ForeignKeyConstraint(['offer_id'], ['offer.id'], name=op.f('fk_disclosure_offer_id')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_disclosure_organization_id')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_disclosure'))
    )
    with op.batch_alter_table('disclosure', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_disclosure_need_id'), ['need_id'], unique=False)

    op.create_table('follow_up',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('offer_id', sa.Uuid(), nullable=False),
    sa.Column('day', sa.Integer(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('result', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['offer_id'], ['offer.id'], name=op.f('fk_follow_up_offer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_follow_up')),
    sa.UniqueConstraint('offer_id', 'day', name=op.f('uq_follow_up_offer_id_day'))
    )
    with op.batch_alter_table('follow_up', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_follow_up_offer_id'), ['offer_id'], unique=False)

    op.create_table('handoff',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('offer_id', sa.Uuid(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('method', sa.String(), nullable=False),
    sa.Column('answered', sa.Boolean(), nullable=False),
    sa.Column('spoke_with_name', sa.String(), nullable=False),
    sa.Column('spoke_with_role', sa.String(), nullable=False),
    sa.Column('person_present', sa.Boolean(), nullable=False),
    sa.Column('person_spoke', sa.Boolean(), nullable=False),
    sa.Column('person_agreed', sa.Boolean(), nullable=False),
    sa.Column('receiver_took_over', sa.Boolean(), nullable=False),
    sa.Column('recorded_by', sa.String(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("method IN ('three_way_call', 'in_person', 'call', 'voicemail', 'fax', 'mail', 'list')", name=op.f('ck_handoff_method_known')),
    sa.ForeignKeyConstraint(['offer_id'], ['offer.id'], name=op.f('fk_handoff_offer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_handoff')),
    sa.UniqueConstraint('offer_id', name=op.f('uq_handoff_offer_id'))
    )
    op.create_table('offer_event',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('offer_id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('action', sa.String(), nullable=False),
    sa.Column('from_state', sa.String(), nullable=False),
    sa.Column('to_state', sa.String(), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.Column('actor_kind', sa.String(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['offer_id'], ['offer.id'], name=op.f('fk_offer_event_offer_id')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_offer_event'))
    )
    with op.batch_alter_table('offer_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_offer_event_offer_id'), ['offer_id'], unique=False)

    op.create_table('attempt',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('offer_id', sa.Uuid(), nullable=False),
    sa.Column('follow_up_id', sa.Uuid(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('means', sa.String(), nullable=False),
    sa.Column('result', sa.String(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_attempt_account_id')),
    sa.ForeignKeyConstraint(['follow_up_id'], ['follow_up.id'], name=op.f('fk_attempt_follow_up_id')),
    sa.ForeignKeyConstraint(['offer_id'], ['offer.id'], name=op.f('fk_attempt_offer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attempt'))
    )
    with op.batch_alter_table('attempt', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_attempt_follow_up_id'), ['follow_up_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_attempt_offer_id'), ['offer_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('attempt', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_attempt_offer_id'))
        batch_op.drop_index(batch_op.f('ix_attempt_follow_up_id'))

    op.drop_table('attempt')
    with op.batch_alter_table('offer_event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_offer_event_offer_id'))

    op.drop_table('offer_event')
    op.drop_table('handoff')
    with op.batch_alter_table('follow_up', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_follow_up_offer_id'))

    op.drop_table('follow_up')
    with op.batch_alter_table('disclosure', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_disclosure_need_id'))

    op.drop_table('disclosure')
    with op.batch_alter_table('schedule', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_schedule_service_at_location_id'))

    op.drop_table('schedule')
    with op.batch_alter_table('proposal', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_proposal_state'))
        batch_op.drop_index(batch_op.f('ix_proposal_service_at_location_id'))

    op.drop_table('proposal')
    with op.batch_alter_table('phone', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_phone_service_at_location_id'))
        batch_op.drop_index(batch_op.f('ix_phone_organization_id'))
        batch_op.drop_index(batch_op.f('ix_phone_contact_id'))

    op.drop_table('phone')
    with op.batch_alter_table('offer', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_offer_service_at_location_id'))
        batch_op.drop_index(batch_op.f('ix_offer_need_id'))
        batch_op.drop_index('ix_offer_inbox')
        batch_op.drop_index(batch_op.f('ix_offer_desk_id'))

    op.drop_table('offer')
    with op.batch_alter_table('listing_flag', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_listing_flag_service_at_location_id'))

    op.drop_table('listing_flag')
    with op.batch_alter_table('fallback', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_fallback_need_id'))

    op.drop_table('fallback')
    with op.batch_alter_table('call_record', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_call_record_service_at_location_id'))
        batch_op.drop_index(batch_op.f('ix_call_record_organization_id'))

    op.drop_table('call_record')
    with op.batch_alter_table('service_term', schema=None) as batch_op:
        batch_op.drop_index('ix_service_term_term')

    op.drop_table('service_term')
    with op.batch_alter_table('service_at_location', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_service_at_location_service_id'))
        batch_op.drop_index(batch_op.f('ix_service_at_location_location_id'))
        batch_op.drop_index(batch_op.f('ix_service_at_location_desk_id'))

    op.drop_table('service_at_location')
    with op.batch_alter_table('service_area', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_service_area_service_id'))

    op.drop_table('service_area')
    with op.batch_alter_table('required_document', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_required_document_service_id'))

    op.drop_table('required_document')
    with op.batch_alter_table('language', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_language_service_id'))

    op.drop_table('language')
    with op.batch_alter_table('cost_option', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_cost_option_service_id'))

    op.drop_table('cost_option')
    with op.batch_alter_table('consent', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_consent_need_id'))

    op.drop_table('consent')
    with op.batch_alter_table('address', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_address_location_id'))

    op.drop_table('address')
    with op.batch_alter_table('accessibility', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_accessibility_location_id'))

    op.drop_table('accessibility')
    with op.batch_alter_table('service', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_service_organization_id'))

    op.drop_table('service')
    with op.batch_alter_table('need', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_need_sent_at'))
        batch_op.drop_index(batch_op.f('ix_need_sender_organization_id'))
        batch_op.drop_index(batch_op.f('ix_need_sender_account_id'))
        batch_op.drop_index('ix_need_due')
        batch_op.drop_index(batch_op.f('ix_need_community_id'))

    op.drop_table('need')
    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_membership_organization_id'))
        batch_op.drop_index(batch_op.f('ix_membership_account_id'))

    op.drop_table('membership')
    with op.batch_alter_table('location', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_location_organization_id'))

    op.drop_table('location')
    with op.batch_alter_table('contact', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_contact_organization_id'))

    op.drop_table('contact')
    with op.batch_alter_table('account_session', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_account_session_account_id'))

    op.drop_table('account_session')
    with op.batch_alter_table('taxonomy_term', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_taxonomy_term_taxonomy_id'))

    op.drop_table('taxonomy_term')
    with op.batch_alter_table('rejected_row', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_rejected_row_import_run_id'))

    op.drop_table('rejected_row')
    with op.batch_alter_table('organization', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_organization_community_id'))

    op.drop_table('organization')
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_delivery_message_id'))

    op.drop_table('delivery')
    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_account_community_id'))

    op.drop_table('account')
    op.drop_table('worker_seen')
    op.drop_table('taxonomy')
    with op.batch_alter_table('search_tally', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_search_tally_day'))

    op.drop_table('search_tally')
    with op.batch_alter_table('rate_limit', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_rate_limit_key'))
        batch_op.drop_index(batch_op.f('ix_rate_limit_at'))

    op.drop_table('rate_limit')
    with op.batch_alter_table('place', schema=None) as batch_op:
        batch_op.drop_index('ix_place_latitude')
        batch_op.drop_index('ix_place_folded')
        batch_op.drop_index('ix_place_county')
        batch_op.drop_index('ix_place_code')

    op.drop_table('place')
    op.drop_table('person')
    with op.batch_alter_table('metadata', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_metadata_resource_id'))

    op.drop_table('metadata')
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.drop_index('ix_message_due')
        batch_op.drop_index(batch_op.f('ix_message_about'))

    op.drop_table('message')
    op.drop_table('import_run')
    op.drop_table('geocode')
    op.drop_table('community')
    with op.batch_alter_table('change', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_change_service_at_location_number'))

    op.drop_table('change')
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_audit_entry_at'))

    op.drop_table('audit_entry')
