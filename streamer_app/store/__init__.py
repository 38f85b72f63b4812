"""The only room that speaks to PostgreSQL and Redis: functions that take a connection."""
