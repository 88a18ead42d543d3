// Package cmd holds the commands of tally.
package cmd

import (
	"fmt"

	"github.com/spf13/cobra"
)

// Root is the command line.
func Root() *cobra.Command {
	root := &cobra.Command{Use: "tally", Short: "Counts things"}
	root.AddCommand(&cobra.Command{
		Use: "count",
		Run: func(cmd *cobra.Command, args []string) {
			fmt.Println(len(args))
		},
	})
	return root
}
