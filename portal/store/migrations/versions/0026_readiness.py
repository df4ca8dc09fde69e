"""Readiness, trainings and monthly totals

Revision: 0026. After: 0025.
"""


revision = '0026'
down_revision = '0025'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
