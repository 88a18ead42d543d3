package main

import (
	"os"

	"github.com/example/tally/cmd"
)

func main() {
	if err := cmd.Root().Execute(); err != nil {
		os.Exit(1)
	}
}
