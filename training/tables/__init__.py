"""What the cells of a table say: customers, orders, their columns, numbers and dates."""
