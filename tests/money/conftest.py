"""What tests of money by example share."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest

from tests.migrations.conftest import Payment, set_fee
from tests.money.desk import Desk
from tests.postgres_servers import MigratedDatabase


@pytest.fixture
def desk(migrated_database: MigratedDatabase) -> Iterator[Desk]:
    """The app login, and a payment of Rp10.000 to a streamer whose platform keeps 5 %."""
    payment = Payment(payee=uuid4(), platform=uuid4())
    with migrated_database.as_owner() as owner:
        set_fee(owner, payment.payee, "0.0500")
    with migrated_database.as_app() as app:
        yield Desk(app, payment)
