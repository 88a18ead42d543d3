module example.com/shop/orders

go 1.26

require (
	example.com/shop/common v0.0.0
	github.com/joho/godotenv v1.5.1
)

replace example.com/shop/common => ../common
