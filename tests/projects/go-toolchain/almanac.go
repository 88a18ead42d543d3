// The almanac answers on an address given by a flag.
package main

import (
	"flag"
	"fmt"
	"log"
	"net/http"
)

var addr = flag.String("addr", "localhost:7070", "address to listen on")

func main() {
	flag.Parse()
	http.HandleFunc("GET /", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, "new moon")
	})
	log.Fatal(http.ListenAndServe(*addr, nil))
}
