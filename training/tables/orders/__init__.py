"""Tables of orders: their columns, their rows that count, and one row per customer made of them."""
