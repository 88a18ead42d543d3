// Package config reads the service's settings from the environment.
package config

import (
	"fmt"

	"github.com/caarlos0/env/v11"
)

// Config is what the service can be told.
type Config struct {
	Host      string `env:"LEDGER_HOST" envDefault:"127.0.0.1"`
	Port      int    `env:"LEDGER_PORT" envDefault:"8085"`
	RedisAddr string `env:"REDIS_ADDR" envDefault:"localhost:6379"`
}

// Load reads the environment.
func Load() Config {
	var c Config
	if err := env.Parse(&c); err != nil {
		panic(err)
	}
	return c
}

// Address is what to listen on.
func (c Config) Address() string {
	return fmt.Sprintf("%s:%d", c.Host, c.Port)
}
