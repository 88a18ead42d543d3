module github.com/example/board

go 1.25.0
