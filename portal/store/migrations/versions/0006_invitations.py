"""Invitations, second factor, half-way sign-ins, openings in an emergency

Revision: 0006. After: 0005.
"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

ROLES = ("responder", "dispatcher", "supervisor", "provider", "steward", "evaluator", "privacy_officer", "admin")


def upgrade() -> None:
    op.add_column('account', sa.Column('last_seen_at', sa.DateTime(timezone=True), nullable=True))
    op.create_table('half_session',
    sa.Column('token_hash', sa.String(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_half_session_account_id')),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_half_session'))
    )
    op.create_index(op.f('ix_half_session_account_id'), 'half_session', ['account_id'])
    op.create_table('second_factor',
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('secret', sa.Text(), nullable=True),
    sa.Column('pending', sa.Text(), nullable=True),
    sa.Column('pending_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_step', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_second_factor_account_id')),
    sa.PrimaryKeyConstraint('account_id', name=op.f('pk_second_factor'))
    )
    op.create_table('recovery_code',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('code_hash', sa.String(), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_recovery_code_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recovery_code'))
    )
    op.create_index(op.f('ix_recovery_code_account_id'), 'recovery_code', ['account_id'])
    op.create_table('invitation',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('community_id', sa.Uuid(), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.Column('organization_id', sa.Uuid(), nullable=True),
    sa.Column('invited_by', sa.Uuid(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint(f"role IN ({', '.join(repr(role) for role in ROLES)})", name=op.f('ck_invitation_role_known')),
    sa.ForeignKeyConstraint(['community_id'], ['community.id'], name=op.f('fk_invitation_community_id')),
    sa.ForeignKeyConstraint(['invited_by'], ['account.id'], name=op.f('fk_invitation_invited_by')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_invitation_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitation'))
    )
    op.create_index(op.f('ix_invitation_community_id'), 'invitation', ['community_id'])
    op.create_index(op.f('ix_invitation_email'), 'invitation', ['email'])
    op.create_table('break_glass',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('community_id', sa.Uuid(), nullable=False),
    sa.Column('need_id', sa.Uuid(), nullable=False),
    sa.Column('offer_id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('organization_id', sa.Uuid(), nullable=True),
    *(
        sa.Column(name, sa.Text(), nullable=False)
        for name in ('recipient_name', 'recipient_facility', 'disclosed_by', 'nature', 'reason')
    ),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reviewed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reviewed_by', sa.Uuid(), nullable=True),
    sa.Column('review_note', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_break_glass_account_id')),
    sa.ForeignKeyConstraint(['community_id'], ['community.id'], name=op.f('fk_break_glass_community_id')),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_break_glass_need_id')),
    sa.ForeignKeyConstraint(['offer_id'], ['offer.id'], name=op.f('fk_break_glass_offer_id')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_break_glass_organization_id')),
    sa.ForeignKeyConstraint(['reviewed_by'], ['account.id'], name=op.f('fk_break_glass_reviewed_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_break_glass'))
    )
    for column in ('community_id', 'need_id', 'offer_id'):
        op.create_index(op.f(f'ix_break_glass_{column}'), 'break_glass', [column])


def downgrade() -> None:
    for table in ('break_glass', 'invitation', 'recovery_code', 'second_factor', 'half_session'):
        op.drop_table(table)
    op.drop_column('account', 'last_seen_at')  # every SQLite that we run on does it without copying the table
