"""Pure rules: no database, no network, no clock. `now` is always an argument, aware and in UTC."""
