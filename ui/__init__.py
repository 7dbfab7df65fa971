"""NHS pages: layouts, fields, formats. Knows no model."""
