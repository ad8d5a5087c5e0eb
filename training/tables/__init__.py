"""What a file says: customers, orders, their columns, numbers and dates."""
