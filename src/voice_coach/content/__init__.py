"""What the coach says and asks, as data, and the schema that the data must fit."""
