module github.com/example/tally

go 1.23

require github.com/spf13/cobra v1.10.1
