CREATE TABLE entries (id bigint PRIMARY KEY, amount bigint NOT NULL);
