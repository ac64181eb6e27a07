print("optimist")
