"""What tests of the page share: its parts as a visitor finds them, the browser, and what stands before its services."""
