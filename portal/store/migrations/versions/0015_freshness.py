"""Confirmations asked for, calls made, what the public says is wrong, how often a listing is wanted

Revision: 0015. After: 0014.
"""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None

WAITING = sa.text("state = 'asked'")
LISTING = 'service_at_location_id'
NUMBER = 'service_at_location_number'


def upgrade() -> None:
    _letters()
    op.create_table('listing_call',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column(LISTING, sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    *(sa.Column(name, sa.String(), nullable=False) for name in ('called_by', 'outcome', 'note')),
    sa.CheckConstraint("outcome IN ('right', 'changed', 'no_answer', 'message_left', 'wrong_number', 'closed')", name=op.f('ck_listing_call_outcome_known')),
    sa.ForeignKeyConstraint([LISTING], ['service_at_location.id'], name=op.f('fk_listing_call_service_at_location_id')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_listing_call'))
    )
    op.create_index(op.f('ix_listing_call_service_at_location_id'), 'listing_call', [LISTING])
    op.create_table('listing_report',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column(LISTING, sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('what', sa.String(), nullable=False),
    sa.Column('words', sa.Text(), nullable=True),
    sa.Column('reply_to', sa.Text(), nullable=True),
    *(sa.Column(name, sa.String(), nullable=False) for name in ('source', 'said_by', 'state', 'settled_by')),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("what IN ('phone', 'hours', 'address', 'closed', 'eligibility', 'other')", name=op.f('ck_listing_report_what_known')),
    sa.CheckConstraint("source IN ('public', 'member', 'desk')", name=op.f('ck_listing_report_source_known')),
    sa.CheckConstraint("state IN ('open', 'fixed', 'right', 'unclear')", name=op.f('ck_listing_report_state_known')),
    sa.ForeignKeyConstraint([LISTING], ['service_at_location.id'], name=op.f('fk_listing_report_service_at_location_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_listing_report'))
    )
    for column in (LISTING, 'state'):
        op.create_index(op.f(f'ix_listing_report_{column}'), 'listing_report', [column])
    op.create_table('use_tally',
    sa.Column(LISTING, sa.Uuid(), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('accepted', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint([LISTING], ['service_at_location.id'], name=op.f('fk_use_tally_service_at_location_id')),
    sa.PrimaryKeyConstraint(LISTING, 'month', name=op.f('pk_use_tally'))
    )
    op.create_table('listing_tally',
    sa.Column(NUMBER, sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('shown', sa.Integer(), nullable=False),
    sa.Column('opened', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint([NUMBER], ['service_at_location.number'], name=op.f('fk_listing_tally_service_at_location_number')),
    sa.PrimaryKeyConstraint(NUMBER, 'month', name=op.f('pk_listing_tally'))
    )
    op.create_table('listing_trust',
    sa.Column(NUMBER, sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('used_date', sa.Date(), nullable=True),
    sa.Column('doubted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('doubt', sa.String(), nullable=False),
    sa.CheckConstraint("doubt IN ('', 'steward', 'call', 'member', 'desk')", name=op.f('ck_listing_trust_doubt_known')),
    sa.ForeignKeyConstraint([NUMBER], ['service_at_location.number'], name=op.f('fk_listing_trust_service_at_location_number')),
    sa.PrimaryKeyConstraint(NUMBER, name=op.f('pk_listing_trust'))
    )


def _letters() -> None:
    op.create_table('confirmation_letter',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organization_id', sa.Uuid(), nullable=False),
    sa.Column('to_address', sa.String(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('letters', sa.Integer(), nullable=False),
    sa.Column('next_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_confirmation_letter_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_confirmation_letter'))
    )
    for column in ('organization_id', 'made_at', 'next_at'):
        op.create_index(op.f(f'ix_confirmation_letter_{column}'), 'confirmation_letter', [column])
    op.create_table('confirmation',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('letter_id', sa.Uuid(), nullable=False),
    sa.Column('service_id', sa.Uuid(), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('asked', 'confirmed', 'changed', 'gone', 'returned', 'silent')", name=op.f('ck_confirmation_state_known')),
    sa.ForeignKeyConstraint(['letter_id'], ['confirmation_letter.id'], name=op.f('fk_confirmation_letter_id')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_confirmation_service_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_confirmation'))
    )
    for column in ('letter_id', 'service_id'):
        op.create_index(op.f(f'ix_confirmation_{column}'), 'confirmation', [column])
    op.create_index(
        'ix_confirmation_waiting', 'confirmation', ['service_id'],
        unique=True, sqlite_where=WAITING, postgresql_where=WAITING,
    )


def downgrade() -> None:
    for table in (
        'listing_trust', 'listing_tally', 'use_tally', 'listing_report', 'listing_call', 'confirmation', 'confirmation_letter'
    ):
        op.drop_table(table)
