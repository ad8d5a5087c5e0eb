"""Who a customer is, in the form that ad networks match; the page has the same rules (static/customers/files/)."""
