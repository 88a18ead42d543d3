// Package greet says hello.
package greet

import "net/http"

// Handler answers every request.
func Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Write([]byte("hello\n"))
	})
}
