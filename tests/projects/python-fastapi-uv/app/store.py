PARCELS = {1: "on its way", 2: "delivered"}
