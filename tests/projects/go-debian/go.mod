module github.com/example/logbooks

go 1.25
