"""Profiles that their owners keep, and notes of families

Revision: 0025. After: 0024.
"""


revision = '0025'
down_revision = '0024'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
