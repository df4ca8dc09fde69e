"""Claims on a listing, translations of its words

The role `editor` comes with them. Going down makes nobody more than they were: editors lose that role, and invitations to it.

Revision: 0014. After: 0013.
"""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None

BEFORE = ("responder", "dispatcher", "supervisor", "provider", "steward", "evaluator", "privacy_officer", "admin")
AFTER = (*BEFORE[:4], "editor", *BEFORE[4:])


def upgrade() -> None:
    _roles(AFTER)
    op.create_table('claim',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('community_id', sa.Uuid(), nullable=False),
    sa.Column('service_at_location_id', sa.Uuid(), nullable=False),
    sa.Column('organization_id', sa.Uuid(), nullable=False),
    *(sa.Column(name, sa.String(), nullable=False) for name in ('email', 'name', 'words', 'state', 'doubt', 'role')),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.Uuid(), nullable=True),
    sa.CheckConstraint("state IN ('mailed', 'waiting', 'granted', 'refused')", name=op.f('ck_claim_state_known')),
    sa.CheckConstraint("role IN ('', 'editor', 'provider')", name=op.f('ck_claim_role_known')),
    sa.ForeignKeyConstraint(['community_id'], ['community.id'], name=op.f('fk_claim_community_id')),
    sa.ForeignKeyConstraint(['service_at_location_id'], ['service_at_location.id'], name=op.f('fk_claim_service_at_location_id')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_claim_organization_id')),
    sa.ForeignKeyConstraint(['decided_by'], ['account.id'], name=op.f('fk_claim_decided_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_claim'))
    )
    for column in ('community_id', 'service_at_location_id', 'organization_id', 'email', 'state'):
        op.create_index(op.f(f'ix_claim_{column}'), 'claim', [column])
    op.create_table('translation',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('link_entity', sa.String(), nullable=False),
    sa.Column('link_id', sa.Uuid(), nullable=False),
    *(sa.Column(name, sa.String(), nullable=False) for name in ('field', 'language', 'text', 'original')),
    sa.Column('translated_on', sa.Date(), nullable=False),
    sa.Column('translated_by', sa.String(), nullable=False),
    sa.CheckConstraint("link_entity IN ('service', 'service_at_location', 'location')", name=op.f('ck_translation_link_entity_known')),
    sa.CheckConstraint('length(text) > 0', name=op.f('ck_translation_said')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_translation')),
    sa.UniqueConstraint('link_id', 'field', 'language', name=op.f('uq_translation_link_id_field_language'))
    )
    op.create_index(op.f('ix_translation_link_id'), 'translation', ['link_id'])


def downgrade() -> None:
    op.drop_table('translation')
    op.drop_table('claim')
    for table in ('membership', 'invitation'):
        op.execute(sa.text(f"DELETE FROM {table} WHERE role = 'editor'"))  # noqa: S608 - our own names
    _roles(BEFORE)


def _roles(roles: tuple[str, ...]) -> None:
    words = f"role IN ({', '.join(repr(role) for role in roles)})"
    for table in ('membership', 'invitation'):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f'ck_{table}_role_known'), type_='check')
            batch.create_check_constraint(op.f(f'ck_{table}_role_known'), words)
