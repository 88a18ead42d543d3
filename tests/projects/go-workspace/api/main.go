package main

import (
	"fmt"
	"log"
	"net/http"

	"example.com/shop/shared"
)

const defaultPort = 8081

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, shared.Greeting)
	})
	log.Fatal(http.ListenAndServe(fmt.Sprintf(":%d", defaultPort), nil))
}
