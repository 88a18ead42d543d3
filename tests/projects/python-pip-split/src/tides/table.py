def high_water():
    return ["00:12", "12:37"]
