"""The workbook of a tool: live formulas that type one person, and pasted rows."""
