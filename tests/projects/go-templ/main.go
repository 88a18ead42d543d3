// Board shows the next departures.
package main

import (
	"log"
	"net/http"
	"os"

	"github.com/a-h/templ"

	"github.com/example/board/views"
)

var version = "dev"

func main() {
	port := os.Getenv("PORT")
	if port == "" {
		port = "8080"
	}
	log.Printf("board %s listens on %s", version, port)
	http.Handle("/", templ.Handler(views.Board("Ferry to Rømø", version)))
	log.Fatal(http.ListenAndServe(":"+port, nil))
}
