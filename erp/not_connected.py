"""The ERP of a tenant that has connected none: it says so, and the request becomes a ticket."""

from erp.port import Invoice, Order, StockLevel
from protocol.errors import ErpUnavailable


class NotConnected:
    """Every question raises ErpUnavailable."""

    async def order(self, tenant: str, customer: str, number: str) -> Order | None:
        raise self._error(tenant)

    async def stock(self, tenant: str, customer: str, product: str) -> list[StockLevel]:
        raise self._error(tenant)

    async def invoice(self, tenant: str, customer: str, number: str) -> Invoice | None:
        raise self._error(tenant)

    @staticmethod
    def _error(tenant: str) -> ErpUnavailable:
        return ErpUnavailable(f"No ERP is connected for tenant {tenant!r}.", hint="Customers are offered a ticket.")
