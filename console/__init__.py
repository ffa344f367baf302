"""The console process: the demo page, the widget's files, health and metrics; the review console's room."""
