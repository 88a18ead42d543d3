package main

import (
	"embed"
	"flag"
	"fmt"
	"log"
	"net/http"
	"os"
)

//go:embed static docs/*.md
var files embed.FS

//go:embed VERSION
var version string

func main() {
	port := flag.Int("port", 8060, "port to listen on")
	flag.Parse()
	if flag.Arg(0) == "healthcheck" {
		resp, err := http.Get(fmt.Sprintf("http://127.0.0.1:%d/docs/index.md", *port))
		if err != nil || resp.StatusCode != http.StatusOK {
			os.Exit(1)
		}
		return
	}
	http.Handle("/", http.FileServerFS(files))
	log.Printf("atlas %s on %d", version, *port)
	log.Fatal(http.ListenAndServe(fmt.Sprintf(":%d", *port), nil))
}
