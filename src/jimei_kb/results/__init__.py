"""Evaluating a year: the targets of a notice, the workbook for the results, what units report, and the verdicts."""
