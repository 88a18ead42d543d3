// Buoys lists the buoys that its configuration names.
package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
	"strings"

	"gopkg.in/yaml.v3"
)

type config struct {
	Server struct {
		Port int `yaml:"port"`
	} `yaml:"server"`
	Buoys []string `yaml:"buoys"`
}

func main() {
	text, err := os.ReadFile("config.yaml")
	if err != nil {
		log.Fatal(err)
	}
	var c config
	if err := yaml.Unmarshal(text, &c); err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(w, strings.Join(c.Buoys, "\n"))
	})
	log.Fatal(http.ListenAndServe(fmt.Sprintf(":%d", c.Server.Port), nil))
}
