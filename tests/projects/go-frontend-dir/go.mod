module github.com/example/lamps

go 1.25.0
