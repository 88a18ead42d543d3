module example.com/shop/api

go 1.25.0

require example.com/shop/shared v0.0.0
