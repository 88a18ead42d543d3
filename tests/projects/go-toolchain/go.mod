module example.com/almanac

go 1.24.0

toolchain go1.26.2
