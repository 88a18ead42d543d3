module github.com/example/tides

go 1.22
