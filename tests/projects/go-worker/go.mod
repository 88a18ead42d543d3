module github.com/example/sweeper

go 1.24
