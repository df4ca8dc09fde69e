"""Text messages, push, and what came of each

Every message so far is a letter: its channel is mail. Going down drops what waits for another channel.

Revision: 0005. After: 0004.
"""

import sqlalchemy as sa
from alembic import op


revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    _numbers()
    _readers()
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.add_column(sa.Column('channel', sa.String(), server_default='mail', nullable=False))
        batch_op.add_column(sa.Column('reader', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('number_id', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('short', sa.String(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('receipt', sa.String(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('receipt_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('receipt_code', sa.String(), server_default='', nullable=False))
        batch_op.create_check_constraint(op.f('ck_message_channel_known'), "channel IN ('mail', 'sms', 'push')")
        batch_op.create_check_constraint(
            op.f('ck_message_receipt_known'), "receipt IN ('', 'sent', 'delivered', 'undelivered', 'failed')"
        )
        batch_op.create_foreign_key(op.f('fk_message_number_id'), 'text_number', ['number_id'], ['id'])
        batch_op.create_index(op.f('ix_message_number_id'), ['number_id'], unique=False)
    with op.batch_alter_table('contact', schema=None) as batch_op:
        batch_op.add_column(sa.Column('text_number_id', sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(op.f('fk_contact_text_number_id'), 'text_number', ['text_number_id'], ['id'])
        batch_op.create_index(op.f('ix_contact_text_number_id'), ['text_number_id'], unique=False)


def _numbers() -> None:
    op.create_table('text_number',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('blind', sa.String(), nullable=False),
    sa.Column('number', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('stopped_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('failed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('failed_code', sa.String(), nullable=False),
    sa.Column('let_go_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_text_number')),
    sa.UniqueConstraint('blind', name=op.f('uq_text_number_blind'))
    )
    op.create_table('number_check',
    sa.Column('owner', sa.Uuid(), nullable=False),
    sa.Column('number_id', sa.Uuid(), nullable=False),
    sa.Column('code_hash', sa.String(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['number_id'], ['text_number.id'], name=op.f('fk_number_check_number_id')),
    sa.PrimaryKeyConstraint('owner', name=op.f('pk_number_check'))
    )
    op.create_index(op.f('ix_number_check_number_id'), 'number_check', ['number_id'])
    op.create_table('text_received',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('what', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_text_received'))
    )
    op.create_index(op.f('ix_text_received_at'), 'text_received', ['at'])
    op.create_table('text_ask',
    sa.Column('reference', sa.String(), nullable=False),
    sa.Column('number_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('about', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('offer', 'ask')", name=op.f('ck_text_ask_kind_known')),
    sa.ForeignKeyConstraint(['number_id'], ['text_number.id'], name=op.f('fk_text_ask_number_id')),
    sa.PrimaryKeyConstraint('reference', name=op.f('pk_text_ask')),
    sa.UniqueConstraint('kind', 'about', 'version', 'number_id', name=op.f('uq_text_ask_kind_about_version_number_id'))
    )
    op.create_index(op.f('ix_text_ask_at'), 'text_ask', ['at'])
    op.create_index(op.f('ix_text_ask_number_id'), 'text_ask', ['number_id'])


def _readers() -> None:
    op.create_table('reader',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('number_id', sa.Uuid(), nullable=True),
    sa.Column('quiet_from', sa.Time(), nullable=True),
    sa.Column('quiet_to', sa.Time(), nullable=True),
    sa.Column('zone', sa.String(), nullable=False),
    sa.Column('holds_urgent', sa.Boolean(), nullable=False),
    sa.CheckConstraint("channel IN ('mail', 'sms', 'push')", name=op.f('ck_reader_channel_known')),
    sa.ForeignKeyConstraint(['number_id'], ['text_number.id'], name=op.f('fk_reader_number_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reader'))
    )
    op.create_index(op.f('ix_reader_number_id'), 'reader', ['number_id'])
    op.create_table('push_subscription',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('reader', sa.Uuid(), nullable=False),
    sa.Column('endpoint', sa.Text(), nullable=False),
    sa.Column('endpoint_hash', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_push_subscription')),
    sa.UniqueConstraint('endpoint_hash', name=op.f('uq_push_subscription_endpoint_hash'))
    )
    op.create_index(op.f('ix_push_subscription_reader'), 'push_subscription', ['reader'])


def downgrade() -> None:
    with op.batch_alter_table('contact', schema=None) as batch_op:
        batch_op.drop_index(op.f('ix_contact_text_number_id'))
        batch_op.drop_constraint(op.f('fk_contact_text_number_id'), type_='foreignkey')
        batch_op.drop_column('text_number_id')
    other = "SELECT id FROM message WHERE channel <> 'mail'"
    op.execute(f"DELETE FROM delivery WHERE message_id IN ({other})")
    op.execute("DELETE FROM message WHERE channel <> 'mail'")
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.drop_index(op.f('ix_message_number_id'))
        batch_op.drop_constraint(op.f('fk_message_number_id'), type_='foreignkey')
        batch_op.drop_constraint(op.f('ck_message_receipt_known'), type_='check')
        batch_op.drop_constraint(op.f('ck_message_channel_known'), type_='check')
        for column in ('receipt_code', 'receipt_at', 'receipt', 'short', 'number_id', 'reader', 'channel'):
            batch_op.drop_column(column)
    for table in ('push_subscription', 'reader', 'text_ask', 'text_received', 'number_check', 'text_number'):
        op.drop_table(table)
