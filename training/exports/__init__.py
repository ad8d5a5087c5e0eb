"""The model in other languages: SQL, a spreadsheet's formula."""
