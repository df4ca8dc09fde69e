"""The change feed is asked by time

Revision: 0019. After: 0018.

One index, for what changed since a moment. Nothing is lost either way.
"""

from alembic import op


revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f('ix_change_at'), 'change', ['at'])


def downgrade() -> None:
    op.drop_index(op.f('ix_change_at'), 'change')
