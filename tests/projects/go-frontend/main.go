package main

import (
	"embed"
	"io/fs"
	"log"
	"net/http"
	"os"
)

//go:embed all:web/dist
var dist embed.FS

func env(name, fallback string) string {
	if v, ok := os.LookupEnv(name); ok {
		return v
	}
	return fallback
}

func main() {
	site, err := fs.Sub(dist, "web/dist")
	if err != nil {
		log.Fatal(err)
	}
	http.Handle("/", http.FileServerFS(site))
	log.Fatal(http.ListenAndServe(":"+env("BOARD_PORT", "8070"), nil))
}
