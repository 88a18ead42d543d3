module example.com/hello

go 1.13

require example.com/greet v1.0.0
