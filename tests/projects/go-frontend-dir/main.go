package main

import (
	"log"
	"net/http"
	"os"
)

func main() {
	port := os.Getenv("PORT")
	if port == "" {
		port = "8085"
	}
	http.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("ok"))
	})
	http.Handle("/", http.FileServer(http.Dir("./web/dist")))
	log.Fatal(http.ListenAndServe(":"+port, nil))
}
