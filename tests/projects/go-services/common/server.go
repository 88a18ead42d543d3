// Package common is what all services of the shop share.
package common

import (
	"net/http"
	"os"
)

// Serve answers on PORT until the program ends.
func Serve(handler http.Handler) error {
	return http.ListenAndServe(":"+os.Getenv("PORT"), handler)
}
