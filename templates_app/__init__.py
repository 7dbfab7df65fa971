"""Templates as data: definitions, the workbooks written from them and read back."""
