module github.com/example/atlas

go 1.27
