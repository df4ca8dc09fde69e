"""What was given stands on the call, and what its tasks say of contacts

Revision: 0029. After: 0028.
"""

import math
from collections import defaultdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = '0029'
down_revision = '0028'
branch_labels = None
depends_on = None

CONTACTS = ('follow_up', 'visit', 'call_back', 'first_contact', 'touch', 'family')
AT_ONCE = 500
encounter = sa.table(
    'encounter',
    sa.column('id', sa.Uuid()),
    sa.column('received_at', sa.DateTime(timezone=True)),
    sa.column('services', sa.JSON()),
    sa.column('owes_contact', sa.Boolean()),
    sa.column('person_after', sa.Integer()),
    sa.column('family_after', sa.Integer()),
    sa.column('followed_at', sa.DateTime(timezone=True)),
)
given = sa.table('encounter_service', sa.column('encounter_id', sa.Uuid()), sa.column('code', sa.String()))
task = sa.table(
    'program_task',
    sa.column('id', sa.Uuid()),
    sa.column('encounter_id', sa.Uuid()),
    sa.column('kind', sa.String()),
    sa.column('state', sa.String()),
    sa.column('made_at', sa.DateTime(timezone=True)),
    sa.column('closed_at', sa.DateTime(timezone=True)),
)
tried = sa.table(
    'task_attempt',
    sa.column('task_id', sa.Uuid()),
    sa.column('at', sa.DateTime(timezone=True)),
    sa.column('result', sa.String()),
    sa.column('recorded_at', sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    with op.batch_alter_table('encounter') as batch:
        batch.add_column(sa.Column('services', sa.JSON(), nullable=False, server_default='[]'))
        batch.add_column(sa.Column('owes_contact', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column('person_after', sa.Integer(), nullable=True))
        batch.add_column(sa.Column('family_after', sa.Integer(), nullable=True))
        batch.add_column(sa.Column('followed_at', sa.DateTime(timezone=True), nullable=True))
    connection = op.get_bind()
    ids = list(connection.scalars(sa.select(encounter.c.id)))
    for start in range(0, len(ids), AT_ONCE):
        _fill(connection, ids[start : start + AT_ONCE])
    with op.batch_alter_table('encounter') as batch:
        batch.alter_column('services', server_default=None)
        batch.alter_column('owes_contact', server_default=None)
    op.drop_table('encounter_service')


def _fill(connection: sa.Connection, ids: list[Any]) -> None:
    services: dict[Any, list[str]] = defaultdict(list)
    for row in connection.execute(sa.select(given).where(given.c.encounter_id.in_(ids)).order_by(given.c.code)):
        services[row.encounter_id].append(row.code)
    owing, stamps, first = set(), defaultdict(list), defaultdict(list)
    contacts = (task.c.encounter_id.in_(ids), task.c.kind.in_(CONTACTS))
    for row in connection.execute(sa.select(task).where(*contacts)):
        stamps[row.encounter_id] += [at for at in (row.made_at, row.closed_at) if at]
        if row.state != 'closed':
            owing.add(row.encounter_id)
    spoke = ('reached', 'answered', 'family')
    for row in connection.execute(
        sa.select(task.c.encounter_id, task.c.state, tried)
        .select_from(tried.join(task, task.c.id == tried.c.task_id))
        .where(*contacts, tried.c.result.in_(spoke))
    ):
        stamps[row.encounter_id].append(row.recorded_at)
        if row.state != 'closed':
            first[row.encounter_id, row.result == 'family'].append(row.at)
    rows = [
        {
            'of': key,
            'services': services[key],
            'owes_contact': key in owing,
            'person_after': _after(received, first[key, False]),
            'family_after': _after(received, first[key, True]),
            'followed_at': max(stamps[key], default=None),
        }
        for key, received in connection.execute(
            sa.select(encounter.c.id, encounter.c.received_at).where(encounter.c.id.in_(ids))
        ).all()
    ]
    connection.execute(encounter.update().where(encounter.c.id == sa.bindparam('of')), rows)


def _after(received: datetime, spoken: list[datetime]) -> int | None:
    return math.ceil((min(spoken) - received).total_seconds()) if spoken else None


def downgrade() -> None:
    op.create_table(
        'encounter_service',
        sa.Column('encounter_id', sa.Uuid(), nullable=False),
        sa.Column('code', sa.String(), nullable=False),
        sa.ForeignKeyConstraint(['encounter_id'], ['encounter.id'], name=op.f('fk_encounter_service_encounter_id')),
        sa.PrimaryKeyConstraint('encounter_id', 'code', name=op.f('pk_encounter_service')),
    )
    connection = op.get_bind()
    for key, codes in connection.execute(sa.select(encounter.c.id, encounter.c.services)).all():
        if codes:
            connection.execute(given.insert(), [{'encounter_id': key, 'code': code} for code in codes])
    with op.batch_alter_table('encounter') as batch:
        for name in ('followed_at', 'family_after', 'person_after', 'owes_contact', 'services'):
            batch.drop_column(name)
