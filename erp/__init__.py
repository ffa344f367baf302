"""Orders, stock and invoices, asked of the company's ERP."""
