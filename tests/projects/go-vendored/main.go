package main

import (
	"log"
	"net"
	"net/http"
	"os"

	"example.com/greet"
)

func main() {
	address := os.Getenv("LISTEN_ADDR")
	if address == "" {
		address = "127.0.0.1:4000"
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(http.Serve(l, greet.Handler()))
}
